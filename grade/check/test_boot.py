"""grade/boot: the terminal is the console, the exit status the kernel's."""
import subprocess
import sys
import time

import pexpect
import pytest

import faketree
from qn.build import build_kernel

BOOT = str(faketree.HERE.parent / "boot")


@pytest.fixture(scope="session")
def fake(tmp_path_factory):
    """The fake kernel."""
    folder = faketree.make_tree(tmp_path_factory.mktemp("boot") / "tree")
    return build_kernel(folder, "build")


@pytest.fixture
def boot(fake):
    """Run grade/boot on the fake kernel, without a terminal."""
    def run(*words):
        return subprocess.run(
            [sys.executable, BOOT, "--kernel", str(fake), *words], timeout=60,
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return run


@pytest.mark.parametrize("tests, status", [
    ("fake.pass,fake.fail", 0), ("fake.panic", 125), ("fake.triple", 125)])
def test_exit_status(boot, tests, status):
    ran = boot("--tests", tests)
    assert ran.returncode == status
    last = tests.split(",")[-1]
    assert f"console: {last}" in ran.stdout.splitlines()


def test_timeout(boot):
    ran = boot("--tests", "fake.spin", "--timeout", "0.5")
    assert ran.returncode == 124
    assert "stopped after 0.5 s" in ran.stderr


def test_a_log_is_a_copy_of_the_console(boot, tmp_path):
    log = tmp_path / "a,b.log"
    ran = boot("--tests", "fake.pass", "--log", str(log))
    assert log.read_text() == ran.stdout == "console: fake.pass\n"


def test_devices_are_attached(boot, tmp_path):
    disk, pcap = tmp_path / "d.img", tmp_path / "net.pcap"
    disk.write_bytes(bytes(1 << 20))
    ran = boot("--tests", "fake.pass", "--disk", str(disk), "--disk",
               f"{disk}:ro", "--net", "user", "--pcap", str(pcap),
               "--smp", "2", "--mem", "128M", "--append", "a=b",
               "--qemu", "-name 'two words'")
    assert ran.returncode == 2  # one image twice, once writable: QEMU says no
    ran = boot("--tests", "fake.pass", "--disk", f"{disk}:ro",
               "--net", "user", "--pcap", str(pcap))
    assert ran.returncode == 0, ran.stderr
    assert pcap.read_bytes()[:4] == b"\xd4\xc3\xb2\xa1"


def test_record_and_replay(boot, tmp_path):
    log = tmp_path / "run"
    assert boot("--tests", "fake.pass", "--record", str(log)).returncode == 0
    again = boot("--tests", "fake.pass", "--replay", str(log))
    assert again.returncode == 0 and again.stdout == "console: fake.pass\n"


@pytest.mark.parametrize("words, line", [
    (["--", "/bin/true"], "no user programs yet"),
    (["--mem", "lots"], "memory is 'lots'"),
    (["--smp", "0"], "cpus is 0"),
    (["--smp", "2", "--icount"], "need --smp 1"),
    (["--net", "token-ring"], "must be user, none or tap=IF"),
    (["--pcap", "x"], "--pcap needs --net"),
    (["--disk", "nowhere.img"], "no such file"),
    (["--replay", "nowhere"], "no such file"),
    (["--record", "a", "--replay", "b"], "exclude each other"),
    (["--timeout", "-1"], "more than 0 seconds"),
    (["--kernel", "nowhere.elf"], "run `make` first"),
])
def test_bad_use_is_one_line(boot, words, line):
    ran = boot(*words)
    assert ran.returncode == 2
    assert line in ran.stderr and ran.stderr.count("\n") == 1


def test_on_a_terminal(fake):
    """Ctrl-A x ends QEMU; the terminal's modes come back."""
    command = (f"stty -a > /dev/null; {sys.executable} {BOOT} --kernel {fake} "
               "--tests fake.spin; echo status $?; stty -a")
    child = pexpect.spawn("/bin/sh", ["-c", command], timeout=30,
                          encoding="utf-8")
    child.delaybeforesend = None
    child.expect("console: fake.spin")
    child.send("\x01x")
    child.expect("status 0")
    child.expect(r"[^-]icanon")
    child.expect(pexpect.EOF)
    child.close()


def test_a_debugger_is_waited_for(fake, tmp_path):
    socket = tmp_path / "gdb.sock"
    child = pexpect.spawn(sys.executable, [
        BOOT, "--kernel", str(fake), "--tests", "fake.pass", "--gdb",
        str(socket)], timeout=30, encoding="utf-8")
    child.expect("waiting for gdb")
    while not socket.exists():
        assert child.isalive()
        time.sleep(0.01)
    gdb = subprocess.run(
        ["gdb", "-nx", "-batch", "-ex", "set architecture i386:x86-64",
         "-ex", f"target remote {socket}", "-ex", "info registers rip",
         "-ex", "kill"], capture_output=True, text=True, timeout=60,
        stdin=subprocess.DEVNULL)
    assert "0xfff0" in gdb.stdout, gdb.stdout + gdb.stderr
    child.expect(pexpect.EOF)
    assert "console" not in child.before
    child.close()
