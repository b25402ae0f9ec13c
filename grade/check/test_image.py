"""The image boots through GRUB on BIOS and on UEFI, to the same report."""
import pathlib
import re
import shutil
import subprocess
import time

import image
import pytest

OVMF = pathlib.Path("/usr/share/OVMF")
APPEND = "exit=halt tests=boot.*,trap.*"
REPORT = re.compile(r"^(\d+) passed, (\d+) failed\r?$", re.M)
TIMEOUT = 90


def firmware_options(firmware, folder):
    """QEMU's options; UEFI gets fresh variables, since they keep state."""
    if firmware == "bios":
        return []
    variables = folder / "vars.fd"
    shutil.copy(OVMF / "OVMF_VARS.fd", variables)
    flash = "if=pflash,format=raw"
    return ["-drive", f"{flash},readonly=on,file={OVMF / 'OVMF_CODE.fd'}",
            "-drive", f"{flash},file={variables}"]


def wait_report(log):
    """What the serial port said up to the report, or until it is too late."""
    end = time.monotonic() + TIMEOUT
    console = ""
    while time.monotonic() < end and not REPORT.search(console):
        time.sleep(0.05)
        if log.exists():
            console = log.read_text(errors="replace")
    return console


def boot(img, firmware, folder):
    """(console, bytes of the screen as a PPM image) of one boot."""
    log, screen = folder / "serial", folder / "screen.ppm"
    qemu = subprocess.Popen(
        ["qemu-system-x86_64", "-M", "pc", "-cpu", "max", "-m", "256M",
         "-accel", "tcg", "-display", "none", "-vga", "std", "-net", "none",
         "-no-reboot", "-serial", f"file:{log}", "-monitor", "stdio",
         "-drive", f"file={img},format=raw,snapshot=on",
         *firmware_options(firmware, folder)],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        console = wait_report(log)
        qemu.communicate(f"screendump {screen}\nquit\n", timeout=30)
    finally:
        qemu.kill()
        qemu.wait()
    return console, screen.read_bytes()


def lit_share(ppm):
    """The share of a P6 image's pixels that are not black."""
    head = re.match(rb"P6\s+(\d+) (\d+)\s+255\s", ppm)
    assert head, ppm[:40]
    pixels = ppm[head.end():]
    assert len(pixels) == int(head[1]) * int(head[2]) * 3
    rgb = zip(pixels[0::3], pixels[1::3], pixels[2::3])
    return sum(1 for p in rgb if any(p)) * 3 / len(pixels)


@pytest.mark.parametrize("firmware, screen, columns", [
    ("bios", "graphics", None),
    ("bios", "text", 80),
    ("uefi", "graphics", None)])
def test_boots(kernel, tmp_path, firmware, screen, columns):
    img = tmp_path / "quern.img"
    image.make_image(kernel, img, APPEND, screen)
    console, picture = boot(img, firmware, tmp_path)
    report = REPORT.search(console)
    assert report and report[2] == "0" and int(report[1]) > 0, console[-3000:]
    assert f"Quern, by multiboot2: {APPEND}" in console
    assert "acpi: 1 CPUs, 1 I/O APICs" in console, "no RSDP"
    shape = re.search(r"screen: (\d+) columns", console)
    assert shape, "no screen"
    assert columns is None or int(shape[1]) == columns
    assert 0.005 < lit_share(picture) < 0.5, "nothing to read on the screen"


def test_refuses_bad_input(tmp_path, kernel, capsys, monkeypatch):
    """One line, exit status 2, and no image."""
    out = tmp_path / "x.img"
    for arguments, says in [
            (["--kernel", str(tmp_path / "none")], "run make first"),
            (["--kernel", str(kernel), "--append", "a;reboot"], "';'")]:
        monkeypatch.setattr("sys.argv", ["image.py", *arguments, str(out)])
        assert image.main() == 2
        said = capsys.readouterr().err
        assert said.startswith("image.py: ") and said.count("\n") == 1
        assert says in said
    assert not out.exists()
