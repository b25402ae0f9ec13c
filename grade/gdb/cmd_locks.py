"""`qn locks`: which CPU holds what, and who waits for whom."""
import cmd_threads
import kernel


class Locks(kernel.Command):
    """qn locks: the spinlocks that each CPU holds, then the queues that threads
sleep in: for mutexes and rwlocks with the owner, in the order of waiting."""

    name, needs = "locks", "spinlock"

    def run(self, _):
        held = [line for cpu in kernel.cpus() for line in spinlocks(cpu)]
        print("\n".join(held) or "no CPU holds a spinlock")
        try:
            kernel.struct("thread")
            threads = cmd_threads.all_threads()
        except kernel.Absent:
            return
        print("\n".join(queues(threads)) or "no thread waits in a queue")


def spinlocks(cpu):
    """A line for each spinlock that a CPU holds, outermost first."""
    for i in range(int(cpu["n_locks"])):
        lock = cpu["locks"][i].dereference()
        yield (f"CPU {int(cpu['id'])} holds `{kernel.text(lock['name'])}` "
               f"(rank {int(lock['rank'])}), taken in "
               f"{kernel.place(int(lock['taken_at']) - 1)}")


def owner_of(queue):
    """The thread that will wake a queue, if the queue knows it."""
    if not int(queue["owner"]):
        return "nobody in particular"
    owner = queue["owner"].dereference()
    return kernel.text(owner["name"]) if int(owner) else "nobody"


def queues(threads):
    """A line for each queue that has sleepers."""
    waiters = {}
    for thread in threads:
        if int(thread["waits_on"]):
            waiters.setdefault(int(thread["waits_on"]), []).append(thread)
    for sleepers in waiters.values():
        queue = sleepers[0]["waits_on"].dereference()
        names = [kernel.text(t["name"]) for t in in_order(queue, sleepers)]
        yield (f"`{kernel.text(queue['lock']['name'])}` is held by "
               f"{owner_of(queue)}; waiting: {', '.join(names)}")


def in_order(queue, sleepers):
    """The sleepers as they stand in the queue; those not in it come last."""
    standing = [int(waiter["thread"]) for waiter in kernel.list_elements(
        queue["waiters"], kernel.struct("waiter"), "link")]
    return sorted(sleepers, key=lambda t: standing.index(int(t.address))
                  if int(t.address) in standing else len(standing))


Locks()
