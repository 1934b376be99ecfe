"""Makes src/EnvelopeCrypto/Primitives/NormalForm.txt from the Unicode Character Database.

    normal_forms.py UnicodeData.txt CompositionExclusions.txt 17.0 > src/EnvelopeCrypto/Primitives/NormalForm.txt

One fact a line. "00C0=0041 0300": a character and what it is composed of. "0340>0300": what it becomes, and is never
composed of. "0300-0314 230": the canonical combining class of a range.
"""
import sys


def main(data, exclusions, version):
    fields = [line.split(";") for line in open(data, encoding="ascii") if line.strip()]
    excluded = {int(code, 16) for line in open(exclusions, encoding="ascii") if (code := line.split("#")[0].strip())}
    classes = {int(f[0], 16): int(f[3]) for f in fields if f[3] != "0"}
    print(f"# Unicode {version}; made by tests/interop/normal_forms.py")
    for f in fields:
        if not f[5] or f[5].startswith("<"):
            continue  # no decomposition, or one of compatibility
        code, parts = int(f[0], 16), [int(part, 16) for part in f[5].split()]
        composes = len(parts) == 2 and code not in excluded and code not in classes and parts[0] not in classes
        print(f"{f[0]}{'=' if composes else '>'}{f[5]}")
    for first, last, value in ranges(sorted(classes.items())):
        print(f"{first:04X}-{last:04X} {value}")


def ranges(items):
    run = None
    for code, value in items:
        if run and run[1] == code - 1 and run[2] == value:
            run = (run[0], code, value)
            continue
        if run:
            yield run
        run = (code, code, value)
    if run:
        yield run


if __name__ == "__main__":
    main(*sys.argv[1:])
