# SPDX-License-Identifier: MIT
"""What acdtop's document says of agents, their peers, calls, members and waiting callers while each of those things happens
on the real PBX. One acdtop runs beside all tests of a class: after each of them everybody is shown as idle again, the lists
are those of a fresh QueueStatus, and nothing had to be corrected that an event should have told.
"""
import datetime
import time

import lab
import scenes
from batch import Batch
from test_truth import floor_of_json, floor_of_status

NUMBER = "+4930555123"


def one(rows, **fields):
    return next((row for row in rows if all(row[key] == value for key, value in fields.items())), None)


# What to look at in a document: each gives a function of it, whose value is None where there is no such thing.
def agent(who):
    interface = f"PJSIP/{who}" if isinstance(who, int) else who
    return lambda pbx: one(pbx["agents"], interface=interface)


def call(who):
    interface = f"PJSIP/{who}" if isinstance(who, int) else who
    return lambda pbx: one(pbx["calls"], agent=interface)


def queue(name):
    return lambda pbx: one(pbx["queues"], name=name)


def member(name, who):
    interface = f"PJSIP/{who}" if isinstance(who, int) else who
    return lambda pbx: one(queue(name)(pbx)["members"], interface=interface)


def caller(name, uniqueid):
    return lambda pbx: one(queue(name)(pbx)["callers"], uniqueid=uniqueid)


def today(name):
    return lambda pbx: queue(name)(pbx)["today"]


def spy(pbx):
    return pbx["spies"][0] if len(pbx["spies"]) == 1 else None


def callers(pbx):
    """{queue: what is said of each caller, in order}, without empty queues."""
    return {q["name"]: [(c["uniqueid"], c["channel"], c["number"], c["name"]) for c in q["callers"]]
            for q in pbx["queues"] if q["callers"]}


def entries(ami, name):
    """The same out of a fresh QueueStatus of one queue."""
    known = lambda text: None if text in ("", "unknown", "<unknown>") else text
    return [(m["Uniqueid"], m["Channel"], known(m["CallerIDNum"]), known(m["CallerIDName"]))
            for m in scenes.snapshot(ami, name)[2]]


class Beside(lab.PbxTest):
    """A floor that one acdtop watches from the first test of a class to its last."""
    options = {"churn": False}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.batch = cls.watch()
        cls.addClassCleanup(cls.batch.close)

    @classmethod
    def watch(cls):
        batch = Batch(cls.floor, "acdtop", "--wrapup", "3s")
        cls.floor.until(lambda: (batch.latest() or {}).get("link") == "live", "a live document")
        return batch

    @classmethod
    def tearDownClass(cls):
        """Every queue is read once more: no difference, on the link of the beginning."""
        began = time.monotonic()
        oldest = lambda: max(q["asterisk"]["reread_age_s"] for q in cls.batch.latest()["queues"])
        cls.floor.until(lambda: oldest() + 2 < time.monotonic() - began, "all queues are read again", 120)
        last = cls.batch.latest()
        if (last["drift"], last["reconnects"]) != (0, 0):
            raise AssertionError(f"drift {last['drift']} ({last['drift_last']}), reconnects {last['reconnects']}")

    def setUp(self):
        super().setUp()
        self.mark, self.drift = self.ami.mark(), self.batch.latest()["drift"]

    def tidy(self):
        super().tidy()
        self.at_rest()

    def at_rest(self):
        """Everybody is idle in the document, which agrees with the PBX."""
        def busy(pbx):
            return {"agents": {a["interface"]: a["state"] for a in pbx["agents"]
                               if a["state"] != ("unavailable" if a["interface"] == "Local/900@pool/n" else "ready")},
                    "calls": pbx["calls"], "spies": pbx["spies"], "callers": callers(pbx)}
        idle = {"agents": {}, "calls": [], "spies": [], "callers": {}}
        self.batch.next()
        self.equals(busy, lambda: idle, 40)
        self.equals(floor_of_json, lambda: floor_of_status(self.ami), 40)
        last = self.batch.latest()
        self.assertEqual((last["drift"] - self.drift, last["reconnects"]), (0, 0), last["drift_last"])

    def equals(self, of, wanted, timeout=20):
        """Waits until of(document) is wanted()."""
        try:
            lab.until(lambda: of(self.batch.latest()) == wanted(), "", timeout)
        except AssertionError:
            self.assertEqual(of(self.batch.latest()), wanted())

    def expect(self, pick, timeout=20, batch=None, **wanted):
        """Waits until the picked thing has these values; it as a whole, and `at`, when the document was made."""
        batch, seen = batch or self.batch, {}

        def shown():
            pbx = batch.latest()
            found = pick(pbx)
            seen.clear()
            seen.update({**found, "at": pbx["at"]} if found else {})
            return found and all(found[key] == value for key, value in wanted.items())
        try:
            lab.until(shown, "", timeout)
        except AssertionError:
            self.assertEqual({key: seen.get(key) for key in wanted}, wanted, f"{seen}\n{batch.latest()['agents']}")
        return seen

    def gone(self, pick, timeout=20):
        """Not there, in a document that was begun after now: an older one may not have known of it yet."""
        self.batch.next()
        self.equals(pick, lambda: None, timeout)

    def now(self, pick):
        return pick(self.batch.latest())

    def event(self, name, **fields):
        """An event of this test."""
        return scenes.must(self.ami.event(name, start=self.mark, **fields), f"{name} {fields}")

    def began(self, row, at, key="since_s", slack_s=5):
        """What the row says of when it began is `at` (epoch), give or take whole seconds; slack is for a machine that is busy."""
        shown = datetime.datetime.fromisoformat(row["at"].replace("Z", "+00:00")).timestamp() - row[key]
        self.assertTrue(-2 <= shown - float(at) <= slack_s, f"{key}: {shown} for {at}: {row}")

    def free_again(self, number):
        """The agent has no call and nobody to talk to."""
        self.gone(call(number))
        self.expect(agent(number), state="ready", queue=None, peer=None, peer_name=None, device="not_inuse", wrapup_left_s=None)

    def as_listed(self, name):
        """The queue's callers, their order and who they are, as a fresh QueueStatus has them."""
        self.equals(lambda pbx: callers(pbx).get(name, []), lambda: entries(self.ami, name))


class Agents(Beside):
    def test_life_of_a_call(self):
        taken, before = self.now(agent(101))["calls_taken"], dict(self.now(today("closing")))
        with scenes.modes(self.floor, "ring", 101):
            waiting = self.floor.caller("closing", name="Zoë Ω", number=NUMBER)
            who = {"queue": "closing", "peer": NUMBER, "peer_name": "Zoë Ω"}
            self.expect(agent(101), state="ringing", device="ringing", **who)
            self.expect(member("closing", 101), state="ringing", peer=NUMBER, peer_name="Zoë Ω")
            self.expect(caller("closing", waiting.uniqueid), position=1, ringing=1, number=NUMBER, name="Zoë Ω")
            self.expect(queue("closing"), waiting=1, ringing=1, talking=0)
            self.floor.agent(101).ringing.answer()
        connect = self.event("AgentConnect", Uniqueid=waiting.uniqueid)
        row = self.expect(agent(101), state="talking", device="inuse", calls_taken=taken + 1, **who)
        self.began(row, connect["Timestamp"])
        row = self.expect(call(101), queue="closing", uniqueid=waiting.uniqueid, channel=waiting.channel, number=NUMBER,
                          name="Zoë Ω", agent_uniqueid=connect["DestUniqueid"], agent_channel=connect["DestChannel"],
                          is_held=False, held_since_s=None)
        self.began(row, connect["Timestamp"])
        self.expect(member("closing", 101), state="talking", peer=NUMBER, peer_name="Zoë Ω")
        self.expect(member("support", 101), state="other_call")
        self.expect(queue("closing"), waiting=0, ringing=0, talking=1)
        waiting.hangup()
        row = self.expect(agent(101), state="wrapup", queue=None, peer=None, peer_name=None)
        self.assertLessEqual(row["wrapup_left_s"], 3)
        self.free_again(101)
        after = self.expect(today("closing"), handled=before["handled"] + 1, answered=before["answered"] + 1)
        self.assertGreater(after["talk_ms"], before["talk_ms"])

    def test_paused(self):
        self.ami.action("QueuePause", Interface="PJSIP/103", Paused="true", Reason="Mittag ☕")
        pause = self.event("QueueMemberPause", Interface="PJSIP/103")
        all_of_them = self.now(agent(103))["memberships"]
        row = self.expect(agent(103), state="paused", paused_in=all_of_them, paused_reason="Mittag ☕")
        self.began(row, pause["Timestamp"], "paused_since_s")
        self.began(row, pause["Timestamp"])
        self.expect(member("sales", 103), state="paused", paused=True, paused_reason="Mittag ☕")
        self.ami.action("QueuePause", Interface="PJSIP/103", Paused="false", Queue="sales")
        self.expect(member("sales", 103), state="ready", paused=False, paused_reason=None)
        self.expect(agent(103), state="ready", paused_in=all_of_them - 1)
        self.ami.action("QueuePause", Interface="PJSIP/103", Paused="false")
        self.expect(agent(103), state="ready", paused_in=0, paused_reason=None, paused_since_s=None)

    def test_paused_while_talking(self):
        scene = scenes.talk(self.floor, "closing", number=NUMBER)
        self.ami.action("QueuePause", Interface="PJSIP/101", Paused="true", Reason="Chef")
        self.addCleanup(self.ami.action, "QueuePause", Interface="PJSIP/101", Paused="false")
        self.expect(agent(101), state="talking", queue="closing", peer=NUMBER, paused_reason="Chef",
                    paused_in=self.now(agent(101))["memberships"])
        self.expect(member("closing", 101), state="talking", paused=True)
        scene.call.hangup()
        self.expect(agent(101), state="paused", peer=None)
        self.gone(call(101))

    def test_hold(self):
        scene = scenes.talk(self.floor, "closing", number=NUMBER)
        held = scenes.hold(self.floor, scene)
        row = self.expect(agent(101), state="hold", queue="closing", peer=NUMBER)
        self.began(row, held["Timestamp"])
        self.began(self.expect(call(101), is_held=True), held["Timestamp"], "held_since_s")
        self.expect(queue("closing"), hold=1, talking=0)
        scenes.unhold(self.floor, scene)
        row = self.expect(agent(101), state="talking", queue="closing", peer=NUMBER)
        self.began(row, scene.connect["Timestamp"])
        self.expect(call(101), is_held=False, held_since_s=None)

    def test_agent_calls_agent(self):
        with scenes.modes(self.floor, "ring", 102):
            self.floor.agent(101).call("102")
            scenes.must(self.floor.agent(102).wait_ringing(), "102 rings")
            self.expect(agent(102), state="other_call", device="ringing", queue=None)
            self.expect(agent(101), state="other_call", queue=None)
            self.floor.agent(102).ringing.answer()
        self.expect(agent(101), state="other_call", queue=None, peer="102")
        self.expect(agent(102), state="other_call", queue=None, peer="101", peer_name=self.floor.names[101])
        self.expect(call(102), queue=None, number="101")
        self.floor.agent(101).hangup()
        self.free_again(101)
        self.free_again(102)

    def test_call_to_music(self):
        self.floor.agent(104).call("8009").wait("up")
        self.expect(agent(104), state="other_call", queue=None, peer=None, device="inuse")
        self.expect(call(104), queue=None, number=None)
        self.floor.agent(104).hangup()
        self.free_again(104)

    def test_second_line(self):
        scene = scenes.talk(self.floor, "closing", number=NUMBER)
        scenes.hold(self.floor, scene)
        line = scenes.second_line(self.floor, 101)
        self.equals(lambda pbx: sorted((c["queue"] or "", c["is_held"]) for c in pbx["calls"]),
                    lambda: [("", False), ("closing", True)])
        self.expect(agent(101), state="other_call", queue=None)
        line.hangup()
        self.expect(agent(101), state="hold", queue="closing", peer=NUMBER)
        scenes.unhold(self.floor, scene)
        self.expect(agent(101), state="talking", queue="closing", peer=NUMBER)

    def test_missed(self):
        for mode in ("ring", "busy", "decline"):
            with self.subTest(mode):
                start = self.ami.mark()
                before = [self.now(pick)["missed"] for pick in (agent(102), member("announced", 102), today("announced"))]
                waiting, _ = scenes.missed(self.floor, mode)
                waiting.hangup()
                self.free_again(102)
                self.floor.until(lambda: not self.ami.list("CoreShowChannels"), "every call is over")
                more = len(self.ami.since(start, "AgentRingNoAnswer"))
                self.assertGreater(more, 0)
                for pick, old in zip((agent(102), member("announced", 102), today("announced")), before):
                    self.expect(pick, missed=old + more)

    def test_ringall(self):
        before = {number: self.now(agent(number))["missed"] for number in self.floor.names}
        scene, losers = scenes.ringall(self.floor)
        self.expect(agent(int(scene.phone.user)), state="talking", queue="vip")
        for number in losers:
            self.free_again(number)
        self.assertEqual({number: self.now(agent(number))["missed"] for number in before}, before)
        self.expect(queue("vip"), ringing=0, talking=1)

    def test_everybody_rings(self):
        with scenes.modes(self.floor, "ring"):
            waiting = self.floor.caller("vip", number=NUMBER)
            self.expect(caller("vip", waiting.uniqueid), ringing=4)
            self.expect(queue("vip"), ringing=4, ready=0)
            for number in self.floor.names:
                self.expect(agent(number), state="ringing", queue="vip", peer=NUMBER)
            waiting.hangup()
            self.gone(caller("vip", waiting.uniqueid))

    def test_dump(self):
        waiting = scenes.agent_dump(self.floor)
        self.gone(call(102))
        self.expect(caller("announced", waiting.uniqueid), position=1)
        waiting.hangup()
        self.free_again(102)

    def test_caller_gives_up_while_ringing(self):
        before = [self.now(agent(number))["missed"] for number in self.floor.names]
        scenes.abandon_while_ringing(self.floor)
        for number in self.floor.names:
            self.free_again(number)
        self.assertEqual([self.now(agent(number))["missed"] for number in self.floor.names], before)

    def test_hangup_of_either_leg(self):
        for leg in ("caller", "agent"):
            with self.subTest(leg):
                scene, _ = scenes.hangup_leg(self.floor, leg, "closing")
                scene.call.hangup()
                self.free_again(101)

    def test_listener(self):
        scene = scenes.talk(self.floor, "closing")
        self.ami.action("Originate", Channel="PJSIP/103", Application="ChanSpy", Data=f"{scene.channel},q", Async="true",
                        CallerID="Chef <777>")
        start = self.event("ChanSpyStart")
        row = self.expect(spy, agent="PJSIP/101", spyer_channel=start["SpyerChannel"], spyee_channel=scene.channel)
        self.began(row, start["Timestamp"])
        self.expect(agent(103), state="other_call", queue=None)
        self.expect(agent(101), state="talking", queue="closing")
        scene.call.hangup()
        self.event("ChanSpyStop")
        self.equals(lambda pbx: pbx["spies"], lambda: [])


class Callers(Beside):
    def agent_of(self, scene):
        return int(scene.phone.user)

    def test_attended_transfer(self):
        scene, before = scenes.attended_transfer(self.floor)
        self.gone(caller("empty", before))
        self.expect(caller("empty", scene.call.uniqueid), position=1, channel=scene.call.channel)
        self.as_listed("empty")
        self.expect(queue("empty"), waiting=1)
        self.free_again(self.agent_of(scene))

    def test_atxfer(self):
        scene, entry = scenes.atxfer(self.floor)
        self.expect(caller("empty", entry), position=1)
        self.as_listed("empty")
        self.expect(queue("empty"), waiting=1)
        self.free_again(self.agent_of(scene))

    def test_blind_transfer(self):
        for name in ("empty", "support"):
            with self.subTest(name):
                scene = scenes.talk(self.floor, "closing", number=NUMBER)
                self.expect(agent(101), state="talking", queue="closing", peer=NUMBER)
                with scenes.modes(self.floor, "ring"):
                    scene.dialog.transfer(name)
                    self.event("QueueCallerJoin", Queue=name, Uniqueid=scene.call.uniqueid)
                    self.gone(call(101))
                    self.expect(caller(name, scene.call.uniqueid), position=1, number=NUMBER)
                    self.as_listed(name)
                    scene.call.hangup()
                    self.gone(caller(name, scene.call.uniqueid))
                self.free_again(101)

    def test_blind_transfer_is_answered(self):
        """The same caller talks to one agent, then, by way of a queue, to another."""
        scene = scenes.talk(self.floor, "closing", number=NUMBER)
        scene.dialog.transfer("announced")
        self.event("AgentConnect", Queue="announced", Uniqueid=scene.call.uniqueid)
        self.expect(agent(102), state="talking", queue="announced", peer=NUMBER)
        self.free_again(101)

    def test_yank_by_bridge(self):
        yanked = scenes.yank_by_bridge(self.floor)
        self.gone(caller("empty", yanked.uniqueid))
        self.as_listed("empty")
        self.expect(agent(101), state="other_call", queue=None, peer="+49301234567")
        yanked.hangup()
        self.floor.agent(101).hangup()
        self.free_again(101)

    def test_yank_by_park(self):
        yanked = scenes.yank_by_park(self.floor)
        self.gone(caller("empty", yanked.uniqueid))
        self.expect(queue("empty"), waiting=0)

    def test_redirect_connected(self):
        """The agent is free long before AgentComplete, and the talk is counted once."""
        handled = self.now(today("closing"))["handled"]
        scene = scenes.redirect_connected(self.floor, "closing")
        self.free_again(101)
        self.assertEqual(self.ami.since(self.mark, "AgentComplete"), [])
        self.expect(today("closing"), handled=handled + 1)
        scene.call.hangup()
        self.event("AgentComplete", Uniqueid=scene.call.uniqueid)
        self.batch.next()
        self.expect(today("closing"), handled=handled + 1)

    def test_priority(self):
        first, second = self.floor.caller("empty", number="1"), self.floor.caller("empty", number="2")
        self.as_listed("empty")
        scenes.change_priority(self.floor, second, "empty", 7, immediate=lab.VERSION > 16)
        self.expect(caller("empty", second.uniqueid), 60, priority=7, position=1 if lab.VERSION > 16 else 2)
        self.expect(caller("empty", first.uniqueid), 60, priority=0)
        self.as_listed("empty")

    def test_joins_ahead(self):
        first, second = self.floor.caller("empty"), self.floor.caller("empty-prio")
        self.expect(caller("empty", second.uniqueid), position=1)
        self.expect(caller("empty", first.uniqueid), position=2)
        self.expect(caller("empty", second.uniqueid), 60, priority=5)


class Members(Beside):
    def memberships(self, number):
        return self.now(agent(number))["memberships"]

    def test_by_ami(self):
        before = self.memberships(104)
        scenes.add_member(self.floor, "empty", "PJSIP/104", MemberName="Ersatz Émile", Penalty=3)
        self.addCleanup(self.ami.action, "QueueRemove", Queue="empty", Interface="PJSIP/104")
        self.expect(member("empty", 104), membership="dynamic", name="Ersatz Émile", penalty=3, paused=False, state="ready",
                    device="not_inuse", is_poll_only=False)
        self.expect(agent(104), memberships=before + 1)
        self.expect(queue("empty"), member_count=1, ready=1)
        scenes.ok(self.ami.action("QueuePenalty", Queue="empty", Interface="PJSIP/104", Penalty=6))
        self.expect(member("empty", 104), penalty=6)
        for ringinuse in (1, 0):
            scenes.ok(self.ami.action("QueueMemberRingInUse", Queue="empty", Interface="PJSIP/104",
                                      RingInUse="yes" if ringinuse else "no"))
            self.expect(member("empty", 104), ringinuse=ringinuse)
        scenes.remove_member(self.floor, "empty", "PJSIP/104")
        self.gone(member("empty", 104))
        self.expect(agent(104), memberships=before)
        self.expect(queue("empty"), member_count=0, ready=0)

    def test_realtime(self):
        before = self.memberships(104)
        scenes.realtime_add(self.floor, 104, penalty=2)
        self.expect(member("orders", 104), 60, penalty=2, name=self.floor.names[104], state="ready")
        self.expect(agent(104), memberships=before + 1)
        scenes.ok(self.ami.action("QueuePause", Queue="orders", Interface="PJSIP/104", Paused="true"))
        self.expect(member("orders", 104), paused=True, membership="realtime")  # lists call him static, events do not
        scenes.realtime_remove(self.floor, 104)
        self.gone(member("orders", 104), 60)
        self.expect(agent(104), memberships=before)

    def test_reload(self):
        """Static members come, go and change their penalty by a reload; one who is in a call stays in it."""
        scene = scenes.talk(self.floor, "closing", number=NUMBER)
        try:
            scenes.reload_queues(self.floor, members={"sales": [(104, 5), (103, 4)]})
            self.expect(member("sales", 104), 60, membership="static", penalty=5, state="ready")
            self.expect(member("sales", 103), 60, penalty=4)
            self.gone(member("sales", 101), 60)
            self.expect(agent(101), state="talking", queue="closing", peer=NUMBER)
            self.began(self.expect(call(101), queue="closing"), scene.connect["Timestamp"])
        finally:
            scenes.reload_queues(self.floor, members=lab.usual_members(self.floor.names))
        self.expect(member("sales", 101), 60, penalty=1)
        self.gone(member("sales", 104), 60)

    def test_local_member_by_hint(self):
        """His state is that of the phone behind the hint, whatever that is doing; a queue's call finds him all the same."""
        lena = "Local/103@agents/n"
        scenes.add_member(self.floor, "empty", lena, MemberName="Local Lena", StateInterface="hint:103@agents", Paused="true")
        self.addCleanup(self.gone, agent(lena))
        self.addCleanup(self.ami.action, "QueueRemove", Queue="empty", Interface=lena)
        self.expect(member("empty", lena), state="paused", state_interface="hint:103@agents", device="not_inuse")
        line = scenes.second_line(self.floor, 103)
        self.expect(member("empty", lena), state="other_call", device="inuse")
        line.hangup()
        self.expect(member("empty", lena), state="paused", device="not_inuse")
        self.ami.action("QueuePause", Interface=lena, Paused="false")
        self.expect(member("empty", lena), state="ready", paused=False)
        waiting = self.floor.caller("empty", number=NUMBER)
        connect = self.event("AgentConnect", Uniqueid=waiting.uniqueid)
        row = self.expect(agent(lena), state="talking", queue="empty", peer=NUMBER)
        self.began(row, connect["Timestamp"])
        leg = next(m["DestChannel"] for m in self.ami.since(0, "DialBegin") if m["DestChannel"].startswith("PJSIP/103-"))
        self.expect(call(lena), queue="empty", uniqueid=waiting.uniqueid, agent_channel=connect["DestChannel"], phone_channel=leg)
        self.expect(agent(103), state="other_call")
        waiting.hangup()
        self.expect(agent(lena), state="ready", peer=None, queue=None)
        self.free_again(103)

    def test_cliff(self):
        """No event ever tells of him: re-reads keep him true."""
        local = "Local/8009@agents"
        scenes.cliff_member(self.floor)
        self.addCleanup(self.gone, member("empty", local), 60)
        self.addCleanup(self.ami.action, "QueueRemove", Queue="empty", Interface=local)
        self.expect(member("empty", local), 60, is_poll_only=True, membership="dynamic", paused=True, state="paused")
        for paused in (False, True):
            scenes.ok(self.ami.action("QueuePause", Queue="empty", Interface=local, Paused=str(paused).lower()))
            self.expect(member("empty", local), 60, is_poll_only=True, paused=paused)

    def test_pool(self):
        """The agent of app_agent_pool stays on the line between calls: he is ready while his phone is not."""
        paula = "Local/900@pool/n"
        self.expect(agent(paula), state="unavailable")
        phone = self.floor.exchange.phones["900"]
        scenes.must(phone.call("*900").wait("up"), "the pool's agent is logged in")
        self.expect(agent(paula), state="ready", device="not_inuse")
        scene = scenes.talk(self.floor, "billing", number=NUMBER)
        self.assertEqual(scene.interface, paula)
        row = self.expect(agent(paula), state="talking", queue="billing", peer=NUMBER)
        self.began(row, scene.connect["Timestamp"])
        self.expect(call(paula), queue="billing", uniqueid=scene.call.uniqueid, number=NUMBER)
        scene.call.hangup()
        self.expect(agent(paula), state="ready", queue=None, peer=None)
        self.gone(call(paula))
        phone.hangup()
        self.expect(agent(paula), state="unavailable")


class LinkUp(Beside):
    """What was going on before acdtop came."""
    agents = 5

    def look(self):
        batch = self.watch()
        self.addCleanup(batch.close)
        return batch

    def grown(self, channel, seconds=5):
        """Until the PBX itself says that the channel is that old."""
        def age():
            shown = next((m["Duration"] for m in self.ami.list("CoreShowChannels") if m["Channel"] == channel), "0")
            return sum(int(part) * 60 ** i for i, part in enumerate(reversed(shown.split(":")))) >= seconds
        self.floor.until(age, f"{channel} is {seconds} s old")

    def test_in_the_middle_of_calls(self):
        self.ami.action("QueuePause", Interface="PJSIP/104", Paused="true", Reason="Pause")
        self.addCleanup(self.ami.action, "QueuePause", Interface="PJSIP/104", Paused="false")
        pause = self.event("QueueMemberPause", Interface="PJSIP/104")
        talk = scenes.talk(self.floor, "closing", name="Zoë", number=NUMBER)
        line = self.event("Newchannel", Uniqueid=talk.connect["DestUniqueid"])
        self.floor.agent(103).call("102")
        scenes.must(self.floor.agent(102).wait_up(), "102 answers 103")
        waiting = self.floor.caller("empty", number="77")
        join = self.event("QueueCallerJoin", Uniqueid=waiting.uniqueid)
        with scenes.modes(self.floor, "ring", 105):
            offered = self.floor.caller("support", number="88")
            scenes.must(self.floor.agent(105).wait_ringing(), "105 rings")
            self.grown(waiting.channel)
            batch = self.look()
            self.expect(agent(105), batch=batch, state="ringing", queue="support", peer="88")
            self.expect(caller("support", offered.uniqueid), batch=batch, ringing=1, number="88")
            offered.hangup()
        row = self.expect(agent(101), batch=batch, state="talking", queue="closing", peer=NUMBER, peer_name="Zoë")
        self.began(row, line["Timestamp"], slack_s=3)  # the PBX tells how old the channel is, not how old the talk
        self.expect(call(101), batch=batch, queue="closing", uniqueid=talk.call.uniqueid, channel=talk.call.channel, number=NUMBER)
        self.expect(agent(103), batch=batch, state="other_call", queue=None, peer="102")
        self.expect(agent(102), batch=batch, state="other_call", queue=None, peer="103")
        row = self.expect(agent(104), batch=batch, state="paused", paused_reason="Pause")
        self.began(row, pause["Timestamp"], "paused_since_s", 3)
        row = self.expect(caller("empty", waiting.uniqueid), batch=batch, number="77", priority=0, position=1)
        self.began(row, join["Timestamp"], "wait_s", 3)
        talk.call.hangup()
        self.expect(agent(101), batch=batch, state="ready", peer=None)
        self.assertEqual((batch.latest()["drift"], batch.latest()["reconnects"]), (0, 0), batch.latest()["drift_last"])

    def test_held(self):
        """Neither a list nor a device state tells of a hold that began before: he is shown as talking until an event does."""
        talk = scenes.talk(self.floor, "closing", number=NUMBER)
        scenes.hold(self.floor, talk)
        batch = self.look()
        self.expect(agent(101), batch=batch, state="talking", queue="closing", peer=NUMBER)
        scenes.unhold(self.floor, talk)
        scenes.hold(self.floor, talk)
        self.expect(agent(101), batch=batch, state="hold", queue="closing", peer=NUMBER)
        scenes.unhold(self.floor, talk)
        self.expect(agent(101), batch=batch, state="talking", queue="closing", peer=NUMBER)
        self.assertEqual(batch.latest()["drift"], 0, batch.latest()["drift_last"])
