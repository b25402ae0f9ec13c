"""The GDB commands, each held against facts about a kernel that just booted.

A batch of commands runs under `make debug`'s script.  `call_kernel` makes the
kernel do something known first: it enters a function by hand and comes back
through a breakpoint, for GDB's own `call` needs an executable stack.
"""
import os
import re
import signal
import subprocess
import sys

import pytest

START = ["hbreak ktest_main", "continue", "set $home = $rsp"]


def gdb(root, kernel, *commands, **variables):
    """What GDB prints for these commands."""
    arguments = [word for command in commands for word in ("-ex", command)]
    process = subprocess.Popen(
        [sys.executable, root / "grade/debug.py", "--kernel", kernel, "--",
         "-batch", *arguments], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
        env={**os.environ, **variables})
    try:
        return process.communicate(timeout=60)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[0] + "\n(no end within 60 s)"


def call_kernel(function, *arguments):
    """Commands that call a kernel function at a stop in ktest_main()."""
    registers = ["$rdi", "$rsi", "$rdx"]
    return ["set $rsp = $home - 16",
            "set *(unsigned long *)$rsp = (unsigned long)ktest_main",
            *[f"set {register} = (unsigned long)({value})"
              for register, value in zip(registers, arguments)],
            f"set $rip = {function}", "continue", "set $rsp = $home"]


def section(output, title):
    """What was printed between `echo TITLE` and the next such mark."""
    return output.split(f"<{title}>")[1].split("<")[0]


def marked(title, *commands):
    return [f"echo <{title}>\\n", *commands, "echo <>\\n"]



def test_frames(root, kernel):
    output = gdb(root, kernel, *START, *marked("before", "qn frames"),
                 *call_kernel("page_alloc", 3, 0),
                 *marked("after", "qn frames", "p zones[1].n_free"))
    before, after = section(output, "before"), section(output, "after")
    count = {name: re.search(r"^DMA32 +\w+ +(\d+) +(\d+) +(\d+) +(\d+)",
                             text, re.M)
             for name, text in (("before", before), ("after", after))}
    assert all(count.values()), output
    frames, managed, free, used = map(int, count["before"].groups())
    assert int(count["after"][3]) == free - 8
    assert int(count["after"][4]) == used + 1
    assert f"= {free - 8}\n" in after
    assert managed <= frames
    orders = re.search(r"DMA32: allocated blocks by order:.*\b3: (\d+)", after)
    old = re.search(r"DMA32: allocated blocks by order:.*\b3: (\d+)", before)
    assert orders and int(orders[1]) == (int(old[1]) if old else 0) + 1


def test_frames_agree_with_the_lists(root, kernel):
    """Free blocks, each as large as its order says, are the free frames."""
    output = gdb(root, kernel, *START, "qn frames")
    for zone, free in re.findall(r"^(DMA\w*) +buddy +\d+ +\d+ +(\d+)", output,
                                 re.M):
        line = re.search(rf"^{zone}: free blocks by order: +(.*)$", output,
                         re.M)[1]
        blocks = re.findall(r"(\d+): (\d+)", line)
        assert sum(int(n) << int(order) for order, n in blocks) == int(free)


def test_slabs(root, kernel):
    output = gdb(root, kernel, *START, *marked("before", "qn slabs"),
                 *call_kernel("kmalloc", 1500), *call_kernel("kmalloc", 1500),
                 *marked("after", "qn slabs"))
    row = r"^kmalloc-1536 +1536 +\d+ +(\d+) +(\d+) +(\d+)"
    before = re.search(row, section(output, "before"), re.M)
    after = re.search(row, section(output, "after"), re.M)
    assert before and after, output
    assert int(after[1]) == int(before[1]) + 2
    assert int(after[3]) >= 1


def test_page_table(root, kernel):
    """As QEMU's own walk has it."""
    output = gdb(root, kernel, *START,
                 *marked("data", "qn pt &boot_info"),
                 *marked("truth", 'eval "monitor gva2gpa %#lx", &boot_info'),
                 *marked("nowhere", "qn pt 0x123456789000"))
    truth = re.search(r"gpa: (0x[0-9a-f]+)", section(output, "truth"))
    data = section(output, "data")
    assert re.search(r"physical (0x[0-9a-f]+)", data)[1] == truth[1], output
    assert re.search(r"PML4\[511\] = 0x[0-9a-f]+  present write", data)
    assert "not mapped: nothing present in the" in section(output, "nowhere")


def test_locks(root, kernel):
    output = gdb(root, kernel, *START, *marked("none", "qn locks"),
                 *call_kernel("spin_lock", "&zones[1].lock"),
                 *marked("one", "qn locks"))
    assert "no CPU holds a spinlock" in section(output, "none")
    assert re.search(r"CPU 0 holds `zone` \(rank 100\), taken in ",
                     section(output, "one")), output


def test_mistakes_are_one_line(root, kernel):
    output = gdb(root, kernel, *START, *marked("pt", "qn pt"),
                 *marked("bt", "qn bt nobody"))
    assert "Traceback" not in output
    assert "qn pt: give one address, such as `qn pt $rsp`" in output
    assert "qn bt: no thread is called nobody" in output


def test_help(root):
    run = subprocess.run(
        ["gdb", "-batch", "-nx", "-x", ".gdbinit", "-ex", "help qn"],
        cwd=root, capture_output=True, text=True)
    for name in ("bt", "frames", "locks", "pt", "slabs", "threads"):
        assert f"\nqn {name} -- qn {name}" in run.stdout


@pytest.mark.parametrize("variables, message", [
    ({"SEED": "x"}, "debug.py: SEED=x: must be a number"),
    ({"LAB": "77"}, "debug.py: there is no lab 77"),
])
def test_debug_refuses(root, kernel, variables, message):
    assert gdb(root, kernel, **variables).strip() == message
