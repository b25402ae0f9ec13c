"""The cut of single files and trees, tried on the toy course."""

import shutil
import subprocess
import sys

import pytest

import toytree

sys.path.insert(0, str(toytree.ROOT / "labs"))

from cutlib import CutError, edit, shipping, stub, trees  # noqa: E402
from qn.labs import Exercise, Function  # noqa: E402
from student import source  # noqa: E402

CUT = toytree.ROOT / "labs" / "cut.py"
WARNINGS = ["-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter",
            "-Wstrict-prototypes", "-Wmissing-prototypes"]


@pytest.fixture
def toy(tmp_path):
    """A fresh toy course."""
    return toytree.make(tmp_path / "toy")


def cut(toy, *words):
    """Run cut.py on the toy: (exit status, what it said)."""
    ran = subprocess.run([CUT, "--root", toy, *words], text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return ran.returncode, ran.stdout


def cut_text(text, names, helpers=(), returns="0", path="kernel/a.c"):
    """A text with one exercise taken out of it."""
    functions = tuple(Function(name, returns) for name in names)
    return edit.cut_file(path, text, [Exercise(
        "9.1", "Nine", 100, path, functions, tuple(helpers), ())])


def compiles(folder, out):
    """Compile and assemble every source of a toy tree."""
    for path in sorted(folder.glob("kernel/shop/*.c")):
        subprocess.run(["gcc", *WARNINGS, f"-I{folder}/kernel", "-c", path,
                        "-o", out], check=True)
    for path in sorted(folder.glob("kernel/shop/*.asm")):
        subprocess.run(["nasm", "-f", "elf64", "-w+error", path, "-o", out],
                       check=True)


# ---- one C file

FORMS = {
    "own line": "int f(int a)\n{\n    return a;\n}\n",
    "same line": "int f(int a) {\n    return a;\n}\n",
    "one line": "int f(int a) { return a; }\n",
    "static inline": "static inline int f(int a)\n{\n    return a;\n}\n"
                     "int g(void);\nint g(void)\n{\n    return f(1);\n}\n",
    "name on a line of its own": "struct s *\nf(int a,\n  int b)\n{\n"
                                 "    return 0;\n}\n",
    "attribute before": "__attribute__((noinline)) int f(int a)\n{\n"
                        "    return a;\n}\n",
    "annotation after": "int f(int a) REQUIRES(a->lock)\n    MUST_CHECK\n{\n"
                        "    return a;\n}\n",
    "braces in strings": 'int f(int a)\n{\n    g("}{", \'}\', "\\"}");\n'
                         "    return a; /* } */ // }\n}\n",
    "nested braces": "int f(int a)\n{\n    if (a) {\n        do {\n"
                     "            a--;\n        } while (a);\n    }\n"
                     "    return (struct s){.x = a}.x;\n}\n",
    "function pointer": "int f(int (*g)(int), int a[2])\n{\n"
                        "    return g(a[0]);\n}\n",
    "loop macro": "int f(struct list *l)\n{\n    list_for_each(i, l) {\n"
                  "        use(i);\n    }\n    return 1;\n}\n",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_body_becomes_stub_and_nothing_else_changes(form):
    before = "#include \"core/lab.h\"\n\n" \
             "#define M(x) \\\n    (x)\n/* Why. */\n"
    after = "\nstatic int last = 7;\nint h(void);\nint h(void)\n{\n" \
            "    return last;\n}\n"
    text = cut_text(before + form + after, ["f"])
    brace = form.index("{")
    assert text.startswith(before + form[:brace] + "{\n"
                           '    lab_todo("9.1", "f");\n    return 0;\n}\n')
    assert text.endswith(after)
    assert text.count("lab_todo") == 1
    assert text.count("{") == text.count("}")


def test_declaration_right_below_a_macro_of_many_lines():
    macro = "#define M(x) \\\n    (x)\n"
    text = cut_text(macro + "static int gone(void)\n{\n    return 1;\n}\n\n"
                    "int f(void)\n{\n    return gone();\n}\n", ["f"], ["gone"])
    assert macro in text and "gone" not in text


def test_void_function_returns_nothing():
    text = cut_text("void f(void)\n{\n    g();\n}\n", ["f"], returns=None)
    assert text.endswith('{\n    lab_todo("9.1", "f");\n}\n')


@pytest.mark.parametrize("text, returns, message", [
    ("void f(void)\n{\n}\n", "0", "f is void"),
    ("int f(void)\n{\n    return 1;\n}\n", None, "f returns int"),
    ("void *f(void)\n{\n    return 0;\n}\n", None, "f returns void *"),
    ("int f;\n", "0", "f is a variable"),
    ("int g;\n", "0", "no definition of f"),
])
def test_returns_must_fit_the_function(text, returns, message):
    with pytest.raises(CutError, match=message.replace("*", r"\*")):
        cut_text(text, ["f"], returns=returns)


HELPERS = """\
/* Kept. */
static int kept;

/* Gone with its
 * comment. */
static int gone(int a);

/* Gone as well. */
enum { GONE_A, GONE_B };
#define GONE_MACRO(x) \\
    ((x) + GONE_A)
/* A table
 * that goes. */
// clang-format off
static const int gone_table[] = {
    1, 2 };
// clang-format on

int f(int a)
{
    return gone(GONE_MACRO(gone_table[a])) + kept;
}

static int gone(int a)
{
    return gone(a - GONE_B);
}

int g(void)
{
    return kept;
}
"""


def test_helpers_vanish_with_comments_and_prototypes():
    text = cut_text(HELPERS, ["f"],
                    ["gone", "GONE_A", "GONE_MACRO", "gone_table"])
    assert text == """\
#include "core/lab.h"

/* Kept. */
static int kept;

int f(int a)
{
    lab_todo("9.1", "f");
    return 0;
}

int g(void)
{
    return kept;
}
"""


def test_helper_still_used_is_refused():
    with pytest.raises(CutError, match="kept is still used"):
        cut_text(HELPERS, ["f"], ["gone", "GONE_A", "GONE_MACRO",
                                  "gone_table", "kept"])


def test_static_left_unused_is_refused():
    with pytest.raises(CutError, match="nothing uses gone_table"):
        cut_text(HELPERS, ["f"], ["gone", "GONE_A", "GONE_MACRO"])


@pytest.mark.parametrize("before, after", [
    ('#include "a.h"\n\n#include "b/b.h"\n#include "d/d.h"\n',
     '#include "a.h"\n\n#include "b/b.h"\n#include "core/lab.h"\n'
     '#include "d/d.h"\n'),
    ('#include "z/a.h"\n', '#include "z/a.h"\n\n#include "core/lab.h"\n'),
    ('#include "z/z.h"\n', '#include "core/lab.h"\n#include "z/z.h"\n'),
    ('#include "b/z.h"\n', '#include "b/z.h"\n#include "core/lab.h"\n'),
    ('/* Head. */\n\n', '/* Head. */\n\n#include "core/lab.h"\n\n'),
    ('#include "core/lab.h"\n', '#include "core/lab.h"\n'),
], ids=["sorted", "after own", "before", "after", "none", "there"])
def test_include_is_put_where_clang_format_wants_it(before, after):
    rest = "int x;\n"
    assert stub.declare_todo("kernel/z/a.c", before + rest) == after + rest


def test_own_stub_is_stable_under_clang_format(tmp_path):
    text = cut_text('#include "z/a.h"\n\n#include "b/b.h"\n\n/* F. */\n'
                    + FORMS["own line"], ["f"])
    (tmp_path / ".clang-format").write_text(
        (toytree.ROOT / ".clang-format").read_text())
    (tmp_path / "a.c").write_text(text)
    subprocess.run(["clang-format", "--dry-run", "-Werror",
                    tmp_path / "a.c"], check=True)


# ---- one NASM file

def test_routine_becomes_stub_up_to_the_next_ones_comment():
    text = cut_text(toytree.TURN, ["turn"], returns="-22", path="turn.asm")
    head, tail = toytree.TURN.index("    mov rax, rdi\n    mov rcx"), \
        toytree.TURN.index("\n; turn_back(value)")
    assert text.startswith("; shop/turn.asm - turning a value round.\n")
    assert toytree.TURN[tail:] == text[text.index("\n; turn_back(value)"):]
    assert ".again" not in text and "extern lab_todo\n" in text
    assert "    mov rax, -22\n    ret\n.exercise: db \"3.1\"" \
        in text.replace("9.1", "3.1")
    assert head < tail


def test_routine_stub_says_both_names_and_returns(tmp_path):
    """Run it: the stub must be a function like any other."""
    (tmp_path / "turn.asm").write_text(
        cut_text(toytree.TURN, ["turn"], returns="-22", path="turn.asm"))
    (tmp_path / "main.c").write_text("""\
#include <stdio.h>
long turn(long);
void lab_todo(const char *exercise, const char *function)
{
    printf("%s %s %d\\n", exercise, function,
           (int)((unsigned long)__builtin_frame_address(0) % 16));
}
int main(void)
{
    printf("%ld\\n", turn(5));
}
""")
    subprocess.run("nasm -f elf64 turn.asm && gcc -no-pie -o t main.c turn.o "
                   "-z noexecstack", shell=True, check=True, cwd=tmp_path)
    said = subprocess.check_output(tmp_path / "t", text=True)
    assert said == "9.1 turn 0\n-22\n"


def test_nasm_pieces_end_where_the_next_begins():
    found = {p.name: toytree.TURN[p.decl:p.end]
             for p in source.pieces("turn.asm", toytree.TURN)}
    assert set(found) == {"turn", "turn_back", "turn_name"}
    assert found["turn"].endswith("    ret\n")
    assert found["turn_back"] == "turn_back:\n    mov rax, rdi\n    ret\n"


# ---- which file goes where

@pytest.mark.parametrize("glob, path, fits", [
    ("kernel/mm/*", "kernel/mm/a.c", True),
    ("kernel/mm/*", "kernel/mm/x/a.c", True),
    ("kernel/*.c", "kernel/mm/a.c", False),
    ("kernel/**/a.c", "kernel/mm/x/a.c", True),
    ("kernel/**/a.c", "kernel/a.c", True),
    ("kernel/mm", "kernel/mm/a.c", True),
    ("kernel/mm", "kernel/mmx/a.c", False),
    ("kernel/mm/p?.c", "kernel/mm/pt.c", True),
    ("kernel/mm/kmap*", "kernel/mm/kmap.h", True),
    ("grade/a+b", "grade/a+b", True),
])
def test_globs(glob, path, fits):
    assert bool(shipping.glob_to_regex(glob).fullmatch(path)) == fits


TREES = {
    ("starter", 1): {"box": "stub", "chain": None, "turn": None},
    ("starter", 2): {"box": "stub", "chain": "stub", "turn": None},
    ("starter", 3): {"box": "stub", "chain": "stub", "turn": "stub"},
    ("catchup", 1): {"box": "stub", "chain": None, "turn": None},
    ("catchup", 3): {"box": "full", "chain": "full", "turn": "stub"},
    ("solution", 2): {"box": "full", "chain": "full", "turn": None},
    ("solution", 3): {"box": "full", "chain": "full", "turn": "full"},
}


@pytest.mark.parametrize("which", TREES, ids=str)
def test_trees(toy, tmp_path, which):
    out = tmp_path / "out"
    assert cut(toy, "tree", which[0], str(which[1]), out) == (0, "")
    for name, state in TREES[which].items():
        path = next(p for p in toytree.FILES if p.startswith(
            f"kernel/shop/{name}.") and not p.endswith(".h"))
        if state is None:
            assert not (out / path).exists()
            continue
        text = (out / path).read_text()
        assert ("lab_todo" in text) == (state == "stub")
        assert (text == toytree.FILES[path]) == (state == "full")
    for lab, place in ((2, "kernel/test/chain.c"), (2, "handouts/lab2.md"),
                       (2, "labs/02-chain/lab.toml"), (3, "handouts/lab3.md"),
                       (2, "grade/labs/02-chain/check_chain.py")):
        assert (out / place).exists() == (lab <= which[1])
    for place in ("labs/course.toml", "solutions-private"):
        assert not (out / place).exists()
    compiles(out, tmp_path / "out.o")


def test_student_lab_toml_tells_no_names(toy, tmp_path):
    cut(toy, "tree", "starter", "1", tmp_path / "s")
    cut(toy, "tree", "solution", "1", tmp_path / "f")
    text = (tmp_path / "s/labs/01-box/lab.toml").read_text()
    for word in ("functions", "helpers", "returns", "distance", "#"):
        assert word not in text
    assert 'hint = "Look at every box."' in text and "points = 60" in text
    assert (tmp_path / "f/labs/01-box/lab.toml").read_text() \
        == toytree.LAB_1


def test_stub_of_one_exercise_in_a_copy(toy, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(toy / "kernel", copy / "kernel")
    assert cut(toy, "stub", "--exercise", "1.2", "--tree", copy) == (0, "")
    text = (copy / "kernel/shop/box.c").read_text()
    assert text.count("lab_todo(") == 1 and "distance(" in text
    compiles(copy, tmp_path / "out.o")


@pytest.mark.parametrize("order", [("2.1", "2.2"), ("2.2", "2.1")])
def test_helper_of_two_exercises_stays_until_both_are_cut(toy, tmp_path,
                                                          order):
    copy = tmp_path / "copy"
    shutil.copytree(toy / "kernel", copy / "kernel")
    for exercise, left in zip(order, (True, False)):
        assert cut(toy, "stub", "--exercise", exercise, "--tree", copy) \
            == (0, "")
        text = (copy / "kernel/shop/chain.c").read_text()
        assert ("is_end" in text) == left
        compiles(copy, tmp_path / "out.o")


# ---- mistakes: one line, exit 2, nothing written

BAD = {
    "missing function": ("labs/01-box/lab.toml", '"box_sum"', '"box_add"',
                         "box_add"),
    "missing helper": ("labs/01-box/lab.toml", '"distance"', '"dist"',
                       "dist"),
    "unknown test": ("labs/01-box/lab.toml", '"box.sum"', '"box.add"',
                     "box.add"),
    "points of tests": ("labs/01-box/lab.toml", 'name = "box.sum"\npoints = '
                        "40", 'name = "box.sum"\npoints = 39', "39"),
    "points of exercises": ("labs/02-chain/lab.toml",
                            'title = "Hash"\npoints = 50\n',
                            'title = "Hash"\npoints = 51\n', "51"),
    "no test": ("labs/03-turn/lab.toml", toytree.LAB_3[
        toytree.LAB_3.index("[[exercise.test]]"):], "", "test"),
    "no section": ("handouts/lab3.md", "## Exercise 3.1", "## Task 3.1",
                   "3.1"),
    "not toml": ("labs/03-turn/lab.toml", "number = 3", "number 3",
                 "labs/03-turn/lab.toml"),
    "misspelt key": ("labs/03-turn/lab.toml", "hours", "ours", "ours"),
    "no file": ("labs/03-turn/lab.toml",
                'student = ["kernel/shop/turn.asm"]',
                'student = ["kernel/shop/turn.asm", "kernel/x.c"]',
                "kernel/x.c"),
    "glob without file": ("labs/03-turn/lab.toml", "kernel/test/turn.c",
                          "kernel/test/turm.c", "turm.c"),
    "file of two labs": ("labs/03-turn/lab.toml", "kernel/test/turn.c",
                         "kernel/test/*", "kernel/test/chain.c"),
    "handed out early": ("labs/02-chain/lab.toml", "kernel/shop/chain*",
                         "kernel/test/chain*", "kernel/shop/chain.c"),
    "returns missing": ("labs/01-box/lab.toml", ', returns = "0"', "",
                        "box_sum"),
    "returns of void": ("labs/01-box/lab.toml", '"box_drop"',
                        '"box_drop", returns = "0"', "box_drop"),
    "helper in use": ("labs/01-box/lab.toml", '"distance"',
                      '"distance", "shelf_fill"', "shelf_fill"),
    "helper forgotten": ("labs/01-box/lab.toml", '"search_start", ', "",
                         "search_start"),
    "course without date": ("labs/course.toml", "date = 2026", "dat = 2026",
                            "date"),
    "course with a bad date": ("labs/course.toml", "2026-01-01T00:00:00Z",
                               '"today"', "date"),
    "unbalanced braces": ("kernel/shop/chain.c", "static int is_end(char "
                          "letter)\n{", "static int is_end(char letter)\n",
                          "kernel/shop/chain.c"),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD.keys())
def test_mistakes_cost_one_line_and_nothing_is_written(toy, tmp_path, case):
    place, old, new, word = case
    toytree.edit(toy / place, old, new)
    before = sorted(tmp_path.rglob("*"))
    for words in (["check"], ["tree", "starter", "3", tmp_path / "t"],
                  ["branches", tmp_path / "b" / "c"]):
        status, said = cut(toy, *words)
        assert status == 2
        assert said.count("\n") == 1 and "Traceback" not in said
        assert word in said
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("words, word", [
    (["tree", "starter", "4", "../OUT"], "no lab 4"),
    (["tree", "starter", "1", "/tmp"], "there already"),
    (["tree", "starter", "1", "out"], "inside the tree"),
    (["stub", "--exercise", "7.7", "--tree", "."], "no exercise 7.7"),
    (["stub", "--exercise", "1.1", "--tree", "labs"], "no such file"),
    (["branches", ""], "OUT="),
    (["branches", "/tmp"], "neither"),
    (["branches", "out"], "inside the tree"),
])
def test_bad_commands(toy, monkeypatch, words, word):
    monkeypatch.chdir(toy)
    status, said = cut(toy, *words)
    assert status == 2 and word in said and said.count("\n") == 1


def test_an_ignored_folder_inside_the_tree_will_do(toy):
    (toy / ".gitignore").write_text("build/\n")
    assert cut(toy, "tree", "starter", "1", toy / "build/s") == (0, "")
    assert cut(toy, "branches", toy / "build/b")[0] == 0


def test_course_without_labs(toy):
    for folder in toy.glob("labs/0*"):
        shutil.rmtree(folder)
    assert cut(toy, "check") == (2, "cut.py: labs: there is no "
                                    "labs/NN-name/lab.toml\n")


def test_links_and_modes_are_kept(toy, tmp_path):
    (toy / "run").write_text("#!/bin/sh\n")
    (toy / "run").chmod(0o755)
    (toy / "link").symlink_to("run")
    cut(toy, "tree", "starter", "1", tmp_path / "t")
    assert (tmp_path / "t/link").readlink().name == "run"
    assert (tmp_path / "t/run").stat().st_mode & 0o777 == 0o755
    assert trees.Blob.read(toy / "link").mode == "120000"
