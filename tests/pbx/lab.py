# SPDX-License-Identifier: MIT
"""What a test author uses: a Floor (a real Asterisk with phones and traffic) and PbxTest (a test that has one).

    with Floor(22, agents=4) as f:
        call = f.caller("support", name="Jürgen")
        f.agent(101).mode = "answer"
        f.wait_log("CONNECT", queue="support")
"""
import collections
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from ami import Ami
from load import Load
from pbx import HERE, POOL, QUEUES, Pbx, Ports, Unavailable, agent_names, chroot_of, usual_members
from phone import Exchange, Phone
from sip import token
from traffic import Traffic
from wait import until

Row = collections.namedtuple("Row", "time callid queue agent event data")
ACDTOP = os.environ.get("ACDTOP", str(HERE.parent.parent / "acdtop"))
VERSION = 22  # set by tests/pbx/run
MARK = f"ACDTOP_TEST={os.getpid()}"  # in the environment of all that is started from here, and of what those start
os.environ.__setitem__(*MARK.split("="))


class Floor:
    """A PBX, its phones and, with rate > 0, its traffic. Agents 101... answer at once when rate is 0."""

    def __init__(self, version=None, agents=4, rate=0.0, name=None, port_base=None, members=None, talk=None, seed=None,
                 tls_names=("DNS:localhost", "IP:127.0.0.1"), churn=True):
        version = version or VERSION
        chroot_of(version)  # first of all, for it may say that this machine cannot
        self.ports = Ports(port_base)
        self.names = agent_names(agents)
        members = usual_members(self.names) if members is None else members
        try:
            name = name or f"lab-{os.getpid()}-{self.ports.base}"
            self.pbx = Pbx(version, name, self.ports, self.names, members, tls_names)
        except Exception:
            self.ports.release()
            raise
        self.exchange, self.traffic, self._amis, self.loads = None, None, [], []
        self._rate, self._talk, self._seed, self._churn = rate, talk, seed, churn
        self._callers = self._watcher = self._scene = None

    # --- its life -----------------------------------------------------------------------------------------------
    def start(self):
        try:
            self.pbx.prepare()
            self.pbx.start()
            self.exchange = Exchange(self.ports.phone, self.ports.media, self.ports.sip)
            for number, name in self.names.items():
                Phone(self.exchange, str(number), name, mode="answer")
            Phone(self.exchange, str(POOL[0]), POOL[1])
            self._callers = Phone(self.exchange, "caller")
            self.exchange.start()
            if self._rate:
                self.traffic = Traffic(self, self._rate, self._talk, self._seed, self._churn)
                self.traffic.start()
        except BaseException:
            self.close()
            raise
        return self

    def close(self):
        if self.traffic:
            self.traffic.stop()
        for load in self.loads:
            load.discard()
        for ami in self._amis:
            ami.close()
        if self.exchange:
            self.exchange.close()
        end_acdtops()
        self.pbx.remove()

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        self.close()

    # --- who is there -------------------------------------------------------------------------------------------
    def agent(self, number):
        """The phone of an agent: .mode, .ring_s, .talk_s, .ringing, .talking."""
        return self.exchange.phones[str(number)]

    def caller(self, exten, name="", number="+49301234567", wait=True, tone=None):
        """Someone calls an extension (QUEUE, QUEUE-short, ...); the call. With `wait` it is up, and where the extension
        is a queue it has joined, and .channel and .uniqueid are known."""
        ident, start = token(), self._watch().mark() if wait else 0  # ident: the account code in this call's events
        call = self._callers.call(exten, name, number, [("X-Lab-Call", ident)], tone)
        call.ident = ident
        if not wait:
            return call
        if not call.wait("up"):
            raise AssertionError(f"the call to {exten} was not answered by the PBX: {call.state} {call.code}")
        if exten.partition("-")[0] in QUEUES:
            joined = self._watch().event("QueueCallerJoin", start=start, AccountCode=ident)
            if not joined:
                raise AssertionError(f"the call to {exten} did not join the queue")
            call.channel, call.uniqueid = joined["Channel"], joined["Uniqueid"]
        return call

    def load(self, exten="hall", calls=200, rate=50, stay_s=600):
        """Callers by the hundred (load.Load); stopped with the floor."""
        load = Load(self, exten, calls, rate, stay_s)
        self.loads.append(load)
        return load

    def scene_ami(self):
        """The connection that scenes use, with all events."""
        if self._scene is None or self._scene.closed:
            self._scene = self.ami("admin")
        return self._scene

    def _watch(self):
        """The lab's own AMI connection, which sees callers join."""
        if self._watcher is None or self._watcher.closed:
            self._watcher = self.ami("admin", events="agent")
        return self._watcher

    # --- what the PBX says --------------------------------------------------------------------------------------
    def ami(self, user="admin", tls=False, **more):
        """A new AMI connection, logged in; closed with the floor."""
        ami = Ami(self.ports.tls if tls else self.ports.ami, user, self.pbx.secrets.get(user, "?"),
                  tls_ca=self.pbx.ca if tls else None, **more)
        self._amis.append(ami)
        return ami

    def cli(self, command):
        return self.pbx.cli(command)

    def queue_log(self):
        """The rows of queue_log so far; data is the list of what follows the event."""
        return read_log(self.pbx.dir / "log" / "queue_log")

    def wait_log(self, event, count=1, timeout=30, start=0, **fields):
        """Waits for `count` rows of that event from row `start` on, with these fields; the rows."""
        def rows():
            found = [r for r in self.queue_log()[start:] if r.event == event
                     and all(getattr(r, key) == value for key, value in fields.items())]
            return found if len(found) >= count else None
        return self.until(rows, f"{count} {event} {fields or ''} in queue_log", timeout)

    def until(self, claim, what, timeout=60):
        """until(), with the PBX's last words where it fails."""
        try:
            return until(claim, what, timeout)
        except AssertionError as why:
            raise AssertionError(f"{why}; the PBX says: {self.pbx.last_words()}") from None

    # --- acdtop -------------------------------------------------------------------------------------------------
    def connect_args(self, user="acdtop", tls=False):
        """acdtop's options for this PBX."""
        url = f"{'amis' if tls else 'ami'}://{user}@127.0.0.1:{self.ports.tls if tls else self.ports.ami}"
        args = ["--url", url, "--secret-file", str(self.pbx.secret_file(user))]
        return args + (["--ca", str(self.pbx.ca)] if tls else [])

    def acdtop(self, *args, user="acdtop", tls=False, timeout=60):
        """Runs acdtop against this PBX and reads its JSON; fails the test when it exits with anything but 0."""
        done = self.run_acdtop(*args, user=user, tls=tls, timeout=timeout)
        if done.returncode:
            raise AssertionError(f"acdtop {' '.join(args)} exited {done.returncode}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def run_acdtop(self, *args, user="acdtop", tls=False, timeout=60):
        """Runs acdtop against this PBX; the CompletedProcess, with text."""
        need_acdtop()
        return subprocess.run([ACDTOP, *self.connect_args(user, tls), *args], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=timeout)


def read_log(path):
    """The whole rows of a queue_log."""
    try:
        text = path.read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return []
    rows = [line.split("|") for line in text.split("\n")[:-1]]
    return [Row(int(row[0]), *row[1:5], row[5:]) for row in rows if len(row) > 4]


def acdtops():
    """Those that were started from here and are alive, keepers that outlive their command too: {process: its command line}."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and MARK.encode() in (entry / "environ").read_bytes().split(b"\0") and b"acdtop" in os.readlink(entry / "exe").encode():
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            pass
    return found


def end_acdtops():
    """A keeper with a lease whose folder has gone with the test would wait for its end; told to, every one ends."""
    for pid in acdtops():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    with contextlib.suppress(AssertionError):
        until(lambda: not acdtops(), "they have ended", 20)


def need_acdtop():
    """Skips the test where the program has not been built."""
    if not os.access(ACDTOP, os.X_OK):
        raise unittest.SkipTest(f"{ACDTOP} is not built")


class PbxTest(unittest.TestCase):
    """A test with a floor of its own class: self.floor, and self.ami (all rights). Override the class attributes; one that
    loads the machine, or measures, has it `alone`; one that leaves much to chance is run `once`, for another run would be another test."""
    agents, rate, options, alone, once = 4, 0.0, {}, False, False

    @classmethod
    def setUpClass(cls):
        try:
            cls.floor = Floor(agents=cls.agents, rate=cls.rate, **cls.options)
        except Unavailable as why:
            raise unittest.SkipTest(str(why)) from None
        cls.floor.start()
        cls.addClassCleanup(cls.floor.close)

    def setUp(self):
        self.ami = self.floor.ami()
        self.log_start = len(self.floor.queue_log())
        self.addCleanup(self.ami.close)
        self.addCleanup(self.tidy)

    def own_folder(self):
        """For what acdtop keeps of this test (leases, the audit log); it goes with the test."""
        need_acdtop()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return pathlib.Path(folder.name)

    def tidy(self):
        """Everyone hangs up and is as at the start; on a floor with traffic life goes on."""
        if self.floor.traffic:
            return
        for load in self.floor.loads:
            load.stop()
        for phone in list(self.floor.exchange.phones.values()):
            phone.hangup()
        for number in self.floor.names:
            agent = self.floor.agent(number)
            agent.mode, agent.ring_s, agent.talk_s = "answer", 0.1, None
        if self.floor.pbx.running():
            self.floor.until(lambda: not self.floor.scene_ami().list("CoreShowChannels"), "every call is over", 60)

    def log(self, event, **fields):
        """The first row of that event in this test's part of queue_log."""
        return self.floor.wait_log(event, start=self.log_start, **fields)[0]
