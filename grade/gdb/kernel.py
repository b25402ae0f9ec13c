"""Reading the kernel's memory from GDB: variables, lists, tables of text."""
import gdb

PAGE_SHIFT = 12


class Absent(Exception):
    """What a command needs is not in this kernel; the message is one line."""


class Command(gdb.Command):
    """A `qn` command: subclasses give `name`, `needs` and run(words).

    `needs` is a type that this kernel may lack, because its lab comes later.
    """

    name = needs = None

    def __init__(self):
        super().__init__("qn " + self.name, gdb.COMMAND_DATA)

    def invoke(self, argument, _):
        """Run; whatever goes wrong is one line."""
        try:
            if self.needs:
                struct(self.needs)
            self.run(gdb.string_to_argv(argument))
        except (Absent, gdb.error) as error:
            raise gdb.GdbError(f"qn {self.name}: {error}") from error


def struct(name):
    """The type `struct NAME`."""
    try:
        return gdb.lookup_type("struct " + name)
    except gdb.error as error:
        raise Absent(f"this kernel has no struct {name} yet") from error


def variable(name, file=None):
    """A kernel variable; one that is static, by its file from kernel/."""
    expression = f"'kernel/{file}'::{name}" if file else name
    try:
        return gdb.parse_and_eval(expression)
    except gdb.error as error:
        raise Absent(f"this kernel has no variable {name} yet") from error


def constant(name):
    """The value of an enumerator."""
    try:
        return int(gdb.parse_and_eval(name))
    except gdb.error as error:
        raise Absent(f"this kernel has no constant {name} yet") from error


def enum_name(value, prefix=""):
    """An enum's name in small letters without its prefix."""
    return str(value).removeprefix(prefix).lower()


def text(value):
    """What a char pointer or array says."""
    try:
        return value.string(errors="replace")
    except gdb.error:
        return "?"


def offset_of(kind, field):
    """How many bytes into a struct type a field stands."""
    return next(f for f in kind.fields() if f.name == field).bitpos // 8


def list_elements(head, kind, field):
    """The structs that a `struct list` head links by `field`."""
    offset = offset_of(kind, field)
    link = head["next"]
    seen = set()
    while int(link) and int(link) != int(head.address):
        if int(link) in seen:
            print(f"(the list runs in a circle at {int(link):#x})")
            return
        seen.add(int(link))
        address = gdb.Value(int(link) - offset)
        yield address.cast(kind.pointer()).dereference()
        link = link["next"]


def cpus():
    """The `struct cpu` of every CPU that was started."""
    all_cpus = variable("cpus")
    return [all_cpus[i] for i in range(max(1, int(variable("n_cpus"))))]


def vcpu(cpu):
    """GDB's thread for a CPU: QEMU numbers both in the same order."""
    number = int(cpu["id"]) + 1
    threads = gdb.selected_inferior().threads()
    return next((t for t in threads if t.num == number), None)


def place(address):
    """`function+offset at file:line` of a code address."""
    address = int(address) & 0xffffffffffffffff
    line = gdb.find_pc_line(address)
    block = gdb.block_for_pc(address)
    while block and not block.function:
        block = block.superblock
    name = block.function.name if block else symbol(address)
    if line.symtab:
        name += f" at {line.symtab.filename}:{line.line}"
    return name


def symbol(address):
    """`name+offset` without debug information, or the bare number."""
    found = gdb.execute(f"info symbol {address:#x}", to_string=True)
    if found.startswith("No symbol"):
        return f"{address:#x}"
    return found.split(" in section")[0].replace(" + ", "+")


def print_table(headings, rows):
    """Columns as wide as their widest cell; numbers stand to the right."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(headings, *rows)]
    is_number = [all(row[i].lstrip("-").isdigit() for row in rows)
                 for i in range(len(headings))]
    for row in [headings, *rows]:
        cells = [cell.rjust(width) if number else cell.ljust(width)
                 for cell, width, number in zip(row, widths, is_number)]
        print("  ".join(cells).rstrip())
