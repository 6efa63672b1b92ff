# SPDX-License-Identifier: MIT
"""The simulated PBX against the real Asterisk: phones that are called by an order, and listening in."""
from sim_stage import Compare


class Listen(Compare):
    def test_listen_switch_and_the_caller_goes(self):
        def scenario(s):
            call = s.talk()
            s.phone(103, "answer")
            spy = s.listen(101, 103)
            for digit in "5645":
                s.ask("PlayDTMF", Channel=spy, Digit=digit, Receive="true", Duration="100")
            s.wait("DTMFEnd", 4)
            for name in ("switching Anna", "whisper Anna", "whisper Anna"):
                s.ask("Setvar", Channel=spy, Variable="CALLERID(name)", Value=name)
            s.ask("Getvar", Channel=spy, Variable="CALLERID(name)")
            s.ask("PlayDTMF", Channel=spy, Receive="true")
            s.ask("PlayDTMF", Channel=spy, Digit="5", Duration="x")
            s.hangup(call)
            s.wait("ChanSpyStop")
            s.wait("Hangup", 3)
        self.compare(scenario)

    def test_barge_and_the_agent_goes(self):
        def scenario(s):
            call = s.talk()
            s.phone(103, "answer")
            s.listen(101, 103, "qduESB")
            s.agent_hangup(call, 101)
            s.wait("Hangup", 3)
        self.compare(scenario)

    def test_two_listen(self):
        def scenario(s):
            call = s.talk()
            s.phone(102, "answer")
            s.phone(103, "answer")
            s.listen(101, 102)
            s.originate(103, Application="ChanSpy", Data=f"{s.channel('PJSIP/101')},qduESw")
            s.wait("ChanSpyStart", 2)
            s.hangup(call)
            s.wait("Hangup", 4)
        self.compare(scenario)

    def test_the_supervisor_goes(self):
        def scenario(s):
            call = s.talk()
            s.phone(103, "answer")
            s.listen(101, 103)
            s.phone_hangup(103)
            s.hangup(call)  # where a phone sends no sound, Asterisk's listener notices only with this that he is alone
            s.wait("Hangup", 3)
        self.compare(scenario)

    def test_an_order_ends_it(self):
        def scenario(s):
            call = s.talk()
            s.phone(103, "answer")
            spy = s.listen(101, 103)
            s.ask("Hangup", Channel=spy, Cause="16")
            s.hangup(call)
            s.wait("Hangup", 3)
        self.compare(scenario, unpromised=("HangupRequest",))

    def test_nobody_to_listen_to(self):
        def scenario(s):
            s.phone(103, "answer")
            s.originate(103, Application="ChanSpy", Data="PJSIP/101-0000beef,qduES")
            s.wait("Hangup")
        self.compare(scenario)

    def test_by_the_beginning_of_a_name(self):
        def scenario(s):
            call = s.talk()
            s.phone(103, "answer")
            s.originate(103, Application="ChanSpy", Data="PJSIP/101,qS")
            s.wait("ChanSpyStart")
            s.hangup(call)
            s.wait("Hangup", 3)
        self.compare(scenario)

    def test_phones_that_are_not_answered(self):
        for mode in ("ring", "busy", "decline", "away"):
            with self.subTest(mode):
                def scenario(s):
                    s.phone(103, mode)
                    s.originate(103, Application="ChanSpy", Data="x,qduES", Timeout="700", CallerID='"Listen" <9>', ChannelId=f"a-{mode}")
                    s.wait("OriginateResponse")
                    s.wait("Hangup")
                self.compare(scenario)

    def test_phones_that_are_not_there(self):
        def scenario(s):
            s.originate(777, Application="ChanSpy", Data="x,q", ChannelId="mine")
            s.wait("OriginateResponse")
            s.ask("Originate", Channel="Nope/1", Application="ChanSpy", Data="x,q", Async="true")
            s.wait("OriginateResponse", 2)
        self.compare(scenario)

    def test_given_up_while_it_rings(self):
        def scenario(s):
            s.phone(103, "ring")
            s.originate(103, Application="ChanSpy", Data="x,q")
            s.wait("DialState")
            s.ask("Hangup", Channel=s.channel("PJSIP/103"))
            s.wait("Hangup")
        self.compare(scenario)

    def test_the_same_id_twice(self):
        def scenario(s):
            s.phone(102, "answer")
            s.originate(102, Application="MusicOnHold", ChannelId="twice")
            s.wait("OriginateResponse")
            s.originate(103, Application="MusicOnHold", ChannelId="twice")
            s.wait("OriginateResponse", 2)
            s.phone_hangup(102)
            s.wait("Hangup")
        self.compare(scenario)

    def test_dialled_for_somebody(self):
        def scenario(s):
            s.phone(102, "answer")
            s.phone(103, "answer")
            s.originate(102, Context="agents", Exten="103", Priority="1", CallerID='"Dial" <103>', Variable="A=1,B=2")
            s.wait("BridgeEnter", 2)
            s.phone_hangup(102)
            s.wait("Hangup", 2)
        self.compare(scenario)

    def test_dialled_and_the_called_one_goes(self):
        def scenario(s):
            s.phone(102, "answer")
            s.phone(103, "answer")
            s.originate(102, Context="agents", Exten="103", Priority="1")
            s.wait("BridgeEnter", 2)
            s.phone_hangup(103)
            s.wait("Hangup", 2)
        self.compare(scenario)

    def test_dialled_and_given_up_while_it_rings(self):
        def scenario(s):
            s.phone(102, "answer")
            s.phone(103, "ring")
            s.originate(102, Context="agents", Exten="103", Priority="1")
            s.wait("DialState", 2)
            s.phone_hangup(102)
            s.wait("Hangup", 2)
        self.compare(scenario)

    def test_dialled_into_a_queue(self):
        def scenario(s):
            s.phone(102, "answer")
            s.originate(102, Context="queues", Exten="vip", Priority="1")
            s.wait("QueueCallerJoin")
            s.phone_hangup(102)
            s.wait("Hangup")
        self.compare(scenario)
