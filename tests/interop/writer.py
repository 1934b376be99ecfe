#!/usr/bin/env python3
"""Writes envelopes by docs/format.md, without the engine. Needs Python 3.9 and the package "cryptography".

As a program it makes one envelope of a file; fixtures.py and example.py use its parts.
"""
import argparse
import hashlib
import json
import os
import time
import unicodedata

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import xwing
from grammar import base64url, canonical
from reader import MAGIC, derive, public_hash, read, wrap_context


def seal(key, context, plain, salt):
    """A Cobblestone-256 message."""
    chunk_key, nonce, commitment = derive(key, context, salt)
    cipher = AESGCM(chunk_key)
    # The end of the range is one past the length, so that a full last chunk is followed by an empty one.
    starts = range(0, len(plain) + 1, 16384)
    chunks = (cipher.encrypt((nonce ^ index).to_bytes(12, "big"), plain[at:at + 16384], None) for index, at in enumerate(starts))
    return salt + commitment + b"".join(chunks)


def protected_header(context, iat, batch=None, meta=None, typ="file"):
    ordered = dict(sorted(context.items(), key=lambda pair: pair[0].encode()))
    header = {"enc": "Cobblestone-256", "typ": typ, "ctx": ordered, "iat": iat}
    if batch is not None:
        header["batch"] = base64url(batch)
    if meta is not None:
        header["meta"] = base64url(meta)
    return canonical(header).encode()


def sealed_recipient(algorithm, kid, kek, data_key, context, iat, salt, **derivation):
    ordered = dict(sorted(context.items(), key=lambda pair: pair[0].encode()))
    wrapped = seal(kek, wrap_context(algorithm, kid, ordered), data_key, salt)
    return {"alg": algorithm, "kid": kid, "iat": iat, **derivation, "encrypted_key": base64url(wrapped)}


def local_recipient(kid, kek, data_key, context, iat, salt):
    return sealed_recipient("local", kid, kek, data_key, context, iat, salt)


def passphrase_recipient(passphrase, data_key, context, iat, salt, p2s, iterations=600000):
    kek = hashlib.pbkdf2_hmac("sha512", unicodedata.normalize("NFC", passphrase).encode(), p2s, iterations, 32)
    return sealed_recipient("pbkdf2-sha512", "passphrase", kek, data_key, context, iat, salt, p2s=base64url(p2s), p2c=iterations)


def rsa_recipient(public_key, data_key, iat):
    wrapped = public_key.encrypt(data_key, padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None))
    kid = "x509:sha256:" + public_hash(public_key)
    return {"alg": "rsa-oaep-256", "kid": kid, "iat": iat, "encrypted_key": base64url(wrapped)}


def pair_recipient(public_half, data_key, context, iat, salt, randomness):
    """For the public half of a key pair, 1,216 bytes; with 64 random bytes."""
    ordered = dict(sorted(context.items(), key=lambda pair: pair[0].encode()))
    kid, (ciphertext, secret) = xwing.kid(public_half), xwing.encapsulate(public_half, randomness)
    wrapped = ciphertext + seal(secret, wrap_context("x-wing", kid, ordered), data_key, salt)
    return {"alg": "x-wing", "kid": kid, "iat": iat, "encrypted_key": base64url(wrapped)}


def recipient_list(recipients):
    return canonical({"recipients": recipients}).encode()


def slot(generation, listed, size):
    content = (generation.to_bytes(8, "big") + len(listed).to_bytes(4, "big") + listed).ljust(size - 32, b"\0")
    return content + hashlib.sha256(content).digest()


def fixed_part(slots, protected_length, slot_size):
    end = 24 + protected_length
    offset = end if slots == 1 else round_up(end)
    return MAGIC + bytes([1, slots, 0, 0]) + b"".join(number.to_bytes(4, "big") for number in (protected_length, offset, slot_size))


def round_up(size):
    return -(-size // 4096) * 4096


def header(protected, lists, generations):
    """Everything before the body; one list of recipients for each slot."""
    longest = 44 + max(len(listed) for listed in lists)
    size = longest if len(lists) == 1 else round_up(longest + 2048)
    front = fixed_part(len(lists), len(protected), size) + protected
    if len(lists) == 2:
        front = front.ljust(round_up(len(front)), b"\0")
    return front + b"".join(slot(generation, listed, size) for generation, listed in zip(generations, lists))


def body(data_key, protected, plain, salt):
    return seal(data_key, b"evc/v1 file\0" + hashlib.sha512(MAGIC + b"\1" + protected).digest(), plain, salt)


def sealed_metadata(data_key, meta, salt):
    return seal(data_key, b"evc/v1 metadata", canonical(meta).encode(), salt)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("input")
    options.add_argument("output")
    options.add_argument("--rsa-key", required=True, metavar="FILE", help="the public key to wrap to, PEM")
    options.add_argument("--context", type=json.loads, default={}, metavar="JSON", help="the encryption context: an object of strings")
    options.add_argument("--meta", type=json.loads, metavar="JSON", help="the metadata to seal, members in the order of the format")
    options.add_argument("--slots", type=int, choices=(1, 2), default=1)
    given = options.parse_args()
    data_key, iat = os.urandom(32), int(time.time())
    meta = None if given.meta is None else sealed_metadata(data_key, given.meta, os.urandom(24))
    protected = protected_header(given.context, iat, meta=meta)
    listed = recipient_list([rsa_recipient(serialization.load_pem_public_key(read(given.rsa_key)), data_key, iat)])
    with open(given.output, "xb") as file:
        file.write(header(protected, [listed] * given.slots, [1] * given.slots))
        file.write(body(data_key, protected, read(given.input), os.urandom(24)))


if __name__ == "__main__":
    main()
