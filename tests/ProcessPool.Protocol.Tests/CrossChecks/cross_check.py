"""Reads MessagePack values and describes each in a line, or writes the values that lines describe; see Description.cs."""
import math
import struct
import sys

import msgpack

sys.setrecursionlimit(10_000)


def describe(value):
    if isinstance(value, tuple) and not isinstance(value, msgpack.ExtType):
        return "{" + "".join(describe(key) + describe(item) for key, item in value) + "}"
    if isinstance(value, list):
        return "[" + "".join(map(describe, value)) + "]"
    return describe_scalar(value) + ";"


def describe_scalar(value):
    if value is None:
        return "n"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return f"i{value}"
    if isinstance(value, float):
        return "dnan" if math.isnan(value) else "d" + struct.pack(">d", value).hex()
    if isinstance(value, str):
        return "s" + value.encode().hex()
    if isinstance(value, bytes):
        return "b" + value.hex()
    if isinstance(value, msgpack.Timestamp):
        return f"T{value.seconds}.{value.nanoseconds}"
    return f"x{value.code}:{value.data.hex()}"


class Parser:
    """One value from a description; each scalar ends with ';'."""

    def __init__(self, text):
        self.text = text
        self.at = 0

    def value(self):
        kind = self.text[self.at]
        self.at += 1
        if kind == "[":
            return self.items("]")
        if kind == "{":
            items = self.items("}")
            return dict(zip(items[::2], items[1::2]))
        end = self.text.index(";", self.at)
        rest = self.text[self.at:end]
        self.at = end + 1
        if kind == "x":
            code, data = rest.split(":")
            return msgpack.ExtType(int(code), bytes.fromhex(data))
        if kind == "T":
            return msgpack.Timestamp(*map(int, rest.split(".")))
        return {
            "n": lambda: None,
            "t": lambda: True,
            "f": lambda: False,
            "i": lambda: int(rest),
            "d": lambda: math.nan if rest == "nan" else struct.unpack(">d", bytes.fromhex(rest))[0],
            "s": lambda: bytes.fromhex(rest).decode(),
            "b": lambda: bytes.fromhex(rest),
        }[kind]()

    def items(self, end):
        items = []
        while self.text[self.at] != end:
            items.append(self.value())
        self.at += 1
        return items


mode, source, target = sys.argv[1:]
if mode == "read":
    with open(source, "rb") as file, open(target, "w", encoding="ascii") as out:
        unpacker = msgpack.Unpacker(file, raw=False, strict_map_key=False, object_pairs_hook=tuple, max_buffer_size=1 << 30)
        for value in unpacker:
            print(describe(value), file=out)
else:
    packer = msgpack.Packer(strict_types=True)
    with open(source, encoding="ascii") as file, open(target, "wb") as out:
        for line in file:
            out.write(packer.pack(Parser(line.rstrip("\n")).value()))
