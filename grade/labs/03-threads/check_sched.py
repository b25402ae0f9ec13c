"""sched.outside: who runs when, for threads that the host draws.

kernel/test/sched.c starts the threads and notes the order of their steps; the
same is worked out here and compared.
"""

import re

from qn.check import check, draw, expect

from simulate import Actor, first_difference, simulate

TESTER = 16  # priority of the thread that starts the others


@draw("sched.outside")
def draw_players(rng):
    """Up to eight threads of three priorities, each with some steps."""
    priorities = rng.sample(range(TESTER, 32), 3)
    return ",".join(f"{letter}{rng.choice(priorities)}:{rng.randint(1, 9)}"
                    for letter in "ABCDEFGH"[:rng.randint(5, 8)])


def order_of(notes):
    """What the kernel noted."""
    expect(notes, "the kernel noted no order")
    return re.search(r"order=(\S*)", notes[-1])[1]


@check("sched.outside")
def order_is_right(notes, input):
    """Each step logs a letter and yields."""
    actors = []
    for word in input.split(","):
        letter, priority, n_steps = re.fullmatch(
            r"(\w)(\d+):(\d+)", word).groups()
        actors.append(Actor(letter, int(priority),
                            [("y", None)] * int(n_steps)))
    want, got = simulate(actors), order_of(notes)
    expect(got == want, f"threads {input}: {first_difference(want, got)}")
