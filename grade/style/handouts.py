#!/usr/bin/env python3
"""Hold the handouts to lab.toml: exercises, points, links.

usage: handouts.py [ROOT]

In handouts/labN.md every exercise of lab N has its heading, in the order of
lab.toml, with the same title, and there is no heading without an exercise:

    ## Exercise 1.1: First fit

A checkpoint says "you should now have N points": the sum over the exercises
above it.  Relative links lead to files and headings that are there.  Prints
one finding a line, `file:line: text`; exit status 1 if there is one.
"""
import pathlib
import re
import sys
import tomllib

HEADING = re.compile(r"## Exercise\s+(\S+?):\s*(.*?)\s*$")
CHECKPOINT = re.compile(r"you\s+should\s+now\s+have\s+\**(\d+)\**\s+points",
                        re.I)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(.*)$")


def read_labs(root):
    """{number: [exercise tables]} of every labs/*/lab.toml."""
    labs = {}
    for path in sorted(root.glob("labs/[0-9]*/lab.toml")):
        lab = tomllib.loads(path.read_text())
        labs[lab["number"]] = lab.get("exercise", [])
    return labs


def prose_lines(text):
    """(number, line) of what is outside fenced blocks."""
    is_code = False
    for number, line in enumerate(text.splitlines(), 1):
        if FENCE.match(line):
            is_code = not is_code
        elif not is_code:
            yield number, line


def check_exercises(text, exercises):
    """Headings and exercises are the same, in the same order."""
    known = {e["id"]: e["title"] for e in exercises}
    seen = []
    for number, line in prose_lines(text):
        match = HEADING.match(line)
        if not match:
            continue
        name, title = match.groups()
        if name not in known:
            yield number, f"exercise {name} is in no lab.toml"
        elif name in seen:
            yield number, f"a second heading for exercise {name}"
        elif title != known[name]:
            yield number, f'exercise {name} is called "{known[name]}"'
        seen.append(name)
    for name in known:
        if name not in seen:
            yield 1, f'no heading "## Exercise {name}: {known[name]}"'
    if sorted(seen) == sorted(known) and seen != list(known):
        yield 1, "the exercises stand in another order than in lab.toml"


def check_points(text, exercises):
    """Checkpoints are the sum of the exercises above them."""
    points = {e["id"]: e["points"] for e in exercises}
    lines = text.splitlines()
    total = 0
    for number, line in prose_lines(text):
        heading = HEADING.match(line)
        if heading:
            total += points.get(heading[1], 0)
        # a checkpoint may be broken over two lines
        after = lines[number] if number < len(lines) else ""
        claim = CHECKPOINT.search(line + " " + after)
        if claim and claim.start() <= len(line) and int(claim[1]) != total:
            yield number, f"says {claim[1]} points, it is {total}"


def slug(heading):
    """The anchor that sites make of a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return re.sub(r"[\s-]+", "-", kept)


def anchors(path):
    return {slug(line.lstrip("#")) for _, line
            in prose_lines(path.read_text()) if line.startswith("#")}


def check_links(path, root):
    """Relative links lead to files, and to headings, that are there."""
    for number, line in prose_lines(path.read_text()):
        for link in LINK.findall(re.sub(r"`[^`]*`", "", line)):
            if re.match(r"[a-z]+:", link):
                continue
            name, _, fragment = link.partition("#")
            target = (path.parent / name).resolve() if name else path
            if not target.exists() or not target.is_relative_to(root):
                yield number, f"no file {name}"
            elif fragment and target.suffix == ".md" and (
                    fragment not in anchors(target)):
                yield number, f"no heading #{fragment} in {name or 'this file'}"


def shell_blocks(text):
    """(line, script) of every block fenced ```sh run."""
    kind, start, block = None, 0, []
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if fence and kind is None:
            kind, start, block = fence[1].strip(), number, []
        elif fence:
            if kind == "sh run":
                yield start, "\n".join(block) + "\n"
            kind = None
        else:
            block.append(line)


def findings(root):
    """All findings below root, as lines."""
    root = pathlib.Path(root).resolve()
    labs = read_labs(root)
    for number, exercises in labs.items():
        path = root / f"handouts/lab{number}.md"
        if not path.exists():
            yield f"handouts/lab{number}.md:1: is not there"
            continue
        text = path.read_text()
        for line, what in (*check_exercises(text, exercises),
                           *check_points(text, exercises)):
            yield f"handouts/{path.name}:{line}: {what}"
    for path in [*sorted(root.glob("*.md")),
                 *sorted(root.glob("handouts/**/*.md")),
                 *sorted(root.glob("kernel/**/README.md"))]:
        for line, what in check_links(path, root):
            yield f"{path.relative_to(root)}:{line}: {what}"


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else ".")
    if not (root / "handouts").is_dir():
        print(f"handouts.py: {root}/handouts is not there", file=sys.stderr)
        return 2
    found = list(findings(root))
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
