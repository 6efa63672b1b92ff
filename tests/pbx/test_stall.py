# SPDX-License-Identifier: MIT
"""Nothing that anyone does to a terminal can hold up a call. 200 callers wait, calls flow, acdtop re-reads its queues;
a console on a screen and one that prints JSON are stopped in every way a terminal knows while at least 5 MB of AMI go
to their keepers. No join is held up, no link drops, and awake they show what a fresh QueueStatus and queue_log say.
The control stops the keeper itself in the middle of a list, and sees joins held up.

STALL_SECONDS is how long each stop lasts (15).
"""
import ctypes
import fcntl
import json
import os
import pathlib
import re
import signal
import socket
import struct
import threading
import time
import unittest

import lab
import probe
import tally
import terminal

STALL_S = float(os.environ.get("STALL_SECONDS", "15"))
STALL_BYTES = 5_500_000
CALLERS = 200


class Counter(threading.Thread):
    """An AMI client that counts what acdtop's keepers are sent as well, and throws it away."""

    def __init__(self, floor):
        super().__init__(name="counter", daemon=True)
        self.total, self._socket = 0, socket.create_connection(("127.0.0.1", floor.ports.ami))
        secret = floor.pbx.secrets["acdtop"]
        self._socket.sendall(f"Action: Login\r\nUsername: acdtop\r\nSecret: {secret}\r\nEvents: agent\r\n\r\n".encode())
        self.start()

    def run(self):
        while data := self._socket.recv(65536):
            self.total += len(data)

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class Backlog(threading.Thread):
    """What waits in the sockets between the PBX and these keepers: the most that was ever unread, in bytes."""

    def __init__(self, floor, keepers):
        super().__init__(name="backlog", daemon=True)
        self.port, self.worst, self.running = floor.ports.ami, 0, True
        inodes = {os.readlink(f"/proc/{pid}/fd/{fd}") for pid in keepers for fd in os.listdir(f"/proc/{pid}/fd")}
        self.mine = {row[1] for row in self.rows() if f"socket:[{row[9]}]" in inodes}
        self.start()

    @staticmethod
    def rows():
        with open("/proc/net/tcp", encoding="ascii") as file:
            return [line.split() for line in file][1:]

    def run(self):
        while self.running:
            unread = dict.fromkeys(self.mine, 0)
            for row in self.rows():
                unsent, unseen = (int(n, 16) for n in row[4].split(":"))
                if row[1] in self.mine:
                    unread[row[1]] += unseen
                elif row[2] in self.mine:
                    unread[row[2]] += unsent
            self.worst = max([self.worst, *unread.values()])
            time.sleep(0.05)


class Flow:
    """A caller every half second, answered by an agent and talking for a second."""

    def __init__(self, floor):
        self.floor, self.running, self.calls = floor, True, 0
        for number in floor.names:
            floor.agent(number).talk_s = 1.0
        floor.exchange.after(0, self._next)

    def _next(self):
        if self.running:
            call = self.floor.caller(("support", "sales")[self.calls % 2], "Jürgen Groß", wait=False)
            self.floor.exchange.after(20, call.hangup)  # whom nobody serves
            self.calls += 1
            self.floor.exchange.after(0.5, self._next)


class Documents:
    """The latest document that a console has printed, and when."""

    def __init__(self):
        self.last, self.at, self.count = None, 0.0, 0

    def take(self, line, at):
        try:
            self.last, self.at = json.loads(line), at
            self.count += 1
        except ValueError:
            pass  # a line that Ctrl-Z cut, or the terminal's own ^Z

    @property
    def pbx(self):
        return self.last["pbx"][0] if self.last else {"link": None, "queues": []}


def fresh(ami):
    """What QueueStatus says: {queue: (callers in order, {interface: (name, paused, penalty, calls taken)})}."""
    found = {}
    for item in ami.list("QueueStatus"):
        callers, members = found.setdefault(item["Queue"], ([], {}))
        if item["Event"] == "QueueEntry":
            callers.append(item["Uniqueid"])
        elif item["Event"] == "QueueMember":
            members[item["Location"]] = (item["Name"], item["Paused"] == "1", int(item["Penalty"]), int(item["CallsTaken"]))
    return found


def shown(document_pbx):
    """The same out of a document."""
    return {q["name"]: ([c["uniqueid"] for c in q["callers"]],
                        {m["interface"]: (m["name"], m["paused"], m["penalty"], m["calls_taken"]) for m in q["members"]})
            for q in document_pbx["queues"]}


def is_calm():
    """Whether this machine has time for us: else slowness proves nothing, and only hanging fails a test."""
    return os.getloadavg()[0] < 1.5 * os.cpu_count()


def on_screen(text):
    """The queues of the console's picture: {queue: {column title: text}}, cut where the titles end."""
    found, titles = {}, None
    for line in text.split("\n"):
        if re.match(r"\s+Queue\S?\s+Wait ", line):
            titles = [(m.group(), m.end()) for m in re.finditer(r"SL s|\S+", line)]
        elif titles and line.strip():
            cells, start = {}, 0
            for title, end in titles[1:]:
                start = start or line.find(" ", 2)
                cells[title], start = line[start:end].strip(" \u25b2\u25b3"), end  # without the sign of an alarm
            found[line.split()[0]] = cells
        elif titles:
            break
    return found


def waiting_in_hall(ami):
    return sum(int(item["Calls"] or 0) for item in ami.list("QueueStatus", Queue="hall") if item["Event"] == "QueueParams")


class Consoled(lab.PbxTest):
    """A floor with 200 callers in the hall, and consoles to be started."""
    agents, options, alone = 6, {"churn": False}, True

    def setUp(self):
        super().setUp()
        lab.need_acdtop()
        self.floor.load("hall", calls=CALLERS, rate=50, stay_s=900)
        self.floor.until(lambda: self.hall() == CALLERS, f"{CALLERS} callers wait", 60)

    def hall(self):
        return waiting_in_hall(self.ami)

    def console(self, *args, **more):
        t = terminal.Terminal([lab.ACDTOP, *self.floor.connect_args(), *args], **more)
        self.addCleanup(t.close)
        return t

    def printing(self):
        """A console that prints JSON, and what it printed."""
        documents = Documents()
        t = self.console("-b", "--json", "-d", "1s", on_line=documents.take)
        t.until(lambda: documents.pbx["link"] == "live", "it is live")
        return t, documents

    def showing(self):
        t = self.console()
        t.until(lambda: on_screen(t.text()).get("hall", {}).get("Wait") == str(CALLERS), "the screen shows who waits")
        return t

    @staticmethod
    def keeper(t):
        return t.until(lambda: next(iter(terminal.children(t.pid)), None), "it has a keeper")


class Stall(Consoled):
    """Consoles that are stopped."""

    def setUp(self):
        super().setUp()
        self.counter = Counter(self.floor)
        self.addCleanup(self.counter.close)

    def pump(self):
        """Events until the stop has lasted and enough was sent: penalties that stay as they are."""
        busy, start, began = self.floor.ami("admin", events="off"), self.counter.total, time.monotonic()
        number = 0
        while (spent := time.monotonic() - began) < STALL_S or self.counter.total - start < STALL_BYTES:
            self.assertLess(spent, STALL_S + 120, "the PBX sends too little")
            if self.counter.total - start > STALL_BYTES * min(1, spent / STALL_S) * 1.05:
                time.sleep(0.01)
                continue
            interfaces = [f"PJSIP/{101 + (number + i) % 6}" for i in range(20)]
            sent = [busy.send("QueuePenalty", Interface=interface, Penalty="0") for interface in interfaces]
            busy.wait(lambda m: m["ActionID"] == sent[-1])
            busy.take()
            number += 1
        busy.close()
        return self.counter.total - start

    def quiet(self):
        """Nobody comes, goes or talks any more; what QueueStatus says then."""
        def busy():
            items = self.ami.list("QueueStatus")
            return [f"{m['Queue']} {m['Calls']}" for m in items if m["Event"] == "QueueParams" and m["Queue"] != "hall" and m["Calls"] != "0"] \
                + [f"{m['Queue']} {m['Name']} {m['Status']}" for m in items if m["Event"] == "QueueMember" and (m["InCall"] != "0" or m["Status"] in "2367")] \
                + ([] if self.hall() == CALLERS else [f"hall {self.hall()}"])
        deadline = time.monotonic() + 60
        while said := busy():
            self.assertLess(time.monotonic(), deadline, said)
            time.sleep(0.1)
        return fresh(self.ami)

    def test_every_way(self):
        """A pair of consoles for each way, all stopped at the same time; each pair wakes for itself."""
        pairs = {way: (*self.printing(), self.showing()) for way in terminal.WAYS}
        keepers = {t: self.keeper(t) for printing, _, showing in pairs.values() for t in (printing, showing)}
        flow = Flow(self.floor)
        self.addCleanup(setattr, flow, "running", False)
        with probe.Probe(self.floor, every_s=0.3) as free:
            self.floor.until(lambda: len(free.joins) >= 10, "joins of the probe")
            free_s, free_says = free.worst_s, str(free)
        before = {way: documents.pbx["bytes_in"] for way, (_, documents, _) in pairs.items()}
        for way, (printing, _, showing) in pairs.items():
            printing.stop(way)
            showing.stop(way)
        silent = {way: (documents.count, showing.received) for way, (_, documents, showing) in pairs.items()}
        with probe.Probe(self.floor, every_s=0.3) as held:
            backlog = Backlog(self.floor, keepers.values())
            self.addCleanup(setattr, backlog, "running", False)
            sent = self.pump()
            flow.running = False
            held_s, held_says = held.worst_s, str(held)
        print(f"     {sent / 1e6:.1f} MB sent to each, at most {backlog.worst / 1000:.0f} kB of it unread; {flow.calls} calls; "
              f"free: {free_says}; stopped: {held_says}", flush=True)
        self.assertEqual(len(backlog.mine), len(keepers))
        self.assertLess(backlog.worst, STALL_BYTES / 4)
        self.assertLess(held_s, max(1.0 if is_calm() else 20.0, 5 * free_s))
        self.assertGreater(flow.calls, STALL_S)
        truth = self.quiet()
        for way, (printing, documents, showing) in pairs.items():
            with self.subTest(way):
                self.assertLessEqual(documents.count - silent[way][0], 1, "the one that prints was not stopped")
                self.assertLess(showing.received - silent[way][1], 10_000, "the one on a screen was not stopped")
                took = [self.awake(way, printing, lambda: self.misprinted(documents, truth), 1),
                        self.awake(way, showing, lambda: self.misdrawn(showing, truth), 0)]
                self.assertEqual((documents.pbx["link"], documents.pbx["reconnects"], documents.pbx["drift"]), ("live", 0, 0),
                                 documents.pbx["drift_last"])
                self.assertGreater(documents.pbx["bytes_in"] - before[way], 5_000_000)
                self.assertEqual([self.keeper(printing), self.keeper(showing)], [keepers[printing], keepers[showing]])
                print(f"     {way}: equal {took[0]:.2f} s (JSON) and {took[1]:.2f} s (screen) after waking", flush=True)

    def misprinted(self, documents, truth):
        """Sentences on what the latest document has different."""
        return [f"{name}: {shown(documents.pbx).get(name)}, not {was}" for name, was in truth.items() if shown(documents.pbx).get(name) != was] \
            + tally.differences(documents.last, self.floor.queue_log()[self.log_start:], time.time() + 1)

    def misdrawn(self, showing, truth):
        """The same of the picture: who waits, how many serve, who was answered today."""
        queues, since = on_screen(showing.text()), self.began(showing)
        counted = tally.tally([row for row in self.floor.queue_log()[self.log_start:] if row.time >= int(since)])
        said = [f"{name} is not there" for name in ("hall", "support", "sales") if name not in queues]
        for name in queues.keys() & truth.keys():
            wanted = {"Wait": len(truth[name][0]), "Agents": len(truth[name][1]), "Answ": counted[name]["answered"]}
            said += [f"{name}: {title} {queues[name].get(title)}, not {n}" for title, n in wanted.items() if queues[name].get(title) != str(n)]
        return said

    def began(self, showing):
        """When its keeper began to count: with its process. Nobody was answered in that second before."""
        with open(f"/proc/{self.keeper(showing)}/stat", encoding="ascii") as file:
            ticks = int(file.read().rpartition(")")[2].split()[19])
        return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + ticks / os.sysconf("SC_CLK_TCK")

    def awake(self, way, t, differences, period_s):
        """Wakes it; the seconds until it equals the PBX: one, and what it waits between two prints. A slow machine gets more."""
        began = time.monotonic()
        t.wake(way)
        while said := differences():
            self.assertLess(time.monotonic() - began, 30, said)
            time.sleep(0.01)
        took = time.monotonic() - began
        self.assertLess(took, (1 if is_calm() else 20) + period_s)
        return took


class Killed(Consoled):
    def test_either_killed(self):
        with self.subTest("the keeper"):
            self.kill_keeper(self.showing())
        for t in (self.printing()[0], self.showing()):
            with self.subTest("the console"):
                self.kill_console(t)

    def kill_console(self, t):
        """Its keeper ends, whatever it is doing."""
        keeper = self.keeper(t)
        began = time.monotonic()
        os.kill(t.pid, signal.SIGKILL)
        t.until(lambda: terminal.state(keeper) in (None, "Z"), "its keeper ends")
        self.assertLess(time.monotonic() - began, 2 if is_calm() else 20)

    def kill_keeper(self, t):
        """The console says so, shows what it knew, and starts another."""
        first = self.keeper(t)
        os.kill(first, signal.SIGKILL)
        t.until(lambda: "the keeper ended (signal 9)" in t.text(), "it says so")
        t.until(lambda: terminal.children(t.pid) not in ([], [first]), "it starts another")
        t.until(lambda: "the keeper ended" not in t.text() and "lost" not in t.text().split("\n")[0], "the other one is live")
        t.until(lambda: on_screen(t.text()).get("hall", {}).get("Wait") == str(CALLERS), "who waits is still shown")


class SmallBuffers:
    """A network of its own whose sockets hold little, so that who does not read is felt at once. For the thread that enters
    it and what it starts."""
    NEWNET, SIOCSIFFLAGS, UP_RUNNING = 0x40000000, 0x8914, 0x41

    def __enter__(self):
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._before = os.open("/proc/self/ns/net", os.O_RDONLY)
        if self._libc.unshare(self.NEWNET):
            os.close(self._before)
            raise unittest.SkipTest(f"no network of its own: {os.strerror(ctypes.get_errno())}")
        with socket.socket() as s:
            fcntl.ioctl(s, self.SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", self.UP_RUNNING))
        for name in ("tcp_rmem", "tcp_wmem"):
            pathlib.Path(f"/proc/sys/net/ipv4/{name}").write_text("4096 8192 8192")
        return self

    def __exit__(self, *unused):
        self._libc.setns(self._before, 0)
        os.close(self._before)


class Control(unittest.TestCase):
    """That the test can fail: with the keeper itself stopped, joins are held up; with its console stopped, they are not."""
    alone = True

    def test_keeper_stopped_in_a_list(self):
        lab.need_acdtop()
        with SmallBuffers():
            try:
                floor = lab.Floor(agents=2, churn=False)
            except lab.Unavailable as why:
                raise unittest.SkipTest(str(why)) from None
            with floor:
                self.check(floor)

    def check(self, floor):
        ami = floor.ami()
        floor.load("hall", calls=CALLERS, rate=50, stay_s=600)
        floor.until(lambda: waiting_in_hall(ami) == CALLERS, "200 callers wait", 60)
        documents = Documents()
        with terminal.Terminal([lab.ACDTOP, *floor.connect_args("slow"), "-b", "--json"], on_line=documents.take) as t:
            t.until(lambda: documents.pbx["link"] == "live", "it is live")
            keeper = terminal.children(t.pid)[0]
            self.stop_in_list(floor, t.pid)
            with probe.Probe(floor) as free:
                floor.until(lambda: len(free.joins) >= 20, "joins while the console is stopped")
            os.kill(t.pid, signal.SIGCONT)
            self.assertLess(free.worst_s, 2, free)
            with probe.Probe(floor) as held:
                floor.until(lambda: held.joins, "joins are not held up yet")
                self.stop_in_list(floor, keeper)
                floor.until(lambda: held.worst_s > 4, "a join is held up")
                os.kill(keeper, signal.SIGKILL)
                count = len(held.joins)
                floor.until(lambda: len(held.joins) > count + 3, "joins go on")
            print(f"     console stopped: {free}; keeper stopped: {held}", flush=True)

    def stop_in_list(self, floor, pid):
        """Stops a process the moment the keeper has asked for the hall's list, as seen on the wire."""
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as wire:
            wire.bind(("lo", 0))
            wire.settimeout(60)
            while True:
                data = wire.recv(65536)
                if b"Action: QueueStatus" in data and b"Queue: hall\r\n" in data:
                    os.kill(pid, signal.SIGSTOP)
                    return
