#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the house rules that a compiler does not know. usage: tests/lint/lint.py [--root DIR] [--medians] [RULE...]

One finding a line: FILE:LINE: what. Exit 1 when there is any. The rules are the functions of the table RULES below;
each takes the tree (every source file, read once, with and without its comments and texts) and yields findings.
"""
import os
import re
import statistics
import sys

FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 600
SMALL_FILE_LINES = 60
C_FOLDERS = ("core", "tui", "tests")
SKIPPED = ("tests/lint/bad/", "tests/fuzz/seeds/")

# A folder may include from itself and from those that it is mapped to (design: data flows left to right).
BELOW = ["base", "ami", "config", "floor", ("control", "history", "outside"), "link", "keeper", "tui"]

# A header that only these files or folders may include.
DOORS = {
    r"(ncursesw?/)?(n?curses\w*|term|panel)\.h": ("tui/term/term.c", "tui/term/term_paint.c"),
    r"curl/.*": ("core/link/", "core/outside/"),
    r"jansson\.h": ("core/outside/",),
    r"libconfig\.h": ("core/config/settings.c",),
    r"cmocka\.h": (),
}

# What nobody may call, outside its doors. "core" and "tui" are the program; tests are held to the second list only.
BANNED = {
    "strcpy strcat strncat sprintf vsprintf atoi atol atoll atof strtok gets alloca": (),
    "time gettimeofday clock_gettime clock": ("core/base/clock.c",),
    "localtime gmtime ctime asctime": (),
    "malloc calloc realloc reallocarray free strdup strndup asprintf vasprintf": ("core/base/mem.c",),
    "getenv secure_getenv setenv putenv unsetenv": ("core/config/path.c", "core/config/origin.c", "tui/main.c", "tui/term/term.c"),
    "exit abort": ("tui/main.c",),
    "printf puts putchar vprintf perror": ("tui/",),
    "system popen": (),
    "sleep usleep nanosleep clock_nanosleep": (),
    "rand random srand srandom drand48": (),
    "setjmp longjmp sigsetjmp siglongjmp": (),
}
BANNED_IN_TESTS = "strcpy strcat strncat sprintf vsprintf atoi atol atof strtok gets alloca sleep usleep nanosleep clock_nanosleep"


class File:
    """One file: its lines as they are, and `code` with the same lines, but comments and texts blanked out."""

    def __init__(self, root, path):
        self.path = path
        with open(os.path.join(root, path), encoding="utf-8", errors="surrogateescape", newline="") as f:
            self.text = f.read()
        self.lines = self.text.split("\n")
        self.is_c = path.endswith((".c", ".h", ".def"))
        self.code = blank(self.text).split("\n") if self.is_c else self.lines

    def is_in(self, places):
        return any(self.path == p or (p.endswith("/") and self.path.startswith(p)) for p in places)


def blank(text):
    """Comments become blanks, texts become empty; line breaks stay."""
    token = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)

    def replace(m):
        t = m.group(0)
        if t[0] in "\"'":
            return t[0] + t[0]
        return re.sub(r"[^\n]", " ", t)

    return token.sub(replace, text)


class Tree:
    def __init__(self, root):
        self.files = []
        for folder, folders, names in os.walk(root):
            rel = os.path.relpath(folder, root)
            rel = "" if rel == "." else rel + "/"
            folders[:] = sorted(d for d in folders if not d.startswith(".") and d not in ("build", "__pycache__"))
            for name in sorted(names):
                path = rel + name
                if not path.startswith(SKIPPED) and (name.endswith((".c", ".h", ".def", ".py", ".sh", ".mk")) or name in ("Makefile", "run")):
                    self.files.append(File(root, path))
        self.c = [f for f in self.files if f.is_c and f.path.split("/")[0] in C_FOLDERS]
        self.program = [f for f in self.c if not f.path.startswith("tests/")]


def allowed_folders(folder):
    """The rooms that code in this room may see; None: anything."""
    if folder == "sim":
        return {"sim", "base", "ami"}
    seen = set()
    for row in BELOW:
        row = row if isinstance(row, tuple) else (row,)
        if folder in row:
            return seen | {folder}
        seen |= set(row)
    return None


def room_of(path):
    parts = path.split("/")
    return parts[0] if parts[0] == "tui" else parts[1] if parts[0] == "core" and len(parts) > 2 else None


def rule_layers(tree):
    """rooms see only the rooms below them, libraries only come in by their doors"""
    include = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
    for f in tree.program:
        room = room_of(f.path)
        allowed = allowed_folders(room)
        if allowed is None:
            yield f, 1, "this room has no place in the order of rooms"
            continue
        for n, line in enumerate(f.lines, 1):
            m = include.match(line)
            if not m:
                continue
            kind, name = m.groups()
            for door, places in DOORS.items():
                if kind == "<" and re.fullmatch(door, name) and not f.is_in(places):
                    yield f, n, "<%s> may be included only in %s" % (name, ", ".join(places) or "tests")
            if kind == '"' and room == "tui" and name == "core/sim/sim.h":
                continue  # --demo starts the simulator from the composition root
            if kind == '"' and name.startswith(("core/", "tui/")) and room_of(name) not in allowed:
                yield f, n, "%s may not see %s: it lies above or beside it" % (room, name)
            elif kind == '"' and name.startswith("tests/"):
                yield f, n, "the program may not see its tests"
            elif kind == '"' and "/" not in name:
                yield f, n, 'write the path from the top: "%s/%s"' % (os.path.dirname(f.path), name)


def functions(f):
    """(name, first line, last line, is_static) of every function in the file, by the layout that the house uses."""
    start = None
    for n, line in enumerate(f.code, 1):
        if start is None:
            one = re.match(r"^(static\s+inline\s+|static\s+)?[A-Za-z_][\w\s\*]*?\b(\w+)\(.*\)\s*\{.*\}\s*$", line)
            if one:
                yield one.group(2), n, n, line.startswith("static")
            elif (line.startswith("{") and n > 1) or re.match(r"^\w.*\)\s*\{\s*$", line):
                first = n - 1 if line.startswith("{") else n
                while first > 1 and f.code[first - 1].startswith((" ", "\t")):
                    first -= 1
                head = " ".join(f.code[first - 1:max(first, n - 1)])
                m = re.match(r"^[^(=]*?\b(\w+)\s*\(", head)
                if m and not head.rstrip().endswith(("=", ";")):
                    start = (m.group(1), first, head.startswith("static"))
        elif line.startswith("}"):
            yield start[0], start[1], n, start[2]
            start = None


def rule_budget(tree):
    """functions and files stay short"""
    for f in tree.c:
        count = len(f.lines) - (f.lines[-1] == "")
        if count > FILE_LINES_MAX:
            yield f, FILE_LINES_MAX + 1, "%d lines in the file; %d at most" % (count, FILE_LINES_MAX)
        for name, first, last, _ in functions(f):
            if last - first + 1 > FUNCTION_LINES_MAX:
                yield f, first, "%s has %d lines; %d at most" % (name, last - first + 1, FUNCTION_LINES_MAX)


def banned_names(f):
    if f.path.startswith("tests/"):
        return {name: () for name in BANNED_IN_TESTS.split()}
    names = {}
    for row, doors in BANNED.items():
        names.update({name: doors for name in row.split()})
    return names


def rule_banned(tree):
    """no call of what is banned, outside its doors"""
    call = re.compile(r"(?<![\w.])(?<!->)(\w+)\s*\(")
    for f in tree.c:
        names = banned_names(f)
        for n, line in enumerate(f.code, 1):
            if re.match(r"\s*#\s*if\s+0\b", line):
                yield f, n, "code that is switched off"
            if re.match(r"\s*typedef\s+(struct|enum|union)\b", line):
                yield f, n, "no typedef for a struct or an enum"
            for m in call.finditer(line):
                name = m.group(1)
                if name in names and not f.is_in(names[name]):
                    yield f, n, "%s is banned%s" % (name, " outside " + ", ".join(names[name]) if names[name] else "")


def rule_tables(tree):
    """a table that is indexed by an enum has its length asserted"""
    for f in tree.program:
        code = "\n".join(f.code)
        for m in re.finditer(r"\b(\w+)\s*\[([^\]]*)\](?:\[[^\]]*\])*\s*=\s*\{\s*\[\s*([A-Z]\w*)\s*\]", code):
            name, bound = m.group(1), m.group(2).strip()
            if bound.endswith("_COUNT") or re.search(r"_Static_assert\s*\([^;]*\b%s\b" % name, code):
                continue
            yield f, code.count("\n", 0, m.start()) + 1, "table %s: assert its length (_Static_assert) or bound it by its _COUNT" % name


def rule_spdx(tree):
    """every file says its licence, every .c what it is"""
    for f in tree.files:
        line = 1 if f.lines[0].startswith("#!") and len(f.lines) > 1 else 0
        if "SPDX-License-Identifier: MIT" not in f.lines[line]:
            yield f, line + 1, "the SPDX line is missing"
        elif f.path.endswith(".c") and f in tree.program:
            has_comment = len(f.lines) > 2 and f.lines[1].startswith("/*")
            if not has_comment or ("*/" in f.lines[1] and len(f.lines) > SMALL_FILE_LINES):
                yield f, 2, "an opening comment of 2 to 12 lines says what this file turns into what"


def rule_exports(tree):
    """what only one file uses is static; what is declared is defined"""
    words, defined, static = {}, {}, set()
    for f in tree.c:
        if f.path.endswith(".h"):
            for word in re.findall(r"\b([a-z]\w+)\s*\(", "\n".join(line for line in f.code if line.startswith((" ", "\t")) or "{" in line)):
                words.setdefault(word, set()).add(f.path)  # what an inline function calls
            continue
        for word in set(re.findall(r"\b[a-z]\w+\b", "\n".join(f.code))):
            words.setdefault(word, set()).add(f.path)
    for f in tree.program:
        for name, first, _, is_static in functions(f):
            if is_static:
                static.add(name)
            elif f.path.endswith(".c") and name != "main":
                defined[name] = f
                if words.get(name, set()) == {f.path}:
                    yield f, first, "%s is used in this file only: make it static, or remove it" % name
    declaration = re.compile(r"^[A-Za-z_][\w\s\*]*?\b(\w+)\([^;{]*\)[^;{]*;")
    for f in tree.program:
        if not f.path.endswith(".h"):
            continue
        for n, line in enumerate(f.code, 1):
            m = declaration.match(line + (" " + f.code[n].strip() if n < len(f.code) and line.endswith(",") else ""))
            if m and "typedef" not in line and m.group(1) not in defined and m.group(1) not in static:
                yield f, n, "%s is declared, but nowhere defined" % m.group(1)


def rule_text(tree):
    """no tabs, no blanks at the ends of lines, no notes to self"""
    for f in tree.files:
        is_make = f.path.endswith((".mk", ".sh")) or os.path.basename(f.path) in ("Makefile", "run")
        if f.text and not f.text.endswith("\n"):
            yield f, len(f.lines), "no newline at the end of the file"
        for n, line in enumerate(f.lines, 1):
            if "\t" in line and not is_make:
                yield f, n, "a tab"
            if line != line.rstrip():
                yield f, n, "blanks at the end of the line"
            if f.is_c and re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
                yield f, n, "a note to self: do it, or file it"


RULES = {name[5:]: rule for name, rule in list(globals().items()) if name.startswith("rule_")}


def findings(tree, names):
    for name in names or RULES:
        for f, line, what in RULES[name](tree):
            yield "%s:%d: %s" % (f.path, line, what)


def medians(tree):
    lengths = [last - first + 1 for f in tree.program for _, first, last, _ in functions(f)]
    sizes = [len(f.lines) for f in tree.program if f.path.endswith(".c")]
    if not lengths:
        return "no function"
    return "%d functions, median %d lines, longest %d; %d files, median %d lines, longest %d" % (
        len(lengths), statistics.median(lengths), max(lengths), len(sizes), statistics.median(sizes), max(sizes))


def main(args):
    root, names, want_medians = ".", [], False
    while args:
        word = args.pop(0)
        if word == "--root":
            root = args.pop(0)
        elif word == "--medians":
            want_medians = True
        elif word in RULES:
            names.append(word)
        else:
            sys.exit("unknown rule '%s'; there are: %s" % (word, " ".join(RULES)))
    tree = Tree(root)
    found = list(findings(tree, names))
    for line in found:
        print(line)
    if want_medians:
        print(medians(tree))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
