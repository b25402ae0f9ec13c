"""The harness against a kernel that misbehaves on command (fake_kernel.c)."""
import json
import re
import subprocess
import sys
import time

import pytest

import faketree
from qn import watch
from qn.boot import Boot, Setup
from qn.build import BuildError, build_kernel
from qn.check import Registry, expect
from qn.machine import Machine

SEED = 7


@pytest.fixture(scope="session")
def tree(tmp_path_factory):
    """A toy tree, built."""
    folder = faketree.make_tree(tmp_path_factory.mktemp("fake") / "tree")
    build_kernel(folder, "build")
    return folder


@pytest.fixture
def boot(tree, tmp_path):
    """Boot the fake kernel for some tests."""
    def run(*names, registry=None, machine=Machine()):
        setup = Setup(tree / "build/kernel.elf", machine, SEED, tmp_path,
                      registry or Registry())
        return Boot(setup, [f"fake.{n}" for n in names],
                    tmp_path / "boots/1").run()
    return run


def marker_check(view, topic, notes):
    """The fake kernel's memory at its hold."""
    expect(topic == "marker", f"topic {topic}")
    expect(view.u32(view.symbol("marker")) == 0xfeed, "no marker in memory")


@pytest.mark.parametrize("name, status, text", [
    ("fail", "fail", "expected n = 0x2, saw 0x3"),
    ("skip", "fail", "skipped: needs 2 CPUs"),
    ("todo", "fail", "not written yet"),
    ("panic", "panic", "assert(n > 0) failed in inner < outer < tests"),
    ("deadlock", "hang", "deadlock: every processor sleeps"),
    ("spin", "hang", "livelock: busy, but silent: cpu 0 runs in"),
    ("triple", "panic", "triple fault"),
    ("leave", "fail", "left before the test's end"),
    ("end", "fail", "report came before the test's end"),
    ("pause", "hang", "without saying `hold`"),
    ("lie_nonce", "pass", None),
    ("lie_twice", "fail", "came twice"),
    ("lie_late", "fail", "came twice"),
    ("lie_gap", "fail", "3 records before"),
    ("lie_garbage", "pass", None),
    ("lie_other", "fail", "while fake.lie_other was running"),
    ("lie_hold", "fail", "said `hold` and did not stop"),
    ("hold", "pass", None),
])
def test_how_a_test_ends(boot, name, status, text):
    done = boot("pass", name)
    verdict = done.settled[f"fake.{name}"]
    assert verdict.status == status, verdict
    assert (text or "") in (verdict.message or "")
    assert done.settled["fake.pass"].status == "pass"


def test_what_the_kernel_prints_is_no_verdict(boot):
    done = boot("lie_nonce")
    assert len(done.reader.parser.strays) == 1


def test_a_hang_is_found_quickly_and_named(boot):
    start = time.monotonic()
    done = boot("spin")
    assert "seen in spin_here" in done.settled["fake.spin"].message
    assert time.monotonic() - start < 20
    assert "EIP=" in done.registers_text


def test_evidence_is_kept(boot, tmp_path):
    boot("pass", "spin")
    folder = tmp_path / "fake.spin"
    assert (folder / "console.log").read_text().startswith("console: fake.")
    assert "fake.pass" not in (folder / "records.log").read_text()
    assert "EIP=" in (folder / "registers.txt").read_text()
    run = (folder / "run.txt").read_text()
    assert "guest " not in run and "status   hang\n" in run
    assert "make debug T=fake.spin SEED=7" in run
    assert "qemu-system-x86_64" in run


def test_the_host_looks_at_a_hold(boot):
    registry = Registry()
    registry.checks["fake.hold"] = [marker_check]
    assert boot("hold", registry=registry).settled[
        "fake.hold"].status == "pass"

    def wrong(view):
        expect(view.u32(view.symbol("marker")) == 1, "expected 1")
    registry.checks["fake.hold"] = [marker_check, wrong]
    verdict = boot("hold", registry=registry).settled["fake.hold"]
    assert verdict.status == "fail"
    assert verdict.message == "seen from outside: expected 1"


def test_a_pass_without_the_hold_is_no_pass(boot):
    registry = Registry()
    registry.checks["fake.pass"] = [marker_check]
    verdict = boot("pass", registry=registry).settled["fake.pass"]
    assert verdict.status == "fail"
    assert "never stopped" in verdict.message


def test_input_is_drawn_and_notes_come_back(boot):
    registry = Registry()
    registry.draws["fake.input"] = lambda rng: f"x{rng.random()}"
    seen = []
    registry.checks["fake.input"] = [
        lambda notes, input, seed: seen.append((notes, input, seed))]
    boot("input", registry=registry)
    boot("input", registry=registry)
    (notes, drawn, seed), again = seen
    assert notes == [drawn] and drawn.startswith("x0.") and seed == SEED
    assert again == (notes, drawn, seed)
    assert registry.input("fake.input", 8) != drawn


def test_nonsense_in_notes_is_the_kernels_fault(boot):
    registry = Registry()
    registry.checks["fake.pass"] = [lambda notes: int(notes[99])]
    verdict = boot("pass", registry=registry).settled["fake.pass"]
    assert verdict.status == "fail" and "makes no sense" in verdict.message


def test_a_missing_beat_is_measured_in_cpu_time():
    clock = watch.Watch()
    clock.test_started(10.0)
    clock.record_seen(10.0)
    assert clock.verdict(10.0 + watch.SILENT_CPU_SECONDS - 0.1) is None
    assert clock.verdict(10.0 + watch.SILENT_CPU_SECONDS + 0.1) == "livelock"
    clock.last_wall -= watch.INFRA_WALL_SECONDS + 1
    assert clock.verdict(10.0) == "infra"


def grade(tree, *words):
    """Run grade/grade on a tree; (process, results or None)."""
    command = [sys.executable, str(faketree.HERE.parent / "grade"),
               "--tree", str(tree), "--seed", str(SEED), *words]
    ran = subprocess.run(command, capture_output=True, text=True,
                         stdin=subprocess.DEVNULL, timeout=120)
    path = tree / "grade/out/results.json"
    return ran, json.loads(path.read_text()) if path.is_file() else None


def test_a_whole_lab_resumes_after_each_fall(tmp_path):
    names = ["panic", "pass", "triple", "deadlock", "fail", "todo", "leave"]
    tree = faketree.make_tree(tmp_path / "t", [f"fake.{n}" for n in names])
    ran, results = grade(tree)
    assert ran.returncode == 0, ran.stderr
    (lab,) = results["labs"]
    assert {row["name"]: row["status"] for row in lab["tests"]} == {
        "fake.student": "pass", "fake.panic": "panic", "fake.pass": "pass",
        "fake.triple": "panic", "fake.deadlock": "hang", "fake.fail": "fail",
        "fake.todo": "todo", "fake.leave": "fail"}
    assert (results["points"], results["max"], results["seed"]) == (40, 100, 7)
    assert lab["boots"] == 4
    for text in ("hint      think of fake.panic", "expected  n = 0x2",
                 "seen      0x3", "again     make debug T=fake.fail SEED=7"):
        assert text in ran.stdout
    for name in ("junit.xml", "gradescope.json", "results.csv", "report.txt"):
        assert (tree / "grade/out" / name).stat().st_size > 100
    assert "\x1b" not in ran.stdout


def test_one_test_alone(tmp_path):
    tree = faketree.make_tree(tmp_path / "t", ["fake.pass", "fake.fail"])
    ran, results = grade(tree, "--test", "fake.fail")
    assert ran.returncode == 0
    assert (results["points"], results["max"]) == (0, 10)


def test_a_boot_that_panics_at_once_is_not_repeated(tmp_path):
    tree = faketree.make_tree(tmp_path / "t", ["fake.pass"])
    main = tree / "kernel/main.c"
    main.write_text(main.read_text().replace(
        'if (starts(tests, "fake.boot_panic"))', "if (1)"))
    ran, results = grade(tree)
    assert ran.returncode == 0
    (lab,) = results["labs"]
    assert lab["boots"] == 1
    assert {row["status"] for row in lab["tests"]} == {"panic"}
    message = lab["tests"][0]["message"]
    assert message == ("before any test: no memory in inner < outer < tests; "
                       "the log said: kmap: error -12")
    assert ran.stdout.count("seen      before any test: no memory") == 1
    assert "2 tests, from fake.student on: panic" in ran.stdout
    assert "hint" not in ran.stdout and "again  " in ran.stdout


def test_a_build_failure_is_the_first_error(tmp_path):
    tree = faketree.make_tree(tmp_path / "t", student="int x = y;\n")
    ran, results = grade(tree)
    assert ran.returncode == 0 and results["points"] == 0
    assert not re.search("hint|again|evidence", ran.stdout)
    (row,) = results["labs"][0]["tests"]
    assert row["status"] == "fail"
    assert "kernel/mm/student.c:1:9: error:" in row["message"]
    assert str(tree) not in row["message"]


@pytest.mark.parametrize("words, line", [
    (["--lab", "3"], "LAB=3: the labs in this tree are 9"),
    (["--lab", "x"], "LAB=x: must be a number"),
    (["--test", "a.b"], "T=a.b: no such test"),
    (["--seed", "-1"], "SEED=-1: must be a number"),
])
def test_bad_use_is_one_line(tmp_path, words, line):
    tree = faketree.make_tree(tmp_path / "t")
    ran, results = grade(tree, *words)
    assert ran.returncode == 2 and results is None
    assert line in ran.stderr and ran.stderr.count("\n") == 1


def test_a_test_of_another_lab_is_found(root, tmp_path):
    ran, _ = grade(root, "--lab", "2", "--test", "buddy.*", "--out",
                   str(tmp_path))
    assert ran.returncode == 2
    assert "T=buddy.*: that is in lab 1, not in LAB=2" in ran.stderr


def test_a_missing_qemu_is_infra(tmp_path, monkeypatch):
    tree = faketree.make_tree(tmp_path / "t")
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin/qemu-system-x86_64"
    fake.write_text("#!/bin/sh\necho no such device >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin", prepend=":")
    ran, results = grade(tree)
    assert ran.returncode == 3
    (row,) = results["labs"][0]["tests"]
    assert row["status"] == "infra" and "no such device" in row["message"]


def test_a_build_that_never_ends_is_stopped(tmp_path):
    (tmp_path / "Makefile").write_text("build/kernel.elf:\n\tsleep 60\n")
    start = time.monotonic()
    with pytest.raises(BuildError, match="did not end"):
        build_kernel(tmp_path, "build", seconds=0.3)
    assert time.monotonic() - start < 20
