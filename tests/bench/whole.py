#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints what the whole program needs on a simulated floor: memory of both processes (PSS), processor time, and the time
from a key to the first bytes on the screen; at rest and in a storm of events. No verdicts.
usage: whole.py ACDTOP BENCH_SERVER [storm seconds]"""
import fcntl
import json
import os
import pathlib
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

ACDTOP, SERVER = sys.argv[1:3]
STORM_S = int(sys.argv[3]) if len(sys.argv) > 3 else 20
GUARD_S = 300


def children(pid):
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        found += [int(word) for word in (task / "children").read_text().split()]
    return found


def pss_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Console:
    """acdtop in a terminal of 120x40 that reads all it draws."""

    def __init__(self, url, secret):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm-256color"
            os.execv(ACDTOP, [ACDTOP, "--url", url, "--name", "bench", "--secret-file", secret])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.drawn, self.is_up = 0, True

    def read(self, seconds):
        """Reads for so long; the bytes."""
        got, until = b"", time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                try:
                    got += os.read(self.fd, 65536)
                except OSError:  # it has ended
                    return got
        self.drawn += len(got)
        return got

    def key_ms(self):
        """From a key to the first bytes that the terminal gets."""
        while select.select([self.fd], [], [], 0)[0]:
            self.drawn += len(os.read(self.fd, 65536))
        begin = time.monotonic()
        os.write(self.fd, b"\x1b[B" if self.is_up else b"\x1b[A")  # down and up again: each moves the cursor
        self.is_up = not self.is_up
        if not select.select([self.fd], [], [], 5)[0]:
            return None
        return (time.monotonic() - begin) * 1000

    def keeper(self):
        return next(iter(children(self.pid)), None)

    def close(self):
        os.kill(self.pid, signal.SIGTERM)
        until = time.monotonic() + 5
        while time.monotonic() < until:
            self.read(0.1) if select.select([self.fd], [], [], 0)[0] else time.sleep(0.02)
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                return
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def percentile(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part))] if values else float("nan")


def follow(url, secret, seconds):
    """Reads along for so long: how many events, and whether anything was lost on the way."""
    done = subprocess.run([ACDTOP, "--url", url, "--name", "bench", "--secret-file", secret, "--json", "-d", "1", "--for", f"{seconds}s"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=GUARD_S)
    first, last = (json.loads(line)["pbx"][0] for line in (lambda lines: (lines[0], lines[-1]))(done.stdout.splitlines()))
    print(f"  events: {(last['events'] - first['events']) / seconds:,.0f}/s read, drift {last['drift']}, {last['reconnects']} reconnects")


def measure(queues, agents, per_hour, speed, seconds, secret):
    server = subprocess.Popen([SERVER, str(queues), str(agents), str(per_hour), str(speed)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        url = f"unix://{server.stdout.readline().decode().strip()}?user=demo"
        console = Console(url, secret)
        console.read(4 + agents / 1000)
        keeper = console.keeper()
        before, drawn, begin = [cpu_s(p) for p in (console.pid, keeper)], console.drawn, time.monotonic()
        keys = []
        while time.monotonic() - begin < seconds:
            keys.append(console.key_ms())
            console.read(0.07)
        past = time.monotonic() - begin
        used = [(cpu_s(p) - b) / past * 100 for p, b in zip((console.pid, keeper), before)]
        memory = [pss_mb(p) for p in (console.pid, keeper)]
        told = [k for k in keys if k is not None]
        print(f"{agents:,} agents, {queues:,} queues, {per_hour * speed / 3600:,.1f} calls/s:")
        print(f"  memory (PSS): console {memory[0]:.1f} MB, keeper {memory[1]:.1f} MB, both {sum(memory):.1f} MB")
        print(f"  processor: console {used[0]:.1f} %, keeper {used[1]:.1f} %;  screen {(console.drawn - drawn) / past / 1000:.1f} kB/s")
        print(f"  key to screen: p50 {percentile(told, .5):.1f} ms, p99 {percentile(told, .99):.1f} ms ({len(told)} of {len(keys)} keys)", flush=True)
        console.close()
        if speed > 1:
            follow(url, secret, seconds)
    finally:
        server.stdin.close()
        server.wait(20)


def main():
    with tempfile.TemporaryDirectory() as folder:
        secret = f"{folder}/secret"
        with open(os.open(secret, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write("demo\n")
        measure(8, 40, 500, 1, 10, secret)
        measure(50, 500, 6000, 1, 10, secret)
        measure(1000, 10000, 150000, 1, 10, secret)
        measure(50, 500, 6000, 400, STORM_S, secret)


main()
