# SPDX-License-Identifier: MIT
"""How acdtop follows a PBX whose user may little, which answers oddly, dies, stops, starts again, loses its queues or changes
them: what its documents say meanwhile, and that afterwards they are what a fresh QueueStatus is."""
import contextlib
import datetime
import json
import os
import signal
import subprocess
import time

import lab
import scenes
from batch import Batch
from terminal import Terminal
from test_truth import floor_of_json, floor_of_status


class Followed(lab.PbxTest):
    """A floor, and an acdtop for each test that wants one."""
    agents, options = 2, {"churn": False}

    def follow(self, user="acdtop", *more, tls=False):
        """acdtop -b, as soon as it is live."""
        batch = Batch(self.floor, user, *more, tls=tls)
        self.addCleanup(batch.close)
        batch.live()
        return batch

    def expect(self, batch, claim, what, timeout=60):
        """The first document for which claim(document) holds."""
        try:
            return lab.until(lambda: claim(batch.latest()) and batch.latest(), what, timeout)
        except AssertionError as why:
            shown = {key: value for key, value in batch.latest().items() if not isinstance(value, list)}
            raise AssertionError(f"{why}; shown: {shown}") from None

    def as_listed(self, batch, ami=None, drift=0):
        """The document is what a fresh QueueStatus says, and no re-read had to correct it."""
        ami = ami or self.ami
        with contextlib.suppress(AssertionError):
            lab.until(lambda: floor_of_json(batch.latest()) == floor_of_status(ami), "", 30)
        self.assertEqual(floor_of_json(batch.latest()), floor_of_status(ami))
        self.assertEqual(batch.latest()["drift"], drift, batch.latest()["drift_last"])


def queue(pbx, name):
    return next((q for q in pbx["queues"] if q["name"] == name), None)


def began(pbx, key):
    """When what the document gives the age of was, in seconds of the epoch; late by less than one."""
    return epoch(pbx["at"]) - pbx[key]


def epoch(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Rights(Followed):
    def rights(self, **changed):
        """Another manager.conf, until the test is over."""
        self.addCleanup(scenes.change_manager, self.floor, {})
        scenes.change_manager(self.floor, changed)

    def counts(self, batch):
        """A caller comes, waits and goes, another is answered: all of it shown and counted, whatever the rights."""
        before = queue(batch.latest(), "empty")["today"], queue(batch.latest(), "support")["today"]
        waiting, talk = self.floor.caller("empty"), scenes.talk(self.floor, "support")
        self.expect(batch, lambda pbx: (queue(pbx, "empty")["waiting"], len(queue(pbx, "empty")["callers"])) == (1, 1), "one waits")
        self.expect(batch, lambda pbx: queue(pbx, "support")["talking"] == 1, "one talks")
        self.as_listed(batch)
        waiting.hangup()
        talk.call.hangup()
        for name, key, old in (("empty", "abandoned", before[0]), ("support", "handled", before[1])):
            self.expect(batch, lambda pbx: (queue(pbx, name)["waiting"], queue(pbx, name)["today"][key]) == (0, old[key] + 1),
                        f"{name}: {key}")
        self.as_listed(batch)

    def states(self, batch):
        return {q["state"] for q in batch.latest()["queues"]}

    def test_all(self):
        """The control of the others: with every right nothing is noted, and each list is proven."""
        batch = self.follow()
        self.assertEqual((batch.latest()["barrier"], batch.latest()["notice"], self.states(batch)), (1, None, {"clean"}))
        self.counts(batch)

    def test_tls(self):
        batch = self.follow("tlsonly", tls=True)
        self.assertEqual((batch.latest()["barrier"], batch.latest()["notice"]), (1, None))
        self.counts(batch)
        self.assertEqual((batch.latest()["link"], batch.latest()["reconnects"]), ("live", 0))

    def test_wallboard(self):
        """May not set the variable that proves a list."""
        batch = self.follow("wallboard")
        shown = batch.latest()
        self.assertEqual((shown["barrier"], shown["peers"], self.states(batch)), (0, 1, {"unproven"}))
        self.assertRegex(shown["notice"], r"^figures cannot be proven: add call to write of \[wallboard\] in manager.conf[^;]*$")
        self.counts(batch)
        self.assertNotIn("clean", self.states(batch))

    def test_mended(self):
        """Each notice names what is missing; with that added the next login is without it."""
        self.rights(**{"write = reporting\n": "write = reporting,call\n"})
        batch = self.follow("wallboard")
        self.assertEqual(batch.latest()["barrier"], 0)
        self.assertRegex(batch.latest()["notice"], r"add .*dialplan to read.* of \[wallboard\] in manager.conf")
        self.rights(**{"write = reporting\n": "write = reporting,call\n",
                       "read = agent,call,reporting,system": "read = agent,call,reporting,system,dialplan"})
        batch = self.follow("wallboard")
        self.assertEqual((batch.latest()["barrier"], batch.latest()["notice"], self.states(batch)), (1, None, {"clean"}))

    def test_poor(self):
        """May only listen to class agent, and do nothing."""
        batch = self.follow("poor")
        shown = batch.latest()
        self.assertEqual((shown["barrier"], shown["peers"], self.states(batch)), (0, 0, {"unproven"}))
        for claim in ("figures cannot be proven", "calls that began before the login stay unknown", "add reporting to write of [poor]"):
            self.assertIn(claim, shown["notice"])
        self.assertEqual(shown["asterisk"].split()[0], str(lab.VERSION))
        self.counts(batch)

    def test_no_events(self):
        """Class agent is not allowed, or a filter keeps its events back: the lists tell of callers, and acdtop what is missing."""
        self.rights(**{"read = agent,call,reporting,system": "read = call,reporting,system",
                       "[poor]\n": "[poor]\neventfilter = !Event: QueueCaller\n"})
        batches = {"wallboard": self.follow("wallboard"), "poor": self.follow("poor")}
        self.floor.caller("empty")
        for user, batch in batches.items():
            shown = self.expect(batch, lambda pbx: f"In manager.conf, [{user}]: read must have agent" in pbx["notice"], "the notice")
            self.assertIn("no eventfilter or disabledevents may hide QueueCallerJoin", shown["notice"])
            self.expect(batch, lambda pbx: queue(pbx, "empty")["waiting"] == 1, "the caller is shown")

    def test_events_without_answer(self):
        """brokeneventsaction: the Events that opens the mask for the proof is answered by nothing."""
        self.rights(**{"[general]\n": "[general]\nbrokeneventsaction = yes\n"})
        old = self.floor.ami()
        self.assertIsNone(old.action("Events", timeout=2, EventMask="on"))
        batch = self.follow()
        self.assertEqual((batch.latest()["barrier"], batch.latest()["notice"], self.states(batch)), (1, None, {"clean"}))
        self.counts(batch)
        began = time.monotonic()
        self.expect(batch, lambda pbx: max(q["asterisk"]["reread_age_s"] for q in pbx["queues"]) + 1 < time.monotonic() - began,
                    "all queues are read again")
        self.assertEqual((batch.latest()["link"], batch.latest()["reconnects"], self.states(batch)), ("live", 0, {"clean"}))
        self.as_listed(batch)


class Watch:
    """`acdtop watch --json` left running."""

    def __init__(self, floor):
        self.path = floor.pbx.dir / f"watch-{time.monotonic_ns()}"
        with open(self.path, "wb") as file:
            self.process = subprocess.Popen([lab.ACDTOP, *floor.connect_args(), "watch", "--json", "--all"],
                                            stdin=subprocess.DEVNULL, stdout=file)
        self.first("live")

    def first(self, link):
        """The first change that has the link so: it may be so for a moment only, between two documents."""
        def read():
            rows = (json.loads(line) for line in self.path.read_text().splitlines(True) if line.endswith("\n"))
            return next((row for row in rows if row["kind"] == "pbx" and row["link"] == link), None)
        return lab.until(read, f"{link} in acdtop watch", 60)

    def close(self):
        self.process.kill()
        self.process.wait()


class Restarts(Followed):
    def watch(self):
        watch = Watch(self.floor)
        self.addCleanup(watch.close)
        return watch

    def lost(self, watch, batch, since, says):
        """Not live any more, within six seconds, and with the age of what is shown."""
        first = watch.first("lost")
        self.assertLess(epoch(first["link_since"]) - since, 7)  # a second for a machine that is busy
        self.assertRegex(first["reason"], says)
        shown = self.expect(batch, lambda pbx: pbx["link"] != "live" and pbx["heard_age_s"] >= 2, "the age of it")
        self.assertLess(began(shown, "heard_age_s") - since, 2)
        self.assertEqual(floor_of_json(shown), self.before)

    def begin(self):
        """acdtop beside a floor where one waits and one is paused."""
        batch = self.follow()
        self.ami.action("QueuePause", Interface="PJSIP/102", Paused="true")
        self.floor.caller("empty")
        self.expect(batch, lambda pbx: queue(pbx, "empty")["waiting"] == 1 and any(a["paused_in"] for a in pbx["agents"]), "the floor")
        self.before = floor_of_json(batch.latest())
        return batch

    def again(self, batch, reconnects=1):
        """Live once more, and right."""
        shown = self.expect(batch, lambda pbx: (pbx["link"], pbx["reconnects"], pbx["suspects"]) == ("live", reconnects, 0), "live again")
        self.assertIsNone(shown["reason"])
        self.as_listed(batch, self.floor.ami())
        self.assertEqual((queue(batch.latest(), "empty")["waiting"], batch.latest()["calls"]), (0, []))

    def test_killed(self):
        watch, batch, since = self.watch(), self.begin(), time.time()
        self.floor.pbx.kill()
        self.lost(watch, batch, since, "closed the connection")
        self.floor.pbx.start()
        self.again(batch)

    def shut_down(self, batch, stop, start):
        """The PBX says that it goes, and acdtop says so too."""
        watch = self.watch()
        stop()
        start()
        self.again(batch)
        self.assertRegex(watch.first("lost")["reason"], "^Asterisk on .* was shut down; waiting for its return")

    def test_stopped_now(self):
        self.shut_down(self.begin(), lambda: scenes.stop(self.floor, "now"), self.floor.pbx.start)

    def test_stopped_gracefully(self):
        self.shut_down(self.follow(), lambda: scenes.stop(self.floor, "gracefully"), self.floor.pbx.start)

    def test_restarted(self):
        self.shut_down(self.begin(), lambda: self.floor.cli("core restart now"), lambda: None)

    def test_stands_still(self):
        """A PBX that hangs says nothing: silence is noticed, and that it still takes connections makes nothing younger."""
        watch, batch, since = self.watch(), self.begin(), time.time()
        os.kill(self.floor.pbx.process.pid, signal.SIGSTOP)
        try:
            self.lost(watch, batch, since, "fallen silent: nothing heard for 5 s")
            shown = self.expect(batch, lambda pbx: pbx["link"] == "login", "tries again")
            self.assertLess(began(shown, "heard_age_s") - since, 2)
        finally:
            os.kill(self.floor.pbx.process.pid, signal.SIGCONT)
        batch.live()
        self.as_listed(batch)

    def test_before_it_has_booted(self):
        """AMI takes logins before the queues are there: who comes as early as that sees them all in the end."""
        for _ in range(5):
            self.floor.pbx.stop()
            scenes.start_half(self.floor)
            path = self.recorded()
            if "Invalid/unknown command: QueueStatus" in path.read_text("utf-8", "surrogateescape"):
                break
        else:
            self.fail("acdtop never came before the queues")
        done = subprocess.run([lab.ACDTOP, "replay", "--speed", "max", "--json", path], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60, check=True)
        shown = json.loads(done.stdout.splitlines()[-1])["pbx"][0]
        self.assertEqual(shown["reconnects"], 0)
        self.assertEqual(floor_of_json(shown), floor_of_status(self.floor.ami()))

    def recorded(self):
        """A recording of acdtop up to its first proven lists, its path."""
        path = self.floor.pbx.dir / f"record-{time.monotonic_ns()}"
        process = subprocess.Popen([lab.ACDTOP, *self.floor.connect_args(), "record", path], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.floor.pbx.wait_booted()
            self.floor.until(lambda: path.exists() and "Variable: ACDTOP_SYNC" in path.read_text(
                "utf-8", "surrogateescape").partition("QueueStatusComplete")[2].partition("VarSet")[2], "the lists are proven", 60)
            process.terminate()
            self.assertEqual(process.wait(20), 0)
        finally:
            process.kill()
            process.wait()
        return path

    def test_queues_unloaded(self):
        batch = self.follow()
        scenes.unload_app_queue(self.floor)
        shown = self.expect(batch, lambda pbx: pbx["link"] == "booting" and pbx["heard_age_s"] >= 2, "no queues, and their age")
        self.assertRegex(shown["reason"], "app_queue is not loaded. On the PBX: 'module load app_queue.so'")
        done = self.floor.run_acdtop("status", "--timeout", "2")
        self.assertEqual((done.returncode, done.stdout), (69, ""))
        self.assertIn("app_queue is not loaded", done.stderr)
        scenes.load_app_queue(self.floor)
        self.again(batch, 0)


class Reloads(Followed):
    """Another queues.conf."""
    agents = 3

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.batch = Batch(cls.floor)
        cls.addClassCleanup(cls.batch.close)
        cls.batch.live()

    def setUp(self):
        super().setUp()
        self.drift = self.batch.latest()["drift"]
        self.addCleanup(scenes.reload_queues, self.floor, members=lab.usual_members(self.floor.names))

    def new_queue(self, name):
        return {"[hall](common)": f"[{name}](common)\nstrategy = linear\nmember => PJSIP/103,4\n\n[hall](common)"}

    def shown(self, name):
        self.expect(self.batch, lambda pbx: queue(pbx, name) and queue(pbx, name)["state"] == "clean", f"queue {name}", 90)
        self.assertEqual([(m["interface"], m["penalty"]) for m in queue(self.batch.latest(), name)["members"]], [("PJSIP/103", 4)])
        self.as_listed(self.batch, drift=self.drift)

    def test_announced(self):
        """`module reload` is announced by an event: new queues are looked for at once."""
        path = self.floor.pbx.dir / "etc" / "queues.conf"
        (old, new), = self.new_queue("announced-new").items()
        path.write_text(path.read_text().replace(old, new))
        self.floor.cli("module reload app_queue.so")
        self.shown("announced-new")

    def test_members(self):
        """Members alone, and no event: one goes, one comes, one has another penalty; one who is paused stays so."""
        self.ami.action("QueuePause", Interface="PJSIP/101", Paused="true", Reason="Mittag")
        self.addCleanup(self.ami.action, "QueuePause", Interface="PJSIP/101", Paused="false")
        self.floor.pbx.members = {**self.floor.pbx.members, "sales": [(101, 5), (102, 0)]}
        self.floor.pbx.write_config("queues.conf")
        scenes.ok(self.ami.action("QueueReload", Queue="sales", Members="yes"))
        self.expect(self.batch, lambda pbx: {m["interface"]: (m["penalty"], m["paused"]) for m in queue(pbx, "sales")["members"]}
                    == {"PJSIP/101": (5, True), "PJSIP/102": (0, False)}, "the members of sales")
        self.as_listed(self.batch, drift=self.drift)

    def test_twice_in_a_second(self):
        """A second reload in the second of the first leaves the same LoginTime: explained all the same."""
        sales = {"sales": [(101, 1), (102, 0)]}
        self.addCleanup(self.ami.action, "QueuePause", Interface="PJSIP/101", Paused="false")
        for _ in range(20):
            scenes.reload_queues(self.floor, members=sales)
            self.ami.action("QueuePause", Queue="sales", Interface="PJSIP/101", Paused="false")
            start = self.ami.mark()
            self.ami.action("QueuePause", Queue="sales", Interface="PJSIP/101", Paused="true")
            scenes.reload_queues(self.floor, members={"sales": [(101, 6), (102, 3)]})
            first = self.ami.event("QueueMemberPause", start=start, Queue="sales", Paused="1")["LoginTime"]
            now = next(m for m in self.ami.list("QueueStatus", Queue="sales") if m["Event"] == "QueueMember" and m["Location"] == "PJSIP/101")
            if first == now["LoginTime"]:
                break
        else:
            self.fail("never two reloads in one second")
        self.expect(self.batch, lambda pbx: {m["interface"]: m["penalty"] for m in queue(pbx, "sales")["members"]}
                    == {"PJSIP/101": 6, "PJSIP/102": 3}, "the penalties of the second")
        self.as_listed(self.batch, drift=self.drift)

    def test_silent(self):
        """No event tells that one queue is gone and another there: found by looking, once a minute."""
        self.expect(self.batch, lambda pbx: floor_of_json(pbx) == floor_of_status(self.ami), "all is as before")
        self.drift = self.batch.latest()["drift"]
        scenes.remove_queue(self.floor, "hall")
        self.expect(self.batch, lambda pbx: not queue(pbx, "hall"), "queue hall is gone")
        scenes.reload_queues(self.floor, self.new_queue("silent-new"))
        self.expect(self.batch, lambda pbx: queue(pbx, "hall"), "queue hall is back", 90)
        self.shown("silent-new")


class Two(Followed):
    """Two PBXs, of which one hangs or dies: the other's documents know nothing of it."""
    agents = 1

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = lab.Floor(agents=1, churn=False)
        cls.other.start()
        cls.addClassCleanup(cls.other.close)

    def both(self):
        batch = Batch(self.floor, "acdtop", "--name", "here", *self.other.connect_args(), "--name", "there")
        self.addCleanup(batch.close)
        batch.live("here")
        batch.live("there")
        return batch

    def undisturbed(self, batch, until):
        """Callers come and go here until something is true of there; how many. Every document between is fresh."""
        calls, seen, deadline = 0, batch.count, time.monotonic() + 60
        while not (calls > 1 and until(batch.latest("there"))):
            self.assertLess(time.monotonic(), deadline, batch.latest("there"))
            call = self.floor.caller("empty")
            self.shows(batch, 1)
            call.hangup()
            self.shows(batch, 0)
            calls += 1
        self.assertGreater(batch.count, seen)
        return calls

    def shows(self, batch, waiting):
        def shown():
            here = batch.latest("here")
            # Waiting for the other one (5 s until it is dead, 6 for its greeting, 10 to connect) would be seen here.
            self.assertEqual((here["link"], here["reconnects"], here["heard_age_s"] < 5), ("live", 0, True), here)
            return queue(here, "empty")["waiting"] == waiting
        lab.until(shown, f"{waiting} waiting", 20)

    def test_one_hangs(self):
        batch = self.both()
        os.kill(self.other.pbx.process.pid, signal.SIGSTOP)
        try:
            self.undisturbed(batch, lambda there: there["link"] == "login" and there["heard_age_s"] >= 8)
            self.assertIn("fallen silent", batch.latest("there")["reason"])
        finally:
            os.kill(self.other.pbx.process.pid, signal.SIGCONT)
        self.undisturbed(batch, lambda there: there["link"] == "live")
        self.assertEqual(batch.latest("there")["reconnects"], 1)

    def row(self, terminal, name):
        """The words of a queue's row behind its name: PBX, waiting and so on."""
        lines = terminal.text().translate({ord(sign): " " for sign in "▲△▌~'"}).splitlines()
        return next((words[1:] for words in map(str.split, lines) if words[:1] == [name]), [])

    def test_two_as_one_row(self):
        """M in the console: the queue of both PBXs is one row with the callers of both; one down: it says so, and counts the other."""
        words = [*self.floor.connect_args(), "--name", "here", *self.other.connect_args(), "--name", "there", "--screen", "queues"]
        with Terminal([lab.ACDTOP, *words]) as t:
            t.until(lambda: "● here live" in t.text() and "● there live" in t.text(), "both are live")
            calls = [self.floor.caller("empty"), self.floor.caller("empty"), self.other.caller("empty")]
            t.type(b"M")
            t.until(lambda: self.row(t, "empty")[:3] == ["2", "PBXs", "3"], "one row with the callers of both")
            t.type(b":queue empty\r")
            t.until(lambda: " › empty" in t.text() and t.text().count("here") > 2 and t.text().count("there") > 1, "who waits, and where")
            t.type(b"2@there\r")
            t.until(lambda: "@there 1 of 2 PBXs" in t.text() and self.row(t, "empty")[:1] == ["1"], "there alone")
            t.type(b"@\r")
            t.until(lambda: self.row(t, "empty")[:3] == ["2", "PBXs", "3"], "both again")
            self.other.pbx.kill()
            try:
                t.until(lambda: "1 of 2 PBXs" in t.text() and self.row(t, "empty")[:2] == ["1/2", "2"], "of one of two")
                t.type(b"M")
                t.until(lambda: self.row(t, "empty")[:2] == ["here", "2"], "each for itself")
            finally:
                self.other.pbx.start()
            t.type(b"M")
            t.until(lambda: self.row(t, "empty")[:3] == ["2", "PBXs", "2"], "it is back, and nobody waits there", 60)
            for call in calls[:2]:
                call.hangup()
            t.until(lambda: self.row(t, "empty")[:3] == ["2", "PBXs", "0"], "nobody waits")

    def test_one_dies(self):
        batch = self.both()
        self.other.pbx.kill()
        self.undisturbed(batch, lambda there: there["link"] == "lost" and there["heard_age_s"] >= 3)
        self.assertIn("refuses the connection", batch.latest("there")["reason"])
        self.other.pbx.start()
        self.undisturbed(batch, lambda there: there["link"] == "live")
        with contextlib.closing(self.other.ami()) as ami:
            self.assertEqual(floor_of_json(batch.latest("there")), floor_of_status(ami))
