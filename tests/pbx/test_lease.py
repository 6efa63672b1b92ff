# SPDX-License-Identifier: MIT
"""What taking exactly one call out of a foreign queue rests on, with bare AMI requests: which of them, in which order, let an
agent who is in no queue answer one call and never a second, whoever dies on the way. test_take.py gives the order itself."""
import lab
import scenes

Q, AGENT, OTHER = "empty", 104, 102
KINDS = ({"Interface": "PJSIP/104"}, {"Interface": "Local/104@from-queue/n"},
         {"Interface": "Local/104@from-queue/n", "StateInterface": "hint:104@agents"}, {"Interface": "Local/104@from-queue"})


class Foreign(lab.PbxTest):
    """104 is in no queue; three callers wait in one that may ring who is on the phone, and in which all free members ring at
    once: so when another is rung, 104 has been looked at too."""
    agents, ringinuse = 4, "yes"
    options = {"members": {"support": [(101, 0)]}, "churn": False}

    def setUp(self):
        super().setUp()
        scenes.reload_queues(self.floor, {f"[{Q}](common)\nstrategy = rrmemory": f"[{Q}](common)\nstrategy = ringall\nringinuse = {self.ringinuse}"})
        self.addCleanup(self.clear)
        self.mark, self.phone = self.ami.mark(), self.floor.agent(AGENT)
        self.phone.mode = "ring"

    def clear(self):
        for member in scenes.snapshot(self.ami, Q)[1]:
            self.ami.action("QueueRemove", Queue=Q, Interface=member["Location"])

    def callers(self, count=3):
        return [self.floor.caller(Q) for _ in range(count)]

    def members(self):
        return [member["Location"] for member in scenes.snapshot(self.ami, Q)[1]]

    def add(self, who, **more):
        scenes.ok(self.ami.action("QueueAdd", Queue=Q, MemberName="Guest", Paused="true", Wrapuptime=86400, **who, **more))

    def arm(self, who, fuse=True):
        """Added paused; then ring-in-use off, so that one call at a time is offered; the long wrap-up keeps him from a second
        one; then armed."""
        self.add(who)
        if fuse:
            scenes.ok(self.ami.action("QueueMemberRingInUse", Queue=Q, Interface=who["Interface"], RingInUse="no"))
        scenes.ok(self.ami.action("QueuePause", Queue=Q, Interface=who["Interface"], Paused="false"))

    def offered(self, who, start=None):
        return scenes.must(self.ami.event("AgentCalled", start=self.mark if start is None else start, Queue=Q, Interface=who["Interface"]), "AgentCalled")

    def count(self, event, who):
        return sum(m["Interface"] == who["Interface"] for m in self.ami.since(self.mark, event))

    def answer(self, who):
        """The phone that rings answers, talks and hangs up."""
        dialog = scenes.must(self.phone.wait_ringing(), "104 rings")
        dialog.answer()
        scenes.must(self.ami.event("AgentConnect", start=self.mark, Interface=who["Interface"]), "AgentConnect")
        dialog.hangup()
        scenes.must(self.ami.event("AgentComplete", start=self.mark, Interface=who["Interface"]), "AgentComplete")

    def others_turn(self):
        """The next call goes to somebody else: by then the queue has looked at everybody."""
        start = self.ami.mark()
        scenes.add_member(self.floor, Q, f"PJSIP/{OTHER}", Wrapuptime=86400)
        self.assertTrue(self.ami.event("AgentConnect", start=start, Interface=f"PJSIP/{OTHER}"))


class Alone(Foreign):
    """Nobody does anything after the arming, as if acdtop had died then."""

    def test_one_call(self):
        for who in KINDS:
            with self.subTest(**who):
                self.mark = self.ami.mark()
                calls = self.callers()
                self.arm(who)
                self.answer(who)
                self.others_turn()
                self.assertEqual((self.count("AgentCalled", who), self.count("AgentConnect", who)), (1, 1))
                self.clear()
                for call in calls:
                    call.hangup()
                self.tidy()
                self.phone.mode = "ring"

    def test_without_the_fuse_it_is_more(self):
        """The same without ring-in-use off: the phone rings for two at once, and both would be answered."""
        who = KINDS[0]
        self.callers()
        self.arm(who, fuse=False)
        self.assertTrue(self.ami.wait(lambda m: self.count("AgentCalled", who) > 1, start=self.mark))

    def test_restart(self):
        """The PBX ends while he talks: a membership that had been left would come back, armed and without its fuses; one that was
        taken away when the call was offered does not."""
        who = KINDS[0]
        self.callers(1)
        self.arm(who)
        self.offered(who)
        scenes.ok(self.ami.action("QueueRemove", Queue=Q, Interface=who["Interface"]))
        self.phone.wait_ringing().answer()
        self.assertTrue(self.ami.event("AgentConnect", start=self.mark, Interface=who["Interface"]))
        self.floor.pbx.restart()
        self.ami = self.floor.ami()
        self.assertEqual(self.members(), [])


class Offered(Foreign):
    """The membership is taken away as soon as the call is offered: the phone rings on, and whatever comes of it."""

    def offer(self, who=KINDS[0]):
        calls = self.callers(2)
        self.arm(who)
        event = self.offered(who)
        scenes.ok(self.ami.action("QueueRemove", Queue=Q, Interface=who["Interface"]))
        self.assertTrue(self.phone.wait_ringing())
        return next(call for call in calls if call.uniqueid == event["Uniqueid"])

    def over(self):
        self.others_turn()
        self.assertEqual(self.count("AgentCalled", KINDS[0]), 1)
        self.assertEqual(self.members(), [f"PJSIP/{OTHER}"])

    def test_answered(self):
        call = self.offer()
        self.answer(KINDS[0])
        self.assertEqual(self.log("CONNECT", callid=call.uniqueid).agent, "Guest")
        self.log("COMPLETEAGENT", callid=call.uniqueid)
        self.over()

    def test_declined(self):
        call = self.offer()
        self.phone.ringing.refuse(603)
        self.assertTrue(self.ami.event("AgentRingNoAnswer", start=self.mark, Uniqueid=call.uniqueid))
        self.over()
        self.assertEqual(call.state, "up")

    def test_caller_hangs_up(self):
        call = self.offer()
        call.hangup()
        self.log("RINGCANCELED", callid=call.uniqueid)
        self.log("ABANDON", callid=call.uniqueid)
        self.over()

    def test_another_is_faster(self):
        """Both ring; no AgentRingNoAnswer is told of the one who lost, only the end of his ringing."""
        self.floor.agent(OTHER).mode = "ring"
        scenes.add_member(self.floor, Q, f"PJSIP/{OTHER}")
        self.arm(KINDS[0])
        call = self.floor.caller(Q)
        dest = self.offered(KINDS[0])["DestUniqueid"]
        scenes.ok(self.ami.action("QueueRemove", Queue=Q, Interface="PJSIP/104"))
        self.assertTrue(self.phone.wait_ringing())
        self.floor.agent(OTHER).wait_ringing().answer()
        self.assertTrue(self.ami.event("AgentConnect", start=self.mark, Uniqueid=call.uniqueid, Interface=f"PJSIP/{OTHER}"))
        self.assertEqual(self.ami.event("DialEnd", start=self.mark, DestUniqueid=dest)["DialStatus"], "CANCEL")
        self.assertFalse(self.count("AgentRingNoAnswer", KINDS[0]))


class Not(Foreign):
    def test_there_already(self):
        """Whose request comes second is told so, and must not touch what is not his."""
        self.add(KINDS[0])
        for who in ("PJSIP/104", "pjsip/104"):
            said = self.ami.action("QueueAdd", Queue=Q, Interface=who, Paused="true", Wrapuptime=86400)
            self.assertEqual(said["Message"], "Unable to add interface: Already there")
        self.assertEqual(self.ami.action("QueueAdd", Queue="support", Interface="PJSIP/101")["Message"], "Unable to add interface: Already there")
        self.assertEqual(self.ami.action("QueueRemove", Queue="support", Interface="PJSIP/101")["Message"], "Member not dynamic")

    def test_a_home_call_ends_while_armed(self):
        """shared_lastcall: the end of any call of his is that of his last one here too, and the long wrap-up begins. Added again
        he is offered the call."""
        scenes.add_member(self.floor, "hall", "PJSIP/104")
        self.addCleanup(scenes.remove_member, self.floor, "hall", "PJSIP/104")
        self.floor.caller("hall")
        home = scenes.must(self.phone.wait_ringing(), "the home queue rings 104")
        home.answer()
        self.assertTrue(self.ami.event("AgentConnect", start=self.mark, Queue="hall"))
        self.arm(KINDS[0])
        home.hangup()
        self.assertTrue(self.ami.event("AgentComplete", start=self.mark, Queue="hall"))
        self.callers(2)
        self.others_turn()
        self.assertEqual(self.count("AgentCalled", KINDS[0]), 1)  # the home queue's
        scenes.ok(self.ami.action("QueueRemove", Queue=Q, Interface="PJSIP/104"))
        start = self.ami.mark()
        self.arm(KINDS[0])
        self.callers(1)
        self.offered(KINDS[0], start)


class Dialplan(Foreign):
    """With six lines of dialplan (acdtop1x in etc/extensions.conf) one request does it all."""

    def test_one_offer(self):
        for answers in (True, False):
            with self.subTest(answers=answers):
                self.mark = self.ami.mark()
                who = {"Interface": f"Local/104*{Q}@acdtop1x/n"}
                calls = self.callers()
                scenes.ok(self.ami.action("QueueAdd", Queue=Q, StateInterface="PJSIP/104", **who))
                self.assertTrue(self.phone.wait_ringing())
                self.assertEqual(self.members(), [])
                if answers:
                    self.answer(who)
                else:
                    self.phone.ringing.refuse(603)
                    self.assertTrue(self.ami.event("AgentRingNoAnswer", start=self.mark, **who))
                self.others_turn()
                self.assertEqual((self.count("AgentCalled", who), self.count("AgentConnect", who)), (1, int(answers)))
                self.clear()
                for call in calls:
                    call.hangup()
                self.tidy()
                self.phone.mode = "ring"
