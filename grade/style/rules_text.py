"""Rules for every text file of the tree: width, tabs, words, paths."""
import re

COLUMNS = 80
WIDE_OK = (".md", ".toml", ".txt", ".csv", ".json")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")
MACHINE_PATH = re.compile(r"(?<![\w.$}/])/(?:home|root|work|Users|mnt)/\w")


def check_width(source):
    """No line is wider than 80 columns; prose and tables are free."""
    if source.path.endswith(WIDE_OK):
        return
    for number, line in enumerate(source.lines, 1):
        if len(line.expandtabs(8)) > COLUMNS:
            yield number, f"{len(line.expandtabs(8))} columns, limit {COLUMNS}"


def check_whitespace(source):
    """Spaces, no tabs outside make; nothing trails; one newline ends it."""
    tabs_ok = source.path.endswith((".mk", "Makefile", ".py"))
    for number, line in enumerate(source.lines, 1):
        if line != line.rstrip():
            yield number, "spaces at the end of the line"
        if "\t" in line and not tabs_ok:
            yield number, "a tab; use spaces"
    if source.text and not source.text.endswith("\n"):
        yield len(source.lines), "no newline at the end of the file"
    if source.text.endswith("\n\n"):
        yield len(source.lines), "empty lines at the end of the file"


def check_words(source):
    """No marks of unfinished work: what is missing belongs in an issue."""
    for number, line in enumerate(source.lines, 1):
        match = UNFINISHED.search(line)
        if match:
            yield number, f"{match[0]}: write an issue instead"


def check_paths(source):
    """No absolute paths of somebody's machine."""
    for number, line in enumerate(source.lines, 1):
        match = MACHINE_PATH.search(line)
        if match:
            yield number, f"a path of one machine: {match[0]}..."


RULES = [check_width, check_whitespace, check_words, check_paths]
