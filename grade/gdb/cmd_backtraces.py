"""`qn bt`: where every thread is, and how it came there."""
import cmd_threads
import gdb
import kernel

DEPTH = 32


class Backtraces(kernel.Command):
    """qn bt [NAME]: backtraces of all kernel threads, or of those called NAME.

A thread that runs is read from its CPU's registers, any other from the context
that lies on its stack.  In a kernel without threads: all CPUs."""

    name = "bt"

    def run(self, words):
        try:
            kernel.struct("thread")
            threads = cmd_threads.all_threads()
        except kernel.Absent:
            threads = []
        if not threads:
            for cpu in kernel.cpus():
                print(f"CPU {int(cpu['id'])}")
                print_running(cpu)
            return
        chosen = [t for t in threads
                  if not words or kernel.text(t["name"]) in words]
        if not chosen:
            raise kernel.Absent(f"no thread is called {words[0]}")
        running = cmd_threads.running_threads()
        for thread in chosen:
            print_thread(thread, running)


def print_thread(thread, running):
    state = kernel.enum_name(thread["state"], "THREAD_")
    print(f"thread {kernel.text(thread['name'])}: {state}")
    cpu = running.get(int(thread.address))
    context = thread["context"]
    if cpu is not None:
        print_running(cpu)
    elif int(context):
        print_chain(int(context["rip"]), int(context["rbp"]))


def print_running(cpu):
    """From the registers: GDB unwinds C, frame pointers lead through NASM."""
    before = gdb.selected_thread()
    vcpu = kernel.vcpu(cpu)
    if vcpu is None:
        raise kernel.Absent(f"GDB does not know CPU {int(cpu['id'])}")
    vcpu.switch()
    frame, number = gdb.newest_frame(), 0
    while frame and frame.function() and number < DEPTH:
        sal = frame.find_sal()
        file = f" at {sal.symtab.filename}:{sal.line}" if sal.symtab else ""
        print_line(number, frame.pc(), frame.name() + file)
        frame, number = frame.older(), number + 1
    if frame:
        print_chain(int(frame.pc()), int(frame.read_register("rbp")), number)
    before.switch()


def print_chain(rip, rbp, first=0):
    """Along the saved frame pointers, upwards on one stack."""
    u64 = gdb.lookup_type("unsigned long").pointer()
    for number in range(first, DEPTH):
        # a return address belongs to the call before it
        print_line(number, rip, kernel.place(rip - (number > 0)))
        if not rbp:
            return
        frame = gdb.Value(rbp).cast(u64)
        try:
            above, rip = int(frame[0]), int(frame[1])
        except gdb.error:
            return
        if above and above <= rbp:
            return
        rbp = above


def print_line(number, pc, place):
    print(f"  #{number:<2} {int(pc):#018x} {place}")


Backtraces()
