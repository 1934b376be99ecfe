#!/usr/bin/env python3
"""Opens an envelope: a reader written from docs/format.md alone. Needs Python 3.9 and the package "cryptography".

The whole file is held in memory, and nothing is put out before all of it was verified.
"""
import argparse
import hashlib
import hmac
import json
import sys
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import xwing
from grammar import Fault, check_metadata, check_protected, check_recipients, context_bytes, parse, require, unbase64

MAGIC = b"\x89EVC\r\n\x1a\n"
CHUNK = 16384 + 16


class Header:
    """Fixed part, protected header and slots, from the front of an envelope's bytes."""

    def __init__(self, data):
        require(data, "the file is empty", "EmptyFile")
        require(data[:8] == MAGIC[:len(data)], "this is not an envelope", "NotAnEnvelope")
        require(len(data) <= 8 or data[8] == 1, "an unknown version", "UnsupportedVersion")
        require(len(data) >= 24, "the header is cut off")
        count, length, offset, size = data[9], *(int.from_bytes(data[at:at + 4], "big") for at in (12, 16, 20))
        end = 24 + length
        require(count in (1, 2) and data[10:12] == b"\0\0" and 1 <= length <= 65536, "the fixed part breaks a rule")
        require(offset == (end if count == 1 else -(-end // 4096) * 4096), "the slots stand elsewhere")
        require(44 < size <= 2**20 and (count == 1 or size % 4096 == 0), "the slots have a wrong size")
        self.body_offset = offset + count * size
        require(len(data) >= self.body_offset, "the header is cut off")

        self.protected = parse(data[24:end])
        check_protected(self.protected)
        require(not any(data[end:offset]), "the gap is not zero")
        self.body_context = b"evc/v1 file\0" + hashlib.sha512(data[:9] + data[24:end]).digest()

        slots = [data[at:at + size] for at in range(offset, self.body_offset, size)]
        slot = select(slots)
        self.generation, length = int.from_bytes(slot[:8], "big"), int.from_bytes(slot[8:12], "big")
        require(self.generation > 0 and (length == size - 44 or count == 2 and length < size - 44), "the slot breaks a rule")
        require(not any(slot[12 + length:-32]), "the slot's padding is not zero")
        listed = parse(slot[12:12 + length])
        check_recipients(listed)
        self.recipients, self.slots, self.slots_agree = listed["recipients"], count, slots[0] == slots[-1]


def select(slots):
    """The slot to read: of those with a right digest the one of the highest generation."""
    right = [slot for slot in slots if hashlib.sha256(slot[:-32]).digest() == slot[-32:]]
    require(right, "no recipient slot is whole", "RecipientsDamaged")
    right.sort(key=lambda slot: slot[:8])
    require(len({slot[:8] for slot in right}) == len(set(right)), "two slots of one generation differ", "RecipientsForked")
    return right[-1]


def derive(key, context, salt):
    """Key, base nonce and commitment of a Cobblestone-256 message."""
    require(len(key) == 32, "a key has not 32 bytes", "WrappedKeyInvalid")
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context
    first = hmac.digest(key, info + b"\1", "sha512")
    expanded = first + hmac.digest(key, first + info + b"\2", "sha512")
    return expanded[:32], int.from_bytes(expanded[32:44], "big"), expanded[44:76]


def open_message(key, context, message):
    """The plaintext of a Cobblestone-256 message."""
    require(len(message) >= 56, "the message is cut off before its first chunk", "BodyTruncated")
    chunk_key, nonce, commitment = derive(key, context, message[:24])
    require(hmac.compare_digest(commitment, message[24:56]), "the key does not fit", "CommitmentMismatch")
    cipher, plain = AESGCM(chunk_key), []
    # A last chunk that is full has an empty one after it, which is then missing.
    for index, at in enumerate(range(56, len(message) + 1, CHUNK)):
        require(len(message) - at >= 16, f"the message is cut off in or before chunk {index}", "BodyTruncated")
        try:
            plain.append(cipher.decrypt((nonce ^ index).to_bytes(12, "big"), message[at:at + CHUNK], None))
        except InvalidTag as failure:
            raise Fault("BodyDamaged", f"chunk {index} is damaged") from failure
    return b"".join(plain)


class Keys:
    def __init__(self, local=None, rsa=None, passphrase=None, seed=None):
        self.local, self.rsa, self.seed = local, rsa, seed
        self.passphrase = unicodedata.normalize("NFC", passphrase).encode() if passphrase else None

    def unwrap(self, recipient, context):
        """The data key, or None when no key here serves this recipient."""
        algorithm, kid = recipient["alg"], recipient.get("kid")
        if algorithm == "rsa-oaep-256" and self.rsa and kid == "x509:sha256:" + public_hash(self.rsa.public_key()):
            oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
            return self.rsa.decrypt(unbase64(recipient["encrypted_key"], 1, 8192), oaep)
        if algorithm == "x-wing" and self.seed and kid == xwing.kid(xwing.expand(self.seed)[2]):
            wrapped = unbase64(recipient["encrypted_key"], 1224, 1224)
            return open_message(xwing.decapsulate(self.seed, wrapped[:1120]), wrap_context(algorithm, kid, context), wrapped[1120:])
        if algorithm == "local" and self.local:
            kek = self.local
        elif algorithm == "pbkdf2-sha512" and self.passphrase:
            kek = hashlib.pbkdf2_hmac("sha512", self.passphrase, unbase64(recipient["p2s"], 16, 16), recipient["p2c"], 32)
        else:
            return None
        return open_message(kek, wrap_context(algorithm, kid, context), unbase64(recipient["encrypted_key"], 104, 104))


def public_hash(key):
    return hashlib.sha256(key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def wrap_context(algorithm, kid, context):
    return b"evc/v1 wrap\0" + algorithm.encode() + b"\0" + kid.encode() + b"\0" + context_bytes(context)


def find_data_key(header, body, keys):
    """The first data key whose commitment is the body's."""
    require(len(body) >= 56, "the body is cut off before its first chunk", "BodyTruncated")
    errors = set()
    for recipient in header.recipients:
        try:
            key = keys.unwrap(recipient, header.protected["ctx"])
            if key is not None and hmac.compare_digest(derive(key, header.body_context, body[:24])[2], body[24:56]):
                return key
            errors.add("NoRecipientOpened" if key is None else "CommitmentMismatch")
        except (Fault, ValueError):
            errors.add("WrappedKeyInvalid")  # ValueError is how RSA says that a wrapped key does not open
    error = "CommitmentMismatch" if "CommitmentMismatch" in errors else errors.pop() if len(errors) == 1 else "NoRecipientOpened"
    raise Fault(error, "no recipient opened it with the keys given")


def open_metadata(sealed, key, body_length):
    try:
        meta = parse(open_message(key, b"evc/v1 metadata", sealed))
        check_metadata(meta, body_length)
        return meta
    except Fault as fault:
        raise Fault("MetadataInvalid", fault.args[1]) from fault


def open_envelope(data, keys):
    """Header, plaintext, and metadata or None; a Fault unless all of it is right."""
    header = Header(data)
    require(header.protected["typ"] == "file", "this envelope holds no file", "WrongEnvelopeType")
    body, sealed = data[header.body_offset:], header.protected.get("meta")
    key = find_data_key(header, body, keys)
    plain = open_message(key, header.body_context, body)
    return header, plain, open_metadata(unbase64(sealed, 72, 8192), key, len(plain)) if sealed else None


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("envelope")
    options.add_argument("--local-key", type=bytes.fromhex, metavar="HEX", help="a KEK of the local keyring")
    options.add_argument("--rsa-key", metavar="FILE", help="a private key: PEM without a passphrase")
    options.add_argument("--pair-seed", type=bytes.fromhex, metavar="HEX", help="the private half of a key pair")
    options.add_argument("--passphrase-file", metavar="FILE", help="the passphrase in UTF-8; a newline at its end is left out")
    options.add_argument("--inspect", action="store_true", help="print the header as JSON; given a key, verify the rest too")
    options.add_argument("-o", "--output", metavar="FILE", help="where the plaintext goes, if not to standard output")
    given = options.parse_args()
    rsa = serialization.load_pem_private_key(read(given.rsa_key), None) if given.rsa_key else None
    passphrase = read(given.passphrase_file).decode().removesuffix("\n").removesuffix("\r") if given.passphrase_file else None
    data = read(given.envelope)
    if given.inspect and not (given.local_key or rsa or passphrase or given.pair_seed):
        header, plain, meta = Header(data), None, None
    else:
        header, plain, meta = open_envelope(data, Keys(given.local_key, rsa, passphrase, given.pair_seed))
    if given.inspect:
        print(json.dumps({**vars(header), "body_context": header.body_context.hex(), "metadata": meta}, indent=2))
    if plain is not None and given.output:
        with open(given.output, "xb") as file:
            file.write(plain)
    elif not given.inspect:
        sys.stdout.buffer.write(plain)


if __name__ == "__main__":
    try:
        main()
    except Fault as fault:
        sys.exit(": ".join(fault.args))
    except (OSError, ValueError) as failure:
        sys.exit(f"{type(failure).__name__}: {failure}".replace("\n", " "))
