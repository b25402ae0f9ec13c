"""waitq.outside: threads that sleep and wake each other as the host says.

kernel/test/waitq_outside.c lets them; what must come out is worked out here.
"""

import re

from qn.check import check, draw, expect

from simulate import Actor, first_difference, parse_program, simulate

QUEUES = 3


@draw("waitq.outside")
def draw_actors(rng):
    """Up to eight threads with programs of some 20 steps."""
    def program():
        return "".join(
            "y" if verb == "y" else f"{verb}{rng.randrange(QUEUES)}"
            for verb in rng.choices("yswa", weights=[3, 4, 4, 1],
                                    k=rng.randint(10, 24)))
    priorities = rng.sample(range(17, 32), 3)
    return ",".join(f"{letter}{rng.choice(priorities)}:{program()}"
                    for letter in "ABCDEFGH"[:rng.randint(5, 8)])


@check("waitq.outside")
def order_is_right(notes, input):
    """Sleep, wake one, wake all, yield: one outcome."""
    expect(notes, "the kernel noted no order")
    got = re.search(r"order=(\S*)", notes[-1])[1]
    actors = []
    for word in input.split(","):
        letter, priority, text = re.fullmatch(
            r"(\w)(\d+):(\w*)", word).groups()
        actors.append(Actor(letter, int(priority), parse_program(text)))
    want = simulate(actors, QUEUES)
    expect(got == want, f"threads {input}: {first_difference(want, got)}")
