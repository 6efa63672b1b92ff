#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs fuzz targets one after the other. usage: tests/fuzz/run_all.py BUILD SECONDS NAME...

Seeds of NAME: tests/fuzz/seeds/NAME and the folders in SEEDS. An input that breaks a target is kept in
BUILD/found/NAME-..., with the command that shows it again. Exit 1 when there was any. FUZZ_SEED repeats a run's dice; 0, and
without it, they fall anew each time.
"""
import os
import re
import subprocess
import sys

SEEDS = {
    "frame": ["tests/fuzz/seeds/floor", "tests/frames"],
    "floor": ["tests/frames"],
    "session": ["tests/fuzz/seeds/floor", "tests/frames"],
    "settings": ["tests/config/ok", "tests/config/reject", "keymaps", "themes"],
    "theme": ["themes"],
}
LENGTH_MAX = 32768
INPUT_GUARD_S = 20


def seeds_of(name):
    return [d for d in ["tests/fuzz/seeds/" + name] + SEEDS.get(name, []) if os.path.isdir(d)]


def fuzz(build, seconds, name):
    corpus, found = os.path.join(build, "corpus", name), os.path.join(build, "found")
    os.makedirs(corpus, exist_ok=True)
    os.makedirs(found, exist_ok=True)
    program = os.path.join(build, "tests/fuzz/fuzz_" + name)
    command = [program, "-max_total_time=%s" % seconds, "-max_len=%d" % LENGTH_MAX, "-timeout=%d" % INPUT_GUARD_S, "-rss_limit_mb=1500",
               "-artifact_prefix=%s/%s-" % (found, name), "-verbosity=1", "-print_final_stats=1", "-seed=" + os.environ.get("FUZZ_SEED", "0"), corpus] + seeds_of(name)
    env = dict(os.environ, ASAN_OPTIONS="detect_leaks=1", LSAN_OPTIONS="suppressions=tests/fuzz/lsan.supp:print_suppressions=0", UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1")
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    text = done.stdout.decode("utf-8", "replace")
    runs = re.search(r"number_of_executed_units:\s*(\d+)", text)
    cover = re.findall(r"cov: (\d+)", text)
    print("fuzz %-12s %s runs, %s edges: %s" % (name, runs.group(1) if runs else "?", cover[-1] if cover else "?",
          "passed" if done.returncode == 0 else "FAILED (exit %d)" % done.returncode), flush=True)
    if done.returncode != 0:
        print("\n".join(text.splitlines()[-60:]))
        artifact = re.search(r"Test unit written to (\S+)", text)
        if artifact:
            print("again: %s %s" % (program, artifact.group(1)))
    return done.returncode == 0


def main(build, seconds, *names):
    good = [fuzz(build, seconds, name) for name in names]
    print("%d passed, %d failed, 0 skipped" % (sum(good), len(good) - sum(good)))
    return 0 if good and all(good) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
