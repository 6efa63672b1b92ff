# SPDX-License-Identifier: MIT
"""The simulated PBX against the real Asterisk 16 and 22: calls through a queue, and the lists."""
from sim_stage import Compare


class Calls(Compare):
    def test_answered_caller_hangs_up(self):
        def scenario(s):
            s.phone(101, "answer")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("BridgeEnter", 2)
            s.hangup(call)
            s.await_free(101)
            s.remove("empty", 101)
        self.compare(scenario)

    def test_answered_agent_hangs_up(self):
        def scenario(s):
            s.phone(101, "answer")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("BridgeEnter", 2)
            s.agent_hangup(call, 101)
            s.await_free(101)
            s.remove("empty", 101)
        self.compare(scenario)

    def test_abandoned_while_waiting(self):
        def scenario(s):
            s.hangup(s.call("empty"))
            s.wait("Hangup")
        self.compare(scenario)

    def test_abandoned_while_ringing(self):
        def scenario(s):
            s.phone(101, "ring")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("QueueMemberStatus", Status="6")
            s.wait("DialState")
            s.hangup(call)
            s.await_free(101)
            s.remove("empty", 101)
        self.compare(scenario)

    def test_no_answer(self):
        def scenario(s):
            s.phone(101, "ring")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("AgentRingNoAnswer")
            s.await_free(101)
            s.remove("empty", 101)
            s.hangup(call)
            s.wait("Hangup", 2)
        self.compare(scenario)

    def test_busy(self):
        def scenario(s):
            s.phone(101, "busy")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("AgentRingNoAnswer")
            s.wait("Hangup")
            s.remove("empty", 101)
            s.hangup(call)
            s.wait("Hangup", 2)
        self.compare(scenario)

    def test_busy_and_the_next_one_answers(self):
        def scenario(s):
            s.phone(101, "busy")
            s.phone(102, "answer")
            s.add("empty", 101)
            s.add("empty", 102, Penalty="1")
            call = s.call("empty")
            s.wait("BridgeEnter", 2)
            s.hangup(call)
            s.await_free(102)
            s.remove("empty", 101)
            s.remove("empty", 102)
        self.compare(scenario, unpromised=("HangupRequest",))  # the busy phone's is the first

    def test_two_callers_and_the_first_gives_up(self):
        def scenario(s):
            first = s.call("empty")
            second = s.call("empty", 2)
            s.hangup(first)
            s.wait("Hangup")
            s.hangup(second)
            s.wait("Hangup", 2)
        self.compare(scenario)

    def test_everybody_rings_and_one_wins(self):
        def scenario(s):
            s.phone(101, "ring")
            s.phone(102, "answer", 1.5)
            s.add("vip", 101)
            s.add("vip", 102)
            call = s.call("vip")
            s.wait("BridgeEnter", 2)
            s.await_free(101)
            s.hangup(call)
            s.await_free(102)
            s.remove("vip", 101)
            s.remove("vip", 102)
        self.compare(scenario)

    def test_hold(self):
        def scenario(s):
            s.phone(101, "answer")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("BridgeEnter", 2)
            s.hold(call, 101, True)
            s.wait("Hold")
            s.hold(call, 101, False)
            s.wait("Unhold")
            s.hangup(call)
            s.await_free(101)
            s.remove("empty", 101)
        self.compare(scenario)

    def test_blind_transfer_into_a_queue(self):
        def scenario(s):
            s.phone(101, "answer")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("BridgeEnter", 2)
            s.transfer(call, 101, "vip")
            s.wait("QueueCallerJoin", 2)
            s.await_free(101)
            s.hangup(call)
            s.wait("QueueCallerLeave", 2)
            s.remove("empty", 101)
        self.compare(scenario, unpromised=("HangupRequest", "QueueCallerAbandon"), racing=("BridgeLeave",))  # those come with the second queue

    def test_members_are_changed(self):
        def scenario(s):
            one = {"Interface": "PJSIP/101"}
            s.add("empty", 101, Penalty="2")
            s.add("vip", 101, Paused="yes")
            s.ask("QueuePause", Paused="true", Reason="Lunch", **one)
            s.ask("QueuePause", Paused="true", Queue="empty", Reason="Coffee", **one)
            s.ask("QueuePause", Paused="false", **one)
            s.ask("QueuePenalty", Penalty="7", Queue="empty", **one)
            s.ask("QueuePenalty", Penalty="x", **one)
            s.ask("QueueMemberRingInUse", RingInUse="yes", **one)
            s.remove("empty", 101)
            s.remove("vip", 101)
        self.compare(scenario)

    def test_lists(self):
        def items(s):
            s.phone(101, "answer")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("BridgeEnter", 2)
            waiting = s.call("vip", 2)
            got = {}
            for action, headers in (("QueueStatus", {"Queue": "empty"}), ("QueueStatus", {"Queue": "vip"}),
                                    ("QueueSummary", {"Queue": "vip"}), ("CoreShowChannels", {}), ("Status", {})):
                for m in s.list(action, ActionID=f"list-{action}", **headers):
                    got.setdefault(m["Event"], set()).add(tuple(k for k, _ in m.pairs))
            s.hangup(call)
            s.hangup(waiting)
            s.await_free(101)
            s.remove("empty", 101)
            s.finish()
            return got
        real, sim = [], []
        for stage, got in ((self.real, real), (self.sim, sim)):
            stage.begin()
            got.append(items(stage))
        self.maxDiff = None
        self.assertEqual(sim, real)
