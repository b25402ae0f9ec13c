#!/usr/bin/python3
"""Make a disk image that boots the kernel through GRUB, on BIOS and UEFI.

    grade/image.py [--kernel ELF] [--append CMDLINE] [--text] OUT

The image is both a CD-ROM and a disk.  GRUB waits for nobody and shows its
errors on the screen and on COM1.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

GRUB_CFG = """\
set timeout=0
serial --unit=0 --speed=115200
terminal_input serial console
terminal_output serial console
insmod all_video

menuentry "Quern" {{
    multiboot2 /boot/kernel.elf {append}
    set gfxpayload={payload}
    boot
}}
"""
PAYLOADS = {"graphics": "auto", "text": "text"}
TOOLS = {
    "grub-mkrescue": "grub-common",
    "xorriso": "xorriso",
    "mformat": "mtools",
}
PLATFORMS = {"i386-pc": "grub-pc-bin", "x86_64-efi": "grub-efi-amd64-bin"}


class ImageError(Exception):
    """What is wrong, in one line, and how to mend it."""


def check_tools():
    """Raise if a program or a platform of GRUB is not installed."""
    missing = [package for tool, package in TOOLS.items()
               if not shutil.which(tool)]
    missing += [package for platform, package in PLATFORMS.items()
                if not pathlib.Path("/usr/lib/grub", platform).is_dir()]
    if missing:
        raise ImageError("not installed: apt install " + " ".join(missing))


def check_append(append):
    """The command line stands in a file that GRUB interprets."""
    bad = set(append) & set("{};\n\"'\\$#&|<>")
    if bad:
        raise ImageError(f"--append: GRUB would not take {min(bad)!r}")
    return append


def make_image(kernel, out, append="", screen="graphics"):
    """Write the image of `kernel` to the file `out`; GRUB hands the screen
    over in a graphics mode or in text mode (`screen`)."""
    check_tools()
    if not kernel.is_file():
        raise ImageError(f"no kernel at {kernel}: run make first")
    with tempfile.TemporaryDirectory() as tmp:
        boot = pathlib.Path(tmp, "tree", "boot")
        (boot / "grub").mkdir(parents=True)
        config = GRUB_CFG.format(append=check_append(append),
                                 payload=PAYLOADS[screen])
        (boot / "grub" / "grub.cfg").write_text(config)
        shutil.copy(kernel, boot / "kernel.elf")
        image = pathlib.Path(tmp, "image")
        done = subprocess.run(
            ["grub-mkrescue", "-o", image, boot.parent],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            last = (done.stdout.strip() or "no message").splitlines()[-1]
            raise ImageError(f"grub-mkrescue failed: {last}")
        shutil.move(image, out)


def main():
    """Read the command line; exit status 2 for anything that is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", default="build/kernel.elf",
                        type=pathlib.Path, help="default: build/kernel.elf")
    parser.add_argument("--append", default="", help="kernel command line")
    parser.add_argument("--text", action="store_true",
                        help="in VGA text mode (BIOS only)")
    parser.add_argument("out", type=pathlib.Path)
    args = parser.parse_args()
    try:
        make_image(args.kernel, args.out, args.append,
                   "text" if args.text else "graphics")
    except (ImageError, OSError) as error:
        print(f"image.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
