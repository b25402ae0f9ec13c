"""The tree keeps its style; and each checker is seen to find what it should."""
import shutil
import subprocess
import sys

import floors
import measure
import pytest
import rules_c
import rules_text
import source
import style
import tools

GOOD_C = """\
/*
 * core/good.c - a file that breaks no rule.
 */
#include "core/good.h"

int good_count(void)
{
    return 0;
}
"""
GOOD_H = """\
/*
 * core/good.h - a header that breaks no rule.
 */
#ifndef CORE_GOOD_H
#define CORE_GOOD_H

/* How many are good. */
int good_count(void);

#endif
"""
TOWER = """\
# from the ground up
low    lib
high   core
top    .
upcalls:
panic  core
"""


def test_tree_is_clean(root):
    found = list(style.findings(root))
    assert not found, "\n".join(found)


def test_numbers_hold(root):
    over = [row for row in measure.rows(root) if row.is_over]
    assert not over, over


def test_floors_hold(root, build):
    run = subprocess.run([sys.executable, root / "grade/style/floors.py",
                          root / "kernel", build / "kernel"],
                         capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert " 0 cycles" in run.stdout


@pytest.fixture
def tree(tmp_path, root):
    """A tiny tree that breaks no rule; write into it to break one."""
    def write(path, text):
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        return tmp_path
    shutil.copy(root / ".clang-format", tmp_path)
    write("kernel/floors.txt", TOWER)
    write("kernel/core/good.c", GOOD_C)
    write("kernel/core/good.h", GOOD_H)
    write("kernel/lib/low.h", "/*\n * lib/low.h - low.\n */\n")
    write.root = tmp_path
    return write


def test_good_tree_has_no_finding(tree):
    assert list(style.findings(tree.root)) == []


def rule_findings(rule, root, path):
    return [what for _, what in rule(source.Source(root, path))]


WIDE = "/* " + "x" * 80 + " */\n"
TEXT_SAMPLES = [
    (rules_text.check_width, WIDE, "86 columns"),
    (rules_text.check_whitespace, "int a; \n", "spaces at the end"),
    (rules_text.check_whitespace, "\tint a;\n", "a tab"),
    (rules_text.check_whitespace, "int a;", "no newline"),
    (rules_text.check_whitespace, "int a;\n\n", "empty lines"),
    (rules_text.check_words, "/* TO" "DO: later */\n", "write an issue"),
    (rules_text.check_words, "int a; // XX" "X\n", "write an issue"),
    (rules_text.check_paths, 'char *p = "/ho' 'me/me/x";\n', "one machine"),
]
C_SAMPLES = [
    (rules_c.check_conditionals, "#ifdef DEBUG\n#endif\n", "#if in a .c file"),
    (rules_c.check_conditionals, "# if 1\n#endif\n", "#if in a .c file"),
    (rules_c.check_head, "#include <x.h>\n", "no head comment"),
    (rules_c.check_head, "/*\n * core/other.c - x.\n */\n", "names core/oth"),
    (rules_c.check_own_header, '#include "lib/low.h"\n#include "core/good.h"\n',
     'include "core/good.h" first'),
    (rules_c.check_includes, '#include "x.h"\n' * 11, "11 includes"),
    (rules_c.check_typedef, "typedef struct page page_t;\n", "typedef of a s"),
    (rules_c.check_typedef, "typedef struct {\n int a;\n} t;\n", "typedef of"),
    (rules_c.check_function_length,
     "void f(void)\n{\n" + "    f();\n" * 58 + "}\n", "f() has 61 lines"),
    (rules_c.check_goto, "void f(void)\n{\nagain:\n    goto again;\n}\n",
     "goto again goes backward"),
]
C_FINE = [
    (rules_c.check_conditionals, "/* #if in a comment */\n#define A 1\n"),
    (rules_c.check_typedef, "typedef struct { u8 b[2]; } be16_t;\n"),
    (rules_c.check_function_length,
     "void f(void)\n{\n" + "    f();\n" * 57 + "}\n"),
    (rules_c.check_goto, "void f(void)\n{\n    goto out;\nout:\n    f();\n}\n"),
    (rules_text.check_paths, '"https://x.org/home/me"; "${X}/home/a";\n'),
]


@pytest.mark.parametrize("rule, text, finding", TEXT_SAMPLES + C_SAMPLES)
def test_rule_finds(tree, rule, text, finding):
    tree("kernel/core/good.c", text)
    found = rule_findings(rule, tree.root, "kernel/core/good.c")
    assert len(found) == 1 and finding in found[0]


@pytest.mark.parametrize("rule, text", C_FINE)
def test_rule_lets_pass(tree, rule, text):
    tree("kernel/core/good.c", text)
    assert rule_findings(rule, tree.root, "kernel/core/good.c") == []


@pytest.mark.parametrize("text, names", [
    ("int f(void);\n", ["f()"]),
    ("/* What f does. */\nint f(void);\n", []),
    ("/* Both. */\nint f(void);\nint g(int a, int b);\n", []),
    ("/* One. */\nint f(void);\n\nvoid *g(int (*h)(int)) REQUIRES(*l);\n",
     ["g()"]),
    ("static inline int f(void)\n{\n    return g(1);\n}\n", []),
    ("struct a {\n    int (*f)(void);\n};\n", []),
])
def test_prototypes_need_comments(tree, text, names):
    tree("kernel/core/good.h", text)
    found = rule_findings(rules_c.check_comments, tree.root,
                          "kernel/core/good.h")
    assert [f.split()[0] for f in found] == names


def compile_tree(root):
    """Compile every C file of a tiny tree; its object folder."""
    for path in (root / "kernel").rglob("*.c"):
        target = root / "obj" / path.relative_to(root / "kernel")
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["gcc", "-c", "-ffreestanding", f"-I{root}/kernel",
                        path, "-o", target.with_suffix(".o")], check=True)
    return root / "obj"


FLOOR_SAMPLES = [
    ("kernel/lib/a.c", '#include "core/good.h"\n', "lib/ includes core/good.h"),
    ("kernel/lib/a.c", "int good_count(void);\nint f(void);\n"
     "int f(void) { return good_count(); }\n", "lib/ calls good_count()"),
    ("kernel/lib/a.c", "__attribute__((weak)) int good_count(void);\n"
     "int f(void);\nint f(void) { return good_count(); }\n",
     "lib/ calls good_count()"),
    ("kernel/lib/low.h", '#include "lib/low.h"\n', "includes itself"),
    ("kernel/odd/a.c", "", "on no floor"),
    ("kernel/lib/a.asm", '%include "core/good.h"\n', "lib/ includes core/good"),
]


@pytest.mark.parametrize("path, text, finding", FLOOR_SAMPLES)
def test_floors_find(tree, capsys, path, text, finding):
    root = tree(path, text)
    arguments = [str(root / "kernel"), str(compile_tree(root))]
    assert floors.main(arguments) == 1
    assert finding in capsys.readouterr().out


def test_floors_let_upcalls_pass(tree, capsys):
    tree("kernel/core/up.c", "void panic(void);\nvoid panic(void) {}\n")
    root = tree("kernel/lib/a.c", "void panic(void);\nvoid f(void);\n"
                "void f(void) { panic(); }\n")
    assert floors.main([str(root / "kernel"), str(compile_tree(root))]) == 0
    assert "panic        in core   called by lib" in capsys.readouterr().out


def test_floors_know_weak_definitions(tree, capsys):
    """A default for when the floor is absent does not hide a call upwards."""
    tree("kernel/core/up.c", "void up(void);\nvoid up(void) {}\n")
    tree("kernel/lib/default.c", "void up(void);\n"
         "__attribute__((weak)) void up(void) {}\n")
    root = tree("kernel/lib/a.c", "void up(void);\nvoid f(void);\n"
                "void f(void) { up(); }\n")
    assert floors.main([str(root / "kernel"), str(compile_tree(root))]) == 1
    assert "lib/ calls up() in core/" in capsys.readouterr().out


def test_floors_forget_removed_files(tree):
    root = tree("kernel/lib/a.c", "int good_count(void);\nint f(void);\n"
                "int f(void) { return good_count(); }\n")
    objects = compile_tree(root)
    (root / "kernel/lib/a.c").unlink()
    assert floors.main([str(root / "kernel"), str(objects)]) == 0


TOOL_SAMPLES = [
    (tools.check_clang, "kernel/core/a.c",
     "struct __attribute__((capability(\"lock\"))) lock { int a; };\n"
     "struct lock big;\n"
     "int f(void) __attribute__((requires_capability(big)));\n"
     "int g(void);\nint g(void) { return f(); }\n",
     "kernel/core/a.c:5: calling function 'f' requires holding"),
    (tools.check_shell, "x.sh", "#!/bin/sh\nrm $1\n",
     "x.sh:2: Double quote"),
    (tools.check_python, "x.py", "import os\n", "x.py:1: 'os' imported but"),
    (tools.check_python, "x.py", "def f(:\n", "x.py:1: invalid syntax"),
]


@pytest.mark.parametrize("tool, path, text, finding", TOOL_SAMPLES)
def test_tool_finds(tree, tool, path, text, finding):
    root = tree(path, text)
    found = list(tool(root, [path]))
    assert found and found[0].startswith(finding), found


def test_format_finds(tree):
    tree("kernel/core/a.c", "int  a;\n")
    found = list(tools.check_format(tree.root, ["kernel/core/a.c"]))
    assert found == ["kernel/core/a.c:1: not formatted; `make format`"]


def test_numbers_are_seen_over(tree):
    tree("kernel/core/long.c", "int a;\n" * 401)
    over = {row.name for row in measure.rows(tree.root) if row.is_over}
    assert "lines of a .c file, longest" in over
    assert "comment share, %" in over
    assert "asserts in 1,000 lines" in over
