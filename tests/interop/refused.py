"""Envelopes that every reader must refuse, each for one fault: the second half of fixtures/."""
import hashlib
import itertools

import writer
from grammar import base64url, canonical

KMS = "arn:aws:kms:eu-central-1:111122223333:key/12345678-90ab-cdef-0123-4567890abcde"
PROVIDER = {"alg": "provider", "kid": "vault:k", "iat": 0, "encrypted_key": "AA"}
NAMES = [
    "", ".", "..", "a/b", "a\\b", "a:b", "a\n", "a\x7f", "a\x85", "a.", "a ", "CON", "nul.txt", "Aux.tar.gz", "NUL .txt", "com1", "LPT0.x",
    "com\u00b9", "lpt\u00b3.log", "conin$", "CONOUT$.txt", "n" * 256, "\U0001f510" * 64,
]


class Tiny:
    """The envelopes that the faults are made in: a header for those that it alone shows, one of five bytes for the others."""

    def __init__(self, kid, kek, fixed, iat):
        self.kid, self.kek, self.fixed, self.iat = kid, kek, fixed, iat
        self.data_key = fixed("refused data key", 32)
        self.local = writer.local_recipient(kid, kek, self.data_key, {}, iat, fixed("refused wrap salt", 24))
        self.listed = writer.recipient_list([PROVIDER])
        self.protected = writer.protected_header({}, iat)

    def header(self, protected=None, listed=None, slots=1, generations=(1, 1)):
        lists = listed if isinstance(listed, list) else [self.listed if listed is None else listed] * slots
        return writer.header(self.protected if protected is None else protected, lists, generations[:slots])

    def envelope(self, recipient=None, meta=None, typ="file"):
        if meta is not None:
            meta = writer.seal(self.data_key, b"evc/v1 metadata", meta, self.fixed("refused metadata salt", 24))
        protected = writer.protected_header({}, self.iat, meta=meta, typ=typ)
        body = writer.body(self.data_key, protected, b"hello", self.fixed("refused body salt", 24))
        return self.header(protected, writer.recipient_list([recipient or self.local])) + body


def collect(kid, kek, fixed, iat):
    """What many of the envelopes have in common, by name, and the envelopes."""
    tiny = Tiny(kid, kek, fixed, iat)
    common = {
        "protected": tiny.protected,
        "slot": tiny.header()[24 + len(tiny.protected):],
        "local slot": writer.header(b"", [writer.recipient_list([tiny.local])], [1])[24:],
    }
    return {name: base64url(part) for name, part in common.items()}, [
        {"stage": stage, "name": name, "error": error, "bytes": pieces(data, common)} for stage, name, error, data in cases(tiny)]


def cases(tiny):
    return itertools.chain(
        (("header", *case) for case in itertools.chain(fixed_part(tiny), protected(tiny), slot(tiny), two_slots(tiny), recipients(tiny))),
        (("body", *case) for case in body(tiny)),
        (("metadata", name, "MetadataInvalid", tiny.envelope(meta=meta)) for name, meta in metadata()),
    )


def pieces(data, common):
    """The common parts by name, runs of 64 equal bytes or more as their length and the byte, the rest in base64url."""
    for name, part in common.items():
        before, found, after = data.partition(part)
        if found:
            return pieces(before, common) + [{"part": name}] + pieces(after, common)
    result, rest = [], b""
    for byte, run in itertools.groupby(data):
        count = len(list(run))
        if count < 64:
            rest += bytes([byte]) * count
            continue
        result += ([base64url(rest)] if rest else []) + [[count, byte]]
        rest = b""
    return result + ([base64url(rest)] if rest else [])


def replaced(data, offset, new):
    return data[:offset] + new + data[offset + len(new):]


def fixed_part(tiny):
    good = tiny.header()
    end = 24 + len(tiny.protected)
    size = 44 + len(tiny.listed)
    yield "no bytes", "EmptyFile", b""
    yield "another kind of file", "NotAnEnvelope", b"%PDF-1.7\n" + bytes(100)
    yield "carriage returns lost on the way", "NotAnEnvelope", good.replace(b"\r\n", b"\n")
    yield "cut off in the magic", "HeaderInvalid", good[:5]
    yield "cut off after the magic", "HeaderInvalid", good[:8]
    yield "version 0", "UnsupportedVersion", replaced(good, 8, b"\0")
    yield "version 2", "UnsupportedVersion", replaced(good, 8, b"\2")
    yield "version 2, cut off after it", "UnsupportedVersion", replaced(good, 8, b"\2")[:9]
    yield "cut off in the fixed part", "HeaderInvalid", good[:23]
    yield "cut off in the protected header", "HeaderInvalid", good[:end - 1]
    yield "cut off in the slot", "HeaderInvalid", good[:end + size - 1]
    yield "no slot", "HeaderInvalid", replaced(good, 9, b"\0")
    yield "three slots", "HeaderInvalid", replaced(good, 9, b"\3")
    yield "first reserved byte", "HeaderInvalid", replaced(good, 10, b"\1")
    yield "second reserved byte", "HeaderInvalid", replaced(good, 11, b"\1")
    yield "protected header of no length", "HeaderInvalid", good[:12] + bytes(4) + (24).to_bytes(4, "big") + good[20:24] + good[end:]
    lengths = (65537).to_bytes(4, "big") + (24 + 65537).to_bytes(4, "big")
    yield "protected header longer than 64 KiB", "HeaderInvalid", replaced(good, 12, lengths)
    yield "slot one byte later", "HeaderInvalid", replaced(good, 16, (end + 1).to_bytes(4, "big"))[:end] + b"\0" + good[end:]
    yield "slot one byte earlier", "HeaderInvalid", replaced(good, 16, (end - 1).to_bytes(4, "big"))
    yield "slot without room", "HeaderInvalid", replaced(good, 20, (44).to_bytes(4, "big"))
    yield "slot longer than 1 MiB", "HeaderInvalid", replaced(good, 20, (2**20 + 1).to_bytes(4, "big"))
    yield "slot of 4 GiB - 1", "HeaderInvalid", replaced(good, 20, b"\xff" * 4)


def protected(tiny):
    text = tiny.protected.decode()
    iat = f'"iat":{tiny.iat}'

    def case(name, old, new, error="HeaderInvalid"):
        return name, error, tiny.header(text.replace(old, new, 1).encode())

    def context(name, json, error="HeaderInvalid"):
        return case(name, '"ctx":{}', f'"ctx":{json}', error)

    yield case("blank after a comma", ",", ", ")
    yield case("blank at the front", "{", " {")
    yield "newline at the end", "HeaderInvalid", tiny.header(tiny.protected + b"\n")
    yield "zero byte at the end", "HeaderInvalid", tiny.header(tiny.protected + b"\0")
    yield "second object at the end", "HeaderInvalid", tiny.header(tiny.protected + b"{}")
    yield "byte-order mark", "HeaderInvalid", tiny.header(b"\xef\xbb\xbf" + tiny.protected)
    yield "UTF-16", "HeaderInvalid", tiny.header(text.encode("utf-16-le"))
    yield "an array", "HeaderInvalid", tiny.header(b"[" + tiny.protected + b"]")
    yield "a comment", "HeaderInvalid", tiny.header(b"/**/" + tiny.protected)
    yield "comma at the end", "HeaderInvalid", tiny.header(tiny.protected[:-1] + b",}")
    yield case("members in another order", '"typ":"file","ctx":{}', '"ctx":{},"typ":"file"')
    yield case("cipher second", '"enc":"Cobblestone-256","typ":"file"', '"typ":"file","enc":"Cobblestone-256"')
    yield case("no cipher", '"enc":"Cobblestone-256",', "")
    yield case("another cipher", "Cobblestone-256", "Cobblestone-128", "UnsupportedVersion")
    yield case("cipher that is a number", '"Cobblestone-256"', "256")
    yield case("no type", '"typ":"file",', "")
    yield case("a token's type", '"file"', '"token"')
    yield case("type in capitals", '"file"', '"File"')
    yield case("unknown member", iat, iat + ',"x":0')
    yield case("member twice", iat, f"{iat},{iat}")
    yield case("no time", "," + iat, "")
    for number in ["-1", "-0", "1.0", "1e9", "01", "+1", "0x1", "null", '"1"', "true", "253402300800", "9007199254740992", "1" * 400]:
        yield case(f"time {number[:24]}", iat, f'"iat":{number}')
    yield case("batch of 15 bytes", iat, f'{iat},"batch":"{base64url(bytes(15))}"')
    yield case("batch of 17 bytes", iat, f'{iat},"batch":"{base64url(bytes(17))}"')
    yield case("batch with other last bits", iat, f'{iat},"batch":"{"A" * 21}B"')
    yield case("batch with padding", iat, f'{iat},"batch":"{"A" * 22}=="')
    yield case("batch in the other alphabet", iat, f'{iat},"batch":"{"/" * 21}w"')
    yield case("batch with a newline", iat, f'{iat},"batch":"{"A" * 22}\\u000a"')
    yield case("batch null", iat, f'{iat},"batch":null')
    yield case("metadata of 71 bytes", iat, f'{iat},"meta":"{base64url(bytes(71))}"')
    yield case("metadata of 8193 bytes", iat, f'{iat},"meta":"{base64url(bytes(8193))}"')
    yield case("metadata before batch", iat, f'{iat},"meta":"{base64url(bytes(72))}","batch":"{base64url(bytes(16))}"')

    for name, escaped in [("letter", "\\u0041"), ("slash", "\\/"), ("newline in short form", "\\n"), ("capital digits", "\\u001F"),
                          ("delete", "\\u007f"), ("pair of surrogates", "\\ud83d\\udd11"), ("surrogate alone", "\\ud800"),
                          ("surrogates swapped", "\\udd11\\ud83d"), ("quote as a number", "\\u0022"), ("unknown", "\\x41")]:
        yield context(f"escape: {name}", f'{{"k":"{escaped}"}}')
        yield context(f"escape in a key: {name}", f'{{"{escaped}":""}}')
    for name, raw in [("control character", b"\x01"), ("half a character", b"\xc3"), ("overlong slash", b"\xc0\xaf"),
                      ("surrogate in three bytes", b"\xed\xa0\x80"), ("past U+10FFFF", b"\xf4\x90\x80\x80"), ("byte FF", b"\xff")]:
        yield f"raw {name}", "HeaderInvalid", tiny.header(tiny.protected.replace(b'"ctx":{}', b'"ctx":{"k":"' + raw + b'"}'))
        yield f"raw {name} in a key", "HeaderInvalid", tiny.header(tiny.protected.replace(b'"ctx":{}', b'"ctx":{"' + raw + b'":""}'))

    yield context("context is an array", "[]")
    yield context("context is null", "null")
    yield context("context value is a number", '{"k":1}')
    yield context("context value is null", '{"k":null}')
    yield context("context value is an object", '{"k":{}}')
    yield context("context key twice", '{"k":"","k":""}')
    yield context("context not sorted", '{"b":"","a":""}')
    yield context("context sorted by UTF-16", '{"\U0001f511":"","\uff5e":""}')
    yield context("context key empty", '{"":""}', "ContextInvalid")
    yield context("context keys that differ in case", '{"KEY":"","key":""}', "ContextInvalid")
    yield context("context of 65 pairs", canonical({f"k{index:02}": "" for index in range(65)}), "ContextInvalid")
    yield context("context of 8193 bytes", canonical({"k": "v" * (8193 - 8 - 1)}), "ContextInvalid")


def slot(tiny):
    good = tiny.header()
    end = 24 + len(tiny.protected)
    size = 44 + len(tiny.listed)

    def with_slot(content, length=None):
        content += hashlib.sha256(content).digest()
        return replaced(good, 20, len(content).to_bytes(4, "big"))[:end] + content + good[end + size:]

    length = len(tiny.listed).to_bytes(4, "big")
    yield "digest changed", "RecipientsDamaged", replaced(good, end + size - 1, bytes([good[end + size - 1] ^ 1]))
    yield "recipient changed under the old digest", "RecipientsDamaged", good.replace(b"vault", b"wault")
    yield "generation 0", "HeaderInvalid", with_slot(bytes(8) + length + tiny.listed)
    yield "one byte of room in a single slot", "HeaderInvalid", with_slot(bytes(7) + b"\1" + length + tiny.listed + b"\0")
    longer = (len(tiny.listed) + 1).to_bytes(4, "big")
    yield "list longer than its slot", "HeaderInvalid", with_slot(bytes(7) + b"\1" + longer + tiny.listed)
    yield "list of 4 GiB - 1", "HeaderInvalid", with_slot(bytes(7) + b"\1" + b"\xff" * 4 + tiny.listed)
    yield "list of no length", "HeaderInvalid", with_slot(bytes(7) + b"\1" + bytes(4) + b"\0")
    yield "blank after the list", "HeaderInvalid", tiny.header(listed=tiny.listed + b" ")


def two_slots(tiny):
    good = tiny.header(slots=2)
    end = 24 + len(tiny.protected)

    def with_padding(padding):
        slot = good[4096:8192 - 32]
        slot = replaced(slot, 12 + len(tiny.listed), padding)
        slot += hashlib.sha256(slot).digest()
        return good[:4096] + slot + slot + good[12288:]

    other = writer.recipient_list([{**PROVIDER, "iat": 1}])
    bad = tiny.header(listed=[tiny.listed, tiny.listed.replace(b'"alg"', b'"ALG"')], slots=2, generations=(1, 2))
    yield "gap not zero at its start", "HeaderInvalid", replaced(good, end, b"\1")
    yield "gap not zero at its end", "HeaderInvalid", replaced(good, 4095, b" ")
    yield "slots right after the protected header", "HeaderInvalid", replaced(good[:end] + good[4096:], 16, end.to_bytes(4, "big"))
    yield "slots 4096 bytes later", "HeaderInvalid", replaced(good[:4096] + bytes(4096) + good[4096:], 16, (8192).to_bytes(4, "big"))
    yield "slot size no multiple of 4096", "HeaderInvalid", replaced(good, 20, (4095).to_bytes(4, "big"))
    yield "second slot cut off", "HeaderInvalid", good[:12287]
    yield "both slots damaged", "RecipientsDamaged", replaced(replaced(good, 4096, b"\1"), 8192, b"\1")
    yield "one generation, two contents", "RecipientsForked", tiny.header(listed=[tiny.listed, other], slots=2)
    yield "newest slot does not parse, the other would", "HeaderInvalid", bad
    yield "padding not zero at its start", "HeaderInvalid", with_padding(b"\0\0\1")
    yield "padding of blanks", "HeaderInvalid", with_padding(b" " * (4096 - 44 - len(tiny.listed)))


def recipients(tiny):
    local = tiny.local

    def listed(name, json):
        return name, "HeaderInvalid", tiny.header(listed=json.encode())

    def case(name, *members):
        return listed(name, canonical({"recipients": list(members)}))

    def kid(algorithm, text):
        wrapped = local["encrypted_key"] if algorithm == "local" else "AA"
        return case(f"kid of {algorithm}: {text[:60]}", {"alg": algorithm, "kid": text, "iat": 0, "encrypted_key": wrapped})

    good = canonical(PROVIDER)
    derived = {"p2s": base64url(bytes(16)), "p2c": 600000}
    passphrase = {"alg": "pbkdf2-sha512", "kid": "passphrase", "iat": 0, **derived, "encrypted_key": base64url(bytes(104))}
    yield case("no recipient")
    yield case("65 recipients", *[{"alg": "x"}] * 65)
    yield case("three passphrases", *[passphrase] * 3)
    yield listed("list is an object", '{"recipients":{}}')
    yield listed("list under another name", f'{{"recipient":[{good}]}}')
    yield listed("member after the list", f'{{"recipients":[{good}],"x":0}}')
    yield listed("list twice", f'{{"recipients":[{good}],"recipients":[{good}]}}')
    yield case("recipient is a string", "local")
    yield case("recipient is null", None)
    yield case("recipient is empty", {})
    yield case("alg second", {"kid": tiny.kid, "alg": "local"})
    yield case("alg is a number", {"alg": 1})
    for word in ["", "Local", "1x", "-x", "a b", "a\u200b", "local\0", "x" * 65]:
        yield case(f"alg {word[:9]!a}", {"alg": word})
    yield listed("unknown recipient with a member twice", '{"recipients":[{"alg":"x","y":0,"y":0}]}')
    yield listed("unknown recipient with a fraction", '{"recipients":[{"alg":"x","y":0.5}]}')
    yield listed("unknown recipient with a blank", '{"recipients":[{"alg":"x", "y":0}]}')
    yield listed("unknown recipient with an integer past 2^53 - 1", '{"recipients":[{"alg":"x","y":9007199254740992}]}')
    yield listed("unknown recipient nested nine deep", '{"recipients":[{"alg":"x","y":[[[[[[]]]]]]}]}')
    yield case("unknown member", {**PROVIDER, "x": 0})
    yield case("kid before alg's place", {"alg": "local", "iat": 0, "kid": tiny.kid, "encrypted_key": local["encrypted_key"]})
    yield case("no kid", {name: value for name, value in local.items() if name != "kid"})
    yield case("no time", {name: value for name, value in local.items() if name != "iat"})
    yield case("no wrapped key", {name: value for name, value in local.items() if name != "encrypted_key"})
    yield case("local with a derivation", {"alg": "local", "kid": tiny.kid, "iat": 0, **derived, "encrypted_key": local["encrypted_key"]})
    yield case("time of 10000", {**PROVIDER, "iat": 253402300800})
    yield case("wrapped key of 103 bytes", {**local, "encrypted_key": base64url(bytes(103))})
    yield case("wrapped key of 105 bytes", {**local, "encrypted_key": base64url(bytes(105))})
    yield case("wrapped key of no bytes", {**PROVIDER, "encrypted_key": ""})
    yield case("wrapped key of 8193 bytes", {**PROVIDER, "encrypted_key": base64url(bytes(8193))})
    yield case("wrapped key with other last bits", {**PROVIDER, "encrypted_key": "AB"})
    yield case("passphrase of another kid", {**passphrase, "kid": "Passphrase"})
    yield case("salt of 15 bytes", {**passphrase, "p2s": base64url(bytes(15))})
    yield case("599999 iterations", {**passphrase, "p2c": 599999})
    yield case("4000001 iterations", {**passphrase, "p2c": 4000001})
    yield case("iterations as text", {**passphrase, "p2c": "600000"})
    for name in ["", ".", "-a", "a-", "A", "a" * 65, "a/b", "\u00e9"]:
        yield kid("local", f"local:{name}/1/{'A' * 22}")
    for version in ["0", "01", "-1", "1000000000", "", "\u0661"]:
        yield kid("local", f"local:a/{version}/{'A' * 22}")
    for key_id in ["A" * 21, "A" * 23, "A" * 21 + "B", "A" * 21 + "=", "A" * 21 + "\n"]:
        yield kid("local", f"local:a/1/{key_id}")
    for old, new in [("eu-central-1", "host.example"), ("eu-central-1", "eu-central-10"), ("eu-central-1", "central-1"), ("kms", "s3"),
                     ("1111", "111"), ("key/", "alias/"), ("key/", "KEY/"), ("cde", "cde\n"), (":aws:", ":aws-:")]:
        yield kid("aws-kms", KMS.replace(old, new))
    for text in ["x509:sha256:" + "A" * 64, "x509:sha256:" + "a" * 63, "x509:sha1:" + "a" * 40, "/etc/key.pem"]:
        yield kid("rsa-oaep-256", text)
    for text in ["vault:", "vault:a..b", "vault:a b", "Vault:a", "1v:a", "arn:a", "local:a", "aws-kms:a",
                 "vault:" + "a" * 257, "v" * 33 + ":a", "vault:a\n"]:
        yield kid("provider", text)


def body(tiny):
    good = tiny.envelope()
    start = len(good) - 56 - 5 - 16
    later = writer.protected_header({}, tiny.iat + 1)
    sealed = writer.seal(tiny.kek, b"another context", tiny.data_key, bytes(24))
    other = {**tiny.local, "encrypted_key": base64url(sealed)}
    wrong = writer.local_recipient(tiny.kid, tiny.kek, tiny.fixed("another data key", 32), {}, tiny.iat, bytes(24))
    yield "no body", "BodyTruncated", good[:start]
    yield "body cut off in its commitment", "BodyTruncated", good[:start + 55]
    yield "body without a chunk", "BodyTruncated", good[:start + 56]
    yield "body cut off in its tag", "BodyTruncated", good[:start + 56 + 15]
    yield "body cut off by a byte", "BodyDamaged", good[:-1]
    yield "a byte after the body", "BodyDamaged", good + b"\0"
    yield "tag changed", "BodyDamaged", replaced(good, len(good) - 1, bytes([good[-1] ^ 0x80]))
    yield "data changed", "BodyDamaged", replaced(good, start + 56, bytes([good[start + 56] ^ 1]))
    yield "body's salt changed", "CommitmentMismatch", replaced(good, start, bytes([good[start] ^ 1]))
    yield "body's commitment changed", "CommitmentMismatch", replaced(good, start + 55, bytes([good[start + 55] ^ 1]))
    yield "protected header changed", "CommitmentMismatch", good.replace(tiny.protected, later)
    yield "recipient of another file", "CommitmentMismatch", tiny.envelope(wrong)
    yield "wrapped for another context", "WrappedKeyInvalid", tiny.envelope(other)
    yield "an exported KEK", "WrongEnvelopeType", tiny.envelope(typ="kek-export")


def metadata():
    def case(name, value):
        return name, canonical(value).encode()

    yield "no JSON", b""
    yield "an array", b"[]"
    yield "a blank", b'{"length": 5}'
    yield case("unknown member", {"x": 0})
    yield case("members in another order", {"length": 5, "name": "a"})
    for name in NAMES:
        yield case(f"name {name[:20]!a}", {"name": name})
    yield case("name is a number", {"name": 1})
    yield case("a length that the body has not", {"length": 6})
    yield case("length below zero", {"length": -1})
    yield case("seconds without nanoseconds", {"mtime": 0})
    yield case("nanoseconds without seconds", {"mtime_ns": 0})
    yield case("a second of nanoseconds", {"mtime": 0, "mtime_ns": 10**9})
    yield case("nanoseconds below zero", {"mtime": 0, "mtime_ns": -1})
    yield case("time of 10000", {"mtime": 253402300800, "mtime_ns": 0})
    yield case("time before year 1", {"mtime": -62135596801, "mtime_ns": 0})
    yield case("mode of 512", {"mode": 512})
    yield case("mode below zero", {"mode": -1})
    yield case("mode and attributes", {"mode": 0, "attributes": []})
    yield case("attributes not sorted", {"attributes": ["hidden", "archive"]})
    yield case("attribute twice", {"attributes": ["hidden", "hidden"]})
    yield case("unknown attribute", {"attributes": ["compressed"]})
    yield case("attributes as a word", {"attributes": "hidden"})
