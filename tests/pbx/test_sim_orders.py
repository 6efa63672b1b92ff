# SPDX-License-Identifier: MIT
"""The simulated PBX against the real Asterisk: orders that end calls or put them elsewhere."""
from sim_stage import Compare

LEAVES = ("BridgeLeave",)


class Hangups(Compare):
    def test_the_caller_in_conversation(self):
        for more in ({}, {"Cause": "16"}):
            with self.subTest(more):
                def scenario(s):
                    s.talk()
                    s.ask("Hangup", Channel=s.channel(), **more)
                    s.wait("Hangup", 2)
                self.compare(scenario, racing=LEAVES)

    def test_the_agent_in_conversation(self):
        def scenario(s):
            s.talk()
            s.ask("Hangup", Channel=s.channel("PJSIP/101"), Cause="16")
            s.wait("Hangup", 2)
        self.compare(scenario, racing=LEAVES)

    def test_a_waiting_caller(self):
        def scenario(s):
            s.call("empty")
            s.ask("Hangup", Channel=s.channel())
            s.wait("Hangup")
        self.compare(scenario)

    def test_a_waiting_caller_by_a_regular_expression(self):
        def scenario(s):
            s.call("empty")
            s.list("Hangup", Channel="/^PJSIP/trunk-.*$/", ActionID="all")
            s.wait("Hangup")
        self.compare(scenario)

    def test_a_caller_while_a_phone_rings(self):
        def scenario(s):
            s.phone(101, "ring")
            s.add("empty", 101)
            s.call("empty")
            s.wait("DialState")
            s.ask("Hangup", Channel=s.channel())
            s.wait("Hangup", 2)
            s.remove("empty", 101)
        self.compare(scenario)

    def test_the_phone_that_rings(self):
        def scenario(s):
            s.phone(101, "ring")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("DialState")
            s.ask("Hangup", Channel=s.channel("PJSIP/101"))
            s.wait("Hangup")
            s.remove("empty", 101)
            s.hangup(call)
            s.wait("Hangup", 2)
        self.compare(scenario)


class Redirects(Compare):
    def test_a_waiting_caller_to_a_phone(self):
        def scenario(s):
            s.phone(103, "answer")
            call = s.call("empty")
            s.redirect(s.channel(), "agents", "103")
            s.wait("BridgeEnter", 2)
            s.hangup(call)
            s.wait("Hangup", 2)
        self.compare(scenario, unpromised=("HangupRequest", "DialEnd"))

    def test_a_waiting_caller_to_a_phone_that_hangs_up(self):
        def scenario(s):
            s.phone(103, "answer")
            s.call("empty")
            s.redirect(s.channel(), "agents", "103")
            s.wait("BridgeEnter", 2)
            s.phone_hangup(103)
            s.wait("Hangup", 2)
        self.compare(scenario, unpromised=("HangupRequest", "DialEnd"))

    def test_a_waiting_caller_to_a_phone_that_is_busy(self):
        def scenario(s):
            s.phone(103, "busy")
            call = s.call("empty")
            s.redirect(s.channel(), "agents", "103")
            s.wait("Hangup")
            s.hangup(call)
            s.wait("Hangup", 2)
        self.compare(scenario, unpromised=("HangupRequest", "DialEnd"))

    def test_a_waiting_caller_to_nobody(self):
        for exten in ("777", "0"):
            with self.subTest(exten):
                def scenario(s):
                    call = s.call("empty")
                    s.redirect(s.channel(), "agents", exten)
                    if exten == "777":
                        s.wait("QueueCallerLeave")
                        s.hangup(call)
                    s.wait("Hangup")
                self.compare(scenario, unpromised=("HangupRequest",))

    def test_a_waiting_caller_to_another_queue(self):
        def scenario(s):
            call = s.call("empty")
            s.redirect(s.channel(), "queues", "vip")
            s.wait("QueueCallerJoin", 2)
            s.hangup(call)
            s.wait("Hangup")
        self.compare(scenario, unpromised=("HangupRequest",))

    def test_a_caller_for_whom_a_phone_rings(self):
        def scenario(s):
            s.phone(101, "ring")
            s.phone(103, "answer")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("DialState")
            s.remove("empty", 101)
            s.redirect(s.channel(), "agents", "103")
            s.wait("BridgeEnter", 2)
            s.hangup(call)
            s.wait("Hangup", 3)
        self.compare(scenario, unpromised=("HangupRequest", "DialEnd"))

    def test_a_caller_out_of_a_conversation(self):
        def scenario(s):
            s.phone(103, "answer")
            call = s.talk()
            s.redirect(s.channel(), "agents", "103")
            s.wait("BridgeEnter", 4)
            s.hangup(call)
            s.wait("Hangup", 3)
        self.compare(scenario, racing=LEAVES, unpromised=("HangupRequest", "AgentConnect", "BridgeLeave"))

    def test_an_agent_out_of_a_conversation(self):
        def scenario(s):
            s.talk()
            s.redirect(s.channel("PJSIP/101"), "others", "moh")
            s.wait("Hangup")
            s.phone_hangup(101)
            s.wait("Hangup", 2)
        self.compare(scenario, racing=LEAVES, unpromised=("HangupRequest",))

    def test_both_and_the_caller_goes_first(self):
        def scenario(s):
            call = s.talk()
            s.redirect(s.channel(), "others", "moh", ExtraChannel=s.channel("PJSIP/101"), ExtraContext="others", ExtraExten="echo", ExtraPriority="1")
            s.wait("BridgeDestroy")
            s.hangup(call)
            s.wait("Hangup")
            s.phone_hangup(101)
            s.wait("Hangup", 2)
        self.compare(scenario, racing=LEAVES, unpromised=("HangupRequest",))

    def test_both_and_the_agent_goes_first(self):
        def scenario(s):
            call = s.talk()
            s.redirect(s.channel(), "others", "moh", ExtraChannel=s.channel("PJSIP/101"))
            s.wait("BridgeDestroy")
            s.phone_hangup(101)
            s.wait("Hangup")
            s.hangup(call)
            s.wait("Hangup", 2)
        self.compare(scenario, racing=LEAVES, unpromised=("HangupRequest",))

    def test_one_and_somebody_who_is_not_there(self):
        def scenario(s):
            call = s.talk()
            s.redirect(s.channel(), "others", "moh", ExtraChannel="x")
            s.hangup(call)
            s.wait("Hangup", 2)
        self.compare(scenario)

    def test_both_into_a_conference(self):
        def scenario(s):
            call = s.talk()
            s.redirect(s.channel(), "others", "conf-bridge", ExtraChannel=s.channel("PJSIP/101"))
            s.wait("ConfbridgeJoin", 2)
            for name, more in (("Kick", {}), ("Mute", {"Channel": "x"}), ("List", {"Conference": "none"})):
                s.ask("Confbridge" + name, **{"Conference": "floor", **more})
            s.list("ConfbridgeList", Conference="floor", ActionID="who")
            s.list("ConfbridgeListRooms", ActionID="rooms")
            s.ask("ConfbridgeMute", Conference="floor", Channel=s.channel("PJSIP/101"))
            s.ask("ConfbridgeUnmute", Conference="floor", Channel=s.channel("PJSIP/101"))
            s.hangup(call)
            s.wait("Hangup")
            s.phone_hangup(101)
            s.wait("Hangup", 2)
        self.compare(scenario, racing=("BridgeLeave", "BridgeEnter", "ConfbridgeJoin", "ConfbridgeLeave"),
                     unpromised=("HangupRequest", "BridgeLeave", "BridgeCreate"))


class Transfers(Compare):
    def test_blindly_by_the_agents_channel(self):
        def scenario(s):
            s.phone(103, "answer")
            call = s.talk()
            s.ask("BlindTransfer", Channel=s.channel("PJSIP/101"), Context="agents", Exten="103")
            s.wait("BridgeEnter", 4)
            s.hangup(call)
            s.wait("Hangup", 3)
        self.compare(scenario, racing=LEAVES, unpromised=("HangupRequest", "AgentConnect", "BridgeLeave"))

    def test_blindly_by_the_callers_channel(self):
        def scenario(s):
            s.phone(103, "answer")
            s.talk()
            s.ask("BlindTransfer", Channel=s.channel(), Context="agents", Exten="103")
            s.wait("BridgeEnter", 4)
            s.phone_hangup(103)
            s.wait("Hangup", 3)
        self.compare(scenario, racing=LEAVES, unpromised=("HangupRequest", "AgentConnect", "BridgeLeave"))

    def test_blindly_to_nowhere(self):
        def scenario(s):
            s.talk()
            s.ask("BlindTransfer", Channel=s.channel("PJSIP/101"), Context="agents", Exten="0")
            s.wait("Hangup", 2)
        self.compare(scenario, racing=LEAVES, shuffled=("AgentComplete",))  # of a transfer, or of a caller who hung up: who is first

    def test_blindly_one_who_waits(self):
        def scenario(s):
            call = s.call("empty")
            s.ask("BlindTransfer", Channel=s.channel(), Context="agents", Exten="103")
            s.hangup(call)
            s.wait("Hangup")
        self.compare(scenario)

    def test_parked_and_gives_up(self):
        def scenario(s):
            call = s.talk()
            s.ask("Park", Channel=s.channel())
            s.wait("ParkedCall")
            s.wait("Hangup")
            s.list("ParkedCalls", ActionID="parked")
            s.hangup(call)
            s.wait("ParkedCallGiveUp")
            s.wait("Hangup", 2)
        self.compare(scenario, racing=LEAVES, unpromised=("HangupRequest", "BridgeCreate", "BridgeLeave"))

    def test_parked_to_come_back_to_the_agent(self):
        def scenario(s):
            call = s.talk()
            s.ask("Park", Channel=s.channel(), TimeoutChannel=s.channel("PJSIP/101"))
            s.wait("ParkedCall")
            s.phone_hangup(101)
            s.wait("Hangup")
            s.hangup(call)
            s.wait("Hangup", 2)
        self.compare(scenario, racing=LEAVES, unpromised=("HangupRequest", "BridgeCreate", "BridgeLeave"))

    def test_parked_out_of_a_queue(self):
        def scenario(s):
            call = s.call("empty")
            s.ask("Park", Channel=s.channel(), ParkingSpace="710")
            s.wait("ParkedCall")
            s.hangup(call)
            s.wait("Hangup")
        self.compare(scenario, unpromised=("HangupRequest",))

    def test_parked_for_too_long(self):
        def scenario(s):
            s.call("empty")
            s.ask("Park", Channel=s.channel(), Timeout="1000")
            s.wait("ParkedCallTimeOut")
            s.wait("Hangup")
        self.compare(scenario)

    def test_parked_and_redirected(self):
        def scenario(s):
            s.phone(103, "answer")
            call = s.talk()
            s.ask("Park", Channel=s.channel())
            s.wait("ParkedCall")
            s.wait("Hangup")
            s.redirect(s.channel(), "agents", "103")
            s.wait("BridgeEnter", 5)
            s.hangup(call)
            s.wait("Hangup", 3)
        self.compare(scenario, racing=LEAVES, unpromised=("HangupRequest", "BridgeCreate", "BridgeLeave", "AgentConnect"))

    def test_kicked_out_of_the_bridge(self):
        def scenario(s):
            s.talk()
            s.ask("BridgeKick", Channel=s.channel("PJSIP/101"))
            s.wait("Hangup", 2)
        self.compare(scenario, racing=LEAVES)
