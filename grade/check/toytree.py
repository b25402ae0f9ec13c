"""A course of three small labs, to try the cut on.

make(folder) writes a full tree whose C files hold every form that the cut has
to understand; its sources compile with plain gcc.
"""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

HEADER = """\
#ifndef SHOP_H
#define SHOP_H

#define REQUIRES(lock)
struct box {
    int size;
};
struct box *box_find(int size);
void box_drop(struct box *box);
int box_count(void);
int box_sum(int first, int last);
int chain_length(const char *text);
unsigned long chain_hash(const char *text, unsigned long seed) REQUIRES(0);
long turn(long value);
long turn_back(long value);

#endif
"""

TODO_HEADER = """\
#ifndef CORE_LAB_H
#define CORE_LAB_H

void lab_todo(const char *exercise, const char *function);

#endif
"""

BOX = """\
/*
 * shop/box.c - boxes on a shelf.
 */
#include "shop/box.h"

#include "core/aisle.h"
#include "shop/shelf.h"

enum { N_BOXES = 4 };

/* Where a search began last; only searches look at it. */
static int search_start;

// clang-format off
static const int sizes[N_BOXES] = {
    1, 2,
    3, 4,
};
// clang-format on

static struct box boxes[N_BOXES];

/* The box after this one, round the shelf. */
#define NEXT_BOX(i) \\
    (((i) + 1) %    \\
     N_BOXES)

/* A number without its sign. */
static int absolute(int number)
{
    return number < 0 ? -number : number;
}

/* How far a box is from the wanted size: a helper of the solution. */
static int distance(const struct box *box, int size)
{
    return absolute(box->size - size);
}

/* Given to the student: fills the shelf. */
static void shelf_fill(void)
{
    for (int i = 0; i < N_BOXES; i++)
        boxes[i].size = sizes[i];
}

/* The box whose size is nearest; braces in "}" and '{' must not matter. */
struct box *box_find(int size)
{
    const char *quoted = "} /* no comment */ {";
    struct box *best = &boxes[search_start];

    shelf_fill();
    for (int i = 0; i < N_BOXES; i++) {
        if (distance(&boxes[i], size) < distance(best, size)) {
            best = &boxes[i];
        }
    }
    search_start = NEXT_BOX(search_start);
    return quoted[0] == '{' ? 0 : best;
}

void box_drop(struct box *box)
{
    /* A box that is dropped has no size any more. */
    box->size = 0;
    search_start = (int)(box - boxes) + N_BOXES - N_BOXES;
}

int box_count(void)
{
    shelf_fill();
    return N_BOXES;
}

int box_sum(int first, int last) {
    int sum_of_sizes = 0;
    while (first < last)
        sum_of_sizes += boxes[first++].size;
    return sum_of_sizes;
}
"""

CHAIN = """\
/*
 * shop/chain.c - chains of letters.
 */
#include "shop/box.h"

static int is_end(char letter);

/* One step of the hash; given away by nobody. */
static inline __attribute__((always_inline)) unsigned long
hash_step(unsigned long hash, char letter)
{
    return (hash ^ (unsigned char)letter) * 1099511628211ul;
}

/* The number of letters before the end. */
int chain_length(const char *text)
{
    int n_letters = 0;
    while (!is_end(text[n_letters]))
        n_letters++;
    return n_letters;
}

/* FNV-1a, as the handout draws it. */
__attribute__((noinline)) unsigned long
chain_hash(const char *text,
           unsigned long seed) REQUIRES(0)
{
    for (int i = 0; !is_end(text[i]); i++)
        seed = hash_step(seed, text[i]);
    return seed;
}

/* Whether the chain ends here. */
static int is_end(char letter)
{
    return letter == '\\0';
}
"""

TURN = """\
; shop/turn.asm - turning a value round.

section .text

; turn(value): one way.
global turn
turn:
    mov rax, rdi
    mov rcx, 4          ; "loop:" is no label in a string
.again:
    rol rax, 16
    dec rcx
    jnz .again
    neg rax
    ret

; turn_back(value): the other way.
; It is given.
align 16
global turn_back
turn_back:
    mov rax, rdi
    ret

section .rodata
turn_name: db "turn", 0
"""

TESTS = """\
struct entry {
    const char *name;
};
const struct entry entries_%d[] = {
    %s,
};
"""

LAB_1 = """\
number = 1
name = "box"
title = "Boxes"
hours = 3
student = ["kernel/shop/box.c"]

# the answer: distance() decides
[[exercise]]
id = "1.1"
title = "Find"
points = 60
file = "kernel/shop/box.c"
functions = [{name = "box_find", returns = "NULL_BOX"}, {name = "box_drop"}]
helpers = ["distance", "absolute", "search_start", "NEXT_BOX"]
[[exercise.test]]
name = "box.find"
points = 40
hint = "Look at every box."
[[exercise.test]]
name = "box.drop"
points = 20
hint = "Size 0."

[[exercise]]
id = "1.2"
title = "Sum"
points = 40
file = "kernel/shop/box.c"
functions = [{name = "box_sum", returns = "0"}]
[[exercise.test]]
name = "box.sum"
points = 40
hint = "Add."
""".replace("NULL_BOX", "(struct box *)0")

LAB_2 = """\
number = 2
name = "chain"
title = "Chains"
hours = 4
files = ["kernel/shop/chain*", "kernel/test/chain.c"]
student = ["kernel/shop/chain.c"]

[[exercise]]
id = "2.1"
title = "Length"
points = 50
file = "kernel/shop/chain.c"
functions = [{name = "chain_length", returns = "-1"}]
helpers = ["is_end"]
[[exercise.test]]
name = "chain.length"
points = 50
hint = "Count."

[[exercise]]
id = "2.2"
title = "Hash"
points = 50
file = "kernel/shop/chain.c"
functions = [{name = "chain_hash", returns = "0"}]
helpers = ["hash_step"]
[[exercise.test]]
name = "chain.hash"
points = 50
hint = "Mix."
machine = {cpus = 2, mem = "64M", icount = false}
"""

LAB_3 = """\
number = 3
name = "turn"
title = "Turning"
hours = 5
files = ["kernel/shop/turn.asm", "kernel/test/turn.c"]
student = ["kernel/shop/turn.asm"]

[[exercise]]
id = "3.1"
title = "Turn"
points = 100
file = "kernel/shop/turn.asm"
functions = [{name = "turn", returns = "-22"}]
[[exercise.test]]
name = "turn.once"
points = 100
hint = "Four times sixteen bits."
"""

COURSE = """\
author = "Toy <toy@example.invalid>"
date = 2026-01-01T00:00:00Z
private = ["labs/course.toml", "solutions-private", "grade/check"]
"""


def _handout(number, title, exercises):
    sections = "".join(f"\n## Exercise {number}.{i}: {name}\n\nWrite it.\n"
                       for i, name in enumerate(exercises, 1))
    return f"# Lab {number}: {title}\n{sections}"


def _tests(number, names):
    return TESTS % (number, ",\n    ".join(f'{{"{name}"}}' for name in names))


FILES = {
    "README.md": "# Toy\n",
    "kernel/core/lab.h": TODO_HEADER,
    "kernel/core/aisle.h": "/* core/aisle.h - nothing. */\n",
    "kernel/shop/box.h": HEADER,
    "kernel/shop/shelf.h": "/* shop/shelf.h - nothing. */\n",
    "kernel/shop/box.c": BOX,
    "kernel/shop/given.c": "/* shop/given.c - one line. */\n"
                           "int given = 1;\n\n/* Two. */\nint two = 2;\n",
    "kernel/shop/chain.c": CHAIN,
    "kernel/shop/turn.asm": TURN,
    "kernel/test/box.c": _tests(1, ["box.find", "box.drop", "box.sum"]),
    "kernel/test/chain.c": _tests(2, ["chain.length", "chain.hash"]),
    "kernel/test/turn.c": _tests(3, ["turn.once"]),
    "labs/01-box/lab.toml": LAB_1,
    "labs/02-chain/lab.toml": LAB_2,
    "labs/03-turn/lab.toml": LAB_3,
    "labs/course.toml": COURSE,
    "handouts/lab1.md": _handout(1, "Boxes", ["Find", "Sum"]),
    "handouts/lab2.md": _handout(2, "Chains", ["Length", "Hash"]),
    "handouts/lab3.md": _handout(3, "Turning", ["Turn"]),
    "grade/labs/02-chain/check_chain.py": "# nothing to see\n",
    "solutions-private/answers.md": BOX,
}


def make(folder):
    """Write the tree, a git repository without any commit."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def edit(path, old, new):
    """Replace what must stand in a file exactly once."""
    text = path.read_text()
    assert text.count(old) == 1, f"{path}: {text.count(old)} times {old!r}"
    path.write_text(text.replace(old, new))
