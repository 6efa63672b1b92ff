# SPDX-License-Identifier: MIT
"""One real Asterisk out of the cached chroot: its directories and configuration, its life, its command line.

Everything of a floor lies in CHROOT/floors/NAME and goes with it. The PBX dies with the process that started it.
"""
import contextlib
import csv
import fcntl
import functools
import itertools
import json
import os
import pathlib
import resource
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
USERS = ("admin", "wallboard", "acdtop", "poor", "tlsonly", "single", "acl", "slow")
QUEUES = ("support", "sales", "billing", "vip", "empty", "hall", "closing", "announced", "orders")
CANNOT_DOWNLOAD, CANNOT_HERE = 75, 77
POOL = (900, "Pool Paula")  # the agent of app_agent_pool, in etc/agents.conf
CANNOT = {}  # {version: why}: asked once, for it may take a minute to fail
FILTERS = "\n".join(f"eventfilter(action(exclude),name({n})) =" for n in ("Newexten", "RTCPSent", "RTCPReceived"))


class Unavailable(Exception):
    """This machine cannot run a PBX; the text says why."""


@functools.cache
def chroot_of(version):
    """The chroot with that Asterisk, made first where need be."""
    said_no = CANNOT.get(version)
    if said_no:
        raise Unavailable(said_no)
    done = subprocess.run([HERE / "chroot", str(version)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = done.stderr.strip().splitlines()
    if done.returncode in (CANNOT_DOWNLOAD, CANNOT_HERE):
        CANNOT[version] = said[-1] if said else f"tests/pbx/chroot ended with {done.returncode}"
        raise Unavailable(CANNOT[version])
    if done.returncode:
        raise RuntimeError(f"no chroot with Asterisk {version}: {done.stderr.strip()}")
    return pathlib.Path(done.stdout.strip())


def floors(name="*"):
    """The floor.json of every floor there is, or of that name."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "acdtop"
    return [json.loads(path.read_text()) for path in sorted(cache.glob(f"asterisk-*/floors/{name}/floor.json"))]


def is_served(state):
    """Whether the process of a floor is still there."""
    return pathlib.Path(f"/proc/{state['pid']}").exists()


def sweep():
    """Removes what floors have left whose process is gone."""
    for state in floors():
        if not is_served(state):
            shutil.rmtree(state["dir"], ignore_errors=True)


class Ports:
    """A block of 1000 loopback ports; free ones are taken, and held, by a lock file of the machine."""

    def __init__(self, base=None):
        for base in [base] if base else itertools.chain(range(20000, 31000, 1000)):
            if self._take(base):
                break
        else:
            raise RuntimeError("no free block of ports" + (f" at {base}" if base else ""))
        self.base, self.ami, self.tls, self.sip = base, base + 38, base + 39, base + 60
        self.phone, self.media, self.rtp = base + 61, base + 62, base + 100

    def _take(self, base):
        try:
            self._lock = open(f"/tmp/.acdtop-ports-{base}", "w")
        except OSError:
            return False  # another user's
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for kind, port in [(socket.SOCK_STREAM, base + offset) for offset in (38, 39)] \
                    + [(socket.SOCK_DGRAM, base + offset) for offset in (60, 61, 62)]:
                with socket.socket(socket.AF_INET, kind) as probe:
                    if kind == socket.SOCK_STREAM:
                        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            self._lock.close()
            return False

    def release(self):
        self._lock.close()


class Pbx:
    """One Asterisk. members: {queue: [(agent number, penalty), ...]}; agents: {number: name}."""

    def __init__(self, version, name, ports, agents, members, tls_names=("DNS:localhost", "IP:127.0.0.1")):
        self.root, self.name, self.ports = chroot_of(version), name, ports
        self.inside = f"/floors/{name}"
        self.dir = self.root / "floors" / name
        self.agents, self.members, self.tls_names = agents, members, tls_names
        self.process, self.secrets = None, {user: secrets.token_hex(16) for user in USERS}
        self.ca = self.dir / "tls" / "ca.crt"

    # --- directories and files ----------------------------------------------------------------------------------
    def prepare(self):
        """Makes the floor's directories and files, over those that a floor that is gone has left."""
        for old in floors(self.name):
            if is_served(old) and old["pid"] != os.getpid():
                raise RuntimeError(f"floor {self.name} is running already (process {old['pid']})")
        shutil.rmtree(self.dir, ignore_errors=True)
        for sub in ("etc", "run", "log", "db", "spool", "tls", "secrets", "moh", "sounds"):
            (self.dir / sub).mkdir(parents=True)
        (self.dir / "secrets").chmod(0o700)
        for user, secret in self.secrets.items():
            self.secret_file(user).touch(0o600)
            self.secret_file(user).write_text(secret + "\n")
        (self.dir / "moh" / "silence.ulaw").write_bytes(b"\xff" * 8000 * 20)
        (self.dir / "sounds" / "five.ulaw").write_bytes(b"\xff" * 8000 * 5)
        self._make_certificate()
        self._make_realtime()
        self.write_config()
        self.write_state()

    def secret_file(self, user):
        return self.dir / "secrets" / user

    def write_state(self, **more):
        state = {"name": self.name, "pid": os.getpid(), "dir": str(self.dir), "root": str(self.root),
                 "ami": self.ports.ami, "tls": self.ports.tls, "sip": self.ports.sip, "phones": self.ports.phone,
                 "ca": str(self.ca), "secrets": {user: str(self.secret_file(user)) for user in USERS}, **more}
        temporary = self.dir / "floor.json.new"
        temporary.write_text(json.dumps(state, indent=1) + "\n")
        temporary.rename(self.dir / "floor.json")

    def write_config(self, only=None):
        """Writes etc/ out of the templates; `only` names one file of it."""
        modules = "/usr/lib/asterisk/modules"
        multiarch = sorted(self.root.glob("usr/lib/*/asterisk/modules"))
        if multiarch:
            modules = "/" + str(multiarch[0].relative_to(self.root))
        words = {"DIR": self.inside, "MODULES": modules, "AMI_PORT": self.ports.ami, "TLS_PORT": self.ports.tls,
                 "SIP_PORT": self.ports.sip, "PHONE_PORT": self.ports.phone, "RTP_START": self.ports.rtp,
                 "RTP_END": self.ports.rtp + 899, "SECRETS": self.inside + "/secrets", "AGENTS": self._endpoints(),
                 "ACDTOP_FILTERS": FILTERS if self.major >= 22 else ""}
        words.update({f"SECRET_{user}": secret for user, secret in self.secrets.items()})
        words.update({f"MEMBERS_{queue}": self._member_lines(queue) for queue in QUEUES})
        for template in sorted((HERE / "etc").glob("*.conf")):
            if only in (None, template.name):
                text = template.read_text()
                for key, value in words.items():
                    text = text.replace(f"@{key}@", str(value))
                target = self.dir / "etc" / template.name
                target.touch(0o600)
                target.write_text(text)

    def _endpoints(self):
        text = []
        for number, name in [*self.agents.items(), POOL]:
            quoted = name.replace("\\", "\\\\").replace('"', "'")
            text.append(f"[{number}](agent)\ncallerid = \"{quoted}\" <{number}>\naors = {number}\n\n[{number}]\n"
                        f"type = aor\ncontact = sip:{number}@127.0.0.1:{self.ports.phone}\n")
        return "\n".join(text)

    def _member_lines(self, queue):
        return "\n".join(f"member => PJSIP/{number},{penalty},{self.agents[number].replace(',', '')}"
                         for number, penalty in self.members.get(queue, ()))

    def _make_certificate(self):
        tls = self.dir / "tls"
        (tls / "server.ext").write_text(
            f"subjectAltName={','.join(self.tls_names)}\nbasicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n"
            "extendedKeyUsage=serverAuth\nauthorityKeyIdentifier=keyid\n")
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        for command in (
                ["req", "-x509", *key, "-days", "2", "-subj", "/CN=acdtop test CA", "-keyout", "ca.key", "-out", "ca.crt",
                 "-addext", "keyUsage=critical,keyCertSign,cRLSign"],
                ["req", *key, "-subj", "/CN=acdtop test PBX", "-keyout", "server.key", "-out", "server.csr"],
                ["x509", "-req", "-days", "2", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key",
                 "-CAcreateserial", "-extfile", "server.ext", "-out", "server.crt"]):
            subprocess.run(["openssl", *command], cwd=tls, check=True, capture_output=True)

    def _make_realtime(self):
        with contextlib.closing(self.realtime()) as db, db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("CREATE TABLE queues (name TEXT PRIMARY KEY, strategy TEXT, timeout INT, retry INT, wrapuptime INT,"
                       " servicelevel INT, ringinuse TEXT, joinempty TEXT, musicclass TEXT, weight INT)")
            db.execute("INSERT INTO queues VALUES ('orders','rrmemory',12,1,3,20,'no','yes','default',0)")
            db.execute("CREATE TABLE queue_members (uniqueid INTEGER PRIMARY KEY, queue_name TEXT, interface TEXT,"
                       " membername TEXT, state_interface TEXT, penalty INT, paused INT, reason_paused TEXT, wrapuptime INT,"
                       " ringinuse TEXT)")
            db.executemany("INSERT INTO queue_members (queue_name, interface, membername, penalty, paused, ringinuse)"
                           " VALUES ('orders', ?, ?, ?, 0, 'no')",
                           [(f"PJSIP/{number}", self.agents[number], penalty)
                            for number, penalty in self.members.get("orders", ())])

    def realtime(self):
        """A connection to the realtime database, to be committed and closed."""
        return sqlite3.connect(self.dir / "db" / "realtime.sqlite3", timeout=20)

    # --- its life -----------------------------------------------------------------------------------------------
    @property
    def major(self):
        said = subprocess.run(["chroot", self.root, "asterisk", "-V"], stdout=subprocess.PIPE, text=True, check=True).stdout
        return int(said.split()[1].split(".")[0])

    def start(self, wait=True):
        """Starts the PBX (from the main thread: it dies with the thread that starts it)."""
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        enough = 65536 if hard == resource.RLIM_INFINITY else min(65536, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, hard))
        with open(self.dir / "log" / "console", "ab") as console:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "chroot", self.root, "asterisk", "-C",
                 f"{self.inside}/etc/asterisk.conf", "-f"],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True, cwd="/",
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8", "TZ": "UTC"})
        if wait:
            self.wait_booted()

    def wait_booted(self, timeout=60):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"Asterisk ended with {self.process.returncode}: {self.last_words()}")
            if "fully booted" in self.cli("core waitfullybooted") and self.listens():
                return
            time.sleep(0.05)
        raise RuntimeError(f"Asterisk did not come up in {timeout} s: {self.last_words()}")

    def listens(self):
        """Whether AMI takes connections: a little later than the PBX says it is up."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.ports.ami)) == 0

    def last_words(self):
        console = (self.dir / "log" / "console").read_text("utf-8", "replace").splitlines()[-5:]
        try:
            console += (self.dir / "log" / "messages").read_text("utf-8", "replace").splitlines()[-5:]
        except OSError:
            pass
        return " / ".join(console)

    def running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self):
        """`core stop now`; what does not stop is killed."""
        if self.running():
            self.cli("core stop now")
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self):
        """Kill -9, as a crash."""
        if self.running():
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def restart(self):
        self.stop()
        self.start()

    def remove(self):
        """Stops it and removes all that is its own."""
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)
        self.ports.release()

    def cli(self, command):
        return cli(self.root, self.inside, command)


def cli(root, inside, command):
    """What the PBX's command line prints for a command."""
    done = subprocess.run(["chroot", root, "asterisk", "-C", f"{inside}/etc/asterisk.conf", "-rx", command],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=60)
    return done.stdout.decode("utf-8", "replace")


def agent_names(count):
    """{number: name} of the first `count` agents, out of agents.csv; later rounds carry a number."""
    with open(HERE / "agents.csv", encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    return {101 + i: names[i % len(names)] + (f" {i // len(names) + 1}" if i >= len(names) else "")
            for i in range(count)}


def usual_members(agents):
    """Who serves which queue: shared between queues, with different penalties."""
    numbers = list(agents)
    return {"support": [(n, i % 3) for i, n in enumerate(numbers)],
            "sales": [(n, (i + 1) % 2) for i, n in enumerate(numbers) if i % 2 == 0],
            "billing": [(n, i % 4) for i, n in enumerate(numbers) if i % 3 == 0],
            "vip": [(n, 0) for n in numbers[:4]],
            "closing": [(n, 0) for n in numbers[:1]],
            "announced": [(n, 0) for n in numbers[1:2]],
            "orders": [(n, 0) for i, n in enumerate(numbers) if i % 4 == 1]}
