# SPDX-License-Identifier: MIT
"""Listening, whispering and barging in, proved by ear with bare AMI requests: every phone says a tone of its own and knows
which tones reach it. What is held to here is what acdtop's orders are built on; test_listen.py gives the orders."""
import unittest

import lab
import scenes
import sound

CALLER, AGENT, SUPERVISOR, SECOND = 400, 1000, 1700, 2300
KEYS = {"listen": "4", "whisper": "5", "barge": "6"}
ALL_CHANGES = "listen listen whisper whisper barge barge listen barge whisper listen".split()  # each of the nine, once


def table(mode):
    """Who hears what with one supervisor on the line."""
    return {"caller": {AGENT} | ({SUPERVISOR} if mode == "barge" else set()),
            "agent": {CALLER} | ({SUPERVISOR} if mode != "listen" else set()),
            "supervisor": {CALLER, AGENT}}


class Heard(lab.PbxTest):
    """101 serves `support`, 103 and 104 are supervisors' phones; `lines` are those that are listened to."""
    agents, options, members = 4, {"members": {"support": [(101, 0)]}, "churn": False}, ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number, tone in ((101, AGENT), (102, 2600), (103, SECOND), (104, SUPERVISOR)):
            cls.floor.agent(number).tone = tone

    def setUp(self):
        super().setUp()
        self.lines = {}

    def talk(self, exten="support"):
        """A caller and 101 who hear each other; with the phone's own channel as .leg."""
        start = self.floor.scene_ami().mark()
        talk = scenes.talk(self.floor, exten, tone=CALLER)
        talk.leg = scenes.phone_leg(self.floor, 101, start)
        self.lines = {"caller": talk.call.line, "agent": talk.dialog.line}
        sound.expect(self.lines, {"caller": {AGENT}, "agent": {CALLER}}, 5)
        return talk

    def supervise(self, channel, options="qduES", number=104, name="supervisor"):
        dialog, leg = scenes.listen(self.floor, number, channel, options)
        self.lines[name] = dialog.line
        return dialog, leg

    def change(self, before, after, fn):
        """Does fn(); from before it until the new mode is heard nobody hears what neither mode allows, then just the new one."""
        marks = {name: line.mark() for name, line in self.lines.items()}
        fn()
        sound.expect(self.lines, table(after), 10)
        for name, line in self.lines.items():
            more = set().union(*line.since(marks[name])) - table(before)[name] - table(after)[name]
            self.assertFalse(more, f"{name} hears {more} while {before} becomes {after}")

    def key(self, leg, mode):
        """The switch: a key of the supervisor's phone, as if it had been pressed there. Without Receive it would be sent to that
        phone instead; the PBX says the same then."""
        scenes.ok(self.ami.action("PlayDTMF", Channel=leg, Digit=KEYS[mode], Duration=100, Receive="true"))

    def walk(self, leg, mode, modes):
        for after in modes:
            self.change(mode, after, lambda after=after: self.key(leg, after))
            mode = after


class Modes(Heard):
    def test_any_order(self):
        talk = self.talk()
        leg = self.supervise(talk.connect["DestUniqueid"])[1]  # the Uniqueid is as exact as the name, and holds no word that Originate refuses
        sound.expect(self.lines, table("listen"), 10)
        self.walk(leg, "listen", ALL_CHANGES)

    def test_begins_as_it_is_asked(self):
        for mode, options in (("whisper", "qduESw"), ("barge", "qduESB")):
            talk = self.talk()
            marks = {name: line.mark() for name, line in self.lines.items()}
            dialog, leg = self.supervise(talk.channel, options)
            sound.expect(self.lines, table(mode), 10)
            for name, mark in marks.items():
                self.assertLessEqual(set().union(*self.lines[name].since(mark)), table(mode)[name], f"{name}, at the start of {mode}")
            self.walk(leg, mode, ("listen", mode))
            talk.call.hangup()
            self.assertTrue(dialog.wait("ended"))
            self.assertFalse(dialog.by_us)

    def test_keys_of_the_phone(self):
        talk = self.talk()
        dialog, _ = self.supervise(talk.channel)
        sound.expect(self.lines, table("listen"), 10)
        for before, after in (("listen", "barge"), ("barge", "whisper"), ("whisper", "listen")):
            self.change(before, after, lambda after=after: dialog.press(KEYS[after]))

    def test_another_codec(self):
        self.floor.agent(104).codec = "PCMA"
        self.addCleanup(setattr, self.floor.agent(104), "codec", "PCMU")
        leg = self.supervise(self.talk().channel)[1]
        sound.expect(self.lines, table("listen"), 10)
        self.walk(leg, "listen", ("whisper", "barge"))

    def test_two_supervisors(self):
        """Each in a mode of his own; they do not hear each other."""
        talk = self.talk()
        first = self.supervise(talk.channel)[1]
        second = self.supervise(talk.channel, "qduESw", 103, "second")[1]
        both = {CALLER, AGENT}
        sound.expect(self.lines, {"caller": {AGENT}, "agent": {CALLER, SECOND}, "supervisor": both, "second": both})
        self.key(first, "barge")
        sound.expect(self.lines, {"caller": {AGENT, SUPERVISOR}, "agent": {CALLER, SECOND, SUPERVISOR}, "supervisor": both, "second": both})
        self.key(second, "listen")
        self.key(first, "whisper")
        sound.expect(self.lines, {"caller": {AGENT}, "agent": {CALLER, SUPERVISOR}, "supervisor": both, "second": both})


class Seen(Heard):
    def test_by_who_comes_later(self):
        """Each run of acdtop is a new link: it learns from the list of channels who listens to whom, behind a Local channel too."""
        scenes.add_member(self.floor, "empty", "Local/101@from-queue/n", StateInterface="hint:101@agents")
        self.addCleanup(scenes.remove_member, self.floor, "empty", "Local/101@from-queue/n")
        for exten in ("support", "empty"):
            talk = self.talk(exten)
            dialog, leg = self.supervise(talk.leg)
            spies = self.floor.acdtop("status", "--json")["pbx"][0]["spies"]
            self.assertEqual([(spy["spyer_channel"], spy["spyee_channel"], spy["agent"]) for spy in spies], [(leg, talk.leg, talk.interface)])
            dialog.hangup()
            self.floor.until(lambda: not self.floor.acdtop("status", "--json")["pbx"][0]["spies"], "nobody listens")
            talk.call.hangup()
            self.assertTrue(talk.dialog.wait("ended"))


class Ends(Heard):
    def test_agent_hangs_up(self):
        talk = self.talk()
        dialog, _ = self.supervise(talk.channel)
        talk.dialog.hangup()
        self.assertTrue(dialog.wait("ended"))
        self.assertFalse(dialog.by_us)

    def test_agent_transfers(self):
        """The caller talks on, to another; the supervisor does not follow."""
        talk = self.talk()
        dialog, _ = self.supervise(talk.channel, "qduESw")
        talk.dialog.transfer("moh")
        self.assertTrue(dialog.wait("ended"))
        self.assertEqual(talk.call.state, "up")

    def test_over_before_the_supervisor_answers(self):
        """He is not put through to the agent's next call; Originate says Success all the same, only ChanSpyStart proves."""
        talk, supervisor = self.talk(), self.floor.agent(104)
        supervisor.mode = "ring"
        start = self.ami.mark()
        scenes.ok(self.ami.action("Originate", Channel="PJSIP/104", ChannelId="acdtop-late", Application="ChanSpy",
                                  Data=f"{talk.channel},qduESw", Async="true", Timeout=20000))
        self.assertTrue(supervisor.wait_ringing())
        talk.call.hangup()
        self.assertTrue(talk.dialog.wait("ended"))
        self.talk()
        marks = {name: line.mark() for name, line in self.lines.items()}
        supervisor.ringing.answer()
        self.assertTrue(self.ami.event("Hangup", start=start, Uniqueid="acdtop-late"))
        self.assertEqual(self.ami.event("OriginateResponse", start=start)["Response"], "Success")
        self.assertFalse(self.ami.since(start, "ChanSpyStart"))
        for name, mark in marks.items():
            self.assertNotIn(SUPERVISOR, set().union(*self.lines[name].since(mark)))

    def test_a_name_that_begins_another(self):
        """With `u` part of a channel's name is nobody's."""
        self.talk()
        for name in ("PJSIP/101", "PJSIP/10"):
            start = self.ami.mark()
            scenes.ok(self.ami.action("Originate", Channel="PJSIP/104", ChannelId=f"acdtop-{len(name)}", Application="ChanSpy",
                                      Data=f"{name},qduES", Async="true", Timeout=20000))
            self.assertTrue(self.ami.event("Hangup", start=start, Uniqueid=f"acdtop-{len(name)}"))
            self.assertFalse(self.ami.since(start, "ChanSpyStart"))


class Local(Heard):
    """An agent behind a Local channel, as FreePBX has them: which of the call's channels is to be listened to."""

    def serve(self, interface):
        scenes.add_member(self.floor, "empty", interface, StateInterface="hint:101@agents")
        self.addCleanup(scenes.remove_member, self.floor, "empty", interface)
        return self.talk("empty")

    def test_the_leg_of_the_phone(self):
        talk = self.serve("Local/101@from-queue/n")
        self.assertNotEqual(talk.leg, talk.channel)
        dialog, leg = self.supervise(talk.leg)
        sound.expect(self.lines, table("listen"), 10)
        self.walk(leg, "listen", ("whisper", "barge", "listen", "whisper"))
        talk.dialog.transfer("moh")
        self.assertTrue(dialog.wait("ended"))  # on the queue's half, ;1, it would not: he would whisper to whoever took over
        self.assertEqual(talk.call.state, "up")

    def test_the_far_half_is_the_wrong_way_round(self):
        """Whispering to ;2 is heard by the caller: that half looks away from the agent."""
        talk = self.serve("Local/101@from-queue/n")
        self.supervise(talk.channel[:-1] + "2", "qduESw")
        sound.expect(self.lines, {"caller": {AGENT, SUPERVISOR}, "agent": {CALLER}, "supervisor": {CALLER, AGENT}}, 10)

    def test_optimised_away(self):
        """Without /n the channel that AgentConnect names is gone as soon as both talk; the phone's is left."""
        talk = self.serve("Local/101@from-queue")
        self.floor.until(lambda: not any(m["Channel"] == talk.channel for m in self.ami.list("CoreShowChannels")), "it is gone")
        leg = self.supervise(talk.leg)[1]
        sound.expect(self.lines, table("listen"), 10)
        self.walk(leg, "listen", ("barge", "whisper"))


class Ears(unittest.TestCase):
    """The phones' own ears, without a PBX: a proof is worth what they are."""

    def setUp(self):
        self.studio = sound.Studio()
        self.addCleanup(self.studio.close)

    def face_to_face(self, tone, codec="PCMU"):
        lines = [self.studio.line(one, codec) for one in (tone, 0)]
        for line, other in (lines, lines[::-1]):
            line.aim(f"m=audio {other.port} RTP/AVP 0\r\n")
        return lines

    def test_codecs(self):
        for kind, encode in sound.ENCODE.items():
            for size in (0, 9, 100, 257, 1000, 6000, 30000):
                for sample in (size, -size):
                    self.assertLessEqual(abs(sound.SAMPLES[kind][encode(sample)] - sample), 9 + size // 16, (kind, sample))

    def test_one_says_the_other_hears(self):
        for codec in sound.CODECS:
            speaker, listener = self.face_to_face(CALLER, codec)
            sound.expect({"a": speaker, "b": listener}, {"a": set(), "b": {CALLER}})
            speaker.say(AGENT)
            sound.expect({"b": listener}, {"b": {AGENT}})
            speaker.stop()
            sound.expect({"b": listener}, {"b": set()})

    def test_what_is_not_there_is_not_heard(self):
        speaker, listener = self.face_to_face(CALLER)
        self.studio.know(SUPERVISOR)
        with self.assertRaisesRegex(AssertionError, "not heard"):
            sound.expect({"b": listener}, {"b": {CALLER, SUPERVISOR}}, timeout=1)
        with self.assertRaisesRegex(AssertionError, "not heard"):
            sound.expect({"b": listener}, {"b": set()}, timeout=1)

    def test_a_frame_of_several_or_half_a_tone(self):
        tones = (CALLER, AGENT, SUPERVISOR, SECOND)
        frames = [sound.frame_of(tone, 0) for tone in tones]
        mixed = bytes(sound.encode_ulaw(sum(sound.SAMPLES[0][frame[i]] for frame in frames)) for i in range(sound.FRAME))
        self.assertEqual(sound.tones_in(mixed, 0, tones), set(tones))
        silence = sound.frame_of(0, 0)
        for cut in range(0, sound.FRAME, 7):
            for tone, frame in zip(tones, frames):
                self.assertLessEqual(sound.tones_in(frame[:cut] + silence[cut:], 0, tones), {tone}, f"{tone} Hz for {cut} samples")

    def test_digits(self):
        speaker, listener = self.face_to_face(CALLER)
        speaker.press("4*6")
        self.assertTrue(self.studio.wait(lambda: listener.digits == "4*6"), listener.digits)
