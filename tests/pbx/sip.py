# SPDX-License-Identifier: MIT
"""SIP messages as far as the scripted phones need them: bytes to Message and back.

Knows no socket, no call and no time. Text is UTF-8; bytes that are not survive as surrogates.
"""
import base64
import random
import re

COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length",
           "c": "content-type", "r": "refer-to"}


def token(bits=48):
    """A random word for tags, branches and Call-IDs."""
    return f"{random.getrandbits(bits):x}"


def plain(address):
    """From or To without the name where that has control bytes: the PBX sends them but refuses to take them back."""
    if all(ch >= " " for ch in address):
        return address
    found = re.search(r"(<[^<>]*>(;tag=[^;\s>]+)?)$", address)
    return found.group(1) if found else address


class Message:
    """One request (`method`, `uri`) or response (`code`): an ordered list of headers and a body."""

    def __init__(self, first, headers, body=""):
        self.first, self.headers, self.body = first, headers, body
        words = first.split(" ", 2)
        self.code = int(words[1]) if words[0] == "SIP/2.0" else 0
        self.method = "" if self.code else words[0]
        self.uri = "" if self.code else words[1]

    @classmethod
    def parse(cls, data):
        """The message in a datagram, or None where there is none (keep-alives)."""
        head, _, body = data.decode("utf-8", "surrogateescape").partition("\r\n\r\n")
        lines = head.split("\r\n")
        if len(lines[0].split(" ")) < 3:
            return None
        headers = []
        for line in lines[1:]:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            name = COMPACT.get(name, name)
            headers.append((name, plain(value.strip()) if name in ("from", "to") else value.strip()))
        return cls(lines[0], headers, body)

    def get(self, name):
        """The first value of a header, or ''."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name):
        return [value for key, value in self.headers if key == name]

    @property
    def cseq(self):
        """(number, method) of CSeq."""
        number, _, method = self.get("cseq").partition(" ")
        return int(number or 0), method.strip()

    def tag(self, header):
        found = re.search(r";tag=([^;\s>]+)", self.get(header))
        return found.group(1) if found else ""

    def address(self, header):
        """The URI between <> of a header, or the bare one."""
        value = self.get(header)
        found = re.search(r"<([^>]*)>", value)
        return found.group(1) if found else value.split(";")[0].strip()

    def user(self, header):
        found = re.match(r"sips?:([^@;]*)@", self.address(header))
        return found.group(1) if found else ""


def build(first, headers, body=""):
    """The bytes of a message; Content-Length and, for a body, its type are added."""
    payload = body.encode("utf-8", "surrogateescape")
    lines = [first] + [f"{name}: {value}" for name, value in headers]
    lines.append(f"Content-Length: {len(payload)}")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + payload


def answer_to(request, code, reason, tag, extra=(), body=""):
    """The bytes of a response to `request`."""
    to = request.get("to")
    if ";tag=" not in to and code > 100:
        to += f";tag={tag}"
    headers = [("Via", via) for via in request.all("via")]
    headers += [("Record-Route", route) for route in request.all("record-route")]
    headers += [("From", request.get("from")), ("To", to), ("Call-ID", request.get("call-id")),
                ("CSeq", request.get("cseq"))]
    return build(f"SIP/2.0 {code} {reason}", headers + list(extra), body)


def sdp(port, direction="sendrecv", codec="PCMU", keys=False):
    """An offer or answer: one codec on `port` of the loopback; with `keys`, digits by RFC 4733 too."""
    kind = {"PCMU": 0, "PCMA": 8}[codec]
    return ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP {kind}{' 101' if keys else ''}\r\na=rtpmap:{kind} {codec}/8000\r\n"
            f"{'a=rtpmap:101 telephone-event/8000' + chr(13) + chr(10) if keys else ''}a={direction}\r\n")


def printable(text):
    """Whether SIP can carry this caller name as it is (Asterisk leaves the backslashes of a quoted string in the name)."""
    return all(ch >= " " and ch not in "\x7f\"\\" and not "\ud800" <= ch <= "\udfff" for ch in text)


def caller_headers(host, name, number):
    """From's value (without its tag) and the extra headers for a caller of any name and number.

    What SIP cannot carry goes base64-coded in X-Lab-Name and X-Lab-Number, which the dialplan decodes.
    """
    extra = []
    if printable(name):
        quoted = name
    else:
        quoted = "hostile"
        extra.append(("X-Lab-Name", base64.b64encode(name.encode("utf-8", "surrogateescape")).decode()))
    user = number
    if not re.fullmatch(r"[0-9A-Za-z+_.*-]+", number):
        user = "anonymous" if number == "" else "hostile"
        if number:
            extra.append(("X-Lab-Number", base64.b64encode(number.encode("utf-8", "surrogateescape")).decode()))
    display = f'"{quoted}" ' if quoted else ""
    return f"{display}<sip:{user}@{host}>", extra
