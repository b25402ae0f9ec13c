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
import time

import pexpect
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


def blocks(output, zone, what):
    """[(order, number)] of a zone's line about free or allocated blocks."""
    line = re.search(rf"^{zone}: {what} blocks by order: +(.*)$", output, re.M)
    return [(int(order), int(n))
            for order, n in re.findall(r"(\d+): (\d+)", line[1])]


def test_frames_add_up(root, kernel):
    """The zone's counts, the frame array and the lists tell one story."""
    output = gdb(root, kernel, *START, "qn frames")
    zones = re.findall(r"^(DMA\w*) +buddy" + r" +(\d+)" * 6, output, re.M)
    assert [zone[0] for zone in zones] == ["DMA", "DMA32"]
    for zone, *numbers in zones:
        frames, managed, free, used, _, reserved = map(int, numbers)
        assert managed + reserved == frames
        in_lists = blocks(output, zone, "free")
        assert sum(n << order for order, n in in_lists) == free
        allocated = blocks(output, zone, "allocated")
        assert sum(n << order for order, n in allocated) == managed - free
        assert sum(n for _, n in allocated) == used


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


@pytest.mark.parametrize("address, entry", [
    ("&boot_info", r"PML4\[511\] = 0x[0-9a-f]+  present write"),
    ("0xffff800001234567", r"PD  \[  9\] = 0x[0-9a-f]+  present large write"),
])
def test_page_table(root, kernel, address, entry):
    """As QEMU's own walk has it: the image, and RAM through large pages."""
    output = gdb(root, kernel, *START, *marked("walk", f"qn pt {address}"),
                 f"set $where = (unsigned long)({address})",
                 *marked("truth", 'eval "monitor gva2gpa %#lx", $where'))
    truth = re.search(r"gpa: (0x[0-9a-f]+)", section(output, "truth"))
    walk = section(output, "walk")
    assert re.search(r"physical (0x[0-9a-f]+)", walk)[1] == truth[1], output
    assert re.search(entry, walk), output


def test_page_table_of_an_expression_with_spaces(root, kernel):
    output = gdb(root, kernel, *START,
                 "qn pt (long)&boot_info - 0x10 + 0x20",
                 'printf "want %#018lx\\n", (long)&boot_info + 0x10')
    want = re.search(r"want (0x[0-9a-f]+)", output)
    assert want and f"{want[1]} through the tables" in output, output


def test_page_table_without_a_page(root, kernel):
    output = gdb(root, kernel, *START, "qn pt 0x123456789000")
    assert "not mapped: nothing present in the PML4" in output


def test_locks(root, kernel):
    output = gdb(root, kernel, *START, *marked("none", "qn locks"),
                 *call_kernel("spin_lock", "&zones[1].lock"),
                 *marked("one", "qn locks"))
    assert "no CPU holds a spinlock" in section(output, "none")
    assert re.search(r"CPU 0 holds `zone` \(rank 100\), taken in ",
                     section(output, "one")), output


def test_threads_waiting_for_a_mutex(root, kernel):
    """mutex.fifo: the main thread has it, four rivals wait for it."""
    output = gdb(root, kernel, "hbreak mutex_unlock", "continue",
                 *marked("locks", "qn locks"),
                 *marked("threads", "qn threads"),
                 *marked("bt", "qn bt"), *marked("one", "qn bt main"),
                 T="mutex.fifo")
    locks, threads = section(output, "locks"), section(output, "threads")
    assert "`fifo` is held by main; waiting: " + ", ".join(["rival"] * 4) in (
        locks), output
    assert re.search(r"^\* +main +running +\d+ +0 +\d+ +mutex_unlock", threads,
                     re.M), threads
    assert threads.index("main") < threads.index("idle"), "order of making"
    rivals = re.findall(r"^ +rival +sleeping .*sleeps in `fifo`$", threads,
                        re.M)
    assert len(rivals) == 4, threads
    traces = section(output, "bt").split("thread rival: sleeping\n")[1:]
    assert len(traces) == 4
    for trace in traces:
        assert re.search(r"mutex_lock at .*enter_once at .*", trace, re.S)
    main = section(output, "one")
    assert re.search(r"#0 .*mutex_unlock.*#1 .*test_fifo.*ktest", main, re.S)
    assert "rival" not in main


def test_other_cpus(root, kernel):
    """With two CPUs both are seen, the second one idle: in the end, it is."""
    output = gdb(root, kernel, "break kernel_exit", "continue",
                 *marked("bt", "qn bt"), *marked("threads", "qn threads"),
                 CPUS="2", T="smp.online")
    bt = section(output, "bt")
    assert re.search(r"thread idle(?: 1)?: running\n +#0 .*\n(?: +#.*\n)*"
                     r" +#\d+ .* cpu_start", bt), output
    assert re.search(r"^\* +idle(?: 1)? +running +\d+ +1 ",
                     section(output, "threads"), re.M), output


def test_make_debug_on_a_terminal(root, build):
    """GDB has the terminal; Ctrl-C stops the guest, not our programs."""
    command = ["debug", f"BUILD={build}", "T=selftest.spin_irq_off"]
    terminal = pexpect.spawn("make", command, cwd=str(root), timeout=60,
                             encoding="utf-8")
    prompt = r"\(gdb\) "
    terminal.expect(prompt)
    terminal.sendline("print $pc")
    terminal.expect("0xfff0")
    terminal.expect(prompt)
    terminal.sendline("continue")
    terminal.expect("Continuing")
    time.sleep(1)
    terminal.sendintr()
    terminal.expect("SIGINT")
    terminal.expect(prompt)
    terminal.sendline("qn bt")
    terminal.expect("selftest.c")
    terminal.sendline("kill")
    terminal.expect(r"\(y or n\)")
    terminal.sendline("y")
    terminal.expect(prompt)
    terminal.sendline("quit")
    terminal.expect(pexpect.EOF)
    assert terminal.wait() == 0


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
    ({"CPUS": "0"}, "debug.py: cpus is 0, must be 1 to 64"),
    ({"CPUS": "two"}, "debug.py: CPUS=two: must be a number"),
    ({"MEM": "lots"}, "debug.py: memory is 'lots', must be like 64M or 8G"),
    ({"LAB": "77"}, "debug.py: there is no lab 77"),
    ({"T": "buddy.nosuch"}, "debug.py: T=buddy.nosuch: no such test"),
    ({"T": "buddy.split", "LAB": "2"},
     "debug.py: T=buddy.split: not a test of LAB=2"),
])
def test_debug_refuses(root, kernel, variables, message):
    assert gdb(root, kernel, **variables).strip() == message
