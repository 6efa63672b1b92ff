# SPDX-License-Identifier: MIT
"""A link that is cut at a given byte: between acdtop and the PBX, and what went through it."""
import contextlib
import re
import select
import socket
import struct
import threading

ORDERS = re.compile(rb"Action: (Queue(?:Add|Remove|Pause|Penalty|MemberRingInUse|ChangePriorityCaller|WithdrawCaller)|Hangup)\r\n")


class Cutter:
    """Listens on .port and hands on to `port`. cut(at, how) is for the next order: the connection on which its request is sent
    ends after `at` bytes more, both directions together, counted from the first byte of the request; `how` is "close", "reset" or
    "silent". cut(-at, how): after `at` bytes of the next connection."""

    def __init__(self, port):
        self.upstream, self.lock = port, threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.plan, self.requests, self.cuts, self.is_closed = self.listener.getsockname()[1], None, [], 0, False
        self.is_away, self.ends = False, []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, at, how):
        with self.lock:
            self.plan, self.requests, self.cuts = (at, how), [], 0

    def leave(self):
        """From here on nobody gets through, until back()."""
        self.is_away = True
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def back(self):
        self.is_away = False

    def close(self):
        self.is_closed = True
        self.listener.close()

    def _accept(self):
        while not self.is_closed:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.is_away:
                client.close()
                continue
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            pbx = socket.create_connection(("127.0.0.1", self.upstream))
        except OSError:
            client.close()
            return
        self.ends = [client, pbx]
        left, how, said, is_silent = None, "close", b"", False
        with self.lock:
            if self.plan and self.plan[0] < 0:
                (left, how), self.plan = (-self.plan[0], self.plan[1]), None
        while True:
            try:
                for source in select.select([client, pbx], [], [], 60)[0]:
                    data = source.recv(65536)
                    if not data:
                        raise ConnectionError
                    if is_silent:
                        continue
                    if source is client:
                        said += data
                        found = ORDERS.findall(said)
                        self.requests += [name.decode() for name in found]
                        if found and left is None:
                            with self.lock:
                                if self.plan:
                                    (left, how), self.plan = self.plan, None
                                    left += len(data) - (len(said) - ORDERS.search(said).start())
                        said = said[max(said.rfind(b"\r\n") + 2, 0) if b"\r\n" in said else 0:]
                    if left is not None and len(data) >= left:
                        data, is_silent = data[:left], how == "silent"
                        (pbx if source is client else client).sendall(data)
                        self.cuts += 1
                        left = None
                        if not is_silent:
                            raise ConnectionError
                        continue
                    left = None if left is None else left - len(data)
                    (pbx if source is client else client).sendall(data)
            except OSError:
                break
        for end in (client, pbx):
            if how == "reset":
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.close()
