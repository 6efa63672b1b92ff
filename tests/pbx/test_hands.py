# SPDX-License-Identifier: MIT
"""Every order of core/control/commands.def on the real PBX, given by key (or the menu of the row), by the line of commands and from
the shell: each seen by the PBX's own command line and in queue_log. An order without a scene here fails `Complete`."""
import collections
import os
import pathlib
import pwd
import re
import subprocess
import tempfile
import unittest.mock

import lab
import scenes
from console import MEMBERS, WAITING, Console

USER = pwd.getpwuid(os.geteuid()).pw_name
WAYS = ("key", "line", "shell")
TABLE = lab.HERE.parent.parent / "core/control/commands.def"
CONFIG = """
agent_interface = "PJSIP/{ext}";
dial_context = "agents";
conference = "conf-bridge@others";
phone = "PJSIP/105";
queue_names = ( { name = "hall"; extension = "hall@queues"; } );
queue_sets = ( { name = "front"; queues = [ "empty", "hall" ]; role = "2"; } );
"""


class Scene(collections.namedtuple("Scene", "line at key rest words asks more done log then said",
                                   defaults=(None, None, "", "", "", None, (), None, ""))):
    """One order, its stage set. line: as it is typed. at: brings the console where the key is pressed (key None: the menu), which opens
    a line that has `words` in it, where `rest` is typed. asks: what it asks about in either case; in `more`, by key alone.
    done: what the PBX shows of it. log: rows of queue_log, (event, {field: value}), some of them only when `then` was done. said: how an order that cannot be done is refused."""


def every_way(cls):
    """For each scene_X of a class, test_X_by_key, _by_line and _by_shell."""
    for name in [name for name in vars(cls) if name.startswith("scene_")]:
        for way in WAYS:
            def test(self, name=name, way=way):
                self.play(name[6:], getattr(self, name)(), way)
            setattr(cls, f"test_{name[6:]}_by_{way}", test)
    return cls


class Hands(lab.PbxTest):
    """101 serves support and closing; 102 is in no queue. One console for the class."""
    agents, user, callers = 5, "acdtop", 0
    options = {"members": {"support": [(101, 0)], "closing": [(101, 0)], "announced": [(103, 0)], "vip": [(102, 0), (105, 0)]}, "churn": False}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lab.need_acdtop()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.state = pathlib.Path(folder.name)
        (cls.state / "acdtop.conf").write_text(CONFIG, encoding="utf-8")
        (cls.state / "acdtop").mkdir()
        (cls.state / "acdtop" / "told").write_text("take\n", encoding="utf-8")  # that is said once, and was
        own = unittest.mock.patch.dict(os.environ, XDG_STATE_HOME=folder.name)  # leases, the supervisor's phone
        own.start()
        cls.addClassCleanup(own.stop)
        cls.console = cls.open_console()

    @classmethod
    def open_console(cls):
        console = Console(cls.floor, "--config", str(cls.state / "acdtop.conf"), user=cls.user)
        cls.addClassCleanup(console.close)
        return console

    def setUp(self):
        super().setUp()
        self.addCleanup(self.clear)

    def clear(self):
        for queue in ("support", "empty", "hall"):
            for member in scenes.snapshot(self.ami, queue)[1]:
                if member["Membership"] == "dynamic":
                    self.ami.action("QueueRemove", Queue=queue, Interface=member["Location"])
                elif member["Paused"] == "1":
                    self.ami.action("QueuePause", Queue=queue, Interface=member["Location"], Paused="false")

    # --- giving ---------------------------------------------------------------------------------------------------
    def play(self, name, scene, way):
        self.assertEqual(scene.line.partition(" ")[0], name)
        if way == "shell":
            self.shell(*scene.line.split(), code=1 if scene.said else 0, said=scene.said or "^done: ")
        else:
            self.by_console(name, scene, way)
        if scene.done:
            self.floor.until(scene.done, f"{scene.line}, by {way}, as the PBX shows it")
        if scene.then:
            scene.then()
        for event, fields in scene.log:
            self.log(event, **fields)

    def by_console(self, name, scene, way):
        scene.at(self.console)
        if way == "line":
            self.console.line(scene.line, scene.asks)
        else:
            self.console.order(name, scene.key, scene.rest, scene.words, scene.asks or scene.more)
        if scene.said:
            self.console.until(lambda: re.search(scene.said, self.console.text()), f"it says {scene.said}")

    def shell(self, *words, code=0, said="^done: "):
        """Its words go to a file: an order may leave a keeper behind, which would hold a pipe open."""
        with open(self.state / "said", "w+", encoding="utf-8") as file:
            done = subprocess.run([lab.ACDTOP, *words, *self.floor.connect_args(self.user), "--config", str(self.state / "acdtop.conf"), "--yes", "--timeout", "60"],
                                  stdin=subprocess.DEVNULL, stdout=file, stderr=file, timeout=120, check=False)
            file.seek(0)
            text = file.read()
        self.assertEqual(done.returncode, code, (words, text))
        self.assertRegex(text, said)

    # --- what the PBX shows -----------------------------------------------------------------------------------------
    def shows(self, queue, *words):
        """A line of `queue show` that has all these words."""
        return next((line for line in self.floor.cli(f"queue show {queue}").splitlines() if all(word in line for word in words)), None)

    def channels(self, *words):
        """Those lines of `core show channels`."""
        return [line for line in self.floor.cli("core show channels concise").splitlines() if all(word in line for word in words)]

    # --- the stage ---------------------------------------------------------------------------------------------------
    def somebody(self):
        """Each caller is another one: what a console still shows of the last one is not taken for this one."""
        type(self).callers += 1
        return f"Zoë {self.callers}", f"030{1110000 + self.callers}"

    def joins(self, number=102, queue="empty", **more):
        scenes.add_member(self.floor, queue, f"PJSIP/{number}", MemberName=self.floor.names[number], **more)

    def member(self, queue, number):
        return lambda console: console.row(queue, MEMBERS, number, self.floor.names[number])

    @staticmethod
    def agent(number):
        return lambda console: console.agent(number)


@every_way
class Members(Hands):
    def scene_add(self):
        return Scene("add PJSIP/102 empty 3", self.agent(102), "a", "empty 3", "PJSIP/102",
                     done=lambda: self.shows("empty", "(PJSIP/102)", "penalty 3"), log=[("ADDMEMBER", {"queue": "empty"})])

    def scene_remove(self):
        self.joins()
        return Scene("remove PJSIP/102 empty", self.member("empty", 102), "d", more="out of empty",
                     done=lambda: not self.shows("empty", "(PJSIP/102)"), log=[("REMOVEMEMBER", {"queue": "empty"})])

    def scene_role(self):
        self.joins()
        return Scene("role PJSIP/102 empty 7", self.member("empty", 102), "r", "7", "PJSIP/102 empty",
                     done=lambda: self.shows("empty", "(PJSIP/102)", "penalty 7"), log=[("PENALTY", {"queue": "empty", "data": ["7"]})])

    def scene_move(self):
        self.joins(Penalty=2)
        return Scene("move PJSIP/102 empty hall", self.member("empty", 102), "e", "hall", "PJSIP/102 empty",
                     done=lambda: self.shows("hall", "(PJSIP/102)", "penalty 2") and not self.shows("empty", "(PJSIP/102)"),
                     log=[("ADDMEMBER", {"queue": "hall"}), ("REMOVEMEMBER", {"queue": "empty"})])

    def scene_pause(self):
        return Scene("pause PJSIP/101 support lunch", self.member("support", 101), "p", "lunch", "PJSIP/101 support",
                     done=lambda: self.shows("support", "(PJSIP/101)", "(paused:lunch"), log=[("PAUSE", {"queue": "support", "data": ["lunch"]})])

    def scene_unpause(self):
        self.joins(Paused="true")
        return Scene("unpause PJSIP/102 empty", self.member("empty", 102), "P",
                     done=lambda: self.shows("empty", "(PJSIP/102)") and not self.shows("empty", "(PJSIP/102)", "paused"), log=[("UNPAUSE", {"queue": "empty"})])

    def scene_ringinuse(self):
        self.joins()
        return Scene("ringinuse PJSIP/102 empty on", self.member("empty", 102), "R", "on", "PJSIP/102 empty",
                     done=lambda: self.shows("empty", "(PJSIP/102)") and not self.shows("empty", "(PJSIP/102)", "(ringinuse disabled)"),
                     log=[("RINGINUSE", {"queue": "empty", "data": ["1"]})])

    def scene_login(self):
        return Scene("login PJSIP/102 front", self.agent(102), None, "front", "PJSIP/102",
                     done=lambda: all(self.shows(queue, "(PJSIP/102)", "penalty 2") for queue in ("empty", "hall")),
                     log=[("ADDMEMBER", {"queue": queue}) for queue in ("empty", "hall")])

    def scene_logout(self):
        self.joins()
        return Scene("logout PJSIP/102 front", self.member("empty", 102), None, "front", "PJSIP/102",
                     done=lambda: not self.shows("empty", "(PJSIP/102)"), log=[("REMOVEMEMBER", {"queue": "empty"})])

    def scene_device(self):
        scenes.add_member(self.floor, "empty", "PJSIP/104", MemberName="Dora Falk", Penalty=3)
        return Scene("device PJSIP/104 PJSIP/103", lambda console: console.row("empty", MEMBERS, 104, "Dora Falk"), None, "PJSIP/103", "PJSIP/104",
                     done=lambda: self.shows("empty", "(PJSIP/103)", "penalty 3") and not self.shows("empty", "(PJSIP/104)"),
                     log=[("ADDMEMBER", {"queue": "empty"}), ("REMOVEMEMBER", {"queue": "empty"})])

    def scene_cancel(self):
        self.shell("add", "PJSIP/102", "empty", "--for", "1h", said="^active: ")
        return Scene("cancel PJSIP/102 empty", self.member("empty", 102), more="out of empty",
                     done=lambda: not self.shows("empty", "(PJSIP/102)"), log=[("ADDMEMBER", {"queue": "empty"}), ("REMOVEMEMBER", {"queue": "empty"})])


@every_way
class Callers(Hands):
    """Who waits in `empty`, which nobody serves."""

    def waits(self):
        name, number = self.somebody()
        self.call = self.floor.caller("empty", name=name, number=number)
        return lambda console: console.row("empty", WAITING, number, name)

    def scene_send(self):
        at = self.waits()
        return Scene(f"send {self.call.uniqueid} PJSIP/103", at, "D", "PJSIP/103", self.call.uniqueid, asks="Zoë",
                     done=lambda: self.channels("PJSIP/103-", "!Up!") and not self.shows("empty", self.call.channel), log=[("ABANDON", {"callid": self.call.uniqueid})])

    def scene_moveto(self):
        at = self.waits()
        return Scene(f"moveto {self.call.uniqueid} hall", at, "E", "hall", self.call.uniqueid, asks="hall",
                     done=lambda: self.shows("hall", self.call.channel), log=[("ENTERQUEUE", {"queue": "hall", "callid": self.call.uniqueid})])

    def scene_priority(self):
        at = self.waits()
        return Scene(f"priority {self.call.uniqueid} 7", at, "=", "7", self.call.uniqueid, done=lambda: self.shows("empty", self.call.channel, "prio: 7"))

    def scene_withdraw(self):
        at = self.waits()
        return Scene(f"withdraw {self.call.uniqueid}", at, None, asks="Zoë",
                     done=lambda: not self.shows("empty", self.call.channel), log=[("WITHDRAW", {"callid": self.call.uniqueid})])

    def scene_hangup(self):
        at = self.waits()
        return Scene(f"hangup {self.call.uniqueid}", at, "H", asks="Zoë",
                     done=lambda: not self.channels(self.call.channel), log=[("ABANDON", {"callid": self.call.uniqueid})])

    def scene_take(self):
        at = self.waits()
        return Scene(f"take empty {self.call.uniqueid} --to PJSIP/102", at, "A", "PJSIP/102", f"empty {self.call.uniqueid} --to",
                     done=lambda: self.channels("PJSIP/102-", "!Up!") and not self.shows("empty", "(PJSIP/102)"),
                     log=[("ADDMEMBER", {"queue": "empty"}), ("CONNECT", {"queue": "empty", "callid": self.call.uniqueid}), ("REMOVEMEMBER", {"queue": "empty"})])


class Talking(Hands):
    """101 talks with a caller of `closing`."""
    tone = None

    def talk(self):
        name, self.number = self.somebody()
        self.call = self.floor.caller("closing", name=name, number=self.number, tone=self.tone)
        self.assertTrue(self.floor.agent(101).wait_up())
        self.log("CONNECT", queue="closing", callid=self.call.uniqueid)

    def at(self, console):
        """The screen of the agent, once it shows whom he talks with."""
        console.agent(101)
        console.until(lambda: re.search(rf"other side +{self.number}", console.text()) and "─ Calls  1 ─" in console.text(), "the call is shown")


@every_way
class Calls(Talking):
    user = "admin"

    def scene_hangup(self):
        self.talk()
        return Scene(f"hangup {self.call.uniqueid}", self.at, "H", asks="Zoë", done=lambda: not self.channels(self.call.channel),
                     log=[("COMPLETECALLER", {"callid": self.call.uniqueid})])

    def scene_transfer(self):
        self.talk()
        return Scene(f"transfer {self.call.uniqueid} 103", self.at, "F", "103", self.call.uniqueid, asks="103",
                     done=lambda: self.channels("PJSIP/103-", "!Up!"), log=[("BLINDTRANSFER", {"callid": self.call.uniqueid})])

    def scene_handover(self):
        self.talk()
        return Scene(f"handover {self.call.uniqueid} 103", self.at, None, "103", self.call.uniqueid, asks="103",
                     done=lambda: self.channels("PJSIP/103-", "!Up!") and not self.channels("PJSIP/101-"), log=[("BLINDTRANSFER", {"callid": self.call.uniqueid})])

    def scene_park(self):
        self.talk()
        return Scene(f"park {self.call.uniqueid}", self.at, "K", asks="Zoë",
                     done=lambda: self.call.channel in self.floor.cli("parking show default") and not self.channels("PJSIP/101-"),
                     then=self.call.hangup, log=[("COMPLETECALLER", {"callid": self.call.uniqueid})])

    def scene_hold(self):
        self.talk()
        return Scene(f"hold {self.call.uniqueid}", self.at, said="no request", done=lambda: self.channels(self.call.channel, "!Up!") and self.channels("PJSIP/101-", "!Up!"))

    def scene_conference(self):
        self.talk()
        return Scene(f"conference {self.call.uniqueid} 103", self.at, None, "103", self.call.uniqueid, asks="103",
                     done=lambda: len(self.channels("!ConfBridge!")) == 3, then=self.call.hangup, log=[("COMPLETECALLER", {"callid": self.call.uniqueid})])

    def scene_tape(self):
        self.talk()
        return Scene(f"tape {self.call.uniqueid} start", self.at, None, "start", self.call.uniqueid,
                     done=lambda: f"acdtop-{self.call.uniqueid}" in "".join(self.floor.cli(f"mixmonitor list {line.partition('!')[0]}") for line in self.channels("PJSIP/")))

    def scene_dial(self):
        return Scene("dial PJSIP/102 103", self.agent(102), None, "103", "PJSIP/102", done=lambda: self.channels("PJSIP/102-", "!Up!") and self.channels("PJSIP/103-", "!Up!"))

    def scene_message(self):
        del self.floor.exchange.texts[:]
        return Scene("message PJSIP/102 please call back", self.agent(102), None, "please call back", "PJSIP/102",
                     done=lambda: self.floor.exchange.texts == [("102", "please call back")])


@every_way
class Ears(Talking):
    """105 is the supervisor's phone. There is media, as with ChanSpy there must be: it sees with the next frame that it shall end."""
    tone = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number in (101, 105):
            cls.floor.agent(number).tone = cls.tone

    def begins(self, verb, key, options, more="Anna Berg"):
        self.talk()
        return Scene(f"{verb} PJSIP/101", self.at, key, more=more, done=lambda: self.channels("PJSIP/105-", "!Up!ChanSpy!", options + "!"))

    def scene_listen(self):
        return self.begins("listen", "l", ",qduES", more="")

    def scene_whisper(self):
        return self.begins("whisper", "b", ",qduESw")

    def scene_barge(self):
        return self.begins("barge", "B", ",qduESB")

    def scene_unlisten(self):
        self.talk()
        self.shell("listen", "PJSIP/101")
        self.assertTrue(self.channels("ChanSpy"))
        return Scene("unlisten PJSIP/101", self.at, "X", done=lambda: not self.channels("ChanSpy"))

    def test_switched_by_one_key_each(self):
        """The last line says what one is in; all consoles see who listens to whom; one key ends it."""
        self.talk()
        self.at(self.console)
        other = self.open_console()
        other.press(":view calls\r")
        for key, done, says, mode in (("l", "done: listen", "You listen to Anna Berg", "listen"), ("b", "done: whisper", "You whisper to Anna Berg", "whisper"),
                                      ("B", "done: break", "You are heard by Anna Berg", "barge"), ("l", "done: listen", "You listen to Anna Berg", "listen")):
            self.console.press(key)
            self.console.until(lambda done=done: done in self.console.foot(), done)
            self.console.press("\t")  # that sentence goes
            self.console.until(lambda says=says: says in self.console.foot(), says)
            self.assertRegex(self.console.text(), rf"─ Listening  1 ─[^▌]*\n.*{USER} +\S {mode} ")
            other.until(lambda: re.search(rf"─ Listening  1 ─[^▌]*{USER} +\S \w+ +Anna Berg ", other.text()), "all see it")
        self.assertEqual(len(self.channels("!ChanSpy!")), 1)
        self.console.press("X")
        other.until(lambda: "Nobody listens to a call" in other.text(), "the end is seen by all")
        self.assertFalse(self.channels("ChanSpy"))


class Together(Hands):
    """Two consoles, each with a keeper of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.open_console()

    def paused(self):
        return bool(self.shows("support", "(PJSIP/101)", "paused"))

    def test_undo_and_redo_by_key(self):
        """What it would do is shown first; both ways are seen by the PBX and in queue_log."""
        self.member("support", 101)(self.console)
        self.console.line("pause PJSIP/101 support lunch")
        self.log("PAUSE", queue="support")
        for key, event in (("u", "UNPAUSE"), ("\x12", "PAUSE"), ("u", "UNPAUSE")):
            start = len(self.floor.queue_log())
            self.console.until(lambda: "done: " in self.console.foot(), "the order is done")
            self.console.press(key)
            self.console.answer("y", event.lower())
            self.floor.wait_log(event, start=start, queue="support")
            self.floor.until(lambda event=event: self.paused() == (event == "PAUSE"), f"{event} on the PBX")

    def shown(self, console):
        found = re.search(r"Anna Berg +(\S) ", console.text())
        return found and found[1] == "‖"

    def test_orders_at_once_end_in_what_both_show(self):
        """The same ones, and opposite ones: each ends, and both consoles show what is so on the PBX."""
        both = (self.console, self.other)
        for lines in (("pause PJSIP/101 support lunch", "pause PJSIP/101 support form"), ("unpause PJSIP/101 support", "pause PJSIP/101 support form"),
                      ("pause PJSIP/101 support lunch", "unpause PJSIP/101 support"), ("unpause PJSIP/101 support", "unpause PJSIP/101 support")):
            for console, line in zip(both, lines):
                console.press(f":{line}\r")
            for console in both:
                console.until(lambda console=console: re.search(r"(done|unknown|refused): |paused", console.foot()), "the order has ended")
                console.press(":view orders\r")
                console.until(lambda console=console: "─ Orders " in console.text() and not re.search(r"… pending", console.text()), "no order is open")
                console.go("queue support", "support")
            self.floor.until(lambda: self.shown(self.console) == self.shown(self.other) == self.paused(), f"both show what {lines} came to")


class AtOneKeeper:
    """All consoles are those of the host's keeper, which has one login for all."""

    @classmethod
    def open_console(cls):
        socket, arguments = cls.state / "run/keeper.sock", cls.floor.connect_args(cls.user)
        conf, client = cls.state / "keeper.conf", cls.state / "client.conf"
        if not conf.exists():
            conf.write_text(f'pbx = ( {{ url = "{arguments[1]}"; name = "lab"; secret_file = "{arguments[3]}"; }} );\nkeeper_socket = "{socket}";\n{CONFIG}', encoding="utf-8")
            client.write_text(f'keeper_socket = "{socket}";\n{CONFIG}', encoding="utf-8")
            keeper = subprocess.Popen([lab.ACDTOP, "--config", str(conf), "keeper"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            cls.addClassCleanup(keeper.wait)
            cls.addClassCleanup(keeper.terminate)
            cls.floor.until(socket.exists, "the keeper serves")
        console = Console(cls.floor, "--config", str(client), user=None)
        cls.addClassCleanup(console.close)
        return console


class TogetherAtOneKeeper(AtOneKeeper, Together):
    pass


class Complete(unittest.TestCase):
    def test_every_order_has_a_scene(self):
        orders = set(re.findall(r'^COMMAND\(\w+, "(\w+)", O\b', TABLE.read_text(encoding="utf-8"), re.M))
        scenes_of = {name[6:] for cls in (Members, Callers, Calls, Ears) for name in vars(cls) if name.startswith("scene_")}
        self.assertEqual(orders, scenes_of)
        for cls in (Members, Callers, Calls, Ears):
            for name in [name[6:] for name in vars(cls) if name.startswith("scene_")]:
                self.assertTrue(all(hasattr(cls, f"test_{name}_by_{way}") for way in WAYS), name)
