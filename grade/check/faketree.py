"""A toy tree around fake_kernel.c: one lab, one student's file, a Makefile."""
import pathlib
import shutil

HERE = pathlib.Path(__file__).resolve().parent

MAKEFILE = """\
CFLAGS := -m32 -ffreestanding -fno-pie -fno-pic -fno-stack-protector -O1 \\
          -fcf-protection=none -fno-asynchronous-unwind-tables \\
          -mgeneral-regs-only -Wall -Wextra -Werror -Wno-infinite-recursion
OBJECTS := $(BUILD)/main.o $(BUILD)/student.o

$(BUILD)/kernel.elf: $(OBJECTS)
	ld -m elf_i386 -static -nostdlib --build-id=none -z noexecstack \\
	    -Ttext-segment=0x200000 -e start $(OBJECTS) -o $@

$(BUILD)/main.o: kernel/main.c
	@mkdir -p $(@D)
	gcc $(CFLAGS) -c $< -o $@

$(BUILD)/student.o: kernel/mm/student.c
	@mkdir -p $(@D)
	gcc $(CFLAGS) -c $< -o $@
"""

STUDENT = """\
const char *student_command(void);
const char *student_command(void)
{
    return "pass";
}
"""


def lab_toml(tests):
    """A lab 9 whose tests share 100 points in two exercises."""
    first = ["fake.student"]
    rest = [name for name in tests if name not in first]
    lines = ['number = 9', 'name = "fake"', 'title = "Fake"',
             'student = ["kernel/mm/student.c"]']
    for i, names in enumerate((first, rest), 1):
        points = [100 - 10 * len(rest)] if i == 1 else [10] * len(rest)
        if not names:
            continue
        lines += ["[[exercise]]", f'id = "9.{i}"', f'title = "Part {i}"',
                  f"points = {sum(points)}", 'file = "kernel/mm/student.c"']
        for name, value in zip(names, points):
            lines += ["[[exercise.test]]", f'name = "{name}"',
                      f"points = {value}", f'hint = "think of {name}"']
    return "\n".join(lines) + "\n"


def make_tree(folder, tests=(), student=STUDENT):
    """Write the toy tree; the lab has fake.student and the given tests."""
    for name in ("labs/09-fake", "kernel/mm", "kernel/test", "grade/build",
                 "handouts"):
        (folder / name).mkdir(parents=True)
    shutil.copy(HERE / "fake_kernel.c", folder / "kernel/main.c")
    (folder / "Makefile").write_text(MAKEFILE)
    (folder / "kernel/mm/student.c").write_text(student)
    (folder / "labs/09-fake/lab.toml").write_text(lab_toml(tests))
    return folder
