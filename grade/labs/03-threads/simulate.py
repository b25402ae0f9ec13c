"""What threads without preemption do, worked out on the host.

A scheduler in a few lines of Python: ready threads stand in one list; the most
urgent runs, of equals the first; who yields goes behind its equals.
"""


class Actor:
    """A thread: its letter, its priority, and what it will do."""

    def __init__(self, letter, priority, program):
        self.letter, self.priority = letter, priority
        self.program = program  # of ("y", None), ("s", 0), ("w", 0), ("a", 0)

    def __repr__(self):
        return self.letter


def parse_program(text):
    """`ys0w1` as steps."""
    steps, rest = [], list(text)
    while rest:
        verb = rest.pop(0)
        steps.append((verb, None if verb == "y" else int(rest.pop(0))))
    return steps


def simulate(actors, n_queues=0):
    """The letters of all steps in the order they are done.

    When nobody can go on but somebody sleeps, the tester, less urgent than
    all, notes a dot and wakes every queue.
    """
    log, ready = [], list(actors)
    queues = [[] for _ in range(n_queues)]
    while ready or any(queues):
        if not ready:
            log.append(".")
            for queue in queues:
                ready += queue
                queue.clear()
            continue
        actor = max(ready, key=lambda a: a.priority)  # max: of equals the first
        ready.remove(actor)
        log += _run(actor, ready, queues)
    return "".join(log)


def _run(actor, ready, queues):
    """Let one actor run until it gives up the CPU; the letters it logs."""
    log = []
    while actor.program:
        verb, queue = actor.program.pop(0)
        log.append(actor.letter)
        if verb == "y":
            ready.append(actor)
            if max(ready, key=lambda a: a.priority) is not actor:
                break
            ready.remove(actor)
        elif verb == "s":
            queues[queue].append(actor)
            break
        elif verb == "w":
            ready += queues[queue][:1]
            del queues[queue][:1]
        else:
            ready += queues[queue]
            queues[queue].clear()
    return log


def first_difference(want, got):
    """Where two orders part, for a message."""
    same = 0
    while same < min(len(want), len(got)) and want[same] == got[same]:
        same += 1
    return (f"the first {same} steps are right, then expected "
            f"`{want[same:same + 12] or 'the end'}`, saw "
            f"`{got[same:same + 12] or 'the end'}`")
