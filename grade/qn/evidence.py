"""What is kept of a run: one folder a test, grade/out/TEST/.

console.log    what the kernel printed meanwhile
records.log    what it said on the record channel
registers.txt  the processors, if the machine had to be stopped
input.txt      what the host drew for it, if anything
run.txt        verdict, seed, QEMU's command line, how to run it again
"""

import shlex


def tail(path, start):
    """The bytes of a file from the line on in which an offset lies."""
    data = path.read_bytes()
    return data[data.rfind(b"\n", 0, start) + 1:]


def records_of(path, test):
    """The lines of a records.log from a test's start to the next one's."""
    lines = path.read_bytes().splitlines(keepends=True)
    kept, is_ours = [], False
    for line in lines:
        words = line.split()
        if len(words) > 3 and words[2] == b"start":
            is_ours = words[3] == test.encode()
        if is_ours:
            kept.append(line)
    return b"".join(kept)


def reopen_command(test, seed):
    """The command that opens this very run under GDB."""
    return f"make debug T={test} SEED={seed}"


def save(folder, test, verdict, *, seed, command, parts):
    """Write a test's folder; `parts` are file names and their contents."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.is_file():
            old.unlink()
    for name, data in parts.items():
        if data:
            data = data.encode() if isinstance(data, str) else data
            (folder / name).write_bytes(data)
    (folder / "run.txt").write_text(
        f"test     {test}\n"
        f"status   {verdict.status}\n"
        f"message  {verdict.message or ''}\n"
        + (f"guest    {verdict.guest_ns} ns\n" if verdict.guest_ns else "") +
        f"seed     {seed}\n"
        f"again    {reopen_command(test, seed)}\n"
        f"qemu     {shlex.join(command)}\n")
