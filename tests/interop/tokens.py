#!/usr/bin/env python3
"""Opens and writes text tokens by docs/format.md, without the engine. Needs Python 3.9 and the package "cryptography".

tokens.py LOCAL-KEY-HEX: each line of standard input is JSON with "token" and perhaps "field" and "bound" (names and values, as text,
or null); the answer is a line of JSON with "type" and "value", the plaintext in base64url, or with "error".
"""
import hashlib
import json
import re
import sys

from grammar import (MAX_TIME, Fault, base64url, canonical, check_context, check_recipients, integer, members, parse, require, unbase64)
from reader import Keys, find_data_key, open_message
from values import check_value
from writer import seal

TYPES = ["text", "bytes", "bool", "int32", "int64", "decimal", "double", "datetime", "datetimeoffset", "guid", "securestring", "pscredential"]
MAX_VALUE = 2**20
BLANKS = "\t\n\v\f\r \u0085\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200b))) + "\u2028\u2029\u202f\u205f\u3000"


class Token:
    """The parts of a token's text, each checked."""

    def __init__(self, text):
        bare = text.strip(BLANKS).strip("\"'").strip(BLANKS)
        require(text.startswith("evc1.") or not bare.startswith("evc1."), "white space or quotes around it", "TokenInvalid")
        require(text.startswith("evc1.") or not re.match("evc[0-9]{1,9}[.]", bare), "another version", "UnsupportedVersion")
        require(text.startswith("evc1."), "no token", "NotAToken")
        try:
            parts = text.split(".")[1:]
            require(len(parts) == 3, "not three parts")
            protected = unbase64(parts[0], 0, 65536)
            listed = parse(unbase64(parts[1], 0, 2**20 - 44))
            self.body = unbase64(parts[2], 72, 56 + MAX_VALUE + 16 * (MAX_VALUE // 16384 + 1))
            require((len(self.body) - 56) % 16400 >= 16, "the body ends where no message ends")
            self.header = parse(protected)
            check_header(self.header)
            check_recipients(listed)
        except Fault as fault:
            if fault.args[0] in ("HeaderInvalid", "ContextInvalid"):
                raise Fault("TokenInvalid", fault.args[1]) from fault
            raise
        self.recipients = listed["recipients"]
        self.protected = self.header
        self.digest = hashlib.sha512(b"evc1." + protected).digest()

    def open(self, keys, field=None, bound=None):
        """Type and plaintext, for the field of that name in a record with these values."""
        bound = bound or {}
        require(self.header.get("field") == field, "for another field", "BindingMismatch")
        require(self.header.get("bound", []) == sorted(bound, key=str.encode), "bound to other fields", "BindingMismatch")
        self.body_context = body_context(self.digest, bound)
        key = find_data_key(self, self.body, keys)
        plain = open_message(key, self.body_context, self.body)
        check_value(self.header["val"], plain)
        return self.header["val"], plain


def check_name(name):
    require(isinstance(name, str) and 1 <= len(name.encode()) <= 1024, "a name has not 1 to 1024 bytes")


def check_header(header):
    require(isinstance(header, dict) and list(header)[:1] == ["enc"] and isinstance(header["enc"], str), "enc is missing")
    require(header["enc"] == "Cobblestone-256", "an unknown cipher", "UnsupportedVersion")
    require(list(header)[1:2] == ["typ"] and isinstance(header["typ"], str), "typ is missing")
    require(header["typ"] == "token", "no token's header", "WrongEnvelopeType")
    members(header, "enc typ ctx iat [batch] val [field] [bound]")
    check_context(header["ctx"])
    integer(header["iat"], 0, MAX_TIME)
    unbase64(header.get("batch", "A" * 22), 16, 16)
    require(isinstance(header["val"], str) and re.fullmatch("[a-z][a-z0-9-]{0,63}", header["val"]), "val is no plain word")
    require(header["val"] in TYPES, "an unknown type", "UnsupportedVersion")
    check_name(header.get("field", "name"))
    bound = header.get("bound", ["name"])
    require(isinstance(bound, list) and 1 <= len(bound) <= 64, "not bound to 1 to 64 fields")
    for name in bound:
        check_name(name)
    require(bound == sorted(set(bound), key=str.encode), "bound names are not sorted, or one stands twice")


def body_context(digest, bound):
    def sized(text):
        return len(text.encode()).to_bytes(4, "big") + text.encode()

    pairs = sorted(bound.items(), key=lambda pair: pair[0].encode())
    data = b"".join(sized(name) + (b"\0" if value is None else b"\1" + sized(value)) for name, value in pairs)
    return b"evc/v1 token\0" + digest + hashlib.sha512(data).digest()


def protected(val, iat, context=None, batch=None, field=None, bound=()):
    header = {"enc": "Cobblestone-256", "typ": "token", "ctx": context or {}, "iat": iat}
    for name, value in (("batch", batch and base64url(batch)), ("val", val), ("field", field), ("bound", sorted(bound, key=str.encode))):
        if value:
            header[name] = value
    return canonical(header).encode()


def write(header, recipients, data_key, plain, salt, bound=None):
    body = seal(data_key, body_context(hashlib.sha512(b"evc1." + header).digest(), bound or {}), plain, salt)
    listed = canonical({"recipients": recipients}).encode()
    return ".".join(["evc1", base64url(header), base64url(listed), base64url(body)])


def answer(line, keys):
    asked = json.loads(line)
    try:
        kind, plain = Token(asked["token"]).open(keys, asked.get("field"), asked.get("bound"))
        return {"type": kind, "value": base64url(plain)}
    except Fault as fault:
        return {"error": fault.args[0]}


def main():
    for line in sys.stdin:
        print(json.dumps(answer(line, Keys(bytes.fromhex(sys.argv[1])))))


if __name__ == "__main__":
    main()
