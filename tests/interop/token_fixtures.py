"""The fixed tokens of fixtures/tokens.json: some that open, and many that must be refused, each for one fault."""
import json

import tokens
import writer
from fixtures import IAT, LOCAL_KEK, LOCAL_KID, fixed
from grammar import base64url, canonical, unbase64

DATA_KEY = fixed("data key of tokens", 32)
BATCH = fixed("batch of tokens", 16)
CONTEXT = {"table": "users"}
BOUND = {"id": "17", "e\u0301": "", "\U0001f511": None, "\uff5e": "\u2028 \U0001f510"}
VALUES = [
    ("text", "123-45-6789"), ("text", ""), ("text", "\U0001f510 \"quoted\"\n\0"), ("bytes", b"\0\xff\x80"), ("bytes", b""), ("bool", "True"), ("bool", "False"),
    ("int32", "-2147483648"), ("int64", "9223372036854775807"), ("decimal", "1.10"), ("decimal", "-79228162514264337593543950335"),
    ("double", "0.1"), ("double", "NaN"), ("double", "-Infinity"), ("double", "1E-323"), ("datetime", "2026-11-21T17:00:00.5000001Z"),
    ("double", "1E+17"), ("double", "10000000000000000"), ("double", "99999999999999980"), ("double", "1.2345678901234568E+17"), ("double", "0.0001"),
    ("double", "1E-05"), ("double", "-0"), ("decimal", "0.00"), ("decimal", "0.0000000000000000000000000001"),
    ("datetime", "2026-11-21T17:00:00.1234567+01:00"), ("datetime", "2026-11-21T17:00:00.0000000-09:30"), ("datetime", "2026-11-21T17:00:00.0000000+00:00"),
    ("datetime", "0001-01-01T00:00:00.0000000"), ("datetimeoffset", "9999-12-31T23:59:59.9999999+14:00"), ("guid", "00112233-4455-6677-8899-aabbccddeeff"),
    ("securestring", "correct horse \U0001f510\0"), ("securestring", ""),
    ("pscredential", b"\0\0\0\x08CORP\\ann" + "p\u00e4ss".encode()), ("pscredential", b"\0\0\0\x01x"),
]


def recipient(context, data_key=DATA_KEY, salt="token"):
    return writer.local_recipient(LOCAL_KID, LOCAL_KEK, data_key, context, IAT, fixed(f"wrap salt {salt}", 24))


def token(val="text", plain=b"hello", context=None, field=None, bound=None, batch=None, header=None, recipients=None, salt="salt"):
    header = header or tokens.protected(val, IAT, context, batch, field, bound or {})
    return tokens.write(header, recipients or [recipient(context or {})], DATA_KEY, plain, fixed(f"token {salt}", 24), bound)


def sound():
    for number, (val, value) in enumerate(VALUES):
        plain = value if isinstance(value, bytes) else value.encode()
        yield {"token": token(val, plain, salt=str(number)), "type": val, "value": base64url(plain)}
    plain = base64url(b"hello")
    yield {"token": token(context=CONTEXT, field="ssn", bound=BOUND, batch=BATCH), "field": "ssn", "bound": BOUND, "type": "text", "value": plain}
    yield {"token": token(field="\U0001f511"), "field": "\U0001f511", "type": "text", "value": plain}
    others = [{"alg": "from-the-future", "kid": 1}, recipient({}, fixed("another data key", 32), "false"), recipient({})]
    yield {"token": token(recipients=others), "type": "text", "value": plain}
    for length in (16383, 16384, 40000):
        long = fixed(f"long value {length}", length)
        yield {"token": token("bytes", long, salt=str(length)), "type": "bytes", "value": base64url(long)}


def text_of(good):
    """Faults of the text itself."""
    start, header, listed, body = good.split(".")
    join = ".".join
    yield "nothing", "NotAToken", ""
    yield "some text", "NotAToken", "hello"
    yield "the version alone", "NotAToken", "evc1"
    yield "capitals", "NotAToken", "EVC" + good[3:]
    yield "version 2", "UnsupportedVersion", "evc2" + good[4:]
    yield "version 10", "UnsupportedVersion", "evc10" + good[4:]
    for name, before, after in [("a blank before", " ", ""), ("a newline after", "", "\n"), ("quotes around", '"', '"'), ("quotes and blanks", " '", "' "),
                                ("blanks, quotes and blanks", "\t\u00a0\"' ", " \"\u3000\r\n"), ("a next line before", "\u0085", "")]:
        yield name, "TokenInvalid", before + good + after
    for name, before in [("a byte-order mark before", "\ufeff"), ("a space of no width before", "\u200b"), ("a unit separator before", "\x1f"), ("a zero byte before", "\0"),
                         ("quotes around a blank and quotes", "\" \""), ("typographic quotes around", "\u201c")]:
        yield name, "NotAToken", before + good
    yield "only its start", "TokenInvalid", "evc1."
    yield "no body", "TokenInvalid", join([start, header, listed])
    yield "an empty body", "TokenInvalid", join([start, header, listed, ""])
    yield "an empty header", "TokenInvalid", join([start, "", listed, body])
    yield "empty recipients", "TokenInvalid", join([start, header, "", body])
    yield "a part too many", "TokenInvalid", good + ".AA"
    yield "a dot at its end", "TokenInvalid", good + "."
    yield "padding", "TokenInvalid", join([start, header, listed, body + "="])
    yield "a blank inside", "TokenInvalid", join([start, header, listed, body[:40] + " " + body[40:]])
    yield "a line break inside", "TokenInvalid", join([start, header, listed, body[:76] + "\n" + body[76:]])
    yield "letters of base64", "TokenInvalid", join([start, header, listed, body[:-4] + "+/+/"])
    yield "cut off in its preamble", "TokenInvalid", join([start, header, listed, body[:60]])
    yield "cut off by a byte", "BodyDamaged", join([start, header, listed, base64url(unbase64(body, 0, 99)[:-1])])
    yield "cut off by a letter", "TokenInvalid", good[:-1]
    yield "body of another length than any", "TokenInvalid", join([start, header, listed, base64url(bytes(71))])
    yield "body changed", "BodyDamaged", join([start, header, listed, body[:-8] + ("A" if body[-8] != "A" else "B") + body[-7:]])
    yield "salt changed", "CommitmentMismatch", join([start, header, listed, ("A" if body[0] != "A" else "B") + body[1:]])


def header_of():
    """Faults of the protected header, all of them with a body that is made for it."""
    base = {"enc": "Cobblestone-256", "typ": "token", "ctx": {}, "iat": IAT, "val": "text"}

    def case(name, error, changed):
        return name, error, token(header=changed if isinstance(changed, bytes) else canonical(changed).encode())

    yield case("header of a file", "WrongEnvelopeType", {**base, "typ": "file"})
    yield case("header of an exported KEK", "WrongEnvelopeType", {"enc": "Cobblestone-256", "typ": "kek-export", "ctx": {}, "iat": IAT})
    yield case("another cipher", "UnsupportedVersion", {**base, "enc": "AES"})
    yield case("another type", "UnsupportedVersion", {**base, "val": "int128"})
    yield case("type that is no word", "TokenInvalid", {**base, "val": "Text"})
    yield case("no type", "TokenInvalid", {name: value for name, value in base.items() if name != "val"})
    yield case("members in another order", "TokenInvalid", dict(reversed(base.items())))
    yield case("metadata", "TokenInvalid", {**base, "meta": base64url(bytes(72))})
    yield case("a member too many", "TokenInvalid", {**base, "x": 1})
    yield case("white space", "TokenInvalid", canonical(base).replace(":", ": ", 1).encode())
    yield case("a time of 10000", "TokenInvalid", {**base, "iat": 253402300800})
    yield case("an empty key of the context", "TokenInvalid", {**base, "ctx": {"": "x"}})
    yield case("context not sorted", "TokenInvalid", {**base, "ctx": {"b": "", "a": ""}})
    yield case("empty field", "TokenInvalid", {**base, "field": ""})
    yield case("long field", "TokenInvalid", {**base, "field": "f" * 1025})
    yield case("field is a number", "TokenInvalid", {**base, "field": 1})
    for name, bound in [("to nothing", []), ("to a name twice", ["a", "a"]), ("to names not sorted", ["b", "a"]), ("to no names", [1]), ("to an empty name", [""]),
                        ("to 65 names", [f"{i:02}" for i in range(65)]), ("to names in the order of UTF-16", ["\U0001f511", "\uff5e"])]:
        yield case(f"bound {name}", "TokenInvalid", {**base, "bound": bound})


def values():
    """Sound tokens of values that are not of their type."""
    good = "2026-11-21T17:00:00.0000000"
    for val, texts in {
        "bool": ["true", "TRUE", "1", " True"],
        "int32": ["2147483648", "01", "-0", "+1", "1 ", ""],
        "int64": ["1.0", "9223372036854775808", "1E3"],
        "decimal": ["1,5", "-0.00", "-0", "00.1", ".5", "1.", "+1", "1E2", "79228162514264337593543950336", "0.00000000000000000000000000001"],
        "double": ["", "1E+16", "100000000000000000", "0.00001", "1E-5", "1E17", "1E+017", "1e+17", "0.10", "1.0", "+1", "nan", "inf", "1E+309", "1_0"],
        "datetime": ["2026-11-21", good + "+0100", good + "+1:00", good + "+01", good + "-0000", good + "-00:00", good + "+13:60", good + "+14:01", good + "-15:00",
                     good + " Z", good + "z", "2026-11-21T24:00:00.0000000", "2026-11-21T17:60:00.0000000", "2026-02-29T17:00:00.0000000", "0000-01-01T00:00:00.0000000",
                     "2026-11-21T17:00:00.000000", "2026-11-21 17:00:00.0000000"],
        "datetimeoffset": [good, good + "Z", good + "+0100", good + "-00:00", "0001-01-01T00:00:00.0000000+00:01", "9999-12-31T23:59:59.9999999-00:01"],
        "guid": ["00112233445566778899aabbccddeeff", "00112233-4455-6677-8899-AABBCCDDEEFF", "{00112233-4455-6677-8899-aabbccddeeff}"],
    }.items():
        for text_of_value in texts:
            yield f"{val} {text_of_value}", token(val, text_of_value.encode())
    for val, plain in [("text", b"\xff"), ("bool", b"\xef\xbb\xbfTrue"), ("text", b"\xed\xa0\x80"), ("securestring", b"\xff"), ("pscredential", b""), ("pscredential", b"\0\0\0\0x"),
                       ("pscredential", b"\0\0\0\x04ann"), ("pscredential", b"\0\0\0\x01\xff"), ("pscredential", b"\0\0\0\x02\xc3\xa4\xff"), ("pscredential", b"\0\0\1"),
                       ("pscredential", b"\xff\xff\xff\xffann")]:
        yield f"{val} {plain.decode('latin-1')}", token(val, plain)


def refused():
    good = token()
    bound = token(field="ssn", bound={"id": "17"})
    for name, error, text in [*text_of(good), *header_of()]:
        yield {"name": name, "error": error, "token": text}
    for name, plain in values():
        yield {"name": name, "error": "TokenInvalid", "stage": "value", "token": plain}
    for name, error, field, values_now in [
        ("no field named", "BindingMismatch", None, {"id": "17"}), ("another field", "BindingMismatch", "SSN", {"id": "17"}),
        ("bound names missing", "BindingMismatch", "ssn", {}), ("other bound names", "BindingMismatch", "ssn", {"ID": "17"}),
        ("a bound name too many", "BindingMismatch", "ssn", {"id": "17", "name": "x"}), ("another value", "CommitmentMismatch", "ssn", {"id": "18"}),
        ("an empty value", "CommitmentMismatch", "ssn", {"id": ""}), ("null", "CommitmentMismatch", "ssn", {"id": None}),
    ]:
        yield {"name": f"bound: {name}", "error": error, "field": field, "bound": values_now, "token": bound}
    yield {"name": "a field for a value alone", "error": "BindingMismatch", "field": "ssn", "token": good}
    body = writer.seal(DATA_KEY, b"evc/v1 file\0" + bytes(64), b"hello", fixed("token of a file", 24))
    yield {"name": "body of a file", "error": "CommitmentMismatch", "token": good.rpartition(".")[0] + "." + base64url(body)}
    start, header, _, body = good.split(".")
    false = canonical({"recipients": [recipient({}, fixed("another data key", 32), "false")]}).encode()
    yield {"name": "recipient of another token", "error": "CommitmentMismatch", "token": ".".join([start, header, base64url(false), body])}
    wrong = canonical({"recipients": [recipient({"a": "b"})]}).encode()
    context = tokens.protected("text", IAT, {"table": "orders"})
    moved = token(context=CONTEXT).split(".")
    yield {"name": "encryption context changed", "error": "WrappedKeyInvalid", "token": ".".join([start, base64url(context), *moved[2:]])}
    yield {"name": "wrapped for another context", "error": "WrappedKeyInvalid", "token": ".".join([start, header, base64url(wrong), body])}


def text():
    def rows(entries):
        return "[\n" + ",\n".join(json.dumps(entry) for entry in entries) + "\n]"

    about = json.dumps("Fixed tokens, made by fixtures.py. They open with the local key of manifest.json; value is the plaintext in base64url.")
    return f'{{"about": {about},\n"sound": {rows(sound())},\n"refused": {rows(refused())}}}\n'
