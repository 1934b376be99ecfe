#!/usr/bin/env python3
"""Writes the fixed envelopes of fixtures/ into a folder: fixtures.py FOLDER. The same bytes each time.

Keys and passphrase here are test data, made from a phrase that stands below. They protect nothing.
"""
import hashlib
import json
import os
import sys

import refused
import writer
import xwing

IAT = 1795284000
FUTURE = "from-the-future"
PASSPHRASE = "a passphrase of test data: caf\u00e9"
BEYOND = {
    # UTF-8 sorts U+FF5E before U+1F511; UTF-16 sorts them the other way round.
    "\U0001f511 key": "\U0001f510\U0010ffff",
    "\uff5e tilde": "\u2028\u2029\ufeff\uffff",
    "plain": "",
    "quotes \" and \\ and /": "\"\\/",
    "control \x00\x01\t\r\n\x1f\x7f\x80": "\b\f\n\r\t\x0b\x1e",
    "e\u0301": "NFD",
    "\u00e9": "NFC",
    "\u00c9": "no twin of the key before it: only A to Z have a case",
}


def fixed(label, length):
    """Bytes that stand for random ones."""
    texts = (f"EnvelopeCrypto test data, no secret: {label} {index}" for index in range(-(-length // 32)))
    return b"".join(hashlib.sha256(text.encode()).digest() for text in texts)[:length]


LOCAL_KEK = fixed("local KEK", 32)
LOCAL_KID = "local:test-data/3/" + writer.base64url(fixed("key id", 16))


PAIR_SEED = fixed("pair seed", 32)


class Fixture:
    def __init__(self, name, length, context=None, batch=None, meta=None, data_key=None):
        self.name, self.context, self.batch, self.meta = name, context or {}, batch, meta
        self.plain = self.fixed("plaintext", length)
        self.data_key = data_key or self.fixed("data key", 32)
        sealed = None if meta is None else writer.sealed_metadata(self.data_key, meta, self.fixed("metadata salt", 24))
        self.protected = writer.protected_header(self.context, IAT, batch, sealed)
        self.body = writer.body(self.data_key, self.protected, self.plain, self.fixed("body salt", 24))

    def fixed(self, label, length):
        return fixed(f"{self.name} {label}", length)

    def local(self, kid=LOCAL_KID, kek=LOCAL_KEK, iat=IAT):
        return writer.local_recipient(kid, kek, self.data_key, self.context, iat, self.fixed(f"wrap salt {kid}", 24))

    def stranger(self):
        """A recipient of a local KEK that is nowhere."""
        return self.local("local:lost/1/" + writer.base64url(self.fixed("lost key id", 16)), self.fixed("lost KEK", 32), IAT - 86400)

    def passphrase(self):
        return writer.passphrase_recipient(PASSPHRASE, self.data_key, self.context, IAT, self.fixed("wrap salt", 24), self.fixed("p2s", 16))

    def pair(self):
        public_half = xwing.expand(PAIR_SEED)[2]
        return writer.pair_recipient(public_half, self.data_key, self.context, IAT, self.fixed("pair salt", 24), self.fixed("pair randomness", 64))

    def several(self):
        """One of each kind; those that are not local or a passphrase hold nothing that opens."""
        arn = "arn:aws:kms:eu-central-1:111122223333:key/"
        dummy = writer.base64url(self.fixed("wrapped key", 256))
        return [
            {"alg": FUTURE, "kid": {"any": ["thing", 1, -2, True, False, None]}, "\U0001f680": "\x1f"},
            {"alg": "aws-kms", "kid": arn + "12345678-90ab-cdef-0123-4567890abcde", "iat": IAT, "encrypted_key": dummy},
            {"alg": "aws-kms-rsa-oaep-256", "kid": arn + "mrk-" + "0123456789abcdef" * 2, "iat": IAT, "encrypted_key": dummy},
            {"alg": "rsa-oaep-256", "kid": "x509:sha256:" + self.fixed("public key", 32).hex(), "iat": IAT, "encrypted_key": dummy},
            {"alg": "provider", "kid": "vault:transit/keys/backup", "iat": 0, "encrypted_key": writer.base64url(b"vault:v1:...")},
            self.stranger(),
            self.local(),
            self.passphrase(),
        ]

    def write(self, folder, lists, generations, selected=0, torn=None):
        front = bytearray(writer.header(self.protected, [writer.recipient_list(recipients) for recipients in lists], generations))
        if torn is not None:
            front[torn] ^= 1
        with open(os.path.join(folder, self.name), "xb") as file:
            file.write(front + self.body)
        return {
            "file": self.name,
            "slots": len(lists),
            "selected": selected,
            "generation": generations[selected],
            "slots_agree": torn is None and all(listed == lists[0] for listed in lists),
            "iat": IAT,
            "context": self.context,
            "batch": None if self.batch is None else self.batch.hex(),
            "metadata": self.meta,
            "recipients": [[recipient["alg"], "" if recipient["alg"] == FUTURE else recipient["kid"]] for recipient in lists[selected]],
            "length": len(self.plain),
            "sha256": hashlib.sha256(self.plain).hexdigest(),
        }


def write_envelopes(folder):
    empty = Fixture("empty.evc", 0)
    yield empty.write(folder, [[empty.local()]], [1])

    meta = {"name": "a", "length": 1, "mtime": IAT - 1, "mtime_ns": 5, "mode": 0o640}
    byte = Fixture("one-byte.evc", 1, {"purpose": "backup"}, meta=meta)
    yield byte.write(folder, [[byte.local()]], [1])

    meta = {"name": "\U0001f510 \"quoted\" <name>.tar.gz", "length": 16383, "mtime": -1, "mtime_ns": 999999999, "mode": 0}
    short = Fixture("short-of-a-chunk.evc", 16383, BEYOND, meta=meta)
    yield short.write(folder, [[short.stranger(), short.local()]], [2**64 - 1])

    batch, shared = fixed("batch", 16), fixed("data key of the batch", 32)
    chunk = Fixture("one-chunk.evc", 16384, {"purpose": "backup"}, batch, {"length": 16384}, shared)
    yield chunk.write(folder, [[chunk.passphrase(), chunk.local()]] * 2, [1, 1])

    more = Fixture("one-chunk-and-a-byte.evc", 16385, {"purpose": "backup"}, batch, {}, shared)
    yield more.write(folder, [[more.local()]], [1])

    meta = {"name": "report.xlsx", "mtime": IAT, "mtime_ns": 123456700, "attributes": ["archive", "readonly", "not-content-indexed"]}
    several = Fixture("several-chunks.evc", 100000, {"purpose": "backup", "host": "db-1"}, meta=meta)
    yield several.write(folder, [several.several()], [12])

    newer = Fixture("newer-second-slot.evc", 100, meta={"attributes": []})
    yield newer.write(folder, [[newer.stranger()], [newer.local()]], [7, 8], selected=1)

    pair = Fixture("key-pair.evc", 100, {"purpose": "backup"})
    yield pair.write(folder, [[pair.pair(), pair.local()]], [1])

    # The torn slot claims the higher generation, as one does that a rewrap was writing when the power went.
    torn = Fixture("torn-first-slot.evc", 100)
    yield torn.write(folder, [[torn.stranger(), torn.local()], [torn.local()]], [9, 8], selected=1, torn=4096 + 200)


def save(folder, name, content):
    with open(os.path.join(folder, name), "x", encoding="utf-8", newline="\n") as file:
        rows = ",\n".join(json.dumps(row) for row in content.pop("envelopes"))
        file.write(json.dumps(content, indent=1)[:-2] + ',\n "envelopes": [\n' + rows + "\n]}\n")


def main():
    import token_fixtures  # it needs what stands above
    folder = sys.argv[1]
    with open(os.path.join(folder, "tokens.json"), "x", encoding="utf-8", newline="\n") as file:
        file.write(token_fixtures.text())
    save(folder, "manifest.json", {
        "about": "Fixed envelopes, made by fixtures.py. The keys here are test data; they protect nothing.",
        "local_key": LOCAL_KEK.hex(),
        "passphrase": PASSPHRASE,
        "envelopes": list(write_envelopes(folder)),
    })
    common, envelopes = refused.collect(LOCAL_KID, LOCAL_KEK, fixed, IAT)
    save(folder, "refused.json", {
        "about": "Envelopes that every reader must refuse, each for one fault, made by fixtures.py with the local key of manifest.json.",
        "bytes": "pieces to put together: base64url, [count, byte] for a run of one byte, or one of the parts below",
        "stage": "header: refused without a key; body: when the body is opened; metadata: after that",
        "parts": common,
        "envelopes": envelopes,
    })


if __name__ == "__main__":
    main()
