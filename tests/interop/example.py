#!/usr/bin/env python3
"""Prints the worked example of docs/format.md, in its three blocks: the steps, the bytes of the envelope, and a wrap for a key pair."""
import hashlib

import mlkem
import writer
import xwing
from grammar import base64url, canonical, context_bytes, unbase64
from reader import derive, wrap_context

KEK, DATA_KEY = bytes(range(0x00, 0x20)), bytes(range(0x20, 0x40))
WRAP_SALT, META_SALT, BODY_SALT = bytes(range(0x40, 0x58)), bytes(range(0x60, 0x78)), bytes(range(0x80, 0x98))
KID = "local:example/1/" + base64url(bytes(range(0xf0, 0x100)))
CONTEXT = {"purpose": "example"}
META = {"name": "hello.txt", "length": 6, "mtime": 1795280400, "mtime_ns": 500000000, "mode": 0o640}
IAT = 1795284000
PLAIN = b"hello\n"

# Of the recipient for a key pair, beside the envelope: the same data key in the same context.
SEED, RANDOMNESS, PAIR_SALT = bytes(range(0xa0, 0xc0)), bytes(range(0xc0, 0x100)), bytes(range(0x00, 0x18))

SEALED_META = writer.sealed_metadata(DATA_KEY, META, META_SALT)
PROTECTED = writer.protected_header(CONTEXT, IAT, meta=SEALED_META)
BODY_CONTEXT = b"evc/v1 file\0" + hashlib.sha512(writer.MAGIC + b"\1" + PROTECTED).digest()
RECIPIENT = writer.local_recipient(KID, KEK, DATA_KEY, CONTEXT, IAT, WRAP_SALT)
LISTED = writer.recipient_list([RECIPIENT])
HEADER = writer.header(PROTECTED, [LISTED], [1])
BODY = writer.body(DATA_KEY, PROTECTED, PLAIN, BODY_SALT)


def lines(label, data):
    """32 bytes a line, in hexadecimal; the label stands above."""
    return [f"# {label}"] + [data[at:at + 32].hex() for at in range(0, len(data), 32)]


def message_lines(label, message):
    parts = [("salt", message[:24]), ("commitment", message[24:56]), ("chunk 0 and its tag", message[56:])]
    return [line for part, data in parts for line in lines(f"{label}: {part}", data)]


def steps():
    yield from lines("KEK", KEK)
    yield from lines("data key", DATA_KEY)
    for label, key, context, salt in [
        ("wrap", KEK, wrap_context("local", KID, CONTEXT), WRAP_SALT),
        ("metadata", DATA_KEY, b"evc/v1 metadata", META_SALT),
        ("body", DATA_KEY, BODY_CONTEXT, BODY_SALT),
    ]:
        chunk_key, nonce, commitment = derive(key, context, salt)
        yield from lines(f"context of the {label}", context)
        yield from lines(f"key of the {label}", chunk_key)
        yield from lines(f"base nonce of the {label}", nonce.to_bytes(12, "big"))
        yield from lines(f"commitment of the {label}", commitment)
    yield from lines("encryption context as bytes", context_bytes(CONTEXT))
    yield from lines("metadata before it is sealed: " + canonical(META), canonical(META).encode())
    yield from message_lines("sealed metadata", SEALED_META)


def envelope():
    yield from lines("magic", HEADER[:8])
    yield from lines("version 1, one slot, two zero bytes", HEADER[8:12])
    yield from lines(f"length of the protected header: {len(PROTECTED)}", HEADER[12:16])
    yield from lines(f"offset of the slot: 24 + {len(PROTECTED)} = {24 + len(PROTECTED)}", HEADER[16:20])
    yield from lines(f"size of the slot: 44 + {len(LISTED)} = {44 + len(LISTED)}", HEADER[20:24])
    yield from lines("protected header: " + PROTECTED.decode(), PROTECTED)
    slot = HEADER[24 + len(PROTECTED):]
    yield from lines("generation 1", slot[:8])
    yield from lines(f"length of the recipients: {len(LISTED)}", slot[8:12])
    yield from lines("recipients: " + LISTED.decode(), LISTED)
    yield from lines("SHA-256 of the slot up to here", slot[-32:])
    yield from message_lines("body", BODY)


def pair_steps():
    secret, scalar, public = xwing.expand(SEED)
    ciphertext, shared = xwing.encapsulate(public, RANDOMNESS)
    kid = xwing.kid(public)
    chunk_key, nonce, commitment = derive(shared, wrap_context("x-wing", kid, CONTEXT), PAIR_SALT)
    recipient = writer.pair_recipient(public, DATA_KEY, CONTEXT, IAT, PAIR_SALT, RANDOMNESS)
    yield from lines("seed", SEED)
    yield from lines("SHAKE-256 of the seed, 96 bytes: d, z, X25519 scalar", hashlib.shake_256(SEED).digest(96))
    yield from lines("public half: ML-KEM-768 encapsulation key (1,184 bytes), X25519 point (32)", public)
    yield "# kid: " + kid
    yield from lines("randomness: 32 bytes for ML-KEM-768, the scalar of the ephemeral point", RANDOMNESS)
    yield from lines("secret of ML-KEM-768", mlkem.decapsulate(secret, ciphertext[:1088]))
    yield from lines("secret of X25519", xwing.x25519(scalar, ciphertext[1088:]))
    yield from lines("secret of X-Wing", shared)
    yield from lines("context of the wrap", wrap_context("x-wing", kid, CONTEXT))
    yield from lines("key of the wrap", chunk_key)
    yield from lines("base nonce of the wrap", nonce.to_bytes(12, "big"))
    yield from lines("commitment of the wrap", commitment)
    yield from lines("wrapped key: ciphertext of ML-KEM-768 (1,088 bytes), ephemeral point (32), message (104)", unbase64(recipient["encrypted_key"], 1224, 1224))


if __name__ == "__main__":
    print("```text", *steps(), "```", sep="\n")
    print()
    print("```hex", *envelope(), "```", sep="\n")
    print()
    print("```text", *pair_steps(), "```", sep="\n")
