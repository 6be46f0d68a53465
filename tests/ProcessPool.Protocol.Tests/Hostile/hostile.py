"""A worker that greets and then turns hostile, in the way that its argument says."""
import os
import sys
import time

HELLO = bytes.fromhex("CE00000006940101" "01A178")
BODIES = {
    "lines": b"\x94\x04\xc0\x01\xd9\xc8" + b"x" * 200,
    "long lines": b"\x94\x04\xc0\x01\xdb\x00\x01\x00\x00" + b"y" * 65536,
    "heartbeats": b"\x92\x06\x05",
    "lines of items": b"\x94\x04\xcf\x7f\xff\xff\xff\xff\xff\xff\xff\x02\xa1z",
}


def write(data):
    while data:
        data = data[os.write(1, data):]


def frame(body):
    return b"\xce" + len(body).to_bytes(4, "big") + body


mode = sys.argv[1]
write(HELLO)
if mode in BODIES:
    some = frame(BODIES[mode]) * 100
    while True:
        write(some)
elif mode == "stderr":
    while True:
        os.write(2, b"e" * 65536)
elif mode == "stderr lines":
    while True:
        os.write(2, b"line\n" * 10_000)
elif mode == "a frame without end":
    write(b"\xce\x7f\xff\x00\x00\x93\x02\x00\xc6\x7f\xfe\x00\x00")
    while True:
        write(b"z" * 100)
        time.sleep(0.01)
elif mode == "closed":
    os.close(1)
elif mode == "closed all":
    for descriptor in range(3):
        os.close(descriptor)
# Deaf: nothing is ever read.
time.sleep(600)
