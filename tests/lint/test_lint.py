#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The tree against the rules of lint.py, and lint.py against tests/lint/bad.

tests/lint/bad/RULE is a small tree that breaks the rule, with what must be found in the file `expect` beside
what must not be found. So a rule that has gone blind fails here. Prints TAP.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import lint

BAD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bad")
count = 0
failed = 0


def say(ok, name, details=()):
    global count, failed
    count += 1
    failed += not ok
    print("%s %d - %s" % ("ok" if ok else "not ok", count, name))
    for line in details:
        print("# " + line)


tree = lint.Tree(".")
for rule, check in lint.RULES.items():
    found = list(lint.findings(tree, [rule]))
    say(not found, "the tree: " + check.__doc__, found)
print("# " + lint.medians(tree))
for rule in lint.RULES:
    folder = os.path.join(BAD, rule)
    if not os.path.exists(os.path.join(folder, "expect")):
        say(False, "the rule %s has a bad sample" % rule)
        continue
    with open(os.path.join(folder, "expect"), encoding="utf-8") as f:
        want = f.read().splitlines()
    found = list(lint.findings(lint.Tree(folder), [rule]))
    say(found == want and len(want) > 0, "the rule %s finds what is bad" % rule,
        ["not found: " + w for w in want if w not in found] + ["found as well: " + g for g in found if g not in want])
print("1..%d" % count)
sys.exit(1 if failed else 0)
