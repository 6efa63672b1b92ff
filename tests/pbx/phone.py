# SPDX-License-Identifier: MIT
"""Scripted SIP phones on loopback: one socket, one thread and one wait for all the phones of a floor.

Exchange owns the socket, the timers and the lock; Phone is a number one can be called at; Dialog is one call of a
phone. Media is silent: every phone names one port that nobody reads, but one with a `tone`, whose calls have a sound.Line.
Methods may be called from any thread.
"""
import heapq
import itertools
import re
import selectors
import socket
import struct
import threading
import time
import urllib.parse

from sound import Studio
from sip import Message, answer_to, build, caller_headers, sdp, token

REASONS = {100: "Trying", 180: "Ringing", 200: "OK", 202: "Accepted", 480: "Temporarily Unavailable",
           481: "Call Does Not Exist", 486: "Busy Here", 487: "Request Terminated", 603: "Decline"}
CALLING, RINGING, UP, ENDED = "calling", "ringing", "up", "ended"


def number_of(value):
    """A fixed number, or what a callable draws."""
    return value() if callable(value) else value


class Timer:
    """A call that is due; cancel() makes it void."""

    def __init__(self, due, fn):
        self.due, self.fn = due, fn

    def cancel(self):
        self.fn = None


class Exchange:
    """The loop: datagrams in and out, timers, and every phone by its user name."""

    def __init__(self, port, media_port, pbx_port):
        self.port, self.media_port, self.pbx = port, media_port, ("127.0.0.1", pbx_port)
        self.phones, self.dialogs, self.trace, self._studio = {}, {}, None, None
        self.texts = []  # (user, text) of each MESSAGE that came
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self._timers, self._order = [], itertools.count()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._socket.bind(("127.0.0.1", port))
        self._media = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._media.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._media.bind(("127.0.0.1", media_port))
        self._wake_out, self._wake_in = socket.socketpair()
        self._wake_in.setblocking(False)
        self._socket.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._socket, selectors.EVENT_READ, self._datagrams)
        self._selector.register(self._wake_in, selectors.EVENT_READ, self._woken)
        self._running = True
        self._thread = threading.Thread(target=self._loop, name="phones", daemon=True)

    def start(self):
        self._thread.start()

    def watch(self, sock, fn):
        """Calls fn() in the loop whenever `sock` can be read; to be used before start()."""
        self._selector.register(sock, selectors.EVENT_READ, fn)

    def after(self, seconds, fn):
        """Calls fn() in the loop in `seconds`."""
        timer = Timer(time.monotonic() + seconds, fn)
        with self.lock:
            heapq.heappush(self._timers, (timer.due, next(self._order), timer))
            first = self._timers[0][2] is timer
        if first and threading.current_thread() is not self._thread:
            self._wake()
        return timer

    def wait(self, claim, timeout=20):
        """Waits until claim() is true after something happened at the phones; its value, or what it is at the end."""
        with self.lock:
            self.changed.wait_for(claim, timeout)
            return claim()

    def send(self, data):
        try:
            self._socket.sendto(data, self.pbx)
        except OSError:
            pass  # the PBX is away: to a phone that is silence

    def speak(self, message):
        """One frame of silence to the media port that an answer names: the PBX's Answer() waits for a caller's first."""
        found = re.search(r"^m=audio (\d+)", message.body, re.M)
        if found and not self.dialogs[message.get("call-id")].line:
            frame = struct.pack("!BBHII", 0x80, 0, 1, 160, 1) + b"\xff" * 160
            try:
                self._media.sendto(frame, ("127.0.0.1", int(found.group(1))))
            except OSError:
                pass

    def line(self, tone, codec):
        """A line for one call that is to be heard."""
        with self.lock:
            self._studio = self._studio or Studio()
            return self._studio.line(tone, codec)

    def forget(self, dialog):
        """Late retransmissions of the PBX have found their call for a while: it is gone now."""
        self.dialogs.pop(dialog.call_id, None)
        if dialog.line:
            self._studio.remove(dialog.line)

    def close(self):
        """Hangs everything up and ends the loop."""
        with self.lock:
            for dialog in list(self.dialogs.values()):
                dialog.hangup()
            self._running = False
        self._wake()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(5)
        if self._studio:
            self._studio.close()
        for sock in (self._socket, self._media, self._wake_in, self._wake_out):
            sock.close()

    def _wake(self):
        try:
            self._wake_out.send(b"!")
        except OSError:
            pass

    def _woken(self):
        try:
            self._wake_in.recv(4096)
        except BlockingIOError:
            pass

    def _loop(self):
        while self._running:
            with self.lock:
                pause = max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else 3600
            ready = self._selector.select(pause)
            with self.lock:
                for key, _ in ready:
                    key.data()
                self._run_timers()
                self.changed.notify_all()

    def _run_timers(self):
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            timer = heapq.heappop(self._timers)[2]
            if timer.fn:
                timer.fn()

    def _datagrams(self):
        for _ in range(200):
            try:
                data, address = self._socket.recvfrom(65536)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP answer to something we sent to a PBX that is away
            message = Message.parse(data)
            if message and address == self.pbx:
                if self.trace is not None:
                    self.trace.append(message.first)
                self._dispatch(message)

    def _dispatch(self, message):
        if not all(map(message.get, ("via", "from", "to", "call-id", "cseq"))):
            return
        dialog = self.dialogs.get(message.get("call-id"))
        if dialog:
            dialog.receive(message)
        elif message.method == "INVITE":
            phone = self.phones.get(message.uri.partition(":")[2].partition("@")[0])
            if phone:
                phone.offered(message)
            else:
                self.send(answer_to(message, 480, REASONS[480], token()))
        elif message.method and message.method != "ACK":
            if message.method == "MESSAGE":
                self.texts.append((message.uri.partition(":")[2].partition("@")[0], message.body))
            self.send(answer_to(message, 481 if message.method == "BYE" else 200, "OK", token()))


class Phone:
    """A number that can be called and that calls. `mode` says what it does with a call that comes in:

    answer (after ring_s, then hang up after talk_s unless that is None), ring (for ever), busy, decline, away (480).
    ring_s, talk_s and mode may be callables that draw a value for each call. With a `tone` (Hz, 0 for silence) its calls have
    media: dialog.line says it and hears.
    """

    def __init__(self, exchange, user, name="", mode="ring", ring_s=0.1, talk_s=None):
        self.exchange, self.user, self.name = exchange, user, name
        self.mode, self.ring_s, self.talk_s = mode, ring_s, talk_s
        self.calls, self.tone, self.codec = [], None, "PCMU"
        self.when_up = None  # called with the dialog, in the loop
        with exchange.lock:
            exchange.phones[user] = self

    def offered(self, invite):
        """A call comes in."""
        dialog = Dialog(self, invite.get("call-id"))
        dialog.accept(invite)
        mode = number_of(self.mode)
        if mode in ("busy", "decline", "away"):
            dialog.refuse({"busy": 486, "decline": 603, "away": 480}[mode])
            return
        dialog.ring()
        if mode == "answer":
            self.exchange.after(number_of(self.ring_s), dialog.answer)

    def up(self, dialog):
        """A call of this phone is connected."""
        talk_s = number_of(self.talk_s)
        if talk_s is not None and dialog.incoming:
            self.exchange.after(talk_s, dialog.hangup)
        if self.when_up:
            self.when_up(dialog)

    def call(self, exten, name=None, number=None, headers=(), tone=None):
        """Calls an extension of the PBX; the dialog."""
        with self.exchange.lock:
            dialog = Dialog(self, f"{token(64)}@phones", tone)
            dialog.invite(exten, self.name if name is None else name, number or self.user, list(headers))
            return dialog

    @property
    def ringing(self):
        """The call that rings here, or None."""
        return next((d for d in self.calls if d.incoming and d.state == RINGING), None)

    @property
    def talking(self):
        """The calls that are up."""
        return [d for d in self.calls if d.state == UP]

    def wait_ringing(self, timeout=20):
        return self.exchange.wait(lambda: self.ringing, timeout)

    def wait_up(self, timeout=20):
        """The latest call that is up, as soon as there is one."""
        return self.exchange.wait(lambda: self.talking and self.talking[-1], timeout)

    def hangup(self):
        with self.exchange.lock:
            for dialog in list(self.calls):
                dialog.hangup()


class Dialog:
    """One call of one phone: `state`, `incoming`, `code` (of a call that failed), `peer` (its number), `by_us`."""

    def __init__(self, phone, call_id, tone=None):
        self.phone, self.exchange, self.call_id = phone, phone.exchange, call_id
        tone = phone.tone if tone is None else tone
        self.line = self.exchange.line(tone, phone.codec) if tone is not None else None
        self.state, self.incoming, self.code, self.by_us, self.held = CALLING, False, 0, False, False
        self.peer, self.refer_code, self.given_up = "", 0, False
        self._tag, self._cseq, self._request, self._last_answer = token(), 1, None, b""
        self._local = self._remote = self._target = self._branch = self._uri = ""
        self._offering = self._offered = False
        self.exchange.dialogs[call_id] = self
        phone.calls.append(self)

    # --- a call that comes in -----------------------------------------------------------------------------------
    def accept(self, invite):
        self.incoming, self.state, self._request = True, RINGING, invite
        self.peer = invite.user("from")
        self._local, self._remote = invite.get("to") + f";tag={self._tag}", invite.get("from")
        self._target = invite.address("contact")
        self._aim(invite)

    def ring(self):
        self._respond(180)

    def answer(self):
        with self.exchange.lock:
            if self.state == RINGING and self.incoming:
                self.state = UP
                self._respond(200, self._sdp())
                self.phone.up(self)

    def refuse(self, code):
        with self.exchange.lock:
            if self.state == RINGING and self.incoming:
                self._respond(code)
                self._end(True)

    # --- a call that goes out -----------------------------------------------------------------------------------
    def invite(self, exten, name, number, headers):
        sender, extra = caller_headers("127.0.0.1", name, number)
        self._local, self._remote = f"{sender};tag={self._tag}", f"<sip:{exten}@127.0.0.1>"
        self._target = self._uri = f"sip:{exten}@127.0.0.1:{self.exchange.pbx[1]}"
        self._extra = extra + headers
        self._request_out("INVITE", self._extra, self._sdp())

    # --- while it is up -----------------------------------------------------------------------------------------
    def hangup(self):
        """Ends the call in whatever way its state asks for."""
        with self.exchange.lock:
            if self.state == UP:
                self._cseq += 1
                self._request_out("BYE")
                self._end(True)
            elif self.state == RINGING and self.incoming:
                self.refuse(486)
            elif self.state in (CALLING, RINGING) and not self.given_up:
                self.given_up = True
                self._request_out("CANCEL")

    def hold(self, on=True):
        """Re-INVITE with sendonly (hold) or sendrecv (unhold)."""
        with self.exchange.lock:
            self.held = on
            if not self._offering:
                self._offer()

    def unhold(self):
        self.hold(False)

    def press(self, digit):
        """One DTMF digit: by SIP INFO, or by RFC 4733 where there is media."""
        if self.line:
            self.line.press(digit)
            return
        with self.exchange.lock:
            self._cseq += 1
            self._request_out("INFO", [("Content-Type", "application/dtmf-relay")],
                              f"Signal={digit}\r\nDuration=160\r\n")

    def transfer(self, exten):
        """Blind transfer: REFER to an extension."""
        self._refer(f"<sip:{exten}@127.0.0.1:{self.exchange.pbx[1]}>")

    def transfer_to(self, other):
        """Attended transfer: REFER whose target replaces `other`, a call this phone made itself."""
        replaces = urllib.parse.quote(f"{other.call_id};to-tag={other._remote.rpartition('tag=')[2]};"
                                      f"from-tag={other._tag}", safe="")
        self._refer(f"<{other._uri}?Replaces={replaces}>")

    def wait(self, state, timeout=20):
        """Whether the call comes to `state` in time."""
        return self.exchange.wait(lambda: self.state == state, timeout)

    # --- SIP ----------------------------------------------------------------------------------------------------
    def receive(self, message):
        self._aim(message)
        if message.code:
            self._response(message)
        elif message.method == "INVITE":
            self._invited_again(message)
        elif message.method == "CANCEL":
            self._reply(message, 200)
            if self.state == RINGING and self.incoming:
                self._respond(487)
                self._end(False)
        elif message.method == "BYE":
            self._reply(message, 200)
            self._end(False)
        elif message.method == "NOTIFY":
            self._reply(message, 200)
            self._progress_of_refer(message)
        elif message.method != "ACK":
            self._reply(message, 200)

    def _aim(self, message):
        """Media goes where the PBX says."""
        if self.line and message.body and self.state != ENDED:
            self.line.aim(message.body)

    def _offer(self):
        """A re-INVITE; one at a time."""
        if self.state == UP:
            self._offering, self._offered = True, self.held
            self._cseq += 1
            self._request_out("INVITE", (), self._sdp())

    def _offer_answered(self, code):
        """The next re-INVITE, where hold() was called meanwhile or both sides had offered at once (491)."""
        self._offering = False
        if code == 491:
            self._offering = True
            self.exchange.after(0.3, self._offer)
        elif self._offered != self.held:
            self._offer()

    def _invited_again(self, message):
        if self._request and message.cseq == self._request.cseq:
            self.exchange.send(self._last_answer)
            return
        self._request = message
        self._respond(200, self._sdp())

    def _progress_of_refer(self, message):
        words = message.body.split(" ")
        self.refer_code = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
        if 200 <= self.refer_code < 300 and self.state == UP:
            self.hangup()

    def _response(self, message):
        number, method = message.cseq
        if method != "INVITE":
            if message.code == 481 and method != "CANCEL":
                self._end(False)
            return
        if message.code < 200:
            if message.code == 180 and self.state == CALLING:
                self.state = RINGING
            return
        self._remote = message.get("to") or self._remote
        if message.code < 300:
            self._target = message.address("contact") or self._target
            self._request_out("ACK", cseq=number)
            if self.state in (CALLING, RINGING):
                self.exchange.speak(message)
                self.state = UP
                self.hangup() if self.given_up else self.phone.up(self)
            elif self._offering:
                self._offer_answered(message.code)
            return
        self._request_out("ACK", cseq=number, branch=self._branch, uri=self._uri if self.state != UP else None)
        if self.state == UP:
            self._offer_answered(message.code)
        else:
            self.code = message.code
            self._end(self.given_up)

    def _refer(self, target):
        with self.exchange.lock:
            self._cseq += 1
            self._request_out("REFER", [("Refer-To", target), ("Referred-By", f"<sip:{self.phone.user}@127.0.0.1>")])

    def _request_out(self, method, headers=(), body="", cseq=None, branch=None, uri=None):
        if method == "CANCEL":
            branch, uri = self._branch, self._uri
        branch = branch or f"z9hG4bK{token()}"
        if method == "INVITE":
            self._branch = branch
        lines = [("Via", f"SIP/2.0/UDP 127.0.0.1:{self.exchange.port};branch={branch};rport"), ("Max-Forwards", "70"),
                 ("From", self._local), ("To", self._remote), ("Call-ID", self.call_id),
                 ("CSeq", f"{cseq or self._cseq} {method}"), self._contact()]
        lines += headers
        if method == "INVITE":
            lines.append(("Content-Type", "application/sdp"))
        self.exchange.send(build(f"{method} {uri or self._target} SIP/2.0", lines, body))

    def _respond(self, code, body=""):
        extra = [self._contact()] + ([("Content-Type", "application/sdp")] if body else [])
        self._last_answer = answer_to(self._request, code, REASONS[code], self._tag, extra, body)
        self.exchange.send(self._last_answer)

    def _reply(self, request, code):
        self.exchange.send(answer_to(request, code, REASONS[code], self._tag))

    def _contact(self):
        return "Contact", f"<sip:{self.phone.user}@127.0.0.1:{self.exchange.port}>"

    def _sdp(self):
        direction = "sendonly" if self.held else "sendrecv"
        return sdp(self.line.port, direction, self.line.codec, True) if self.line else sdp(self.exchange.media_port, direction)

    def _end(self, by_us):
        if self.state != ENDED:
            self.state, self.by_us = ENDED, by_us
            if self in self.phone.calls:
                self.phone.calls.remove(self)
            if self.line:
                self.line.stop()
            self.exchange.after(5, lambda: self.exchange.forget(self))
