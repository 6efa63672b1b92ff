# SPDX-License-Identifier: MIT
"""Orders about calls from the shell, by ear on the real PBX: after each of them those hear each other who should, and nobody else does."""
import json
import os
import pathlib
import tempfile
import unittest.mock

import scenes
import sound
from test_sound import AGENT, CALLER, SECOND, SUPERVISOR, Heard

CONFIG = """agent_interface = "PJSIP/{ext}";
dial_context = "agents";
conference = "conf-bridge@others";
"""


class Orders(Heard):
    """101 talks with a caller; 103 and 104 are those who are brought in."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.config = pathlib.Path(folder.name) / "acdtop.conf"
        self.config.write_text(CONFIG)
        own = unittest.mock.patch.dict(os.environ, XDG_STATE_HOME=folder.name)  # audit log, the supervisor's phone
        own.start()
        self.addCleanup(own.stop)

    def order(self, *words):
        done = self.floor.run_acdtop("--config", str(self.config), "--timeout", "30", "--yes", "--json", *map(str, words))
        self.assertEqual(done.returncode, 0, f"{words}: {done.stdout} {done.stderr}")
        return json.loads(done.stdout)

    def comes(self, number, name):
        """A phone that has answered, as another line to listen to."""
        dialog = scenes.must(self.floor.agent(number).wait_up(), f"{number} has answered")
        self.lines[name] = dialog.line
        return dialog

    def hear(self, **wanted):
        sound.expect(self.lines, wanted)

    def test_transfer(self):
        talk = self.talk()
        self.order("transfer", talk.call.uniqueid, 104)
        self.comes(104, "third")
        self.assertTrue(talk.dialog.wait("ended"))
        self.hear(caller={SUPERVISOR}, third={CALLER})

    def test_attended_transfer(self):
        talk = self.talk()
        self.order("transfer", talk.call.uniqueid, 104, "--attended")
        self.comes(104, "third")
        self.hear(caller=set(), agent={SUPERVISOR}, third={AGENT})  # the caller hears music, which is silent here
        talk.dialog.hangup()
        self.hear(caller={SUPERVISOR}, third={CALLER})

    def test_handover(self):
        talk = self.talk()
        self.order("handover", 101, 104)
        self.comes(104, "third")
        self.assertTrue(talk.dialog.wait("ended"))
        self.hear(caller={SUPERVISOR}, third={CALLER})

    def test_send(self):
        call = self.floor.caller("empty", tone=CALLER)
        self.lines = {"caller": call.line}
        self.order("send", call.uniqueid, 104)
        self.comes(104, "third")
        self.hear(caller={SUPERVISOR}, third={CALLER})

    def test_dial(self):
        self.order("dial", 103, 104)
        self.comes(103, "one")
        self.comes(104, "other")
        self.hear(one={SUPERVISOR}, other={SECOND})

    def test_conference(self):
        talk = self.talk()
        self.order("conference", talk.call.uniqueid, 104)
        self.comes(104, "third")
        self.hear(caller={AGENT, SUPERVISOR}, agent={CALLER, SUPERVISOR}, third={CALLER, AGENT})

    def test_a_local_member(self):
        """FreePBX's: the caller leaves with the new one, and his phone is free."""
        scenes.add_member(self.floor, "empty", "Local/101@from-queue/n", StateInterface="hint:101@agents")
        self.addCleanup(scenes.remove_member, self.floor, "empty", "Local/101@from-queue/n")
        talk = self.talk("empty")
        self.order("transfer", talk.call.uniqueid, 104)
        self.comes(104, "third")
        self.assertTrue(talk.dialog.wait("ended"))
        self.hear(caller={SUPERVISOR}, third={CALLER})

    def test_who_whispers_does_not_follow_a_transfer(self):
        """Behind a Local channel too: on its near half he would whisper to whoever takes over."""
        scenes.add_member(self.floor, "empty", "Local/101@from-queue/n", StateInterface="hint:101@agents")
        self.addCleanup(scenes.remove_member, self.floor, "empty", "Local/101@from-queue/n")
        for exten, agent in (("support", "PJSIP/101"), ("empty", "Local/101@from-queue/n")):
            with self.subTest(agent=agent):
                talk = self.talk(exten)
                self.order("whisper", agent, "--on", "PJSIP/103")
                ear = self.comes(103, "whisperer")
                self.hear(caller={AGENT}, agent={CALLER, SECOND}, whisperer={CALLER, AGENT})
                talk.dialog.transfer("104")  # by the agent's own phone
                self.comes(104, "third")
                self.assertTrue(ear.wait("ended"))
                self.hear(caller={SUPERVISOR}, third={CALLER})
                self.tidy()
                self.floor.agent(103).mode = "answer"
