"""Lab 3's own machinery: deadlocks are named, seeds repeat, the host's
scheduler agrees with a student's pencil."""
import sys

import pytest

from qn.boot import Boot, Setup
from qn.check import Registry, load_checks
from qn.machine import Machine

SEED = 7
CHAOS = ["chaos.seed", "waitq.lost", "mutex.exclusion", "preempt.slice"]


@pytest.fixture
def boot(root, kernel, tmp_path):
    """Boot some tests with the grader's inputs; where its records went."""
    def run(names, seed=SEED, cpus=1):
        setup = Setup(kernel, Machine(cpus=cpus, icount=cpus == 1), seed,
                      tmp_path, load_checks(root / "grade/labs"))
        return Boot(setup, names, tmp_path / "boots/1").run()
    return run


@pytest.fixture
def simulate(root):
    """grade/labs/03-threads/simulate.py."""
    sys.path.append(str(root / "grade/labs/03-threads"))
    import simulate as module
    return module


def records(tmp_path):
    """All records of the last boot, without the nonce."""
    lines = (tmp_path / "boots/1/records.log").read_text().splitlines()
    return [line.partition(" ")[2] for line in lines]


@pytest.mark.parametrize("cpus", [1, 2])
def test_a_deadlock_is_called_so(boot, cpus):
    """Not a time-out: a hang, with who waits for whom."""
    verdict = boot(["selftest.deadlock"], cpus=cpus).settled[
        "selftest.deadlock"]
    assert verdict.status == "hang", verdict
    assert verdict.message.startswith("deadlock: ")
    assert "cat waits for `bowl` of dog" in verdict.message
    assert "dog waits for `end of a thread` of cat" in verdict.message


def test_the_same_seed_is_the_same_schedule(boot, tmp_path):
    """Forced switches and turns included; and another seed is another."""
    texts = []
    for seed in (SEED, SEED, SEED + 1):
        done = boot(CHAOS, seed)
        assert {v.status for v in done.settled.values()} == {"pass"}
        texts.append(records(tmp_path))
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]
    assert any(" note chaos.seed order=" in f" {line}" for line in texts[0])


@pytest.mark.parametrize("actors, order", [
    ([("A", 20, "yyy"), ("B", 20, "yy")], "ABABA"),
    ([("A", 17, "yy"), ("B", 20, "yy")], "BBAA"),
    ([("A", 17, "s0y"), ("B", 17, "w0y")], "ABBA"),
    ([("A", 20, "s0y"), ("B", 17, "w0y")], "ABBA"),
    ([("A", 20, "s0y"), ("B", 17, "w0yy")], "ABBAB"),
    ([("A", 17, "s1"), ("B", 17, "s1"), ("C", 17, "a1y")], "ABCC"),
    ([("A", 17, "s2y")], "A.A"),
])
def test_the_hosts_scheduler(simulate, actors, order):
    """Cases worked out by hand."""
    threads = [simulate.Actor(letter, priority,
                              simulate.parse_program(program))
               for letter, priority, program in actors]
    assert simulate.simulate(threads, 3) == order


def test_every_draw_is_understood(root, boot):
    """Drawn scripts fit into the kernel's buffers, whatever the seed."""
    names = ["sched.outside", "waitq.outside", "switch.outside"]
    for seed in range(3):
        done = boot(names, seed)
        assert {v.status for v in done.settled.values()} == {"pass"}, done
    registry = load_checks(root / "grade/labs")
    for seed in range(200):
        words = registry.input("waitq.outside", seed).split(",")
        assert max(map(len, words)) < 80 and len(words) <= 8


def test_registry_is_needed(kernel, tmp_path):
    """Without the grader's script the test is skipped, so it earns nothing."""
    setup = Setup(kernel, Machine(), SEED, tmp_path, Registry())
    done = Boot(setup, ["sched.outside"], tmp_path / "boots/1").run()
    assert done.settled["sched.outside"].status == "fail"
