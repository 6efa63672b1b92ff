# SPDX-License-Identifier: MIT
"""The first start against a real Asterisk: what it refuses is mended in place, then the floor opens and is remembered."""
import pathlib
import subprocess
import tempfile

import lab
import terminal


class Setup(lab.PbxTest):
    agents = 2

    def setUp(self):
        super().setUp()
        lab.need_acdtop()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.words = ["/usr/bin/env", "-u", "XDG_CONFIG_HOME", f"HOME={self.home}", lab.ACDTOP]

    def talk(self, *lines):
        """Answers what is asked, in order (None: it is only said), until the floor is open."""
        with terminal.Terminal(self.words, rows=60, cols=160) as t:
            for prompt, answer in lines:
                t.until(lambda part=prompt: part in " ".join(t.text().split()), prompt)
                if "Secret" in prompt or "keeps" in prompt:
                    t.until_quiet()
                if answer is not None:
                    t.type(answer.encode() + b"\n")
            t.until(lambda: all(word in t.text() for word in ("support", "Longest", " live ")), "the floor is open and live")
        folder = self.home / ".config/acdtop"
        self.assertEqual({path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()},
                         {"acdtop.conf": 0o600, "127.0.0.1.secret": 0o600})
        done = subprocess.run([*self.words, "status"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return (folder / "acdtop.conf").read_text(encoding="utf-8")

    def secret(self, user):
        return self.floor.pbx.secret_file(user).read_text(encoding="ascii").strip()

    def test_from_nothing_to_the_floor(self):
        self.talk(("PBX [127.0.0.1]:", f"127.0.0.1:{self.floor.ports.ami}"), ("TLS, yes or no [no]:", ""), ("[acdtop]:", ""),
                  ("Secret of acdtop (not shown):", "wrong"), ("refuses user acdtop", None), ("as 127.0.0.1. AMI user (? shows one to paste) [acdtop]:", ""),
                  ("Enter keeps the one typed):", self.secret("acdtop")))

    def test_tls_is_found_and_its_certificate_trusted(self):
        written = self.talk(("PBX [127.0.0.1]:", f"127.0.0.1:{self.floor.ports.tls}"), ("TLS, yes or no [no]:", ""), ("[acdtop]:", "tlsonly"),
                            ("Secret of tlsonly (not shown):", self.secret("tlsonly")), ("use amis://", None), (". TLS, yes or no [no]:", "yes"),
                            ("is not trusted", None), ("CA file or pin:", str(self.floor.pbx.ca)))
        self.assertIn(f'url = "amis://tlsonly@127.0.0.1:{self.floor.ports.tls}"', written)
        self.assertIn(f'ca = "{self.floor.pbx.ca}"', written)
