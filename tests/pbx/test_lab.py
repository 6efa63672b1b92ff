# SPDX-License-Identifier: MIT
"""The laboratory itself: the PBX really does what the tests of acdtop will count on. queue_log is the witness."""
import unittest

import lab
import traffic


class WaysOut(lab.PbxTest):
    """One call each for every way out of a queue."""

    def test_version(self):
        said = self.ami.action("CoreSettings").get("AsteriskVersion")
        self.assertEqual(said.split(".")[0], str(lab.VERSION))
        self.assertIn("Asterisk Call Manager/", self.ami.greeting)

    def test_answered_caller_hangs_up(self):
        call = self.floor.caller("support", name="Jürgen Groß", number="+4930555")
        row = self.log("CONNECT", queue="support")
        self.assertIn(row.agent, self.floor.names.values())
        call.hangup()
        self.assertEqual(self.log("COMPLETECALLER").callid, row.callid)
        self.assertEqual(self.log("ENTERQUEUE").data[1], "+4930555")

    def test_answered_agent_hangs_up(self):
        for number in self.floor.names:
            self.floor.agent(number).talk_s = 0.2
        self.floor.caller("sales")
        self.assertEqual(self.log("COMPLETEAGENT").queue, "sales")

    def test_abandoned(self):
        self.floor.caller("empty").hangup()
        self.assertEqual(self.log("ABANDON", queue="empty").data[:2], ["1", "1"])

    def test_abandoned_while_waiting_behind(self):
        first, second = self.floor.caller("empty"), self.floor.caller("empty")
        second.hangup()
        self.assertEqual(self.log("ABANDON", queue="empty").data[:2], ["2", "2"])
        self.assertEqual(first.state, "up")

    def test_timeout(self):
        self.floor.caller("empty-short")
        self.assertEqual(self.log("EXITWITHTIMEOUT", queue="empty").data[0], "1")

    def test_key(self):
        for number in self.floor.names:
            self.floor.agent(number).mode = "ring"
        self.floor.caller("support").press("1")
        self.assertEqual(self.log("EXITWITHKEY", queue="support").data[0], "1")

    def test_empty(self):
        self.floor.agent(101).mode = "ring"
        self.floor.caller("closing")
        self.log("ENTERQUEUE", queue="closing")
        self.ami.action("QueuePause", Interface="PJSIP/101", Paused="true", Queue="closing")
        try:
            self.log("EXITEMPTY", queue="closing")
        finally:
            self.ami.action("QueuePause", Interface="PJSIP/101", Paused="false", Queue="closing")

    def test_withdrawn(self):
        call = self.floor.caller("empty")
        said = self.ami.action("QueueWithdrawCaller", Queue="empty", Caller=call.channel, WithdrawInfo="why not")
        self.assertEqual(said["Response"], "Success")
        self.assertEqual(self.log("WITHDRAW", queue="empty").data[3:], ["why not"])

    def test_joins_again(self):
        call = self.floor.caller("empty-again")
        self.ami.action("QueueWithdrawCaller", Queue="empty", Caller=call.channel)
        self.floor.wait_log("ENTERQUEUE", 2, start=self.log_start, callid=call.uniqueid)


class Members(lab.PbxTest):
    """Members of every kind, and what phones do with a call."""

    def test_pause(self):
        mark = self.ami.mark()
        self.ami.action("QueuePause", Interface="PJSIP/102", Paused="true", Reason="обед")
        self.assertEqual(self.ami.event("QueueMemberPause", start=mark, Queue="support")["PausedReason"], "обед")
        self.log("PAUSEALL", agent=self.floor.names[102])
        self.ami.action("QueuePause", Interface="PJSIP/102", Paused="false")
        self.log("UNPAUSEALL")

    def test_phones(self):
        for mode, rings in (("ring", True), ("busy", False), ("decline", False)):
            with self.subTest(mode):
                start = len(self.floor.queue_log())
                self.floor.agent(102).mode = mode
                call = self.floor.caller("announced")
                row = self.floor.wait_log("RINGNOANSWER", start=start)[0]
                self.assertEqual(int(row.data[0]) > 1000, rings)
                call.hangup()
                self.floor.wait_log("ABANDON", start=start)

    def test_realtime(self):
        members = [m for m in self.ami.list("QueueStatus", Queue="orders") if m["Event"] == "QueueMember"]
        self.assertEqual([m["Location"] for m in members], ["PJSIP/102"])
        self.floor.caller("orders")
        self.assertEqual(self.log("CONNECT", queue="orders").agent, self.floor.names[102])

    def test_pool(self):
        pool = self.floor.exchange.phones["900"].call("*900")
        self.assertTrue(self.ami.event("AgentLogin", Agent="900"))
        self.assertTrue(self.ami.event("QueueMemberStatus", MemberName="Pool Paula", Status=1))
        self.floor.caller("billing")
        row = self.log("CONNECT", queue="billing")
        self.assertEqual(row.agent, "Pool Paula")
        pool.hangup()
        self.assertTrue(self.ami.event("AgentLogoff", Agent="900"))

    def test_hold(self):
        self.floor.caller("support")
        self.log("CONNECT")
        talking = [p for p in self.floor.exchange.phones.values() if p.user != "caller" and p.talking]
        talking[0].talking[0].hold()
        self.assertTrue(self.ami.event("Hold"))
        talking[0].talking[0].unhold()
        self.assertTrue(self.ami.event("Unhold"))


class Names(lab.PbxTest):
    """Every caller of callers.csv comes in with exactly the name and number that stand there."""
    agents = 0

    def test_callers(self):
        for number, name in traffic.read_callers():
            with self.subTest(name=ascii(name), number=ascii(number)):
                mark, before = self.ami.mark(), len(self.ami.raw)
                call = self.floor.caller("empty", name, number.replace("####", "1"))
                self.ami.action("QueueStatus", Queue="empty")
                self.ami.action("Ping")
                wanted = b"\nCallerIDName: " + (name.encode("utf-8", "surrogateescape") or b"unknown") + b"\r\n"
                self.assertTrue(wanted in bytes(self.ami.raw[before:]), "QueueEntry has another name")
                call.hangup()
                self.assertTrue(self.ami.event("QueueCallerLeave", start=mark))


class Users(lab.PbxTest):
    """The AMI users are let in or turned away as manager.conf says."""
    agents = 0

    def test_rights(self):
        self.assertEqual(self.floor.ami("wallboard").action("QueueAdd", Queue="empty", Interface="PJSIP/1")["Message"],
                         "Permission denied")
        self.assertEqual(self.floor.ami("poor").action("CoreSettings")["Message"], "Permission denied")

    def test_tls_and_md5(self):
        self.assertEqual(self.floor.ami("tlsonly", tls=True, md5=True).login_answer["Response"], "Success")

    def test_refused(self):
        self.assertEqual(self.floor.ami("acl").login_answer["Message"], "Authentication failed")
        self.assertEqual(self.floor.ami("nobody").login_answer["Message"], "Authentication failed")
        self.assertEqual(self.floor.ami("single").login_answer["Response"], "Success")
        self.assertEqual(self.floor.ami("single").login_answer["Message"], "Login Already In Use")


class Life(lab.PbxTest):
    """Traffic flows; the PBX is restarted and killed."""
    agents, rate = 8, 2.0

    def test_traffic(self):
        for event in ("CONNECT", "COMPLETEAGENT", "PAUSEALL"):
            self.floor.wait_log(event, timeout=60)

    def test_restart(self):
        self.floor.pbx.restart()
        self.assertTrue(self.ami.wait_closed())
        again = self.floor.ami()
        self.assertEqual(again.login_answer["Response"], "Success")
        self.floor.pbx.kill()
        self.assertTrue(again.wait_closed())
        self.floor.pbx.start()
        self.assertTrue(self.floor.ami().list("QueueStatus"))


if __name__ == "__main__":
    unittest.main()
