#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints what an event costs: instructions (callgrind, where valgrind is installed: they do not vary), time, and ratios
of one run. No verdicts.   usage: engine.py BENCH_ENGINE"""
import shutil
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]


def timed(*args):
    """[(name, events, bytes, seconds)] of one run."""
    out = subprocess.run([PROGRAM, *map(str, args)], stdout=subprocess.PIPE, text=True, check=True).stdout
    rows = [line.split() for line in out.splitlines()]
    return [(name, int(events), int(size), float(seconds)) for name, events, size, seconds in rows]


def instructions(*args):
    """Instructions an event inside bench_measured, or None without valgrind."""
    if not shutil.which("valgrind"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", "--collect-atstart=no",
                               "--toggle-collect=bench_measured", PROGRAM, *map(str, args)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True)
    collected = next(line for line in done.stderr.splitlines() if "Collected :" in line)
    return int(collected.split()[-1]) / int(done.stdout.split()[1])


def shown(number):
    return "-" if number is None else f"{number:,.0f}"


def main(folder):
    print("what an event costs                                    instructions     ns")
    for mode, title in (("kept", "frame, kept, 470 bytes"), ("skipped", "frame, skipped by its name, 470 bytes"),
                        ("decoded", "frame + event, 470 bytes")):
        (_, events, _, seconds), = timed(mode, 400000)
        print(f"  {title:<52} {shown(instructions(mode, 10000)):>12} {seconds / events * 1e9:6.0f}", flush=True)
    counts = {}
    for queues, agents in ((1, 10), (8, 40), (1000, 10000)):
        day = f"{folder}/{queues}"
        subprocess.run([PROGRAM, "day", day, "20000", str(queues), str(agents)], check=True)
        (_, n, size, seconds), = timed("model", day)
        counts[queues] = instructions("model", day)
        title = f"frame + event + model, {agents:,} agents, {queues:,} queue{'s' if queues > 1 else ''}"
        print(f"  {title:<52} {shown(counts[queues]):>12} {seconds / n * 1e9:6.0f}   ({size // n} bytes an event)", flush=True)
    if counts[1]:
        print(f"  10,000 agents against 10: {counts[1000] / counts[1]:.2f} times the instructions")
    day = f"{folder}/socket"
    subprocess.run([PROGRAM, "day", day, "150000", "8", "40"], check=True)
    best, per = {}, 0
    for name, events, size, seconds in timed("socket", day):
        best[name] = max(best.get(name, 0), events / seconds)
        per = size // events
    print(f"socket to model, events of {per} bytes: {best['model'] / 1e6:.2f} million/s; bare recv {best['bare'] / 1e6:.2f} million/s; "
          f"ratio {best['model'] / best['bare']:.2f}")


with tempfile.TemporaryDirectory() as somewhere:
    main(somewhere)
