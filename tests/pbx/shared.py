# SPDX-License-Identifier: MIT
"""The shared keeper of a host, of one floor, and its consoles: as root, and as other users of this host."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import lab

AGENT, LEAD, VIEWER = ("nobody", 65534), ("daemon", 1), ("bin", 2)


class Shared:
    """`acdtop keeper` that follows a floor; `policy` is what its configuration says more."""

    def __init__(self, floor, policy=""):
        lab.need_acdtop()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="acdtop-shared-"))
        self.folder.chmod(0o755)
        (self.folder / "run").mkdir(mode=0o755)
        socket = self.folder / "run/keeper.sock"
        args = dict(zip(*[iter(floor.connect_args())] * 2))
        (self.folder / "keeper.conf").write_text(f'pbx = ( {{ url = "{args["--url"]}"; name = "lab"; secret_file = "{args["--secret-file"]}"; }} );\n'
                                                 f'keeper_socket = "{socket}";\n{policy}', encoding="utf-8")
        self.conf = self.folder / "console.conf"
        self.conf.write_text(f'keeper_socket = "{socket}";\n', encoding="utf-8")
        self.conf.chmod(0o644)
        self.env = {"HOME": str(self.folder), "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
        self.serve()

    def serve(self):
        self.process = subprocess.Popen([lab.ACDTOP, "--config", str(self.folder / "keeper.conf"), "keeper"], env=self.env, stdin=subprocess.DEVNULL)
        lab.until(lambda: self.run("status").returncode == 0, "the keeper serves", 60)

    def words(self, who, *words):
        """A command line; of another user where who is (name, uid)."""
        other = ["setpriv", "--reuid", str(who[1]), "--regid", "65534", "--clear-groups"] if who else []
        return [*other, lab.ACDTOP, "--config", str(self.conf), *words]

    def run(self, *words, who=None):
        return subprocess.run(self.words(who, *words), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False, env=self.env)

    def status(self, who=None):
        done = self.run("status", "--json", who=who)
        if done.returncode:
            raise AssertionError(done.stderr)
        return json.loads(done.stdout)["pbx"][0]

    def start(self, *words, who=None):
        return subprocess.Popen(self.words(who, *words), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.env)

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def sessions(floor, user="acdtop"):
    """How many AMI connections that user has."""
    return sum(line.split()[:1] == [user] for line in floor.cli("manager show connected").splitlines())
