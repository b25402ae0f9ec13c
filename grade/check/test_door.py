"""The front door: ./quern, make help, the counting of checks, the documents."""
import os
import re
import shutil
import subprocess
import sys

import pytest

DPKG = """#!/bin/sh
case "$*" in *-W*) printf '%s' "$INSTALLED" ;; esac
"""


@pytest.fixture
def door(tmp_path, root):
    """A tree with the front door, and a machine that has only what we fake."""
    tree, programs = tmp_path / "tree", tmp_path / "bin"
    (tree / "grade").mkdir(parents=True)
    programs.mkdir()
    shutil.copy(root / "quern", tree)
    (tree / "grade/packages.txt").write_text("# tools\nalpha  # one\nbeta\n")
    (tree / "Makefile").write_text("hello:\n\t@echo hello $(NAME)\n")
    for name in ("sh", "sed", "dirname", "cat", "env", "make", "id", "echo"):
        (programs / name).symlink_to(shutil.which(name))

    def run(*arguments, installed="", **tools):
        tools.setdefault("dpkg_query", DPKG)
        for name, text in tools.items():
            script = programs / name.replace("_", "-")
            script.unlink(missing_ok=True)
            script.write_text(text)
            script.chmod(0o755)
        environment = {"PATH": str(programs), "LOG": str(tmp_path / "log"),
                       "INSTALLED": "".join(f"{p}:installed "
                                            for p in installed.split())}
        return subprocess.run([tree / "quern", *arguments], text=True,
                              capture_output=True, env=environment)
    run.tree, run.log = tree, tmp_path / "log"
    return run


APT = '#!/bin/sh\necho "$@" >>"$LOG"\n'
USER = "#!/bin/sh\necho 1000\n"


def test_alone_it_says_how(door):
    run = door()
    assert run.returncode == 0 and run.stdout.startswith("usage: ./quern")


def test_all_installed_goes_straight_to_make(door):
    run = door("hello", "NAME=you", installed="alpha beta", apt_get=APT)
    assert run.stdout == "hello you\n", run.stderr
    assert not door.log.exists()


def test_missing_packages_are_installed(door):
    run = door("hello", installed="alpha", apt_get=APT)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("quern: installing beta\n")
    assert door.log.read_text().splitlines() == [
        "-qq update", "-qq -y install --no-install-recommends beta"]


def test_a_half_installed_package_is_missing(door):
    half = DPKG.replace("$INSTALLED", "alpha:installed beta:config-files ")
    run = door("hello", dpkg_query=half, apt_get=APT)
    assert "installing beta" in run.stdout


def test_checks_bring_their_own_packages(door):
    (door.tree / "grade/check").mkdir()
    (door.tree / "grade/check/packages.txt").write_text("gamma\n")
    run = door("hello", installed="alpha beta", apt_get=APT)
    assert run.stdout.startswith("quern: installing gamma\n")


def test_users_need_sudo(door):
    run = door("hello", apt_get=APT, id=USER)
    assert run.returncode == 2
    assert run.stderr == ("quern: needs alpha beta but is not root and finds "
                          "no sudo; as root run: apt-get install alpha beta\n")


def test_users_with_sudo(door):
    run = door("hello", apt_get=APT, id=USER, sudo='#!/bin/sh\nexec "$@"\n')
    assert run.returncode == 0 and "hello" in run.stdout
    assert "install --no-install-recommends alpha" in door.log.read_text()


@pytest.mark.parametrize("tools, message", [
    ({"apt_get": "#!/bin/sh\nexit 1\n"}, "apt-get update failed"),
    ({"apt_get": '#!/bin/sh\n[ "$2" = update ]\n'}, "could not install alpha"),
    ({}, "finds no apt-get"),
])
def test_trouble_is_one_line(door, tools, message):
    run = door("hello", **tools)
    assert run.returncode == 2
    assert message in run.stderr and run.stderr.count("\n") == 1


def test_status_of_make_comes_through(door):
    assert door("nothing", installed="alpha beta").returncode == 2


def test_help_lists_every_target(root):
    run = subprocess.run(["make", "-s", "help"], cwd=root, text=True,
                         capture_output=True)
    shown = {line.split()[0] for line in run.stdout.splitlines()}
    makefiles = [root / "Makefile", *root.glob("*/*.mk"),
                 *root.glob("grade/*/*.mk")]
    phony = {name for path in makefiles
             for names in re.findall(r"^\.PHONY:(.*(?:\\\n.*)*)",
                                     path.read_text(), re.M)
             for name in names.replace("\\\n", " ").split()}
    assert phony - shown == set()
    assert {"all", "run", "grade", "test", "mutants", "help"} <= shown


CHECKS = {
    "passing": ("def test_a(): pass\ndef test_b(): pass\n", "2 passed, 0 fai"),
    "failing": ("def test_a(): pass\ndef test_b(): assert 0\n", "1 passed, 1"),
    "skipped": ("import pytest\ndef test_a(): pytest.skip('x')\n",
                "0 passed, 1 failed"),
    "bad setup": ("import pytest\n@pytest.fixture\ndef x(): 1 / 0\n"
                  "def test_a(x): pass\n", "0 passed, 1 failed"),
    "bad teardown": ("import pytest\n@pytest.fixture\ndef x():\n"
                     "    yield\n    1 / 0\n"
                     "def test_a(x): pass\n", "0 passed, 1 failed"),
    "not Python": ("def test_a(:\n", "0 passed, 1 failed"),
    "no tests": ("", "0 passed, 1 failed"),
    "killed": ("import os\ndef test_a(): os._exit(3)\n", "0 passed, 1 failed"),
}


@pytest.mark.parametrize("name", CHECKS)
def test_last_line_counts(root, tmp_path, name):
    text, expected = CHECKS[name]
    folder = tmp_path / "grade/check"
    folder.mkdir(parents=True)
    shutil.copy(root / "grade/check/run.py", folder)
    (folder / "test_toy.py").write_text(text)
    (tmp_path / "Makefile").write_text("all:\n")
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(("PYTEST", "T"))}
    run = subprocess.run([sys.executable, folder / "run.py"], text=True,
                         capture_output=True, env=environment)
    last = run.stdout.splitlines()[-1]
    assert last.startswith(expected), run.stdout + run.stderr
    assert re.fullmatch(r"\d+ passed, \d+ failed", last)
    assert run.returncode == (0 if last.endswith(" 0 failed") else 1)


def test_last_line_when_the_kernel_does_not_build(root, tmp_path):
    folder = tmp_path / "grade/check"
    folder.mkdir(parents=True)
    shutil.copy(root / "grade/check/run.py", folder)
    (tmp_path / "Makefile").write_text("all:\n\tfalse\n")
    run = subprocess.run([sys.executable, folder / "run.py"], text=True,
                         capture_output=True)
    assert run.stdout.splitlines()[-1] == "0 passed, 1 failed"
    assert run.returncode == 1


@pytest.mark.parametrize("name, most", [("README.md", 99),
                                        ("CONTRIBUTING.md", 60)])
def test_documents_stay_short(root, name, most):
    assert len((root / name).read_text().splitlines()) <= most


def test_file_that_is_gone_leaves_the_kernel(root, build, tmp_path):
    """Removing a source file (changing to an earlier lab, say) links anew."""
    tree = tmp_path / "tree"
    shutil.copytree(root / "kernel", tree / "kernel")
    shutil.copytree(root / "grade", tree / "grade",
                    ignore=shutil.ignore_patterns("out", "check"))
    shutil.copy2(root / "Makefile", tree)
    shutil.copytree(build, tree / "build", ignore=shutil.ignore_patterns(
        "debug", "mutants", "unit", "*.img"))

    def has_suite():
        subprocess.run(["make", "-C", tree, "BUILD=build"], check=True,
                       stdout=subprocess.DEVNULL)
        return b"chaos_ktests" in subprocess.run(
            ["nm", tree / "build/kernel.elf"], stdout=subprocess.PIPE,
            check=True).stdout

    assert has_suite()
    (tree / "kernel/test/chaos.c").unlink()
    assert not has_suite()
