#!/usr/bin/env python3
"""Says what reader.py makes of many envelopes at once: verdicts.py LOCAL-KEY-HEX.

Each line of standard input is an envelope in base64url; the answer is a line with the fault's id, or "opens". An envelope is
opened with the key; where no recipient is for it, its header alone is judged, and the answer is "reads".
"""
import sys

from grammar import Fault, unbase64
from reader import Header, Keys, open_envelope


def verdict(data, keys):
    try:
        header = Header(data)
        if not any(recipient["alg"] == "local" for recipient in header.recipients):
            return "reads"
        open_envelope(data, keys)
        return "opens"
    except Fault as fault:
        return fault.args[0]


for line in sys.stdin:
    print(verdict(unbase64(line.rstrip("\n"), 0, 2**22), Keys(bytes.fromhex(sys.argv[1]))))
