"""What a student's object files must not do: speak for the graders.

Tests run inside the student's kernel, so a kernel that calls record() can claim
anything.  Before a boot the object files that students own are read: they may
not refer to what belongs to the tests, use ports, or bring sections of their
own.  Code that hides better than that (data that is executed, addresses that
are guessed) passes; points that matter rest on checks from outside.
"""

import re
import subprocess
from pathlib import Path

# Whatever these object files define is the graders'.
GRADERS = ("core/record.o", "core/ktest*.o", "core/exit.o", "core/symbols.o",
           "arch/x86_64/fw_cfg.o", "arch/x86_64/qemu.o", "sched/chaos.o",
           "test/*.o")
GRADERS_NAMES = {"preempt_set_mode", "lab_reached"}
PORT = re.compile(r"^\s*[0-9a-f]+:\s+(?:in|out|insb|insw|insl|outsb|outsw|"
                  r"outsl)\b")
SECTION = re.compile(r"^\s+\d+ (\S+)\s+[0-9a-f]{8}\b")
USUAL = re.compile(r"\.(text|data|rodata|bss|debug|comment|note\.GNU|eh_frame)")


def object_of(file):
    """kernel/mm/buddy.c -> kernel/mm/buddy.o; switch.asm -> switch.asm.o."""
    return file[:-2] + ".o" if file.endswith(".c") else file + ".o"


def _run(*command):
    return subprocess.run(command, capture_output=True, text=True,
                          check=True).stdout


def _graders_symbols(objects):
    files = [file for pattern in GRADERS for file in objects.glob(pattern)]
    if not files:
        return GRADERS_NAMES
    lines = _run("nm", "--defined-only", "--extern-only", *files).splitlines()
    return GRADERS_NAMES | {words[2] for words in map(str.split, lines)
                            if len(words) == 3}


def _calls(objects, forbidden):
    """(object, fault) for every reference to what is the graders'."""
    for line in _run("nm", "-A", "--undefined-only", "--format=posix",
                     *objects).splitlines():
        path, name = line.split(": ", 1)
        if name.split()[0] in forbidden:
            yield path, (f"uses {name.split()[0]}(), which belongs to the "
                         "graders")


def _code(objects):
    """(object, fault) for every odd section and every use of a port."""
    path = None
    for line in _run("objdump", "-h", "-w", "-d", "--no-show-raw-insn",
                     *objects).splitlines():
        path = line.split(":")[0] if ": " in line and "file format" in line \
            else path
        section = SECTION.match(line)
        if section and not USUAL.match(section[1]):
            yield path, f"brings a section of its own, {section[1]}"
        if PORT.match(line):
            yield path, "reads or writes a port, which no lab asks for"


def find_fault(build, files):
    """The first fault in the object files of `files` (paths from the tree)
    below the build folder, as one line; None if there is none."""
    build = Path(build)
    sources = {str(build / object_of(file)): file for file in files}
    objects = [path for path in sources if Path(path).is_file()]
    if not objects:
        return None
    forbidden = _graders_symbols(build / "kernel")
    for path, fault in [*_calls(objects, forbidden), *_code(objects)]:
        return f"{sources[path]} {fault}"
    return None
