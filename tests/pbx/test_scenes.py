# SPDX-License-Identifier: MIT
"""Every scene of scenes.py does on the real PBX what its description says."""
import lab
import probe
import scenes
from scenes import snapshot, waiting


class Scene(lab.PbxTest):
    """Names of the queue events that came for a call since the mark."""
    options = {"churn": False}

    def setUp(self):
        super().setUp()
        self.mark = self.ami.mark()

    def names(self, uniqueid=None):
        """The names of the queue events so far; a global variable's event is behind all of them."""
        token = f"{len(self.ami.messages)}"
        self.ami.action("Setvar", Variable="SCENE_SYNC", Value=token)
        self.ami.event("VarSet", start=self.mark, Variable="SCENE_SYNC", Value=token)
        return [m["Event"] for m in self.ami.since(self.mark) if m["Event"].startswith(("Queue", "Agent"))
                and not m["ActionID"] and uniqueid in (None, m["Uniqueid"])]

    def rows(self, callid):
        return [row.event for row in self.floor.queue_log()[self.log_start:] if row.callid == callid]


class TakenAway(Scene):
    def test_yank_by_bridge(self):
        call = scenes.yank_by_bridge(self.floor)
        self.assertNotIn("QueueCallerLeave", self.names(call.uniqueid))
        self.assertEqual(self.rows(call.uniqueid), ["ENTERQUEUE"])

    def test_yank_by_park(self):
        call = scenes.yank_by_park(self.floor)
        self.assertNotIn("QueueCallerLeave", self.names(call.uniqueid))

    def test_redirect_waiting(self):
        call = scenes.redirect_waiting(self.floor)
        self.assertEqual(self.names(call.uniqueid), ["QueueCallerJoin", "QueueCallerAbandon", "QueueCallerLeave"])
        self.log("ABANDON", callid=call.uniqueid)

    def test_redirect_connected(self):
        scene = scenes.redirect_connected(self.floor)
        self.assertNotIn("AgentComplete", self.names(scene.call.uniqueid))
        scene.call.hangup()
        self.assertTrue(self.ami.event("AgentComplete", start=self.mark, Uniqueid=scene.call.uniqueid))

    def test_withdraw_while_ringing(self):
        with scenes.modes(self.floor, "ring"):
            call = self.floor.caller("announced")
            self.assertTrue(self.floor.agent(102).wait_ringing())
            scenes.withdraw(self.floor, call, "announced")
        self.log("WITHDRAW", callid=call.uniqueid)

    def test_abandon_while_ringing(self):
        call = scenes.abandon_while_ringing(self.floor)
        self.assertNotIn("AgentRingNoAnswer", self.names(call.uniqueid))
        self.log("RINGCANCELED", callid=call.uniqueid)


class Transfers(Scene):
    def test_attended(self):
        scene, before = scenes.attended_transfer(self.floor)
        self.assertEqual(waiting(self.ami, "empty"), [scene.call.uniqueid])
        self.assertNotEqual(before, scene.call.uniqueid)
        self.log("ENTERQUEUE", callid=before)
        self.log("ATTENDEDTRANSFER")
        scene.call.hangup()
        self.log("ABANDON", callid=scene.call.uniqueid)

    def test_atxfer(self):
        scene, entry = scenes.atxfer(self.floor)
        self.assertEqual(waiting(self.ami, "empty"), [entry])
        self.assertTrue(snapshot(self.ami, "empty")[2][0]["Channel"].startswith("Local/8005@agents"))

    def test_blind_to_another(self):
        scene = scenes.blind_transfer(self.floor)
        self.assertEqual(waiting(self.ami, "empty"), [scene.call.uniqueid])
        self.log("BLINDTRANSFER", callid=scene.call.uniqueid)

    def test_blind_to_the_same(self):
        scene = scenes.blind_transfer(self.floor, queue="support")
        self.floor.wait_log("ENTERQUEUE", 2, start=self.log_start, callid=scene.call.uniqueid, queue="support")


class NoEvent(Scene):
    def test_priority(self):
        first, second = self.floor.caller("empty"), self.floor.caller("empty")
        scenes.change_priority(self.floor, second, "empty", 7, immediate=True)
        order = [second.uniqueid, first.uniqueid] if lab.VERSION > 16 else [first.uniqueid, second.uniqueid]
        self.assertEqual(waiting(self.ami, "empty"), order)
        self.assertEqual(self.names(), ["QueueCallerJoin", "QueueCallerJoin"])

    def test_reset(self):
        self.floor.caller("empty").hangup()
        self.log("ABANDON")
        self.floor.until(lambda: snapshot(self.ami, "empty")[0][0]["Abandoned"] != "0", "one abandoned")
        scenes.reset(self.floor, "empty")
        self.assertEqual(snapshot(self.ami, "empty")[0][0]["Abandoned"], "0")

    def test_realtime(self):
        scenes.realtime_add(self.floor, 104)
        scenes.realtime_remove(self.floor, 104)
        self.assertEqual(self.names(), [])

    def test_reload(self):
        scenes.reload_queues(self.floor, {"[sales](common)": "[sales](common)\nweight = 3"}, {"sales": [(104, 5)]})
        try:
            params, members, _ = snapshot(self.ami, "sales")
            self.assertEqual((params[0]["Weight"], [m["Location"] for m in members]), ("3", ["PJSIP/104"]))
            self.assertEqual(self.names(), [])
        finally:
            scenes.reload_queues(self.floor, members=lab.usual_members(self.floor.names))

    def test_queue_removed(self):
        scenes.remove_queue(self.floor, "hall")
        scenes.reload_queues(self.floor)
        self.floor.until(lambda: snapshot(self.ami, "hall")[0], "the queue is back")

    def test_app_queue_unloaded(self):
        scenes.unload_app_queue(self.floor)
        scenes.load_app_queue(self.floor)
        self.assertTrue(snapshot(self.ami, "support")[1])

    def test_cliff(self):
        name = scenes.cliff_member(self.floor)
        try:
            self.assertTrue(name.endswith("\udcc3"))
            self.assertEqual(self.names(), [])
        finally:
            scenes.remove_member(self.floor, "empty", "Local/8009@agents")


class Agents(Scene):
    def test_missed(self):
        for mode in ("ring", "busy", "decline"):
            with self.subTest(mode):
                call, event = scenes.missed(self.floor, mode)
                self.assertEqual(int(event["RingTime"]) > 0, mode == "ring")
                call.hangup()

    def test_ringall(self):
        scene, losers = scenes.ringall(self.floor)
        self.assertEqual(len(losers), 3)
        self.assertNotIn("AgentRingNoAnswer", self.names())

    def test_dump(self):
        call = scenes.agent_dump(self.floor)
        self.assertEqual(waiting(self.ami, "announced"), [call.uniqueid])
        self.log("AGENTDUMP", callid=call.uniqueid)

    def test_hangup_legs(self):
        for leg in ("caller", "agent"):
            _, complete = scenes.hangup_leg(self.floor, leg)
            self.assertEqual(complete["Reason"], "caller")  # AMI's Hangup of the agent's leg is logged as the caller's

    def test_second_line(self):
        dialog = scenes.second_line(self.floor, 103)
        self.assertTrue(self.ami.event("QueueMemberStatus", Interface="PJSIP/103", Status=2))
        dialog.hangup()

    def test_local_and_hint_members(self):
        scenes.add_member(self.floor, "empty", "Local/103@agents/n", MemberName="Local Lena",
                          StateInterface="hint:103@agents", Paused="true")
        try:
            member = snapshot(self.ami, "empty")[1][0]
            self.assertEqual((member["StateInterface"], member["Status"]), ("hint:103@agents", "1"))
        finally:
            scenes.remove_member(self.floor, "empty", "Local/103@agents/n")

    def test_persistent_member(self):
        scenes.add_member(self.floor, "empty", "PJSIP/102", MemberName="stays", Penalty=4)
        self.floor.pbx.restart()
        again = self.floor.ami()
        self.assertEqual([(m["Name"], m["Penalty"]) for m in snapshot(again, "empty")[1]], [("stays", "4")])
        scenes.remove_member(self.floor, "empty", "PJSIP/102")


class Pbx(Scene):
    agents = 1

    def test_stops(self):
        for how in ("now", "gracefully"):
            ami = self.floor.ami()
            scenes.stop(self.floor, how)
            self.assertTrue(ami.wait_closed())
            # Told before the sockets go; "now" does not wait until it was written.
            self.assertTrue(how == "now" or ami.since(0, "Shutdown"))
            scenes.start_half(self.floor)
            early = self.floor.ami()
            self.assertEqual(early.login_answer["Response"], "Success")
            self.assertTrue(early.event("FullyBooted"))
            self.floor.pbx.wait_booted()

    def test_manager(self):
        scenes.change_manager(self.floor, {"read = agent,call,reporting,system": "read = call"})
        try:
            blind = self.floor.ami("wallboard")
            self.floor.caller("empty")
            self.ami.event("QueueCallerJoin")
            self.assertEqual(waiting(blind, "empty"), waiting(self.ami, "empty"))
            self.assertEqual(blind.since(0, "QueueCallerJoin"), [])
        finally:
            scenes.change_manager(self.floor, {})

    def test_hold(self):
        scene = scenes.talk(self.floor)
        for _ in range(3):
            scenes.hold(self.floor, scene)
            scenes.unhold(self.floor, scene)


class Load(Scene):
    agents, alone = 2, True

    def test_many(self):
        self.floor.load(calls=200, rate=100)
        self.floor.until(lambda: snapshot(self.ami, "hall")[0][0]["Calls"] == "200", "200 callers wait")
        storm = self.floor.load("empty", calls=120, rate=40, stay_s=1)
        self.assertEqual(storm.wait(), 0)
        self.assertEqual(len(self.floor.wait_log("ABANDON", 120, queue="empty")), 120)

    def test_probe(self):
        """The control of every claim that nothing holds up the queues: a client that does not read does."""
        self.floor.load(calls=200, rate=100)
        self.floor.until(lambda: snapshot(self.ami, "hall")[0][0]["Calls"] == "200", "200 callers wait")
        with probe.Probe(self.floor) as free:
            self.floor.until(lambda: len(free.joins) >= 20, "20 joins")
        self.assertLess(free.worst_s, 2, free)
        stalled = probe.StalledClient(self.floor)
        try:
            with probe.Probe(self.floor) as held:
                self.floor.until(lambda: held.worst_s > 4, "a join is held up")
        finally:
            stalled.close()
