# SPDX-License-Identifier: MIT
"""Orders about callers and calls from the command line on the real PBX: what each does there, and how it ends where it cannot be done."""
import json
import os
import pathlib
import subprocess
import tempfile
import threading

import lab
import pbx
import scenes

CONFIG = """
agent_interface = "PJSIP/{ext}";
dial_context = "agents";
conference = "conf-bridge@others";
queue_names = ( { name = "hall"; extension = "hall@queues"; }, { name = "sales"; extension = "nothing@queues2"; } );
"""


class Ordering(lab.PbxTest):
    agents, options = 5, {"churn": False, "members": pbx.usual_members(range(101, 105))}  # 105 is in no queue

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.config(CONFIG)

    def config(self, text):
        (self.folder / "acdtop.conf").write_text(text, encoding="utf-8")

    def order(self, *words, user="acdtop", code=0, yes=True):
        """What it printed: the fact as JSON where it was done, else the sentence."""
        lab.need_acdtop()
        more = ["--config", str(self.folder / "acdtop.conf"), "--timeout", "30", *(["--yes"] if yes else []), *(["--json"] if code == 0 else [])]
        done = subprocess.run([lab.ACDTOP, *words, *more, *self.floor.connect_args(user)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120, check=False, env={**os.environ, "XDG_STATE_HOME": str(self.folder)})
        self.assertEqual(done.returncode, code, (words, done.stdout, done.stderr))
        return json.loads(done.stdout) if code == 0 else done.stderr

    def waiting(self, queue):
        """Who waits there, the first first: Uniqueid and priority."""
        rows = [r for r in self.ami.list("QueueStatus", Queue=queue) if r.get("Event") == "QueueEntry"]
        return [(r["Uniqueid"], r["Priority"]) for r in sorted(rows, key=lambda r: int(r["Position"]))]

    def talk(self):
        """A caller who talks with agent 101."""
        call = self.floor.caller("closing", name="Zoë")
        self.assertTrue(self.floor.agent(101).wait_up())
        self.log("CONNECT", queue="closing", callid=call.uniqueid)
        return call

    def talks(self, number):
        self.floor.until(lambda: self.floor.agent(number).talking, f"{number} talks")


class Calls(Ordering):
    # --- who waits ----------------------------------------------------------------------------------------------
    def test_priority_and_another_queue(self):
        first, second = self.floor.caller("empty"), self.floor.caller("empty", name="Jo")
        done = self.order("priority", second.uniqueid, "7")
        before = [(second.uniqueid, "7"), (first.uniqueid, "0")]
        self.assertEqual(self.waiting("empty"), before if lab.VERSION >= 20 else before[::-1])
        self.assertEqual("only notes it" in done["what"], lab.VERSION < 20)
        self.assertEqual(done["undo"], f"priority {second.uniqueid} 0")
        self.order("priority", second.uniqueid, "3")
        self.assertIn("waiting time", self.order("moveto", second.uniqueid, "hall")["what"])
        self.assertEqual(self.waiting("hall"), [(second.uniqueid, "3")])
        self.assertEqual(self.waiting("empty"), [(first.uniqueid, "0")])

    def test_the_place_that_a_priority_gives_is_said_before(self):
        """By the order and by what takes it back: behind all who have that priority, since Asterisk does not know the place of before."""
        line = [self.floor.caller("empty", name=name) for name in ("Ann", "Ben", "Cy", "Dee")]
        ann, ben, cy, dee = (call.uniqueid for call in line)
        moves = lab.VERSION >= 20
        done = self.order("priority", cy, "7")
        self.assertIn("from place 3 to 1 of 4" if moves else "the place stays", done["what"])
        self.assertEqual([row[0] for row in self.waiting("empty")], [cy, ann, ben, dee] if moves else [ann, ben, cy, dee])
        planned = self.order(*done["undo"].split(), "--dry-run")
        self.assertIn("from place 1 to 4 of 4, behind all who have it" if moves else "the place stays", planned["what"])
        self.order(*done["undo"].split())
        self.assertEqual(self.waiting("empty"), [(id, "0") for id in ((ann, ben, dee, cy) if moves else (ann, ben, cy, dee))])
        self.assertIn("from place 4 to 1 of 4" if moves else "the place stays", self.order("priority", cy, "2")["what"])
        self.order("priority", ben, "2")
        self.assertIn("from place 2 to 1 of 4" if moves else "the place stays", self.order("priority", ben, "3")["what"])
        if moves:
            self.assertEqual(self.waiting("empty"), [(ben, "3"), (cy, "2"), (ann, "0"), (dee, "0")])

    def test_what_the_dialplan_does_not_have_hangs_nobody_up(self):
        call = self.floor.caller("empty")
        self.assertIn("queue_names", self.order("moveto", call.uniqueid, "support", code=1))
        self.assertIn("no extension nothing", self.order("moveto", call.uniqueid, "sales", code=1))
        self.config(CONFIG.replace('dial_context = "agents";', ""))
        self.assertIn("dial_context", self.order("send", call.uniqueid, "102", code=1))
        self.config(CONFIG.replace('"agents"', '"nowhere"'))
        self.assertIn("no extension 102", self.order("send", call.uniqueid, "102", code=1))
        self.assertIn("--yes", self.order("withdraw", call.uniqueid, yes=False, code=64))
        self.assertIn("write =", self.order("hangup", call.uniqueid, user="poor", code=77))
        self.assertEqual(self.waiting("empty"), [(call.uniqueid, "0")])

    def test_send(self):
        call = self.floor.caller("empty")
        self.order("send", call.uniqueid, "102")
        self.talks(102)
        self.assertEqual(self.log("ABANDON", queue="empty").callid, call.uniqueid)

    def test_withdraw_and_hang_up(self):
        call, other = self.floor.caller("empty"), self.floor.caller("hall")
        self.order("withdraw", call.uniqueid)
        self.log("WITHDRAW", queue="empty", callid=call.uniqueid)
        self.assertIn("waits any more", self.order("priority", call.uniqueid, "3", code=66))
        self.order("hangup", other.uniqueid)
        self.assertTrue(other.wait("ended"))

    # --- who talks ----------------------------------------------------------------------------------------------
    def test_transfer(self):
        call = self.talk()
        self.assertIn("no extension 12345", self.order("transfer", call.uniqueid, "12345", code=1))
        self.assertTrue(self.floor.agent(101).talking)
        self.assertIn("no request", self.order("hold", "101", code=1))
        self.order("transfer", "101", "103")
        self.talks(103)
        self.assertEqual(self.log("BLINDTRANSFER", callid=call.uniqueid).data[:2], ["103", "agents"])

    def test_attended_transfer(self):
        self.talk()
        self.order("transfer", "101", "103", "--attended")
        self.talks(103)
        self.floor.agent(101).hangup()
        self.log("ATTENDEDTRANSFER")
        self.assertTrue(self.floor.agent(103).talking)

    def test_handover(self):
        self.talk()
        self.order("handover", "101", "104")
        self.talks(104)
        self.assertIn("is in no call", self.order("handover", "102", "104", code=66))

    def test_park(self):
        call = self.talk()
        self.order("park", "101")
        self.floor.until(lambda: [r for r in self.ami.list("ParkedCalls") if r.get("ParkeeUniqueid") == call.uniqueid], "the caller is parked")
        self.floor.until(lambda: not self.floor.agent(101).talking, "the agent is free")

    def test_conference(self):
        call = self.talk()
        self.order("conference", call.uniqueid, "103")
        self.talks(103)

        def inside():
            return [r["Uniqueid"] for r in self.ami.list("ConfbridgeList", Conference="floor") if r.get("Event") == "ConfbridgeList"]
        self.floor.until(lambda: len(inside()) >= 3, "three are in the room")
        self.assertIn(call.uniqueid, inside())

    def test_hang_up_a_call(self):
        call = self.talk()
        self.order("hangup", "101")
        self.assertTrue(call.wait("ended"))
        self.assertIn("in no call", self.order("hangup", "101", code=66))

    def test_tape(self):
        call = self.talk()
        self.assertIn("add system", self.order("tape", "101", "start", code=77))
        self.assertIn("records nothing", self.order("tape", "101", "stop", user="admin", code=1))
        self.order("tape", "101", "start", user="admin")
        self.order("tape", "101", "pause", user="admin")
        self.order("tape", "101", "resume", user="admin")
        self.order("tape", "101", "stop", user="admin")
        found = list(self.floor.pbx.dir.glob(f"**/acdtop-{call.uniqueid}.wav"))
        self.assertEqual(len(found), 1)

    # --- phones -------------------------------------------------------------------------------------------------
    def test_dial(self):
        self.order("dial", "102", "104")
        self.talks(104)
        self.assertTrue(self.floor.agent(102).talking)
        self.assertIn("on the phone", self.order("dial", "102", "103", code=1))

    def test_dial_of_one_in_no_queue(self):
        """Nobody but the PBX knows that he is on the phone."""
        self.order("dial", "105", "103")
        self.talks(103)
        self.assertEqual(len(self.floor.agent(105).talking), 1)
        self.assertIn("on the phone", self.order("dial", "105", "102", code=1))
        self.assertFalse(self.floor.agent(102).talking)
        self.assertEqual(len(self.floor.agent(105).talking), 1)

    def test_message(self):
        self.assertIn("add message", self.order("message", "102", "please", "call", "back", code=77))
        self.order("message", "102", "please", "call", "back", user="admin")

    def test_dial_that_nobody_answers(self):
        self.floor.agent(102).mode = "busy"
        self.assertIn("busy", self.order("dial", "102", "104", code=1))
        self.assertFalse(self.floor.agent(104).talking)

    def test_conference_with_one_who_does_not_come(self):
        call = self.talk()
        self.floor.agent(103).mode = "decline"
        self.assertIn("103", self.order("conference", call.uniqueid, "103", code=1))
        self.assertTrue(self.floor.agent(101).talking)

    def test_withdraw_while_a_phone_rings(self):
        """Only when that attempt is over; then it is proved."""
        self.floor.agent(104).mode = "ring"
        call = self.floor.caller("empty")
        scenes.add_member(self.floor, "empty", "PJSIP/104")
        self.addCleanup(scenes.remove_member, self.floor, "empty", "PJSIP/104")
        scenes.must(self.floor.agent(104).wait_ringing(), "104 rings")
        order = threading.Thread(target=self.order, args=("withdraw", call.uniqueid))
        order.start()
        self.floor.until(lambda: "withdraw" in self.audit(), "it was given")
        self.assertEqual([row[0] for row in self.waiting("empty")], [call.uniqueid])  # not yet
        self.floor.agent(104).ringing.refuse(603)
        order.join()
        self.log("WITHDRAW", queue="empty", callid=call.uniqueid)
        self.assertRegex(self.audit(), 'what="take .* out of empty.*state="done"')

    def test_withdraw_that_comes_too_late(self):
        """Answered in between: the withdrawal is void, and that is no success."""
        self.floor.agent(104).mode = "ring"
        call = self.floor.caller("empty")
        scenes.add_member(self.floor, "empty", "PJSIP/104")
        self.addCleanup(scenes.remove_member, self.floor, "empty", "PJSIP/104")
        scenes.must(self.floor.agent(104).wait_ringing(), "104 rings")
        said = []
        order = threading.Thread(target=lambda: said.append(self.order("withdraw", call.uniqueid, code=1)))
        order.start()
        self.floor.until(lambda: "withdraw" in self.audit(), "it was given")
        self.floor.agent(104).ringing.answer()
        order.join()
        self.assertIn("answered", said[0])
        self.assertTrue(self.floor.agent(104).talking)

    def audit(self):
        log = self.folder / "acdtop" / "audit.log"
        return log.read_text(encoding="utf-8") if log.exists() else ""


class Behind(Calls):
    """The same calls with an agent who is reached through a Local channel, as on FreePBX: it stands between the queue and the phone."""
    CONFIG = CONFIG.replace("PJSIP/{ext}", "Local/{ext}@from-queue/n") + 'agent_phone = "PJSIP/{ext}";\nagent_state = "PJSIP/{ext}";\n'

    def setUp(self):
        super().setUp()
        self.config(self.CONFIG)
        scenes.add_member(self.floor, "hall", "Local/102@from-queue/n", StateInterface="PJSIP/102", Paused="true")
        self.addCleanup(scenes.remove_member, self.floor, "hall", "Local/102@from-queue/n")

    def talk(self):
        """With 101, in a queue whose only member is the way to that phone."""
        scenes.add_member(self.floor, "hall", "Local/101@from-queue/n", StateInterface="PJSIP/101")
        self.addCleanup(scenes.remove_member, self.floor, "hall", "Local/101@from-queue/n")
        call = self.floor.caller("hall", name="Zoë")
        self.assertTrue(self.floor.agent(101).wait_up())
        self.log("CONNECT", queue="hall", callid=call.uniqueid)
        return call
