"""`make next`: merge the next lab into what the student has."""

from qn.errors import GradeError, run_main
from qn.labs import read_labs
from student import repo


def _fetch(number):
    """Bring the next lab's branch here."""
    if repo.run("remote", "get-url", "origin").returncode:
        raise GradeError("there is no remote `origin`: clone the course's "
                         "repository, or git remote add origin URL")
    repo.git("fetch", "--quiet", "origin")
    if repo.has(f"refs/remotes/origin/lab{number}"):
        return
    here = f"origin/lab{number - 1}"
    if repo.run("merge-base", "--is-ancestor", here, "HEAD").returncode:
        raise GradeError(f"origin has no lab{number} yet, but a correction "
                         f"of this lab: git merge {here}")
    raise GradeError(f"origin has no lab{number} yet: lab {number - 1} is "
                     "the last one so far")


def _start_branch(number):
    """Leave branch labN for a new lab(N+1); any other name is kept."""
    here, there = repo.branch(), f"lab{number}"
    if here != f"lab{number - 1}" or repo.has(f"refs/heads/{there}"):
        return here
    repo.git("switch", "--quiet", "--no-track", "-c", there)
    return here


def _merge(number, before):
    """Merge, or leave everything as it was."""
    there = f"lab{number}"
    ran = repo.run("merge", "--quiet", "--no-edit", f"origin/{there}")
    if ran.returncode == 0:
        if repo.branch() == there:
            repo.git("branch", "--quiet", f"--set-upstream-to=origin/{there}")
        return
    if "identity" in ran.stderr:
        trouble = "git does not know you: git config --global user.name " \
                  "'Your Name', and user.email"
    else:
        trouble = (ran.stderr.strip() or "failed").splitlines()[0]
    conflicts = repo.git("diff", "--name-only", "--diff-filter=U").split()
    repo.run("merge", "--abort")
    if repo.branch() != before and before:
        repo.git("switch", "--quiet", before)
        repo.git("branch", "--quiet", "-D", there)
    if not conflicts:
        raise GradeError(f"git merge: {trouble}")
    raise GradeError(f"your changes in {', '.join(conflicts)} meet changes "
                     f"of lab {number}; nothing was merged: run git merge "
                     f"origin/{there} and settle them by hand")


def _tell(number):
    """What the new lab brings."""
    lab = next(lab for lab in read_labs(repo.ROOT) if lab.number == number)
    print(f"Lab {number}: {lab.title} (about {lab.hours} hours) is merged "
          f"into branch {repo.branch() or 'HEAD'}.")
    for exercise in lab.exercises:
        print(f"  {exercise.id} {exercise.title:<28} "
              f"{exercise.points:>3} points  {exercise.file}")
    print(f"Read handouts/lab{number}.md first.")


def main():
    """Move on by one lab."""
    labs = read_labs(repo.ROOT)
    if not labs:
        raise GradeError("there is no labs/NN-name/lab.toml in this tree")
    number = labs[-1].number + 1
    repo.require_clean("make next")
    _fetch(number)
    before = _start_branch(number)
    _merge(number, before)
    _tell(number)
    return 0


if __name__ == "__main__":
    run_main(main)
