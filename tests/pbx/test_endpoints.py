# SPDX-License-Identifier: MIT
"""Somebody who is in no queue, named by a number alone: found in the list of the configuration, by its pattern, or as a telephone that the
PBX tells of; and what is said where he is in none of these, or the AMI user may not ask."""
import json
import pathlib
import tempfile

import lab
import scenes

DONE, NO_SUCH = 0, 66


class Endpoints(lab.PbxTest):
    """101 serves in a queue; 102 to 104 in none, 190 has no telephone that is registered."""
    agents = 4
    options = {"members": {"support": [(101, 0)]}, "churn": False}

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.config = pathlib.Path(folder.name) / "acdtop.conf"
        self.addCleanup(self.clear)

    def clear(self):
        for member in scenes.snapshot(self.ami, "sales")[1]:
            if member["Membership"] == "dynamic":
                scenes.remove_member(self.floor, "sales", member["Location"])

    def order(self, *words, conf="", user="admin", code=DONE):
        self.config.write_text(conf)
        done = self.floor.run_acdtop("--config", str(self.config), "--json", *map(str, words), user=user)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout} {done.stderr}")
        return json.loads(done.stdout)

    def member(self, interface):
        return next((m for m in scenes.snapshot(self.ami, "sales")[1] if m["Location"] == interface), None)

    def is_member(self, interface, name, state):
        member = self.member(interface)
        self.assertIsNotNone(member, interface)
        self.assertEqual((member["Name"], member["StateInterface"]), (name, state))
        return member

    def test_by_the_list(self):
        listed = ('agents = ( { extension = "104"; name = "Ana Roy"; interface = "Local/104@agents/n"; state_interface = "PJSIP/104"; },'
                  ' { extension = "9"; name = "Ben Day"; interface = "PJSIP/103"; } );')
        said = self.order("add", 104, "sales", conf=listed, user="acdtop")
        self.assertEqual(said["what"], "add Ana Roy to sales with penalty 0")
        self.is_member("Local/104@agents/n", "Ana Roy", "PJSIP/104")
        self.order("add", "ben day", "sales", conf=listed, user="acdtop")
        self.is_member("PJSIP/103", "Ben Day", "PJSIP/103")
        self.order("remove", 104, "sales", conf=listed, user="acdtop")
        self.assertIsNone(self.member("Local/104@agents/n"))

    def test_by_the_pattern(self):
        self.order("add", 103, "sales", conf='agent_interface = "PJSIP/{ext}"\n', user="acdtop")
        self.is_member("PJSIP/103", "PJSIP/103", "PJSIP/103")

    def test_by_freepbx_s_pattern(self):
        conf = 'agent_interface = "Local/{ext}@agents/n"\nagent_state = "hint:{ext}@agents"\n'
        for user, number in (("acdtop", 103), ("admin", 104)):
            self.order("add", number, "sales", conf=conf, user=user)
            member = self.is_member(f"Local/{number}@agents/n", f"Local/{number}@agents/n", f"hint:{number}@agents")
            self.assertEqual(member["Status"], "1")  # his telephone's, by the hint

    def test_by_the_telephone(self):
        said = self.order("add", 103, "sales")
        self.assertEqual(said["what"], "add PJSIP/103 to sales with penalty 0")
        self.is_member("PJSIP/103", "PJSIP/103", "PJSIP/103")
        self.assertEqual(self.member("PJSIP/103")["Status"], "1")
        self.order("pause", 103, "sales")
        self.assertEqual(self.member("PJSIP/103")["Paused"], "1")

    def test_a_telephone_that_is_not_registered(self):
        said = self.order("add", 190, "sales")
        self.assertEqual(said["what"], "add PJSIP/190 to sales with penalty 0 (the telephone is not registered)")
        self.assertEqual(self.member("PJSIP/190")["Status"], "5")

    def test_who_has_none(self):
        said = self.order("add", 1033, "sales", code=NO_SUCH)
        self.assertRegex(said["answer"], r"there is no agent '1033'; did you mean '10\d'\?")
        said = self.order("add", 77777, "sales", code=NO_SUCH, conf='agent_interface = "PJSIP/{ext}"\n')
        self.assertEqual(said["answer"], "there is no agent '77777', and no telephone PJSIP/77777 at the PBX")
        self.order("add", "PJSIP/77777", "sales", code=DONE)  # spelled out it is meant
        self.assertEqual(self.member("PJSIP/77777")["Status"], "4")

    def test_who_may_not_ask(self):
        said = self.order("add", 103, "sales", user="acdtop", code=NO_SUCH)
        self.assertIn("there is no agent '103'", said["answer"])
        self.assertIsNone(self.member("PJSIP/103"))

    def test_a_new_one_after_a_reload(self):
        self.order("add", 191, "sales", code=NO_SUCH)
        path = self.floor.pbx.dir / "etc" / "pjsip.conf"
        before = path.read_text()
        self.addCleanup(self.floor.cli, "module reload res_pjsip.so")
        self.addCleanup(path.write_text, before)
        path.write_text(before + "\n[191](agent)\naors = 191\n\n[191]\ntype = aor\nmax_contacts = 1\n")
        self.floor.cli("module reload res_pjsip.so")
        self.floor.until(lambda: "191" in self.floor.cli("pjsip show endpoints"), "the new telephone is known")
        self.order("add", 191, "sales")
        self.assertIsNotNone(self.member("PJSIP/191"))

