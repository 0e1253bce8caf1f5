"""One event file as TensorBoard's programs write it, packed field by field with `struct`.

Not a test of an equation but of a writer: the TFRecord framing, the checksum and the protocol-buffer
encoding are spelled out here a second time, from their public descriptions.
"""

import struct

FOLDER = "Events"


def crc32c(data):
    """The Castagnoli checksum, bit by bit."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def record(data):
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked(length)) + data + struct.pack("<I", masked(data))


def varint(value):
    """Seven bits a byte, the lowest first."""
    out = bytearray()
    while True:
        low, value = value & 127, value >> 7
        out.append(low | (128 if value else 0))
        if not value:
            return bytes(out)


def block(number, data):
    return bytes([number << 3 | 2]) + varint(len(data)) + data


def event(time, step, body):
    start = b"\x09" + struct.pack("<d", time)
    return start + (b"\x10" + varint(step) if step else b"") + body


def files():
    scalars = b"".join(
        block(1, block(1, tag.encode()) + b"\x15" + struct.pack("<f", value))
        for tag, value in [("generator/loss", 1.386), ("speed/imagesPerSecond", -2.5)])
    image = (b"\x08" + varint(2) + b"\x10" + varint(300) + b"\x18\x03"
             + block(4, bytes(range(200))))
    events = [
        event(1700000000.25, 0, block(3, b"brain.Event:2")),
        event(1700000000.25, 200, block(7, b"\x08\x01")),
        event(1700000001.5, 220, block(5, scalars)),
        event(1700000002.0, 220, block(5, block(1, block(1, b"portraits") + block(4, image)))),
    ]
    return {f"{FOLDER}/events.tfevents": b"".join(record(data) for data in events)}
