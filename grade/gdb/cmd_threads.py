"""`qn threads`: every kernel thread, and what it is doing."""
import gdb
import kernel


class Threads(kernel.Command):
    """qn threads: list all kernel threads: state, priority, CPU, time, place.

A star marks those on a CPU right now.  The place of a thread that does not run
is where it will go on; of a sleeper, the queue that it sleeps in stands there
too.  `qn bt` shows how each came to its place."""

    name, needs = "threads", "thread"

    def run(self, _):
        running = running_threads()
        rows = [row(t, running) for t in all_threads()]
        if not rows:
            raise kernel.Absent("sched_init() has not run yet")
        kernel.print_table(["", "thread", "state", "prio", "cpu", "ms",
                            "place"], rows)


def all_threads():
    """Every struct thread, in the order they were made."""
    return list(kernel.list_elements(kernel.variable("all_threads"),
                                     kernel.struct("thread"), "all_link"))


def running_threads():
    """{address of the thread: the CPU that runs it}."""
    return {int(cpu["thread"]): cpu for cpu in kernel.cpus()
            if int(cpu["thread"])}


def sleeps_in(thread):
    """The name of the queue that a thread sleeps in, or None."""
    queue = thread["waits_on"]
    return kernel.text(queue["lock"]["name"]) if int(queue) else None


def where(thread, running):
    """What the last column says."""
    cpu = running.get(int(thread.address))
    if cpu is not None:
        return kernel.place(registers(cpu)[0])
    if not int(thread["context"]):
        return "-"
    place = kernel.place(thread["context"]["rip"])
    queue = sleeps_in(thread)
    return f"{place}, sleeps in `{queue}`" if queue else place


def registers(cpu):
    """(rip, rbp) of a CPU; GDB's selected thread stays the same."""
    before = gdb.selected_thread()
    vcpu = kernel.vcpu(cpu)
    if vcpu is None:
        raise kernel.Absent(f"GDB does not know CPU {int(cpu['id'])}")
    vcpu.switch()
    frame = gdb.newest_frame()
    found = int(frame.pc()), int(frame.read_register("rbp"))
    before.switch()
    return found


def row(thread, running):
    address = int(thread.address)
    return ["*" if address in running else "", kernel.text(thread["name"]),
            kernel.enum_name(thread["state"], "THREAD_"),
            int(thread["priority"]), int(thread["cpu"]),
            int(thread["run_ns"]) // 1000000, where(thread, running)]


Threads()
