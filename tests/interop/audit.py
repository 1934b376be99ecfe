"""Verifies an audit log as docs/audit.md says, with nothing but Python: audit.py LOG [DATA_KEY_HEX]. Prints count and head, or the first line that is wrong."""

import base64
import glob
import hashlib
import hmac
import json
import os
import re
import sys

TAIL = re.compile(rb',"hash":"([A-Za-z0-9_-]{43})"}\Z')


def spell(value):
    """The one spelling that docs/format.md, section 3, gives a value."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{spell(name)}:{spell(item)}" for name, item in value.items()) + "}"
    if isinstance(value, str):
        return '"' + re.sub(r'["\\\x00-\x1f]', lambda at: "\\" + at[0] if at[0] in '"\\' else f"\\u{ord(at[0]):04x}", value) + '"'
    return json.dumps(value) if isinstance(value, int) else ""


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def verify(log, data_key=None):
    key = data_key and hmac.new(data_key, b"evc/v1 audit log\x01", "sha256").digest()
    files = sorted(path for path in glob.glob(glob.escape(log) + ".*") if re.fullmatch(r"[0-9]{16}", path[len(log) + 1:]))
    files += [log] if os.path.exists(log) else []
    count, head, identity = None, b64(bytes(32)), None
    for path in files:
        with open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                def wrong(why):
                    return f"{path}:{number}: {why}"

                text = line[:-1]
                tail = TAIL.search(text)
                if not line.endswith(b"\n") or not tail:
                    return wrong("no whole line")
                body = text[:tail.start()]
                digest = hmac.new(key, body, "sha256").digest() if key else hashlib.sha256(body).digest()
                if b64(digest) != tail[1].decode():
                    if number == 1 and (b'"alg":"hmac-sha-256"' in body) != bool(key):
                        return wrong("plain, and not under that key" if key else "under a key, which has to be given")
                    return wrong("changed")
                try:
                    says = json.loads(text)
                    is_canonical = spell(says).encode() == text
                except ValueError:
                    is_canonical = False
                if not is_canonical:
                    return wrong("not in canonical form")
                if (says["type"] == "log") != (number == 1):
                    return wrong("a file begins with a line of type log, and has no other")
                if number == 1:
                    if says["alg"] != ("hmac-sha-256" if key else "sha-256") or identity not in (None, says["log"]):
                        return wrong("another log")
                    identity = says["log"]
                    before = says["seq"] - 1
                    if not says.get("continues", "").endswith(f".{before:016}" if before else "") or ("continues" in says) != (before > 0):
                        return wrong("it continues another file")
                if count is not None and (says["seq"], says["prev"]) != (count + 1, head):
                    return wrong(f"line {count + 1} is due")
                count, head = says["seq"], tail[1].decode()
        if path != log and count != int(path[-16:]):
            return f"{path}: it does not end with the line that its name tells"
    return f"{count} {head}"


if __name__ == "__main__":
    print(verify(sys.argv[1], bytes.fromhex(sys.argv[2]) if len(sys.argv) > 2 else None))
