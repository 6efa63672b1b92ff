# SPDX-License-Identifier: MIT
"""The simulated PBX against the real Asterisk: orders that change who serves a queue, also in the middle of a call."""
from sim_stage import Compare


class Members(Compare):
    def test_pauses_and_reasons(self):
        def scenario(s):
            s.add("empty", 101, Paused="yes", Reason="As he comes", Penalty="-3", Wrapuptime="86400")
            for paused, reason in (("yes", "Lunch"), ("no", "Back"), ("no", ""), ("yes", ""), ("yes", "Übergabe; 50%"), ("1", "x" * 100)):
                s.ask("QueuePause", Interface="PJSIP/101", Queue="EMPTY", Paused=paused, Reason=reason)
            s.remove("empty", 101)
            s.add("empty", 101, Reason="Not paused")
            s.remove("EMPTY", 101)
        self.compare(scenario)

    def test_penalties_and_ringinuse(self):
        def scenario(s):
            s.add("empty", 101, Penalty="x")
            for penalty in ("0", "7", "-4", "x", ""):
                s.ask("QueuePenalty", Interface="pjsip/101", Queue="empty", Penalty=penalty)
            for value in ("yes", "off", "0", "perhaps"):
                s.ask("QueueMemberRingInUse", Interface="PJSIP/101", RingInUse=value)
            s.remove("empty", 101)
        self.compare(scenario)

    def test_somebody_elses_state(self):
        def scenario(s):
            s.phone(102, "answer")
            s.add("empty", 101, StateInterface="PJSIP/103")
            s.add("vip", 102)
            call = s.call("vip")
            s.wait("BridgeEnter", 2)
            s.remove("empty", 101)
            s.add("empty", 101, StateInterface="PJSIP/102")
            s.hangup(call)
            s.await_free(102)
            s.wait("QueueMemberStatus", Interface="PJSIP/101", Status="1")
            s.remove("empty", 101)
            s.remove("vip", 102)
        self.compare(scenario)

    def test_members_that_are_no_phones(self):
        def scenario(s):
            for interface in ("Local/101@agents/n", "Foo/bar", "foo bar", "PJSIP/none"):
                s.ask("QueueAdd", Queue="empty", Interface=interface, Paused="yes")
                s.ask("QueuePause", Interface=interface, Paused="no")
                s.ask("QueueRemove", Queue="empty", Interface=interface)
        self.compare(scenario)

    def test_removed_while_his_phone_rings(self):
        def scenario(s):
            s.phone(101, "answer", 1.5)
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("QueueMemberStatus", Status="6")
            s.remove("empty", 101)
            s.wait("BridgeEnter", 2)
            s.hangup(call)
            s.wait("Hangup", 2)
        self.compare(scenario)

    def test_removed_in_conversation(self):
        def scenario(s):
            s.phone(101, "answer")
            s.add("empty", 101)
            call = s.call("empty")
            s.await_talk()
            s.remove("empty", 101)
            s.hangup(call)
            s.wait("Hangup", 2)
        self.compare(scenario)

    def test_paused_while_his_phone_rings(self):
        def scenario(s):
            s.phone(101, "answer", 1.5)
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("QueueMemberStatus", Status="6")
            s.ask("QueuePause", Interface="PJSIP/101", Queue="empty", Paused="yes")
            s.wait("BridgeEnter", 2)
            s.hangup(call)
            s.await_free(101)
            s.remove("empty", 101)
        self.compare(scenario)

    def test_a_waiting_caller_is_offered_to_who_comes(self):
        def scenario(s):
            s.phone(101, "answer")
            call = s.call("empty")
            s.add("empty", 101, Paused="yes")
            s.ask("QueuePause", Interface="PJSIP/101", Queue="empty", Paused="no")
            s.await_talk()
            s.remove("empty", 101)
            s.hangup(call)
            s.wait("Hangup", 2)
        self.compare(scenario)

    def test_a_call_counts_in_every_queue_of_his(self):
        def scenario(s):
            s.phone(101, "answer")
            s.add("empty", 101)
            s.add("vip", 101)
            call = s.call("empty")
            s.wait("BridgeEnter", 2)
            s.hangup(call)
            s.await_free(101, 2)
            s.remove("empty", 101)
            s.remove("vip", 101)
        self.compare(scenario)

    def test_a_lease_takes_one_call(self):
        """ami.md 10.2: armed while two wait, out again at the offer; the second caller is never offered."""
        def scenario(s):
            s.phone(101, "answer", 1)
            first, second = s.call("empty"), s.call("empty", 2)
            s.add("empty", 101, Paused="true", Wrapuptime="86400")
            s.ask("QueueMemberRingInUse", Queue="empty", Interface="PJSIP/101", RingInUse="no")
            s.ask("QueuePause", Queue="empty", Interface="PJSIP/101", Paused="false")
            s.wait("AgentCalled")
            s.wait("QueueMemberStatus", Status="6")
            s.remove("empty", 101)
            s.wait("BridgeEnter", 2)
            s.hangup(first)
            s.wait("Hangup", 2)
            s.hangup(second)
            s.wait("Hangup", 3)
        self.compare(scenario, unpromised=("QueueCallerAbandon", "HangupRequest"))

    def test_the_wrap_up_of_a_lease_keeps_the_second_caller_away(self):
        def scenario(s):
            s.phone(101, "answer")
            first, second = s.call("empty"), s.call("empty", 2)
            s.add("empty", 101, Wrapuptime="86400")
            s.wait("BridgeEnter", 2)
            s.hangup(first)
            s.await_free(101)
            s.hangup(second)
            s.wait("Hangup", 3)
            s.remove("empty", 101)
        self.compare(scenario, unpromised=("QueueCallerAbandon", "HangupRequest"))

    def test_withdrawn(self):
        def scenario(s):
            s.call("empty")
            entry = next(m for m in s.list("QueueStatus", Queue="empty", ActionID="q") if m["Event"] == "QueueEntry")
            said = [s.ask("QueueWithdrawCaller", Queue="empty", Caller=entry["Channel"], WithdrawInfo="me") for _ in range(2)]
            self.assertEqual([m["Message"] for m in said],
                             ["Withdraw requested successfully", "Unable to request withdraw from queue: Already requested"])
            s.wait("QueueCallerLeave")
            s.wait("Hangup")
        self.compare(scenario)

    def test_who_refuses(self):
        for mode in ("decline", "away"):
            with self.subTest(mode):
                def scenario(s):
                    s.phone(101, mode)
                    s.add("empty", 101)
                    call = s.call("empty")
                    s.wait("AgentRingNoAnswer")
                    s.wait("Hangup")
                    s.remove("empty", 101)
                    s.hangup(call)
                    s.wait("Hangup", 2)
                self.compare(scenario, unpromised=("HangupRequest",))

    def test_whose_turn_it_is(self):
        """The least recent of three, call by call, and the one with the smaller penalty before him."""
        def scenario(s):
            agents = (101, 102, 103)
            for agent in agents:
                s.phone(agent, "answer")
                s.add("sales", agent, Penalty="1" if agent == 103 else "0")
            for count in (1, 2, 3):
                call = s.call("sales", count)
                s.wait("AgentConnect", count)
                s.wait("BridgeEnter", 2 * count)
                s.hangup(call)
                s.wait("Hangup", 2 * count)
            for agent in agents:
                s.remove("sales", agent)
        self.compare(scenario, racing=("QueueMemberStatus",))
