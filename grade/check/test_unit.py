"""The host unit tests, one check each, and their runner."""
import subprocess
import sys

import pytest
import unit


@pytest.mark.parametrize("name", unit.all_tests())
def test_unit(name, build):
    result = unit.run_test(name, build / "unit")
    assert result.ok, result.output


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """Runs a test with this body, in a folder that has only that test."""
    monkeypatch.setattr(unit, "UNIT", tmp_path)
    (tmp_path / "host.c").write_text("")

    def run(body, head="Sources: lib/parse.c"):
        (tmp_path / "test_toy.c").write_text(
            f"/*\n * test_toy.c - a toy.\n *\n * {head}\n */\n"
            f"#include <stdlib.h>\nint main(void)\n{{ {body} }}\n")
        return unit.run_test("toy", tmp_path / "build")
    return run


def test_runner_lets_pass(toy):
    result = toy("return 0;")
    assert result.ok, result.output


@pytest.mark.parametrize("body, message", [
    ("return 1;", ""),
    ("char *volatile p = malloc(8); return p[8];", "heap-buffer-overflow"),
    ("return nothing;", "'nothing' undeclared"),
    ("volatile int x = 0x7fffffff; x++; return 0;", "signed integer overflow"),
    ("abort();", "ended by signal 6"),
    ("for (;;) ;", "still running after"),
])
def test_runner_sees_failures(toy, monkeypatch, body, message):
    monkeypatch.setattr(unit, "TIMEOUT", 1)
    monkeypatch.setenv("LC_ALL", "C")       # gcc's quotes are plain then
    result = toy(body)
    assert not result.ok and message in result.output


def test_runner_compiles_again_after_a_change(toy):
    assert toy("return 0;").ok
    assert not toy("return 1;").ok


@pytest.mark.parametrize("head, sources", [
    ("Sources: lib/string.c\n *     lib/format.c\n * Then",
     ["kernel/lib/string.c", "kernel/lib/format.c"]),
    ("Nothing.", []),
])
def test_runner_reads_sources(toy, head, sources):
    toy("return 0;", head)
    assert unit.sources_of("toy") == sources


def test_runner_names_a_missing_source(toy):
    result = toy("return 0;", "Sources: lib/nothing.c")
    assert not result.ok
    assert result.output == (
        "test_toy.c: Sources: no file kernel/lib/nothing.c\n")


def test_runner_refuses_unknown_names(root):
    run = subprocess.run([sys.executable, root / "grade/unit/unit.py", "nix"],
                         capture_output=True, text=True)
    assert run.returncode == 2
    assert run.stderr.startswith("unit.py: no test nix; there are:")
    assert run.stderr.count("\n") == 1
