"""X-Wing as section 5 of docs/format.md writes it out, over a small ML-KEM-768 and the ladder of RFC 7748."""
import hashlib

import mlkem

LABEL = b"\\.//^\\"
SPKI = bytes.fromhex("308204d4300d060b2b0601040183e62d81c87a038204c100")
P = 2**255 - 19


def x25519(scalar, point):
    """RFC 7748, section 5. A result of zeros is one like any other."""
    k = int.from_bytes(scalar, "little") & ~7 & (1 << 255) - 1 | 1 << 254
    u = (int.from_bytes(point, "little") & (1 << 255) - 1) % P
    x2, z2, x3, z3 = 1, 0, u, 1
    for bit in range(254, -1, -1):
        if k >> bit & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        e, da, cb = a * a - b * b, d * a, c * b
        x3, z3 = (da + cb) ** 2 % P, u * (da - cb) ** 2 % P
        x2, z2 = a * a * b * b % P, e * (a * a + 121665 * e) % P
        if k >> bit & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def expand(seed):
    """ML-KEM's decapsulation key, the X25519 scalar and the public half of a private half's 32 bytes."""
    expanded = hashlib.shake_256(seed).digest(96)
    secret, scalar = mlkem.generate(expanded[:64]), expanded[64:]
    return secret, scalar, mlkem.public_of(secret) + x25519(scalar, (9).to_bytes(32, "little"))


def combine(*parts):
    return hashlib.sha3_256(b"".join(parts) + LABEL).digest()


def encapsulate(public, randomness):
    """Ciphertext and secret, with 64 random bytes."""
    ephemeral = x25519(randomness[32:], (9).to_bytes(32, "little"))
    ciphertext, secret = mlkem.encapsulate(public[:1184], randomness[:32])
    return ciphertext + ephemeral, combine(secret, x25519(randomness[32:], public[1184:]), ephemeral, public[1184:])


def decapsulate(seed, ciphertext):
    secret, scalar, public = expand(seed)
    point = ciphertext[1088:]
    return combine(mlkem.decapsulate(secret, ciphertext[:1088]), x25519(scalar, point), point, public[1184:])


def kid(public):
    """How a recipient names a public half."""
    return "pub:sha256:" + hashlib.sha256(SPKI + public).hexdigest()
