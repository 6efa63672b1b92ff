# SPDX-License-Identifier: MIT
"""Does anything hold up the queues? A Probe joins a queue again and again and notes how long each join takes; a
StalledClient is the very thing that holds them up: an AMI client that asks for lists and does not read them.
"""
import socket
import statistics
import time


class Probe:
    """Someone calls `queue` every `every_s` seconds, and leaves as soon as he is in. with Probe(floor, "hall") as p: ..."""

    def __init__(self, floor, queue="hall", every_s=0.2):
        self.floor, self.queue, self.every_s = floor, queue, every_s
        self.joins, self._calls, self._running = [], {}, False

    def __enter__(self):
        self._ami = self.floor.ami("admin", events="agent")
        self._running = True
        self.floor.exchange.after(0, self._next)
        return self

    def __exit__(self, *unused):
        with self.floor.exchange.lock:  # not while the loop is about to call once more
            self._running = False
            for call, _ in list(self._calls.values()):
                call.hangup()
        self._ami.close()

    def _next(self):
        """In the loop of the phones: sees who has joined, and calls again."""
        with self.floor.exchange.lock:
            for message in self._ami.take():
                call, began = self._calls.pop(message["AccountCode"], (None, 0))
                if call and message["Event"] == "QueueCallerJoin":
                    self.joins.append(message.at - began)
                    call.hangup()
                elif call:
                    self._calls[message["AccountCode"]] = call, began
            if self._running:
                call = self.floor.caller(self.queue, "probe", wait=False)
                self._calls[call.ident] = call, time.monotonic()
                self.floor.exchange.after(self.every_s, self._next)

    @property
    def worst_s(self):
        """The longest join so far; a caller who has not joined yet counts with what he has waited."""
        now = time.monotonic()
        return max([0.0, *self.joins, *(now - began for _, began in list(self._calls.values()))])

    def __str__(self):
        middle = statistics.median(self.joins) if self.joins else 0.0
        return f"{len(self.joins)} joins, median {middle * 1000:.0f} ms, worst {self.worst_s * 1000:.0f} ms"


class StalledClient:
    """Logs in as `slow` (writetimeout 5 s), asks `lists` times for a queue's status and never reads."""

    def __init__(self, floor, queue="hall", lists=200):
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.connect(("127.0.0.1", floor.ports.ami))
        secret = floor.pbx.secrets["slow"]
        self._socket.sendall(f"Action: Login\r\nUsername: slow\r\nSecret: {secret}\r\nEvents: off\r\n\r\n".encode())
        self._socket.sendall(f"Action: QueueStatus\r\nQueue: {queue}\r\n\r\n".encode() * lists)

    def close(self):
        self._socket.close()
