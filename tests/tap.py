# SPDX-License-Identifier: MIT
"""For tests in Python: runs the unittest classes of the calling script and prints TAP, for tests/run."""
import sys
import unittest


class Result(unittest.TestResult):
    """Says each test's outcome as it comes."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def say(self, verdict, test, more=""):
        self.count += 1
        print("%s %d - %s%s" % (verdict, self.count, test.id().replace("__main__.", ""), more), flush=True)

    def addSuccess(self, test):
        self.say("ok", test)

    def addSkip(self, test, reason):
        self.say("ok", test, " # SKIP " + reason)

    def addError(self, test, err):
        super().addError(test, err)
        self.fail(test, self.errors[-1][1])

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.fail(test, self.failures[-1][1])

    def fail(self, test, text):
        self.say("not ok", test)
        for line in text.splitlines():
            print("# " + line, flush=True)


def main():
    names = sys.argv[1:] or None
    loader = unittest.defaultTestLoader
    module = sys.modules["__main__"]
    suite = loader.loadTestsFromNames(names, module) if names else loader.loadTestsFromModule(module)
    print("1..%d" % suite.countTestCases())
    result = Result()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
