# SPDX-License-Identifier: MIT
"""`acdtop doctor` against a real Asterisk: what each AMI user may, and what a PBX that is wrong, secret or stopped gives."""
import json
import pathlib
import tempfile

import lab


class Doctor(lab.PbxTest):
    agents = 2

    def doctor(self, code=0, user="acdtop", words=(), tls=False):
        """{(pbx, check): (level, found, todo)} of a PBX of the name p."""
        done = self.floor.run_acdtop("--name", "p", *words, "doctor", "--json", user=user, tls=tls)
        self.assertEqual((done.returncode, done.stderr), (code, ""), done.stdout)
        return {(c["pbx"], c["check"]): (c["level"], c["found"], c["todo"]) for c in json.loads(done.stdout)["checks"]}

    def bad(self, found):
        return [check for check, (level, *_) in found.items() if level == "bad"]

    def test_a_user_with_every_right(self):
        found = self.doctor()
        self.assertEqual({check: told for check, told in found.items() if told[0] != "ok"}, {})
        self.assertIn("agent,call,originate,reporting,user", found["p", "rights"][1])
        self.assertIn(f"Asterisk {lab.VERSION}.", found["p", "version"][1])
        self.assertIn("127.0.0.1", found["p", "address"][1])
        self.assertIn("[acdtop]", found["p", "writetimeout"][1])
        self.assertIn("clean", found["p", "queues"][1])

    def test_all_is_all(self):
        write = self.doctor(user="admin")["p", "rights"][1]
        for word in ("agent", "call", "originate", "system", "user", "command", "config"):
            self.assertIn(word, write)

    def test_tls(self):
        found = self.doctor(tls=True, user="tlsonly")
        self.assertEqual(self.bad(found), [])
        self.assertIn("signed by the CA file", found["p", "certificate"][1])
        self.assertRegex(found["p", "certificate"][1], r"valid until 20\d\d-\d\d-\d\d")

    def test_a_wallboard_user_cannot_prove(self):
        found = self.doctor(user="wallboard")
        self.assertEqual(self.bad(found), [])
        self.assertIn("write: reporting; ", found["p", "rights"][1])
        level, _, todo = found["p", "barrier"]
        self.assertEqual(level, "warn")
        self.assertIn("[wallboard]: call in write and dialplan in read", todo)
        self.assertEqual(found["p", "peers"][0], "ok")
        self.assertIn("and dialplan to read", found["p", "rights"][2])

    def test_a_poor_user(self):
        found = self.doctor(user="poor")
        self.assertEqual(self.bad(found), [])
        self.assertIn("write: none; ", found["p", "rights"][1])
        self.assertEqual((found["p", "barrier"][0], found["p", "peers"][0]), ("warn", "warn"))
        self.assertIn("reporting in write", found["p", "peers"][2])
        self.assertIn("(AMI ", found["p", "version"][1])

    def test_events_are_counted(self):
        self.floor.agent(101).ring_s = 30
        self.floor.agent(102).ring_s = 30
        load = self.floor.load(calls=20, rate=4, stay_s=20)
        self.addCleanup(load.stop)
        found = self.doctor()
        self.assertRegex(found["p", "events"][1], r"^[1-9]\d* in 2.0 s$")
        self.assertIn("agent,call", found["p", "rights"][1])

    def test_a_wrong_secret(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "s"
            path.touch(0o600)
            path.write_text("wrong\n", encoding="ascii")
            found = self.doctor(77, words=("--secret-file", str(path)))
        self.assertEqual(self.bad(found), [("p", "login")])
        self.assertIn("section [acdtop]", found["p", "login"][1])
        self.assertEqual(found["p", "address"][0], "ok")
        self.assertNotIn(("p", "version"), found)

    def test_z_a_stopped_pbx(self):
        self.floor.pbx.stop()
        self.addCleanup(self.floor.pbx.start)
        found = self.doctor(69)
        self.assertEqual(self.bad(found), [("p", "link")])
        self.assertIn("refuses the connection", found["p", "link"][1])
