# SPDX-License-Identifier: MIT
"""The simulated PBX against the real Asterisk: Local channels, as members of queues and in attended transfers."""
from sim_stage import Compare

# Two halves and a phone end in threads of their own.
RACES = ("BridgeLeave", "BridgeEnter")
UNPROMISED = ("HangupRequest", "BridgeCreate", "BridgeLeave", "AgentConnect", "DialEnd", "BridgeDestroy")


class Locals(Compare):
    @staticmethod
    def join(s, interface="Local/103@agents/n"):
        s.ask("QueueAdd", Queue="empty", Interface=interface, MemberName="Lo Cal", StateInterface="PJSIP/103")

    @staticmethod
    def leave(s, interface="Local/103@agents/n"):
        s.ask("QueueRemove", Queue="empty", Interface=interface)

    def test_answered_and_the_phone_hangs_up(self):
        for interface in ("Local/103@agents/n", "Local/103@agents"):
            with self.subTest(interface):
                def scenario(s):
                    s.phone(103, "answer")
                    self.join(s, interface)
                    s.call("empty")
                    s.wait("BridgeEnter", 4)
                    self.leave(s, interface)
                    s.phone_hangup(103)
                    s.wait("Hangup", 4)
                self.compare(scenario, racing=RACES, unpromised=UNPROMISED)

    def test_answered_and_the_caller_hangs_up(self):
        def scenario(s):
            s.phone(103, "answer")
            self.join(s)
            call = s.call("empty")
            s.wait("BridgeEnter", 4)
            self.leave(s)
            s.hangup(call)
            s.wait("Hangup", 4)
        self.compare(scenario, racing=RACES, unpromised=UNPROMISED)

    def test_given_up_while_it_rings(self):
        def scenario(s):
            s.phone(103, "ring")
            self.join(s)
            call = s.call("empty")
            s.wait("DialState", 2)
            self.leave(s)
            s.hangup(call)
            s.wait("Hangup", 4)
        self.compare(scenario, racing=RACES, unpromised=UNPROMISED)

    def test_busy(self):
        def scenario(s):
            s.phone(103, "busy")
            self.join(s)
            call = s.call("empty")
            s.wait("AgentRingNoAnswer")
            self.leave(s)
            s.wait("Hangup", 3)
            s.hangup(call)
            s.wait("Hangup", 4)
        self.compare(scenario, racing=RACES, unpromised=UNPROMISED, shuffled=("HangupRequest",))

    def test_an_attended_transfer(self):
        def scenario(s):
            s.phone(103, "answer")
            s.talk()
            s.ask("Atxfer", Channel=s.channel("PJSIP/101"), Context="agents", Exten="103")
            s.wait("BridgeEnter", 6)
            s.phone_hangup(101)
            s.wait("AttendedTransfer")
            s.wait("Hangup")
            s.phone_hangup(103)
            s.wait("Hangup", 5)
        self.compare(scenario, racing=RACES, unpromised=UNPROMISED)

    def test_an_attended_transfer_that_is_cancelled(self):
        def scenario(s):
            s.phone(103, "ring")
            call = s.talk()
            agent = s.channel("PJSIP/101")
            s.ask("Atxfer", Channel=agent, Context="agents", Exten="103")
            s.wait("DialState", 3)
            s.ask("CancelAtxfer", Channel=agent)
            s.wait("BridgeEnter", 5)
            s.wait("Hangup", 3)
            s.hangup(call)
            s.wait("Hangup", 5)
        self.compare(scenario, racing=RACES, unpromised=UNPROMISED)
