"""Reads captured streams as what they are, plain MessagePack: prints each frame's kind and the types of its fields."""
import sys

import msgpack

NAMES = {int: "int", str: "str", list: "array", dict: "map", bool: "bool", float: "float", bytes: "bin", type(None): "nil"}

for path in sys.argv[1:]:
    with open(path, "rb") as file:
        data = file.read()
    unpacker = msgpack.Unpacker(raw=False, strict_map_key=False, max_buffer_size=len(data))
    unpacker.feed(data)
    while unpacker.tell() < len(data):
        assert data[unpacker.tell()] == 0xCE
        length = unpacker.unpack()
        start = unpacker.tell()
        frame = unpacker.unpack()
        assert unpacker.tell() - start == length, (frame, length)
        print(frame[0], *(NAMES[type(field)] for field in frame[1:]))
