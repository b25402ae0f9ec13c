"""The record channel and the judge, without QEMU."""
import pytest

from qn.judge import Judge, Verdict
from qn.records import Record, RecordParser, RecordReader
from qn.session import boot_verdict, group, with_todo
from qn.labs import LabTest
from qn.machine import Machine

TWO = ["a.one", "a.two"]


def judged(*lines, wanted=TWO, seed=7):
    """A judge that was fed these `KIND TEXT` lines."""
    judge = Judge(list(wanted), seed)
    for line in lines:
        kind, _, text = line.partition(" ")
        judge.feed(Record(kind, text))
    return judge


def status(judge, test="a.one"):
    return judge.verdicts[test].status


def test_a_line_is_a_record():
    parser = RecordParser("nonce")
    assert parser.parse("nonce 0 note a.one x=1 y=2") == [
        Record("note", "a.one x=1 y=2")]
    assert parser.parse("nonce 1 note ")[0].text == ""


@pytest.mark.parametrize("line", [
    "other 0 pass a.one ns=1", "nonce x pass a.one", "nonce 0 won a.one",
    "", "nonce", "nonce -1 pass a.one", "nonce 0", "\ufffd\x00",
    f"nonce {'9' * 40} pass a.one"])
def test_strays_are_kept_and_mean_nothing(line):
    parser = RecordParser("nonce")
    assert parser.parse(line) == []
    assert parser.strays == [line]


def test_strays_are_bounded():
    parser = RecordParser("nonce")
    for _ in range(1000):
        parser.parse("x" * 10000)
    assert sum(map(len, parser.strays)) <= 20 * 200


def test_a_gap_is_reported_before_its_record():
    parser = RecordParser("n")
    parser.parse("n 0 boot x")
    broken, record = parser.parse("n 3 pass a.one ns=1")
    assert broken.kind == "broken" and "2 records before 3" in broken.text
    assert record.kind == "pass"


def test_a_sequence_number_counts_once():
    parser = RecordParser("n")
    parser.parse("n 0 boot x")
    (broken,) = parser.parse("n 0 pass a.one ns=1")
    assert broken.kind == "broken" and "twice" in broken.text


def test_the_reader_waits_for_whole_lines(tmp_path):
    path = tmp_path / "records"
    path.write_bytes(b"n 0 boot x\nn 1 no")
    reader = RecordReader(path, "n")
    assert [record.kind for record in reader.poll()] == ["boot"]
    assert reader.poll() == []
    with open(path, "ab") as file:
        file.write(b"te a.one \xff\n")
    assert [record.kind for record in reader.poll()] == ["note"]
    reader.close()


def test_verdicts_of_a_clean_boot():
    judge = judged("boot x", "start a.one seed=7", "pass a.one ns=12",
                   "start a.two seed=7", "fail a.two mm/x.c:1: no",
                   "end passed=1 failed=1")
    assert judge.verdicts == {"a.one": Verdict("pass", None, 12),
                              "a.two": Verdict("fail", "mm/x.c:1: no")}
    assert judge.has_ended and judge.is_done()


@pytest.mark.parametrize("lines, why", [
    (["start a.one seed=8", "pass a.one ns=1"], "another seed"),
    (["start a.one seed=7", "start a.two seed=7", "pass a.one ns=1"],
     "out of turn"),
    (["start a.one seed=7", "pass a.two ns=1", "pass a.one ns=1"],
     "while a.one was running"),
    (["start a.one seed=7", "pass a.one ns=1", "pass a.one ns=1"],
     "while no test was running"),
    (["start a.one seed=7", "pass a.one ns=1", "start a.one seed=7"],
     "out of turn"),
    (["start a.one seed=7", "broken record 3 came twice", "pass a.one ns=1"],
     "came twice"),
    (["start a.one seed=7", "pass a.one ns=1", "broken record 3 came twice"],
     "came twice"),
    (["start a.one seed=7", "boot x", "pass a.one ns=1"], "`boot` twice"),
])
def test_a_forged_pass_is_charged(lines, why):
    judge = judged("boot x", *lines)
    assert status(judge) == "fail"
    assert why in judge.verdicts["a.one"].message
    assert "a.two" not in judge.verdicts


def test_a_pass_without_a_start_earns_nothing():
    assert judged("boot x", "pass a.one ns=1").verdicts == {}


def test_a_panic_takes_the_running_test_only():
    judge = judged("boot x", "start a.one seed=7", "panic no memory")
    assert judge.verdicts == {"a.one": Verdict("panic", "no memory")}
    assert judge.is_done()


def test_the_kernels_watchdog_is_a_hang():
    judge = judged("boot x", "start a.one seed=7",
                   "fail a.one hang: no end after 300 ms; in spin_lock")
    assert status(judge) == "hang"
    judge = judged("boot x", "start a.one seed=7",
                   "panic deadlock: a waits for b, b waits for a")
    assert status(judge) == "hang"


def test_an_end_amid_a_test_is_no_pass():
    judge = judged("boot x", "start a.one seed=7", "end passed=2 failed=0")
    assert status(judge) == "fail"


def test_notes_todos_and_beats():
    judge = judged("boot x", "todo 1.2 f", "start a.one seed=7",
                   "note a.one k=1", "todo 1.3 g", "note a.one k=2",
                   "beat 100", "beat x")
    assert judge.notes == {"a.one": ["k=1", "k=2"]}
    assert judge.todos == [("1.2", "f"), ("1.3", "g")]
    assert judge.boot_todos == [("1.2", "f")]
    assert judge.beat_ns == 100


def lab_test(name, exercise="1.1", machine=Machine(), lab=1):
    return LabTest(name, 5, "hint", machine, exercise, lab)


def test_machines_share_boots():
    two = Machine(cpus=2, icount=False)
    tests = [lab_test("a.one"), lab_test("a.two", machine=two),
             lab_test("a.three"), lab_test("b.one", lab=2)]
    assert [[t.name for t in batch.tests] for batch in group(tests)] == [
        ["a.one", "a.three"], ["a.two"], ["b.one"]]


def test_what_is_not_written_is_todo():
    one = lab_test("a.one")
    todos = [("1.1", "f")]
    told = Verdict("fail", "todo: exercise 1.1: f() is not written yet")
    assert with_todo(told, one, todos).status == "todo"
    assert with_todo(Verdict("panic", "x"), one, todos).status == "todo"
    assert with_todo(Verdict("fail", "x"), one, todos).status == "fail"
    assert with_todo(Verdict("fail", "x"), one, todos, todos).status == "todo"
    assert with_todo(Verdict("pass"), one, todos).status == "pass"
    other = with_todo(Verdict("panic", "x"), lab_test("b", "1.2"), todos)
    assert other.status == "panic" and "f() of 1.1" in other.message


def test_tests_that_a_boot_never_came_to():
    assert boot_verdict(judged("end x"), None).status == "fail"
    assert boot_verdict(judged("todo 1.1 f", "panic x"), None).status == "todo"
    cause = Verdict("panic", "triple fault")
    assert boot_verdict(judged("boot x"), cause).status == "panic"
