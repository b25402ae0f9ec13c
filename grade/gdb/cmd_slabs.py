"""`qn slabs`: the caches of small objects."""
import kernel


class Slabs(kernel.Command):
    """qn slabs: list the caches of objects.

used counts the objects that are out, room those that the slabs could hold."""

    name, needs = "slabs", "slab_cache"

    def run(self, _):
        head = kernel.variable("caches", "mm/slab_cache.c")
        caches = kernel.list_elements(head, kernel.struct("slab_cache"),
                                      "link")
        rows = [row(cache) for cache in caches]
        if not rows:
            raise kernel.Absent("no cache was made yet")
        kernel.print_table(["cache", "size", "stride", "used", "room", "slabs",
                            "frames"], rows)


def row(cache):
    slabs = int(cache["n_slabs"])
    return [kernel.text(cache["name"]), int(cache["object_size"]),
            int(cache["stride"]), int(cache["n_used"]),
            slabs * int(cache["n_per_slab"]), slabs,
            slabs << int(cache["slab_order"])]


Slabs()
