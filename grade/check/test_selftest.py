"""The harness against the real kernel: tests that go wrong on purpose."""
import pytest

from qn.boot import Boot, Setup
from qn.check import Registry, expect
from qn.hostview import NX, WRITE
from qn.machine import Machine

SEED = 7


@pytest.fixture
def boot(kernel, tmp_path):
    """Boot the kernel for some selftests."""
    def run(*names, registry=None, machine=Machine()):
        setup = Setup(kernel, machine, SEED, tmp_path, registry or Registry())
        return Boot(setup, [f"selftest.{n}" for n in names],
                    tmp_path / "boots/1").run()
    return run


@pytest.mark.parametrize("name, status, text", [
    ("fail", "fail", "expected 1 + 1 = 0x3, saw 0x2"),
    ("fail_in_round", "fail", "round 3 of 4"),
    ("skip", "fail", "skipped: as it should"),
    ("todo", "fail", "todo: exercise 9.9: self_todo() is not written yet"),
    ("panic", "panic", "selftest: as it should"),
    ("assert", "panic", "assert(t->round > 0) failed in self_assert()"),
    ("fault", "panic", "page fault: write of 0xdead0000, not mapped in "
     "self_fault < ktest_run_one < "),
    ("spin", "hang", "self_spin"),
    ("spin_irq_off", "hang", "self_spin_irq_off"),
    ("halt", "hang", "deadlock: every processor sleeps"),
    ("triple", "panic", "triple fault"),
    ("exit", "fail", "left before the test's end"),
    ("lock_twice", "panic", "taken twice by CPU 0"),
])
def test_how_a_selftest_ends(boot, name, status, text):
    done = boot("pass", name)
    assert done.settled["selftest.pass"].status == "pass"
    verdict = done.settled[f"selftest.{name}"]
    assert verdict.status == status, verdict
    assert text in verdict.message


def test_the_same_seed_is_the_same_run(boot, tmp_path):
    texts = []
    for _ in range(2):
        boot("pass", "fail_in_round", "panic")
        lines = (tmp_path / "boots/1/records.log").read_text().splitlines()
        texts.append([line.partition(" ")[2] for line in lines])
    assert texts[0] == texts[1]
    assert len(texts[0]) > 5


@pytest.mark.parametrize("cpus", [1, 2])
def test_the_host_walks_the_page_tables(boot, cpus):
    seen = []

    def look(view, symbols):
        seen.append(list(view.walk()))
        start = symbols["kernel_main"]
        pa, size, flags = view.translate(start)
        expect(view.read_phys(pa, 8) == view.read_virt(start, 8), "differ")
        expect(any(va <= start < va + length and (pa - start) == base - va
                   for va, base, length, _ in seen[-1]), "walk misses it")
        expect(len(view.cpus) == cpus, f"{len(view.cpus)} processors")
        expect(not flags & NX, "kernel_main can't be executed")

    registry = Registry()
    registry.checks["selftest.hold"] = [look]
    machine = Machine(cpus=cpus, icount=cpus == 1)
    done = boot("hold", "pass", registry=registry, machine=machine)
    assert done.settled["selftest.hold"].status == "pass", done.settled
    assert done.settled["selftest.pass"].status == "pass"
    (mappings,) = seen
    assert any(flags & WRITE for _, _, _, flags in mappings)
    addresses = [va for va, _, _, _ in mappings]
    assert addresses == sorted(addresses)
