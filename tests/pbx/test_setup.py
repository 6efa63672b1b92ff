# SPDX-License-Identifier: MIT
"""The first start against a real Asterisk: a wrong secret is refused and mended, then the floor opens and is remembered."""
import pathlib
import subprocess
import tempfile

import lab
import terminal


class Setup(lab.PbxTest):
    agents = 2

    def test_from_nothing_to_the_floor(self):
        lab.need_acdtop()
        secret = self.floor.pbx.secret_file("acdtop").read_text(encoding="ascii").strip()
        with tempfile.TemporaryDirectory() as home:
            words = ["/usr/bin/env", "-u", "XDG_CONFIG_HOME", f"HOME={home}", lab.ACDTOP]
            with terminal.Terminal(words, rows=50, cols=160) as t:
                for prompt, answer in (("PBX [127.0.0.1]:", f"127.0.0.1:{self.floor.ports.ami}"), ("TLS, yes or no [no]:", ""),
                                       ("[acdtop]:", ""), ("Secret of acdtop (not shown):", "wrong"), ("refuses user acdtop", None),
                                       ("paste) [acdtop]:", ""), ("Enter keeps the one typed):", secret)):
                    t.until(lambda part=prompt: part in t.text(), prompt)
                    if "Secret" in prompt or "keeps" in prompt:
                        t.until_quiet()
                    if answer is not None:
                        t.type(answer.encode() + b"\n")
                t.until(lambda: "support" in t.text() and "Longest" in t.text(), "the floor is open")
                self.assertIn("live", t.text())
            folder = pathlib.Path(home) / ".config/acdtop"
            self.assertEqual({path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()},
                             {"acdtop.conf": 0o600, "127.0.0.1.secret": 0o600})
            done = subprocess.run([*words, "status"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
