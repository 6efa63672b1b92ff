# SPDX-License-Identifier: MIT
"""What the orders about calls rest on, with bare AMI requests: how a channel is named, who leaves and who stays, and what hangs up a
caller where nobody would think so. test_calls.py gives the orders themselves."""
import lab
import scenes


class Channels(lab.PbxTest):
    agents, options = 4, {"members": {"support": [(101, 0)]}, "churn": False}

    def setUp(self):
        super().setUp()
        self.floor.agent(104).mode = "answer"
        self.talk = scenes.talk(self.floor)
        self.mark = self.ami.mark()

    def act(self, action, channel, **more):
        return self.ami.action(action, Channel=channel, **more)["Response"]

    def test_a_name_is_whole_or_a_uniqueid(self):
        """A name's beginning is nobody's; the Uniqueid is taken in its place, and no restart gives it to another call."""
        for action, more in (("Hangup", {}), ("Redirect", {"Context": "callers", "Exten": "moh", "Priority": "1"}), ("Park", {}),
                             ("BlindTransfer", {"Context": "callers", "Exten": "moh"}), ("PlayDTMF", {"Digit": "5"}), ("SendText", {"Message": "x"})):
            for name in ("PJSIP/101", self.talk.channel[:-1]):
                self.assertEqual(self.act(action, name, **more), "Error", (action, name))
        self.assertEqual(self.talk.call.state, "up")
        self.assertEqual(self.act("Hangup", self.talk.connect["DestUniqueid"]), "Success")
        self.assertTrue(self.talk.dialog.wait("ended"))

    def test_a_waiting_caller_is_called_by_name_alone(self):
        waiting = self.floor.caller("empty")
        for name in (waiting.uniqueid, waiting.channel.lower()):
            self.assertIn("No such caller", self.ami.action("QueueWithdrawCaller", Queue="empty", Caller=name)["Message"])
        self.assertEqual(self.ami.action("QueueWithdrawCaller", Queue="empty", Caller=waiting.channel)["Response"], "Success")

    def test_a_transfer_names_who_leaves(self):
        self.assertEqual(self.act("BlindTransfer", self.talk.channel, Context="agents", Exten="104"), "Success")
        self.assertTrue(self.floor.agent(104).wait_up())
        self.assertTrue(self.talk.dialog.wait("ended"))
        self.assertEqual(self.talk.call.state, "up")

    def test_named_the_other_way_round_the_caller_is_lost(self):
        self.assertEqual(self.act("BlindTransfer", self.talk.call.channel, Context="agents", Exten="104"), "Success")
        self.assertTrue(self.talk.call.wait("ended"))
        self.assertTrue(self.floor.agent(104).wait_up())

    def test_parking_names_who_stays(self):
        self.assertEqual(self.act("Park", self.talk.call.channel, TimeoutChannel=self.talk.channel), "Success")
        self.assertTrue(self.ami.event("ParkedCall", start=self.mark, ParkeeUniqueid=self.talk.call.uniqueid))
        self.assertTrue(self.talk.dialog.wait("ended"))
        self.assertEqual(self.talk.call.state, "up")

    def test_an_extension_that_is_not_there(self):
        """Success is said, and the caller is hung up: only DIALPLAN_EXISTS tells before."""
        asked = self.ami.action("Getvar", Variable="DIALPLAN_EXISTS(callers,555,1)")
        self.assertEqual(asked["Value"], "0")
        self.assertEqual(self.ami.action("Getvar", Variable="DIALPLAN_EXISTS(callers,moh,1)")["Value"], "1")
        self.assertEqual(self.act("Redirect", self.talk.call.channel, Context="callers", Exten="555", Priority="1"), "Success")
        self.assertTrue(self.talk.call.wait("ended"))

    def test_a_consultation_that_fails_comes_back_by_itself(self):
        """The extension is there but cannot be reached: the agent has his caller again, and no transfer is told."""
        self.assertEqual(self.act("Atxfer", self.talk.channel, Context="pool", Exten="999"), "Success")
        self.assertTrue(self.ami.event("Hold", start=self.mark, Channel=self.talk.channel))
        self.assertTrue(self.ami.event("Unhold", start=self.mark, Channel=self.talk.channel))
        self.assertFalse(self.ami.since(self.mark, "AttendedTransfer"))
        self.assertEqual((self.talk.call.state, self.talk.dialog.state), ("up", "up"))
