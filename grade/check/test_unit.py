"""The host unit tests, one check each, and their runner."""
import subprocess
import sys

import pytest
import unit


@pytest.mark.parametrize("name", unit.all_tests())
def test_unit(name, build):
    result = unit.run_test(name, build / "unit")
    assert result.ok, result.output


def run_toy(tmp_path, monkeypatch, body, head="Sources: lib/string.c"):
    """Run a test with this body in a grade/unit/ that has only it."""
    for name in ("host.c", "unit.h"):
        (tmp_path / name).write_text("")
    toy = tmp_path / "test_toy.c"
    toy.write_text(f"/*\n * test_toy.c - a toy.\n *\n * {head}\n */\n"
                   f"#include <stdlib.h>\nint main(void) {{ {body} }}\n")
    monkeypatch.setattr(unit, "UNIT", tmp_path)
    return unit.head_words(toy.read_text(), "Sources",
                           lambda word: word.endswith(".c"))


def test_runner_reads_sources(tmp_path, monkeypatch):
    words = run_toy(tmp_path, monkeypatch, "",
                    "Sources: lib/string.c\n *     lib/format.c\n * Then")
    assert words == ["lib/string.c", "lib/format.c"]


def test_runner_names_a_missing_source(tmp_path, monkeypatch):
    run_toy(tmp_path, monkeypatch, "", "Sources: lib/nothing.c")
    with pytest.raises(unit.BadTest, match="no file kernel/lib/nothing.c"):
        unit.sources_of("toy")


def test_runner_refuses_unknown_names(root):
    run = subprocess.run([sys.executable, root / "grade/unit/unit.py", "nix"],
                         capture_output=True, text=True)
    assert run.returncode == 2
    assert run.stderr.startswith("unit.py: no test nix; there are:")
    assert run.stderr.count("\n") == 1
