#!/usr/bin/env python3
"""The form of the values of tokens, by docs/format.md, section 14, "Values".

values.py: each line of standard input is a type, a blank and the plaintext in base64url; the answer is a line, "sound" or "refused".
"""
import datetime
import re
import sys
from decimal import Decimal

from grammar import Fault, require, unbase64

INTEGER = r"-?(0|[1-9][0-9]*)"
CLOCK = r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})[.]([0-9]{7})"
GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
TICKS = 10**7
DAY = 86400 * TICKS
MAX_SECRET = 65536  # code units of UTF-16


def check_value(kind, plain):
    """A Fault unless the plaintext is in the form of its type."""
    if kind == "bytes":
        return
    try:
        sound = is_credential(plain) if kind == "pscredential" else CHECKS[kind](plain.decode())
    except (UnicodeDecodeError, ValueError):
        sound = False
    require(sound, f"the value is no {kind}", "TokenInvalid")


def is_integer(text, bits):
    return re.fullmatch(INTEGER, text) and text != "-0" and -2**(bits - 1) <= int(text) < 2**(bits - 1)


def is_decimal(text):
    match = re.fullmatch(rf"{INTEGER}([.]([0-9]{{1,28}}))?", text)
    digits = int(re.sub("[-.]", "", text)) if match else 0
    return match and digits < 2**96 and not (text[0] == "-" and digits == 0)


def double_text(number):
    """The one spelling of a double. Python's repr has the shortest digits too; where it puts the point is its own rule."""
    if number != number or number in (float("inf"), -float("inf")):
        return "NaN" if number != number else "Infinity" if number > 0 else "-Infinity"
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    digits, minus = "".join(map(str, digits)), "-" if sign else ""
    if digits == "0":
        return minus + "0"
    first = len(digits) + exponent - 1  # the power of ten of the first digit
    if first < -4 or first > 16:
        return f"{minus}{digits[0]}{'.' if len(digits) > 1 else ''}{digits[1:]}E{first:+03d}"
    if first < 0:
        return f"{minus}0.{'0' * (-first - 1)}{digits}"
    whole, rest = digits[:first + 1].ljust(first + 1, "0"), digits[first + 1:]
    return f"{minus}{whole}{'.' if rest else ''}{rest}"


def is_double(text):
    return text.isascii() and double_text(float(text)) == text


def moment(text, offset_form):
    """Ticks since year 1 by the clock that wrote it, and how far that was ahead of UTC."""
    match = re.fullmatch(CLOCK + offset_form, text)
    year, month, day, hour, minute, second, ticks, *offset = match.groups() if match else [0] * 7
    require(match and int(hour) < 24 and int(minute) < 60 and int(second) < 60, "no time")
    clock = ((datetime.date(int(year), int(month), int(day)).toordinal() - 1) * 86400 + int(hour) * 3600 + int(minute) * 60 + int(second)) * TICKS
    ahead = 0
    if offset[0] not in (None, "", "Z"):
        ahead = int(offset[0][1:3]) * 60 + int(offset[0][4:])
        require(int(offset[0][4:]) < 60 and ahead <= 14 * 60 and offset[0] != "-00:00", "no offset")
        ahead *= -1 if offset[0][0] == "-" else 1
    return clock + int(ticks), ahead * 60 * TICKS


def is_datetime(text, offset_form="(Z|[+-][0-9]{2}:[0-9]{2})?"):
    try:
        moment(text, offset_form)
        return True
    except Fault:
        return False


def is_datetimeoffset(text):
    if not is_datetime(text, "([+-][0-9]{2}:[0-9]{2})"):
        return False
    clock, ahead = moment(text, "(.*)")
    return 0 <= clock - ahead < datetime.date.max.toordinal() * DAY


def is_secret(text):
    return len(text.encode("utf-16-le")) <= 2 * MAX_SECRET


def is_credential(plain):
    """u32 length of the user name, name, password."""
    name, rest = int.from_bytes(plain[:4], "big"), plain[4:]
    return len(plain) >= 4 and 1 <= name <= len(rest) and rest[:name].decode() is not None and is_secret(rest[name:].decode())


CHECKS = {
    "text": lambda text: True,
    "securestring": is_secret,
    "bool": lambda text: text in ("True", "False"),
    "int32": lambda text: is_integer(text, 32),
    "int64": lambda text: is_integer(text, 64),
    "decimal": is_decimal,
    "double": is_double,
    "datetime": is_datetime,
    "datetimeoffset": is_datetimeoffset,
    "guid": lambda text: re.fullmatch(GUID, text),
}


def main():
    for line in sys.stdin:
        kind, _, value = line.rstrip("\n").partition(" ")
        try:
            check_value(kind, unbase64(value, 0, 2**20))
            print("sound")
        except Fault:
            print("refused")


if __name__ == "__main__":
    main()
