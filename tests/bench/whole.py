#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints what the whole program needs on a simulated floor: memory of both processes, processor time, bytes for the terminal,
and how long it takes from start, key and event to the screen; at rest, on a large floor, and in a storm of events. No verdicts.
usage: whole.py ACDTOP FOLDER_OF_THE_BENCH_PROGRAMS [STORM_SECONDS [start|idle|memory|orders|storm...]]"""
import contextlib
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ACDTOP = os.path.abspath(sys.argv[1])
SERVER, SCREEN = (os.path.join(sys.argv[2], name) for name in ("bench_server", "bench_screen"))
STORM_S = int(sys.argv[3]) if len(sys.argv) > 3 else 60
WHAT = sys.argv[4:]
STORM_RATE, IDLE_S, STARTS, GUARD_S = 20000, 30, 20, 300
CHANNELS = 20000
BIG = ("200", "60")


class Program:
    """One of the two helpers: a line in, a line out."""

    def __init__(self, *argv):
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.first = self.process.stdout.readline().split()

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def answer(self):
        return self.process.stdout.readline().split()

    def ask(self, line):
        self.tell(line)
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait(GUARD_S)
        self.process.stdout.close()


@contextlib.contextmanager
def server(queues, agents, per_hour, memberships=3):
    program = Program(SERVER, str(queues), str(agents), str(memberships), str(per_hour))
    try:
        program.url = f"ami://demo@127.0.0.1:{program.first[0]}"
        yield program
    finally:
        program.close()


class Screen(Program):
    """A program in a terminal of 200x60 that is always read, and what it costs."""

    def __init__(self, *argv):
        super().__init__(SCREEN, "watch", *BIG, *argv)
        self.pid = int(self.first[1])
        self.pids = [self.pid]

    def key_ms(self):
        us = int(self.ask("key")[1])
        return us / 1000 if us else None

    def event_ms(self, pbx, text):
        """From the bytes of an event to the cell that says so."""
        self.tell(f"see {text}")
        sent, seen = int(pbx.ask(f"mark {text}")[1]), int(self.answer()[1])
        return (seen - sent) / 1000 if sent and seen else None

    def order_ms(self, pbx, reason):
        """From the Enter that ends an order's line to its request at the PBX."""
        self.ask(f"type :pause PJSIP/probe {reason}")
        time.sleep(0.05)
        typed, asked = int(self.ask("type \r")[1]), int(pbx.ask("asked")[1])
        return (asked - typed) / 1000 if asked else None


class Bare:
    """An AMI client that only sends what it is told to: what the way to the PBX takes, and the PBX to look."""

    def __init__(self, pbx):
        self.socket = socket.create_connection(("127.0.0.1", int(pbx.first[0])))
        self.socket.sendall(b"Action: Login\r\nUsername: demo\r\nSecret: demo\r\nEvents: off\r\n\r\n")

    def request_ms(self, pbx):
        begin = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000
        self.socket.sendall(b"Action: QueuePause\r\nInterface: PJSIP/nobody\r\nPaused: true\r\n\r\n")
        asked = int(pbx.ask("asked")[1])
        return (asked - begin) / 1000 if asked else None

    def close(self):
        self.socket.close()


def console(pbx, secret):
    screen = Screen(*acdtop(pbx, secret))
    if screen.ask("see 00 probe")[1] == "0":
        sys.exit("bench: the console does not show the agents of the simulated PBX")
    screen.pids = [screen.pid] + children(screen.pid)
    screen.key_ms()  # the first one only shows the cursor
    time.sleep(0.5)
    return screen


def acdtop(pbx, secret):
    return [ACDTOP, "--url", pbx.url, "--name", "bench", "--secret-file", secret]


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


def cpu_ms(pid):
    """Processor time; the scheduler's own count, which is finer than the ticks of utime and stime."""
    try:
        return int(pathlib.Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6
    except OSError:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") * 1000


def spread(values):
    """p50 and p99 of those that came."""
    told = sorted(v for v in values if v is not None)
    if not told:
        return "none came"
    p50, p99 = (told[min(len(told) - 1, int(len(told) * part))] for part in (.5, .99))
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, worst {told[-1]:.1f} ms ({len(told)} of {len(values)})"


def marks():
    """Texts of which each differs from the one before in every cell, so that all of it is drawn."""
    letters = "QXZJVKWYQXZJVKWY"
    while True:
        for i in range(8):
            yield letters[i:i + 5]


MARK = marks()


def measure_start(secret):
    """From exec to the last changed cell, on a floor that stands still meanwhile."""
    with server(5, 18, 300) as pbx:
        pbx.ask("freeze")
        for title, argv in [("acdtop", acdtop(pbx, secret)), *[(name, [name]) for name in ("htop", "top") if shutil.which(name)]]:
            out = subprocess.run([SCREEN, "start", str(STARTS), *BIG, *argv], stdout=subprocess.PIPE, text=True, check=True).stdout
            times = sorted(float(line) for line in out.split())
            print(f"  {title:<8} median {times[len(times) // 2]:.0f} ms, worst {times[-1]:.0f} ms of {len(times)}", flush=True)


def measure_idle(secret):
    with server(50, 500, 6000) as pbx, contextlib.ExitStack() as stack:
        time.sleep(1)
        pbx.ask("freeze")  # the counters go on ticking
        screens = {"acdtop": console(pbx, secret)}
        for name in ("htop", "top"):
            if shutil.which(name):
                screens[name] = Screen(name)
            else:
                print(f"  {name} is not installed here: not measured beside")
        for screen in screens.values():
            stack.callback(screen.close)
        time.sleep(5)
        before = {pid: cpu_ms(pid) for screen in screens.values() for pid in screen.pids}
        for screen in screens.values():
            screen.ask("tally")
        begin = time.monotonic()
        time.sleep(IDLE_S)
        past = time.monotonic() - begin
        used = {pid: (cpu_ms(pid) - was) / past for pid, was in before.items()}
        ours = sum(used[pid] for pid in screens["acdtop"].pids)
        for name, screen in screens.items():
            size, paints, runs, cells = (int(word) for word in screen.ask("tally")[1:])
            mine = [used[pid] for pid in screen.pids]
            parts = f" (console {mine[0]:.2f}, keeper {sum(mine[1:]):.2f})" if name == "acdtop" else f", {sum(mine) / ours:.1f} times acdtop"
            print(f"  {name:<8} {sum(mine):.2f} ms/s{parts};  {size / past:,.0f} bytes/s to the terminal, {size / max(1, runs):.1f} a changed run "
                  f"of cells ({runs / max(1, paints):.0f} runs, {cells / max(1, paints):.0f} cells, {paints / past:.1f} paints/s)", flush=True)


def measure_floor(queues, agents, per_hour, channels, secret):
    """A floor with its calls flowing."""
    with server(queues, agents, per_hour) as pbx:
        pbx.ask(f"calls {channels // 4}")  # half of them are listed, the others begin while we look
        screen = console(pbx, secret)
        pbx.ask(f"calls {channels // 4}")
        time.sleep(5)
        before, begin = [cpu_ms(pid) for pid in screen.pids], time.monotonic()
        keys, events = [], []
        for _ in range(200):
            time.sleep(0.02 + random.random() * 0.08)
            keys.append(screen.key_ms())
        for _ in range(50):
            time.sleep(0.02 + random.random() * 0.1)
            events.append(screen.event_ms(pbx, next(MARK)))
        past = time.monotonic() - begin
        used = [(cpu_ms(pid) - was) / past for pid, was in zip(screen.pids, before)]
        memory = [pss_mb(pid) for pid in screen.pids]
        size = int(screen.ask("tally")[1])
        print(f"{agents:,} agents, {queues:,} queues, {per_hour / 3600:.1f} calls/s, {channels:,} channels beside:")
        print(f"  memory (PSS): console {memory[0]:.1f} MB, keeper {sum(memory[1:]):.1f} MB, both {sum(memory):.1f} MB")
        print(f"  processor: console {used[0]:.1f} ms/s, keeper {sum(used[1:]):.1f} ms/s;  screen {size / past / 1000:.1f} kB/s")
        print(f"  key to screen: {spread(keys)}")
        print(f"  event to screen: {spread(events)}", flush=True)
        screen.close()


def median(values):
    told = sorted(v for v in values if v is not None)
    return told[len(told) // 2] if told else float("nan")


def measure_orders_now(title, pbx, screen, bare, seconds):
    """Each round the PBX pauses the agent, who is paused, for another reason, and then the console does."""
    orders, events, plain = [], [], []
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        time.sleep(0.02 + random.random() * 0.05)
        events.append(screen.event_ms(pbx, next(MARK)))
        time.sleep(0.02 + random.random() * 0.05)
        orders.append(screen.order_ms(pbx, next(MARK)))
        time.sleep(0.05 + random.random() * 0.05)
        plain.append(bare.request_ms(pbx))
    print(f"  {title}: key to the order's request at the PBX: {spread(orders)}")
    print(f"  {title}: a request sent by a bare socket:       {spread(plain)}: the key takes {median(orders) / median(plain):.1f} times that (p50)")
    print(f"  {title}: event to the row:                      {spread(events)}", flush=True)


def measure_orders(secret):
    with server(50, 500, 6000) as pbx:
        screen = console(pbx, secret)
        bare = Bare(pbx)  # the second one: events are counted and marked for the first
        measure_orders_now("idle", pbx, screen, bare, STORM_S / 2)
        pbx.ask(f"storm {STORM_RATE}")
        measure_orders_now("storm", pbx, screen, bare, STORM_S / 2)
        bare.close()
        screen.close()


def measure_storm(secret):
    """A console under load, and beside it a follower that counts."""
    with server(50, 500, 6000) as pbx:
        screen = console(pbx, secret)
        follower = subprocess.Popen([*acdtop(pbx, secret), "--json", "-d", "1", "--for", f"{STORM_S + 9}s"], stdout=subprocess.PIPE)
        time.sleep(3)
        pbx.ask(f"storm {STORM_RATE}")
        before, begin = [cpu_ms(pid) for pid in screen.pids], time.monotonic()
        keys, events = [], []
        while time.monotonic() - begin < STORM_S:
            time.sleep(0.02 + random.random() * 0.05)
            keys.append(screen.key_ms())
            time.sleep(0.02 + random.random() * 0.05)
            events.append(screen.event_ms(pbx, next(MARK)))
        past = time.monotonic() - begin
        used = [(cpu_ms(pid) - was) / past for pid, was in zip(screen.pids, before)]
        size = int(screen.ask("tally")[1])
        memory = sum(pss_mb(pid) for pid in screen.pids)
        sent = [int(word) for word in pbx.ask("hush")[1:]]
        last = json.loads(follower.communicate(timeout=GUARD_S)[0].splitlines()[-1])["pbx"][0]
        print(f"  {sent[0] / past:,.0f} events/s to each of {len(sent) - 1} connections; of {sent[-1]:,} bytes for the one that counts "
              f"{sent[-1] - last['bytes_in']:,} were lost; drift {last['drift']}, {last['reconnects']} reconnects")
        print(f"  key to screen: {spread(keys)}")
        print(f"  event to screen: {spread(events)}; the wire takes at most 25 flushes a second, so up to 40 ms of it are waited on purpose")
        print(f"  processor: console {used[0]:.1f} ms/s, keeper {sum(used[1:]):.1f} ms/s;  memory (PSS) {memory:.1f} MB;  "
              f"screen {size / past / 1000:.1f} kB/s", flush=True)
        screen.close()


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder  # what is typed here is nobody's history
        secret = f"{folder}/secret"
        with open(os.open(secret, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write("demo\n")
        if not WHAT or "start" in WHAT:
            print("start to complete live screen, 5 queues, 55 memberships, 200x60, loopback:")
            measure_start(secret)
        if not WHAT or "idle" in WHAT:
            print(f"ticking and nothing else for {IDLE_S} s, 200x60, 50 queues, 500 agents:")
            measure_idle(secret)
        if not WHAT or "memory" in WHAT:
            measure_floor(50, 500, 6000, 0, secret)
            measure_floor(50, 500, 6000, CHANNELS, secret)
            measure_floor(1000, 10000, 150000, CHANNELS, secret)
        if not WHAT or "orders" in WHAT:
            print(f"hands: 500 agents, 50 queues, idle and in a storm of {STORM_RATE:,} events/s, {STORM_S / 2:.0f} s each:")
            measure_orders(secret)
        if not WHAT or "storm" in WHAT:
            print(f"storm of {STORM_RATE:,} events/s for {STORM_S} s, 500 agents, 50 queues:")
            measure_storm(secret)


main()
