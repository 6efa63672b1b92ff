#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every unit test with its 1st, 2nd, 3rd... own allocation failing, each time in a process of its own.

What must happen: exit 70 with the sentence of core/base/mem.c, or, when the failing one was never reached, a pass.
What must not: a signal, an exception caught by the test runner, any other end without the sentence.
Not every number is tried: all up to DENSE, then steps that grow, and no further ones once a program has had its share of
time. FAULT=all tries every one. Prints TAP.
"""
import concurrent.futures
import glob
import os
import signal
import subprocess
import sys
import time

DENSE = 25
GROWTH = 1.4
SHARE_S = 12
GUARD_S = 120
SENTENCE = b"acdtop: out of memory; "
CRASHED = (b"Test failed with exception", b"Sanitizer", b"stack smashing", b"double free", b"corrupted")
SILENT = ("test_sim_serve", "test_auditor", "test_ledger", "test_filer", "test_closing")  # the process it starts has no standard error to say it on: only crashes and hangs count
build = os.environ.get("BUILD", "build")
is_exhaustive = os.environ.get("FAULT") == "all"


def run(program, n):
    """The exit status (negative: a signal) and everything that was said."""
    env = dict(os.environ, ACDTOP_FAULT=str(n), MALLOC_PERTURB_="165")
    with subprocess.Popen([program], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env,
                          start_new_session=True) as child:
        try:
            out, _ = child.communicate(timeout=GUARD_S)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            return "hung", child.communicate()[0]
    return child.returncode, out


def is_good(program, status, out):
    if status == "hung" or status < 0 or any(word in out for word in CRASHED):
        return False
    # A test that starts processes of its own fails when one of those ended as it should: the sentence is there.
    return status == 0 or SENTENCE in out or os.path.basename(program) in SILENT


def sweep(program):
    """(tried, ended by the sentence, findings)"""
    tried, ended, findings, n = 0, 0, [], 1
    begin = time.monotonic()
    while True:
        status, out = run(program, n)
        tried += 1
        ended += SENTENCE in out
        if not is_good(program, status, out):
            findings.append("allocation %d: status %s: %s" % (n, status, out.decode("utf-8", "replace")[-600:]))
        is_over = not is_exhaustive and time.monotonic() - begin > SHARE_S
        if status == 0 or len(findings) > 3 or is_over:
            return tried, ended, findings
        n = n + 1 if n < DENSE or is_exhaustive else int(n * GROWTH)


def main():
    programs = sorted(p for p in glob.glob(os.path.join(build, "tests/unit/test_*")) if os.access(p, os.X_OK) and "." not in os.path.basename(p))
    failed = not programs
    total = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for number, (program, (tried, ended, findings)) in enumerate(zip(programs, pool.map(sweep, programs)), 1):
            total += ended
            failed = failed or bool(findings)
            print("%s %d - %s: %d starts, %d ended with the sentence" % ("not ok" if findings else "ok", number, os.path.basename(program), tried, ended))
            for finding in findings:
                print("\n".join("# " + line for line in finding.splitlines()))
    number = len(programs) + 1
    print("%s %d - allocations did fail (%d times)" % ("ok" if total > 0 else "not ok", number, total))
    print("1..%d" % number)
    return 1 if failed or total == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
