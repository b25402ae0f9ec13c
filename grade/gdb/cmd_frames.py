"""`qn frames`: who has the page frames."""
import collections

import gdb
import kernel


class Frames(kernel.Command):
    """qn frames: count page frames by zone and state, and blocks by order.

The columns used, tail and reserved come from the frame array; managed and free
are the zone's own counts.  Then, a line a zone, how many blocks of each order
are allocated, and how many stand on the zone's lists of free blocks."""

    name, needs = "frames", "zone"

    def run(self, _):
        zones = kernel.variable("zones", "mm/page.c")
        present = [zones[i] for i in range(kernel.constant("N_ZONES"))
                   if int(zones[i]["n_frames"])]
        if not present:
            raise kernel.Absent("page_init() has not run yet")
        counts = [count_pages(zone) for zone in present]
        kernel.print_table(
            ["zone", "allocator", "frames", "managed", "free", "used", "tail",
             "reserved"],
            [[kernel.text(zone["name"]), kernel.text(zone["ops"]["name"]),
              int(zone["n_frames"]), int(zone["n_managed"]),
              int(zone["n_free"]), states["used"], states["tail"],
              states["reserved"]]
             for zone, (states, _) in zip(present, counts)])
        for zone, (_, used) in zip(present, counts):
            name = kernel.text(zone["name"])
            print(f"{name}: allocated blocks by order: {by_order(used)}")
            print(f"{name}: free blocks by order:      "
                  f"{by_order(free_blocks(zone))}")


def count_pages(zone):
    """({state: frames}, {order: allocated blocks}) from the frame array."""
    page = gdb.lookup_type("struct page")
    size = page.sizeof
    data = gdb.selected_inferior().read_memory(
        int(zone["pages"]), int(zone["n_frames"]) * size).tobytes()
    states = data[kernel.offset_of(page, "state")::size]
    orders = data[kernel.offset_of(page, "order")::size]
    number = {name: kernel.constant("PAGE_" + name.upper())
              for name in ("used", "tail", "reserved", "free")}
    used = collections.Counter(
        order for state, order in zip(states, orders)
        if state == number["used"])
    return {name: states.count(n) for name, n in number.items()}, used


def free_blocks(zone):
    """{order: blocks} of the zone's lists of free blocks."""
    page = gdb.lookup_type("struct page")
    heads = zone["free"]
    return {order: sum(1 for _ in kernel.list_elements(heads[order], page,
                                                       "link"))
            for order in range(kernel.constant("N_PAGE_ORDERS"))}


def by_order(counts):
    """`0: 12  3: 1`, or `none`."""
    return "  ".join(f"{order}: {n}" for order, n in sorted(counts.items())
                     if n) or "none"


Frames()
