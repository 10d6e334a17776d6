#!/usr/bin/env python3
"""Writes icon.png, the icon of the packages: a gauge of three quarters of a circle that is used up to its limit."""
import math
import pathlib
import struct
import zlib

SIZE, SAMPLES = 128, 4
BACKGROUND, TRACK, USED, MARK = (24, 64, 112), (94, 129, 172), (255, 255, 255), (255, 183, 77)


def rounded_square(x, y, radius=0.2):
    dx, dy = max(abs(x - 0.5) - 0.5 + radius, 0), max(abs(y - 0.5) - 0.5 + radius, 0)
    return math.hypot(dx, dy) <= radius


def color(x, y):
    """The color at a point of the unit square; None outside of the icon."""
    if not rounded_square(x, y):
        return None
    dx, dy = x - 0.5, y - 0.54
    turn = (math.degrees(math.atan2(-dx, dy)) % 360 - 45) / 270  # 0 at the lower left, 1 at the lower right
    if 0.27 <= math.hypot(dx, dy) <= 0.39 and 0 <= turn <= 1:
        return USED if turn <= 0.7 else MARK if turn <= 0.76 else TRACK
    return USED if math.hypot(dx, dy) <= 0.07 else BACKGROUND


def pixel(column, row):
    points = [color((column + (i + 0.5) / SAMPLES) / SIZE, (row + (j + 0.5) / SAMPLES) / SIZE)
              for i in range(SAMPLES) for j in range(SAMPLES)]
    inside = [point for point in points if point]
    mean = [sum(point[channel] for point in inside) // len(inside) if inside else 0 for channel in range(3)]
    return bytes([*mean, 255 * len(inside) // len(points)])


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


rows = b"".join(b"\0" + b"".join(pixel(column, row) for column in range(SIZE)) for row in range(SIZE))
pathlib.Path(__file__).with_suffix(".png").write_bytes(
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(rows, 9))
    + chunk(b"IEND", b""))
