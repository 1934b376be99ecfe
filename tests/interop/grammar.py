"""The rules of docs/format.md for what stands in an envelope's JSON."""
import base64
import json
import re

MAX_INTEGER, MAX_TIME, MIN_TIME = 2**53 - 1, 253402300799, -62135596800
ATTRIBUTES = ["archive", "hidden", "readonly", "system", "not-content-indexed"]
DEVICE = "(?:con|prn|aux|nul|conin[$]|conout[$]|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:[.].*)?"
NAME = "[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?"
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ARN = f"arn:aws(?:-[a-z]+)*:kms:[a-z]{{2,4}}(?:-[a-z]+)+-[0-9]:[0-9]{{12}}:key/(?:mrk-[0-9a-f]{{32}}|{UUID})"
KID = {
    "aws-kms": ARN,
    "aws-kms-rsa-oaep-256": ARN,
    "rsa-oaep-256": "x509:sha256:[0-9a-f]{64}",
    "local": f"local:{NAME}/[1-9][0-9]{{0,8}}/[A-Za-z0-9_-]{{21}}[AQgw]",
    "pbkdf2-sha512": "passphrase",
    "x-wing": "pub:sha256:[0-9a-f]{64}",
    "provider": r"(?!(?:local|arn|alias|aws-kms|x509|passphrase|aws|kms):)[a-z][a-z0-9-]{0,31}:(?!.*\.\.)[A-Za-z0-9._/-]{1,256}",
}
WRAPPED = {"local": (104, 104), "pbkdf2-sha512": (104, 104), "x-wing": (1224, 1224)}


class Fault(Exception):
    """An error id of docs/format.md, and a reason."""


def require(condition, reason, error="HeaderInvalid"):
    if not condition:
        raise Fault(error, reason)


def canonical(value, depth=0):
    """The one spelling of a value."""
    if isinstance(value, str):
        return '"' + re.sub('["\\\\\0-\x1f]', lambda c: "\\" + c[0] if c[0] in '"\\' else "\\u%04x" % ord(c[0]), value) + '"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        require(abs(value) <= MAX_INTEGER, "an integer is out of range")
        return str(value)
    require(depth < 8, "brackets are nested too deeply")
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    return "{" + ",".join(canonical(name) + ":" + canonical(item, depth + 1) for name, item in value.items()) + "}"


def parse(data):
    """The value of JSON, if writing it again gives the very bytes that were read."""
    def unique(pairs):
        require(len(dict(pairs)) == len(pairs), "a member stands twice")
        return dict(pairs)

    def no_number(text):
        raise Fault("HeaderInvalid", f"{text} is no integer")

    try:
        value = json.loads(data.decode(), object_pairs_hook=unique, parse_float=no_number, parse_constant=no_number)
        same = canonical(value).encode() == data
    except (ValueError, RecursionError) as failure:
        raise Fault("HeaderInvalid", "no sound JSON") from failure
    require(same, "the JSON is not canonical")
    return value


def members(value, names):
    """Checks that an object has these members in this order, those in brackets or not, and no others."""
    require(isinstance(value, dict), "an object is missing")
    expected = [name.strip("[]") for name in names.split() if name.strip("[]") in value or name[0] != "["]
    require(list(value) == expected, f"the members are not {names}")


def integer(value, low, high):
    require(type(value) is int and low <= value <= high, f"{value!r} is no integer from {low} to {high}")


def unbase64(text, low, high):
    ok = isinstance(text, str) and re.fullmatch("[A-Za-z0-9_-]*", text) and len(text) % 4 != 1
    data = base64.urlsafe_b64decode(text + "==") if ok else b""
    require(ok and base64url(data) == text and low <= len(data) <= high, f"no canonical base64url of {low} to {high} bytes")
    return data


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def context_bytes(context):
    texts = [text.encode() for pair in context.items() for text in pair]
    return b"".join(len(text).to_bytes(4, "big") + text for text in texts)


def check_context(context):
    require(isinstance(context, dict) and all(isinstance(value, str) for value in context.values()), "ctx holds no strings")
    keys = [key.encode() for key in context]
    ok = b"" not in keys and len(keys) <= 64 and len(context_bytes(context)) <= 8192
    ok = ok and len({key.lower() for key in keys}) == len(keys)  # lower() of bytes knows A to Z alone
    require(ok, "the encryption context breaks a rule", "ContextInvalid")
    require(keys == sorted(keys), "the encryption context is not sorted")


def check_protected(header):
    require(isinstance(header, dict) and list(header)[:1] == ["enc"] and isinstance(header["enc"], str), "enc is missing")
    require(header["enc"] == "Cobblestone-256", "an unknown cipher", "UnsupportedVersion")
    members(header, "enc typ ctx iat [batch] [meta]")
    require(header["typ"] in ("file", "kek-export"), "an unknown type")
    check_context(header["ctx"])
    integer(header["iat"], 0, MAX_TIME)
    unbase64(header.get("batch", "A" * 22), 16, 16)
    unbase64(header.get("meta", "A" * 96), 72, 8192)


def check_recipients(listed):
    members(listed, "recipients")
    recipients = listed["recipients"]
    require(isinstance(recipients, list) and 1 <= len(recipients) <= 64, "not 1 to 64 recipients")
    for recipient in recipients:
        check_recipient(recipient)
    require(sum(recipient["alg"] == "pbkdf2-sha512" for recipient in recipients) <= 2, "too many passphrases")


def check_recipient(recipient):
    require(isinstance(recipient, dict) and list(recipient)[:1] == ["alg"], "a recipient lacks its alg")
    algorithm = recipient["alg"]
    require(isinstance(algorithm, str) and re.fullmatch("[a-z][a-z0-9-]{0,63}", algorithm), "alg is no plain word")
    if algorithm not in KID:
        return  # of a later version of the format: kept, never tried
    passphrase = algorithm == "pbkdf2-sha512"
    members(recipient, "alg kid iat p2s p2c encrypted_key" if passphrase else "alg kid iat encrypted_key")
    kid = recipient["kid"]
    require(isinstance(kid, str) and len(kid) <= 320 and re.fullmatch(KID[algorithm], kid), "kid has not its form")
    integer(recipient["iat"], 0, MAX_TIME)
    if passphrase:
        unbase64(recipient["p2s"], 16, 16)
        integer(recipient["p2c"], 600000, 4000000)
    unbase64(recipient["encrypted_key"], *WRAPPED.get(algorithm, (1, 8192)))


def check_metadata(meta, body_length):
    members(meta, "[name] [length] [mtime] [mtime_ns] [mode] [attributes]")
    check_name(meta.get("name", "name"))
    integer(meta.get("length", 0), 0, 2**52 - 1)
    require(meta.get("length", body_length) == body_length, "the body has another length than was sealed")
    require(("mtime" in meta) == ("mtime_ns" in meta), "half a time")
    integer(meta.get("mtime", 0), MIN_TIME, MAX_TIME)
    integer(meta.get("mtime_ns", 0), 0, 999999999)
    require(not ("mode" in meta and "attributes" in meta), "a mode and attributes")
    integer(meta.get("mode", 0), 0, 0o777)
    words = meta.get("attributes", [])
    require(isinstance(words, list) and words == [word for word in ATTRIBUTES if word in words], "attributes of another kind")


def check_name(name):
    require(isinstance(name, str) and 1 <= len(name.encode()) <= 255, "the name has not 1 to 255 bytes")
    require(not re.search("[\0-\x1f\x7f-\x9f/\\\\:]", name) and name[-1] not in ". ", "the name is no bare name")
    require(not re.fullmatch(DEVICE, name, re.IGNORECASE | re.ASCII), "the name is a device's")
