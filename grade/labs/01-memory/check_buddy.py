"""buddy.outside: a script that the host draws, replays and judges itself.

The kernel runs the script (kernel/test/buddy_outside.c) on a zone made of real
frames and tells which frame each step got.  The rest is decided here: was the
answer right for a zone in that state, and is every frame's stamp still there,
read from the machine's physical memory?
"""
import re
import struct

from qn.check import check, draw, expect

BLOCK = 1024          # frames that the kernel lays the zone into
ORDER_MAX = 10
NO_FRAME = 2 ** 64 - 1
PAGE = 4096


@draw("buddy.outside")
def draw_script(rng):
    """The zone's place and length, its holes, and some 400 steps."""
    first = rng.randrange(1, 60)
    length = rng.randrange(900, BLOCK - first)
    holes = sorted(rng.sample(range(length), rng.randrange(2, 8)))
    return " ".join([str(first), str(length), *(f"h{i}" for i in holes),
                     *draw_steps(rng, 400)])


def draw_steps(rng, n_steps):
    """Allocations and frees in tides, then everything back, then large."""
    steps, out, pressure = [], [], 50
    for i in range(n_steps):
        if i % 40 == 0:
            pressure = rng.choice([20, 80, 95])
        if out and rng.randrange(100) >= pressure:
            steps.append(f"x{out.pop(rng.randrange(len(out)))}")
        else:
            order = min(ORDER_MAX, int(rng.expovariate(0.7)))
            out.append(len(steps))
            steps.append(f"a{order}")
    rng.shuffle(out)
    kept = [out.pop() for _ in range(min(3, len(out)))]
    steps += [f"x{i}" for i in out]
    steps += [f"a{order}" for order in range(ORDER_MAX - 1, -1, -1)]
    return steps + [f"x{i}" for i in kept] + ["a9", "a8", "a0"]


class Zone:
    """The host's idea of the zone: which frame belongs to which step."""

    def __init__(self, first, length, holes):
        self.first, self.length = first, length
        self.owner = {pfn: None for pfn in range(first, first + length)}
        for hole in holes:
            self.owner[first + hole] = "reserved"
        self.blocks = {}

    def fits(self, pfn, order):
        """Whether these frames are in the zone and free."""
        return all(self.owner.get(pfn + i, "outside") is None
                   for i in range(1 << order))

    def find(self, order):
        """Some aligned free frames of that order, or None."""
        size = 1 << order
        start = -(-self.first // size) * size
        for pfn in range(start, self.first + self.length, size):
            if self.fits(pfn, order):
                return pfn
        return None

    def alloc(self, step, order, pfn):
        """Judge what the kernel's step got, and remember it."""
        what = f"step {step}, alloc of order {order}"
        if pfn == NO_FRAME:
            free = self.find(order)
            expect(free is None, f"{what} got nothing, but frames "
                   f"{free or 0:#x} and following are free")
            return
        expect(pfn % (1 << order) == 0,
               f"{what} got frame {pfn:#x}, which is not aligned")
        for frame in range(pfn, pfn + (1 << order)):
            owner = self.owner.get(frame, "outside of the zone")
            expect(owner is None, f"{what} got frame {pfn:#x}, but frame "
                   f"{frame:#x} is {self.describe(owner)}")
            self.owner[frame] = step
        self.blocks[step] = (pfn, order)

    @staticmethod
    def describe(owner):
        """Who has a frame, in words."""
        return f"in use since step {owner}" if isinstance(owner, int) else owner

    def free(self, step):
        """Step's block comes back, if it got one."""
        pfn, order = self.blocks.pop(step, (0, None))
        if order is not None:
            for frame in range(pfn, pfn + (1 << order)):
                self.owner[frame] = None


def parse_script(script, first):
    """The zone and the steps of a script."""
    words = script.split()
    holes = [int(w[1:]) for w in words[2:] if w[0] == "h"]
    steps = [(w[0], int(w[1:])) for w in words[2:] if w[0] != "h"]
    return Zone(first, int(words[1]), holes), steps


def read_note(notes):
    """The numbers of the kernel's note."""
    expect(notes, "the kernel noted nothing about the script")
    found = dict(re.findall(r"(\w+)=(\w+)", notes[-1]))
    return tuple(int(found[key], 0) for key in ("first", "results", "steps"))


@check("buddy.outside")
def script_is_right(view, notes, input):
    """Replay the script with what the kernel got; then look at the stamps."""
    first, results, n_steps = read_note(notes)
    offset = int(input.split()[0])
    expect((first - offset) % BLOCK == 0,
           f"the zone's block begins at frame {first - offset:#x}, which is "
           f"not aligned to {BLOCK} frames")
    zone, steps = parse_script(input, first)
    expect(n_steps == len(steps),
           f"the kernel ran {n_steps} of {len(steps)} steps")
    pfns = struct.unpack(f"<{n_steps}Q", view.read_phys(results, 8 * n_steps))
    for number, ((kind, argument), pfn) in enumerate(zip(steps, pfns)):
        if kind == "a":
            zone.alloc(number, argument, pfn)
        else:
            zone.free(argument)
    check_stamps(view, zone)


def check_stamps(view, zone):
    """Each frame that is out still holds its step and place, twice."""
    memory = view.read_phys(zone.first * PAGE, zone.length * PAGE)
    for step, (pfn, order) in zone.blocks.items():
        for i in range(1 << order):
            at = (pfn + i - zone.first) * PAGE
            head, = struct.unpack_from("<Q", memory, at)
            tail, = struct.unpack_from("<Q", memory, at + PAGE - 8)
            expect(head == tail == step << 32 | i,
                   f"frame {pfn + i:#x} belongs to step {step}, but holds "
                   f"{head:#x} and {tail:#x}: somebody else wrote there")
