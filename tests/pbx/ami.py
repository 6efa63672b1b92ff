# SPDX-License-Identifier: MIT
"""A small AMI client for the tests: it reads everything at once in a thread of its own, so it never holds up the PBX.

A message is a Message: the ordered (name, value) pairs as they came, and get() for the first of a name.
"""
import hashlib
import secrets
import select
import socket
import ssl
import threading
import time


class Message:
    """One AMI block; `at` is the monotonic second of its arrival."""

    def __init__(self, pairs):
        self.pairs, self.at = pairs, time.monotonic()

    def get(self, name, default=""):
        wanted = name.lower()
        return next((value for key, value in self.pairs if key.lower() == wanted), default)

    def all(self, name):
        return [value for key, value in self.pairs if key.lower() == name.lower()]

    def __getitem__(self, name):
        return self.get(name)

    def __repr__(self):
        return " ".join(f"{key}={value!r}" for key, value in self.pairs)


class Ami:
    """One connection. `messages` holds all that came; mark() and since() cut it; `raw` are the bytes."""

    def __init__(self, port, user=None, secret=None, events="on", tls_ca=None, md5=False, host="127.0.0.1"):
        self._socket = socket.create_connection((host, port), 20)
        if tls_ca:
            context = ssl.create_default_context(cafile=str(tls_ca))
            self._socket = context.wrap_socket(self._socket, server_hostname=host)
        self._socket.setblocking(False)
        self.greeting, self.messages, self.closed, self.raw = "", [], False, bytearray()
        self._arrived, self._rest = threading.Condition(), b""
        self._using = threading.Lock()  # a TLS socket must not be read and written at once
        threading.Thread(target=self._read, name="ami", daemon=True).start()
        with self._arrived:
            self._arrived.wait_for(lambda: self.greeting or self.closed, 20)
        self.login_answer = self.login(user, secret, events, md5) if user else None

    def login(self, user, secret, events="on", md5=False):
        if not md5:
            return self.action("Login", Username=user, Secret=secret, Events=events)
        challenge = self.action("Challenge", AuthType="MD5").get("Challenge")
        key = hashlib.md5((challenge + secret).encode()).hexdigest()
        return self.action("Login", AuthType="MD5", Username=user, Key=key, Events=events)

    def send(self, name, **headers):
        """Sends an action without waiting; its ActionID. A list as a value repeats the header."""
        headers.setdefault("ActionID", secrets.token_hex(8))
        lines = [f"Action: {name}"]
        for key, value in headers.items():
            lines += [f"{key}: {one}" for one in (value if isinstance(value, (list, tuple)) else [value])]
        self.send_bytes(("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape"))
        return headers["ActionID"]

    def send_bytes(self, data):
        """Sends bytes as they are."""
        while data:
            try:
                with self._using:
                    data = data[self._socket.send(data):]
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                select.select([], [self._socket], [], 1)

    def action(self, name, timeout=20, **headers):
        """Sends an action and waits for its response; None when none came."""
        start = self.mark()
        sent = self.send(name, **headers)
        return self.wait(lambda m: m["Response"] and m["ActionID"] in (sent, ""), timeout, start)

    def list(self, name, timeout=20, **headers):
        """The items of a list action, without response and end."""
        start = self.mark()
        sent = self.send(name, **headers)
        mine = lambda m: m["ActionID"] == sent
        end = self.wait(lambda m: mine(m) and (m["EventList"] == "Complete" or m["Response"] == "Error"), timeout, start)
        if end is None or end["Response"]:
            return []
        return [m for m in self.since(start) if mine(m) and m["Event"] and not m["EventList"]]

    def wait(self, claim, timeout=20, start=0):
        """The first message from mark `start` on for which claim(message) is true, or None when time is up."""
        deadline = time.monotonic() + timeout
        with self._arrived:
            at = start
            while True:
                while at < len(self.messages):
                    if claim(self.messages[at]):
                        return self.messages[at]
                    at += 1
                left = deadline - time.monotonic()
                if self.closed or left <= 0:
                    return None
                self._arrived.wait(left)

    def event(self, name, timeout=20, start=0, **fields):
        """The first event of that name whose fields have these values."""
        return self.wait(lambda m: m["Event"] == name and all(m[k] == str(v) for k, v in fields.items()), timeout, start)

    def wait_closed(self, timeout=20):
        with self._arrived:
            return self._arrived.wait_for(lambda: self.closed, timeout)

    def mark(self):
        with self._arrived:
            return len(self.messages)

    def since(self, start, *names):
        """The messages from mark `start` on, of these event names where any are given."""
        with self._arrived:
            return [m for m in self.messages[start:] if not names or m["Event"] in names]

    def take(self):
        """The messages so far, which are then forgotten."""
        with self._arrived:
            taken, self.messages = self.messages, []
            self.raw.clear()
            return taken

    def close(self):
        with self._using:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self._socket.close()

    def _read(self):
        while True:
            try:
                select.select([self._socket], [], [], 1)
                with self._using:
                    data = self._socket.recv(65536)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                continue
            except (OSError, ValueError):
                data = b""
            with self._arrived:
                if not data:
                    self.closed = True
                else:
                    self.raw += data
                    self._cut(data)
                self._arrived.notify_all()
            if not data:
                return

    def _cut(self, data):
        self._rest += data
        if not self.greeting and b"\n" in self._rest:
            first, self._rest = self._rest.split(b"\n", 1)
            self.greeting = first.decode("utf-8", "replace").strip()
        while b"\r\n\r\n" in self._rest:
            block, self._rest = self._rest.split(b"\r\n\r\n", 1)
            pairs = []
            for line in block.split(b"\n"):
                key, _, value = line.rstrip(b"\r").decode("utf-8", "surrogateescape").partition(":")
                if key:
                    pairs.append((key, value[1:] if value.startswith(" ") else value))
            if pairs:
                self.messages.append(Message(pairs))
