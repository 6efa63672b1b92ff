# SPDX-License-Identifier: MIT
"""What the phones say and hear: each line sends one steady tone as RTP (PCMU or PCMA) and knows which tones reach it.

Every tone is a multiple of 50 Hz: whole waves fit into a frame of 20 ms, so that a frame that is lost, late or cut by a mixer
makes no other tone, and each frame is a proof of its own. Knows no SIP but where an SDP says that media goes.
"""
import collections
import functools
import math
import operator
import re
import selectors
import socket
import struct
import threading
import time

FRAME, RATE = 160, 8000
LOUD = 6000  # the peak of a tone we send: five of them fit into 16 bits
EVENT = 101  # the payload type of RFC 4733's digits
CODECS = {"PCMU": 0, "PCMA": 8}
STEADY = 15  # frames that say the same: what is heard now
KEPT = 1500  # frames kept of a line: 30 s
DIGITS = "0123456789*#ABCD"


def encode_ulaw(sample):
    sign, size = (0x80, -sample) if sample < 0 else (0, sample)
    size = min(size, 32635) + 132
    exponent = size.bit_length() - 8
    return ~(sign | exponent << 4 | size >> exponent + 3 & 15) & 0xFF


def decode_ulaw(byte):
    byte = ~byte & 0xFF
    size = (((byte & 15) << 3) + 132 << (byte >> 4 & 7)) - 132
    return -size if byte & 0x80 else size


def encode_alaw(sample):
    sign, size = (0, -sample - 1) if sample < 0 else (0x80, sample)
    size = min(size >> 4, 2047)
    exponent = max(0, size.bit_length() - 4)
    mantissa = size >> max(0, exponent - 1) & 15
    return (sign | exponent << 4 | mantissa) ^ 0x55


def decode_alaw(byte):
    byte ^= 0x55
    exponent, size = byte >> 4 & 7, (byte & 15) << 4 | 8
    size = size if exponent == 0 else size + 256 << exponent - 1
    return size if byte & 0x80 else -size


ENCODE = {0: encode_ulaw, 8: encode_alaw}
SAMPLES = {kind: [decode(byte) for byte in range(256)] for kind, decode in ((0, decode_ulaw), (8, decode_alaw))}


@functools.cache
def frame_of(tone, kind):
    """The 160 bytes of a tone (0: silence); the same for every frame."""
    return bytes(ENCODE[kind](int(LOUD * math.sin(2 * math.pi * tone * i / RATE))) for i in range(FRAME))


@functools.cache
def waves(tone):
    return tuple([fn(2 * math.pi * tone * i / RATE) for i in range(FRAME)] for fn in (math.cos, math.sin))


@functools.lru_cache(100000)
def tones_in(payload, kind, tones):
    """Which of these tones are in one frame, as a frozenset: at least a third as loud as they are sent. A tone cut off in
    the middle of a frame leaks into others with less than a tenth."""
    samples = [SAMPLES[kind][byte] for byte in payload]
    power = {tone: math.hypot(*(sum(map(operator.mul, samples, wave)) for wave in waves(tone))) * 2 / FRAME for tone in tones}
    return frozenset(tone for tone, level in power.items() if level > LOUD / 3)


Frame = collections.namedtuple("Frame", "at kind payload")


class Line:
    """The media of one call: `port` names it in an SDP, `tone` is what it says (0: silence), `digits` what was pressed at it.
    say() and press() act on it; the rest tells what it hears of the tones that its studio knows."""

    def __init__(self, studio, tone, codec):
        self.studio, self.tone, self.codec, self.digits = studio, tone, codec, ""
        self._kind, self._to, self._event = CODECS[codec], None, None
        self._frames, self._count = collections.deque(maxlen=KEPT), 0
        self._sequence = self._clock = 0
        self._keys = collections.deque()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        studio.add(self)

    def aim(self, body):
        """Sends to where an SDP says; a body without one changes nothing."""
        found = re.search(r"^m=audio (\d+)", body, re.M)
        if found:
            self._to = ("127.0.0.1", int(found.group(1))) if int(found.group(1)) else None

    def say(self, tone):
        self.tone = tone
        self.studio.know(tone)

    def press(self, digits):
        """Presses keys, by RFC 4733: each held for 100 ms."""
        for digit in digits:
            code = DIGITS.index(digit)
            self._keys.extend((code, min(step, 5), step >= 5, step == 0) for step in range(8))
            self._keys.extend([None] * 3)

    # --- what is heard ------------------------------------------------------------------------------------------
    def mark(self):
        """The number of frames so far."""
        with self.studio.heard:
            return self._count

    def since(self, mark):
        """The set of tones of each frame from a mark on, as far as they are kept."""
        with self.studio.heard:
            frames = list(self._frames)[max(0, len(self._frames) - (self._count - mark)):] if self._count > mark else []
        tones = self.studio.tones()
        return [tones_in(frame.payload, frame.kind, tones) for frame in frames]

    def hears(self):
        """The set of tones that the last frames hold, all of them the same; empty too where nothing comes at all; None where
        they differ."""
        now = time.monotonic()
        with self.studio.heard:
            frames = [frame for frame in list(self._frames)[-STEADY:] if now - frame.at < 0.6]
        if not frames:
            return frozenset()
        tones = self.studio.tones()
        sets = {tones_in(frame.payload, frame.kind, tones) for frame in frames}
        return sets.pop() if len(sets) == 1 and (len(frames) == STEADY or not sets) else None

    # --- in the studio's thread ---------------------------------------------------------------------------------
    def tick(self):
        """One frame out."""
        if self._to is None:
            return
        key = self._keys.popleft() if self._keys else None
        if key:
            code, steps, last, first = key
            if first:
                self._event = self._clock
            payload = struct.pack("!BBH", code, (0x80 if last else 0) | 10, (steps + 1) * FRAME)
            head = struct.pack("!BBHII", 0x80, (0x80 if first else 0) | EVENT, self._sequence & 0xFFFF, self._event & 0xFFFFFFFF, self.port)
        else:
            payload = frame_of(self.tone, self._kind)
            head = struct.pack("!BBHII", 0x80, self._kind, self._sequence & 0xFFFF, self._clock & 0xFFFFFFFF, self.port)
        self._sequence += 1
        self._clock += FRAME
        try:
            self.socket.sendto(head + payload, self._to)
        except OSError:
            pass  # the PBX has closed its end

    def take(self):
        """All that has come in."""
        while True:
            try:
                data = self.socket.recv(2048)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP answer to a frame of ours
            kind = data[1] & 0x7F if len(data) > 12 else None
            if kind in SAMPLES and len(data) == 12 + FRAME:
                self._frames.append(Frame(time.monotonic(), kind, data[12:]))
                self._count += 1
            elif kind == EVENT and data[1] & 0x80 and data[12] < len(DIGITS):
                self.digits += DIGITS[data[12]]

    def stop(self):
        """The call is over: no more is said; what was heard stays."""
        self._to = None


class Studio:
    """The lines of an exchange, one thread: a frame out every 20 ms, and all that comes in. `heard` is notified then."""

    def __init__(self):
        self.heard = threading.Condition()
        self._lines, self._tones, self._known = [], set(), ()
        self._selector = selectors.DefaultSelector()
        self._wake_out, self._wake_in = socket.socketpair()
        self._wake_in.setblocking(False)
        self._selector.register(self._wake_in, selectors.EVENT_READ)
        self._running = True
        self._thread = threading.Thread(target=self._loop, name="studio", daemon=True)
        self._thread.start()

    def know(self, tone):
        """A tone to listen for."""
        if tone % 50 or not 0 <= tone < RATE / 2:
            raise ValueError(f"{tone} Hz: a tone is a multiple of 50 Hz")
        with self.heard:
            self._tones.add(tone)
            self._known = tuple(sorted(self._tones - {0}))

    def tones(self):
        return self._known

    def line(self, tone, codec="PCMU"):
        self.know(tone)
        return Line(self, tone, codec)

    def add(self, line):
        with self.heard:
            self._lines.append(line)
            self._selector.register(line.socket, selectors.EVENT_READ, line)
        self._wake_out.send(b"!")

    def remove(self, line):
        """Closes the line of a call that is long over."""
        with self.heard:
            if line in self._lines:
                self._lines.remove(line)
                self._selector.unregister(line.socket)
                line.socket.close()

    def wait(self, claim, timeout=20):
        """Waits until claim() is true after something was heard; its value, or what it is at the end."""
        deadline = time.monotonic() + timeout
        while True:
            value = claim()
            left = deadline - time.monotonic()
            if value or left <= 0:
                return value
            with self.heard:
                self.heard.wait(min(left, 0.1))

    def close(self):
        self._running = False
        self._wake_out.send(b"!")
        self._thread.join(5)
        for line in list(self._lines):
            self.remove(line)
        self._wake_out.close()
        self._wake_in.close()

    def _loop(self):
        due = time.monotonic()
        while self._running:
            ready = self._selector.select(max(0.0, due - time.monotonic()))
            with self.heard:
                for key, _ in ready:
                    if key.data in self._lines:
                        key.data.take()
                    elif key.fileobj is self._wake_in:
                        self._wake_in.recv(4096)
                now = time.monotonic()
                if now >= due:
                    for line in self._lines:
                        line.tick()
                    # what could not be sent in time was silence, as on a line that loses packets: nothing is made up for
                    due = due + 0.02 if now < due + 0.1 else now + 0.02
                self.heard.notify_all()


def expect(lines, wanted, frames=25, timeout=20):
    """Waits until every line ({name: Line}) hears just the tones it should ({name: set}), then listens for `frames` more at each:
    not one of them may hold another tone, and most hold all of them. Says what was heard instead."""
    studio = next(iter(lines.values())).studio
    wanted = {name: frozenset(tones) for name, tones in wanted.items()}
    if not studio.wait(lambda: all(lines[name].hears() == tones for name, tones in wanted.items()), timeout):
        heard = {name: sorted(map(sorted, set(line.since(line.mark() - 50)))) for name, line in lines.items()}
        raise AssertionError(f"not heard within {timeout} s: {dict((n, sorted(t)) for n, t in wanted.items())}; the last second: {heard}")
    marks = {name: lines[name].mark() for name in wanted}
    silent = time.monotonic() + frames * 0.02  # where nothing is to be heard, nothing may come
    studio.wait(lambda: all(lines[name].mark() - mark >= frames or not wanted[name] and time.monotonic() > silent
                            for name, mark in marks.items()), timeout)
    for name, tones in wanted.items():
        sets = lines[name].since(marks[name])
        more = set().union(*sets) - tones
        if more:
            raise AssertionError(f"{name} hears {sorted(more)} too, besides {sorted(tones)}")
        if tones and sum(one == tones for one in sets) < len(sets) * 0.6:
            raise AssertionError(f"{name} does not hear {sorted(tones)} steadily: {[sorted(one) for one in sets]}")
