"""ML-KEM-768 (FIPS 203), small and slow: for tests, since few libraries have it. It does not run in constant time."""
import hashlib
import hmac

Q, N, K, D_U, D_V = 3329, 256, 3, 10, 4
ETA = 2  # of the key and of the encryption alike
SECRET_KEY, PUBLIC_KEY, CIPHERTEXT = 2400, 1184, 1088


def bit_reversed(number):
    return int(f"{number:07b}"[::-1], 2)


ZETAS = [pow(17, bit_reversed(index), Q) for index in range(128)]
GAMMAS = [pow(17, 2 * bit_reversed(index) + 1, Q) for index in range(128)]


def byte_encode(values, bits):
    return sum(value << (bits * index) for index, value in enumerate(values)).to_bytes(32 * bits, "little")


def byte_decode(data, bits):
    number = int.from_bytes(data, "little")
    return [number >> (bits * index) & (1 << bits) - 1 for index in range(N)]


def compress(values, bits):
    return [((value << bits + 1) + Q) // (2 * Q) % (1 << bits) for value in values]


def decompress(values, bits):
    return [(value * Q * 2 + (1 << bits)) >> bits + 1 for value in values]


def ntt(values):
    values, index, length = list(values), 1, 128
    while length >= 2:
        for start in range(0, N, 2 * length):
            zeta, index = ZETAS[index], index + 1
            for at in range(start, start + length):
                step = zeta * values[at + length] % Q
                values[at], values[at + length] = (values[at] + step) % Q, (values[at] - step) % Q
        length //= 2
    return values


def inverse_ntt(values):
    values, index, length = list(values), 127, 2
    while length <= 128:
        for start in range(0, N, 2 * length):
            zeta, index = ZETAS[index], index - 1
            for at in range(start, start + length):
                low, high = values[at], values[at + length]
                values[at], values[at + length] = (low + high) % Q, zeta * (high - low) % Q
        length *= 2
    return [value * 3303 % Q for value in values]  # 3303 is 1/128


def multiply(left, right):
    product = []
    for index, gamma in enumerate(GAMMAS):
        a0, a1, b0, b1 = *left[2 * index:2 * index + 2], *right[2 * index:2 * index + 2]
        product += [(a0 * b0 + a1 * b1 * gamma) % Q, (a0 * b1 + a1 * b0) % Q]
    return product


def add(*polynomials):
    return [sum(values) % Q for values in zip(*polynomials)]


def dot(left, right):
    return add(*(multiply(a, b) for a, b in zip(left, right)))


def sample_ntt(seed):
    """Uniform values below Q from SHAKE-128."""
    stream, values = hashlib.shake_128(seed).digest(4096), []
    for at in range(0, len(stream), 3):
        first, second, third = stream[at:at + 3] if at + 3 <= len(stream) else (255, 255, 255)
        values += [value for value in (first + 256 * (second % 16), second // 16 + 16 * third) if value < Q]
    return values[:N]


def sample_noise(seed, count):
    """The centred binomial distribution, from SHAKE-256."""
    bits = byte_decode(hashlib.shake_256(seed + bytes([count])).digest(64 * ETA), 2 * ETA)
    return [((v & 1) + (v >> 1 & 1) - (v >> 2 & 1) - (v >> 3 & 1)) % Q for v in bits]


def matrix(rho):
    return [[sample_ntt(rho + bytes([column, row])) for column in range(K)] for row in range(K)]


def g(data):
    digest = hashlib.sha3_512(data).digest()
    return digest[:32], digest[32:]


def generate(seed):
    """Decapsulation key of a seed d || z; the encapsulation key stands in it from 1152 to 2336."""
    d, z = seed[:32], seed[32:]
    rho, sigma = g(d + bytes([K]))
    a = matrix(rho)
    s, e = ([ntt(sample_noise(sigma, count)) for count in range(first, first + K)] for first in (0, K))
    t = [add(dot(a[row], s), e[row]) for row in range(K)]
    public = b"".join(byte_encode(row, 12) for row in t) + rho
    return b"".join(byte_encode(row, 12) for row in s) + public + hashlib.sha3_256(public).digest() + z


def public_of(secret):
    return secret[1152:2336]


def is_sound(public):
    """The check of FIPS 203, 7.2."""
    return len(public) == PUBLIC_KEY and all(value < Q for at in range(0, 1152, 384) for value in byte_decode(public[at:at + 384], 12))


def encrypt(public, message, randomness):
    t, a = [byte_decode(public[at:at + 384], 12) for at in range(0, 1152, 384)], matrix(public[1152:])
    y = [ntt(sample_noise(randomness, count)) for count in range(K)]
    u = [add(inverse_ntt(dot([a[row][column] for row in range(K)], y)), sample_noise(randomness, K + column)) for column in range(K)]
    v = add(inverse_ntt(dot(t, y)), sample_noise(randomness, 2 * K), decompress(byte_decode(message, 1), 1))
    return b"".join(byte_encode(compress(row, D_U), D_U) for row in u) + byte_encode(compress(v, D_V), D_V)


def encapsulate(public, message):
    """Ciphertext and secret, with 32 random bytes."""
    secret, randomness = g(message + hashlib.sha3_256(public).digest())
    return encrypt(public, message, randomness), secret


def decapsulate(secret, ciphertext):
    s = [byte_decode(secret[at:at + 384], 12) for at in range(0, 1152, 384)]
    u = [decompress(byte_decode(ciphertext[at:at + 320], D_U), D_U) for at in range(0, 960, 320)]
    v = decompress(byte_decode(ciphertext[960:], D_V), D_V)
    noisy = [(left - right) % Q for left, right in zip(v, inverse_ntt(dot(s, [ntt(row) for row in u])))]
    message = byte_encode(compress(noisy, 1), 1)
    key, randomness = g(message + secret[2336:2368])
    same = hmac.compare_digest(encrypt(public_of(secret), message, randomness), ciphertext)
    return key if same else hashlib.shake_256(secret[2368:] + ciphertext).digest(32)
