"""Forward passes in plain numpy, written from the networks' definitions and sharing no code with the converters.

They read the tensors as published (batch norms unfolded, TensorFlow's layout) and are slow and simple on purpose.
Pictures are [h, w, channels] throughout.
"""

import base64
import math

import numpy as np


def same_pads(size, kernel, stride):
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def windows(x, kernel, stride, pads):
    """Each kernel position's shifted, strided view of x: [(row, column, view)]."""
    (top, bottom), (left, right) = pads
    x = np.pad(x, ((top, bottom), (left, right), (0, 0)))
    rows, columns = (x.shape[0] - kernel[0]) // stride + 1, (x.shape[1] - kernel[1]) // stride + 1
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            yield i, j, x[i:i + (rows - 1) * stride + 1:stride, j:j + (columns - 1) * stride + 1:stride]


def conv(x, weights, stride, pads):
    """weights: [kh, kw, in, out]."""
    return sum(view @ weights[i, j] for i, j, view in windows(x, weights.shape[:2], stride, pads))


def depthwise(x, weights, stride, pads):
    """weights: [kh, kw, channels]."""
    return sum(view * weights[i, j] for i, j, view in windows(x, weights.shape[:2], stride, pads))


def relu6(x):
    return np.clip(x, 0, 6)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class EfficientNetLite2:
    """Tan and Le 2019, the lite variant: no squeeze-and-excite, ReLU6, stem and head not scaled."""

    # kernel, stride, blocks: the paper's table with lite2's depth factor of 1.2 (first and last stage not scaled).
    STAGES = ((3, 1, 1), (3, 2, 3), (5, 2, 3), (3, 2, 4), (5, 1, 4), (5, 2, 5), (3, 1, 1))
    SIZE = 260

    def __init__(self, tensors):
        self.tensors = {name: t.astype(np.float64) for name, t in tensors.items()}

    def norm(self, name, x):
        t = self.tensors
        return (x - t[f"{name}.running_mean"]) / np.sqrt(t[f"{name}.running_var"] + 1e-3) \
            * t[f"{name}.weight"] + t[f"{name}.bias"]

    def conv(self, name, x, stride=1):
        weights = self.tensors[f"{name}.weight"]
        kernel = weights.shape[2]
        pads = same_pads(self.SIZE, kernel, stride)
        if weights.shape[1] == 1 and kernel > 1:
            return depthwise(x, weights[:, 0].transpose(1, 2, 0), stride, (pads, pads))
        return conv(x, weights.transpose(2, 3, 1, 0), stride, (pads, pads))

    def block(self, i, x, expands, kernel, stride):
        y, name = x, f"_blocks.{i}"
        if expands:
            y = relu6(self.norm(f"{name}._bn0", self.conv(f"{name}._expand_conv", y)))
        assert self.tensors[f"{name}._depthwise_conv.weight"].shape[2] == kernel
        y = relu6(self.norm(f"{name}._bn1", self.conv(f"{name}._depthwise_conv", y, stride)))
        y = self.norm(f"{name}._bn2", self.conv(f"{name}._project_conv", y))
        return y + x if y.shape == x.shape else y

    def __call__(self, x):
        """x: [260, 260, 3], normalised. Gives (logits, features)."""
        x = relu6(self.norm("_bn0", self.conv("_conv_stem", x, 2)))
        i = 0
        for kernel, stride, blocks in self.STAGES:
            for repeat in range(blocks):
                x = self.block(i, x, i > 0, kernel, stride if repeat == 0 else 1)
                i += 1
        features = relu6(self.norm("_bn1", self.conv("_conv_head", x))).mean((0, 1))
        return self.tensors["_fc.weight"] @ features + self.tensors["_fc.bias"], features


class TensorFlowGraph:
    """An interpreter of TensorFlow.js graph nodes (the dozen kinds that our detector uses), in their NHWC."""

    def __init__(self, topology, arrays):
        self.nodes = {n["name"]: n for n in topology["modelTopology"]["node"]}
        self.arrays = {name: a.astype(np.float64) for name, a in arrays.items()}

    def __call__(self, inputs, output):
        values = dict(inputs)
        stack = [output]
        while stack:
            node = self.nodes[stack[-1]]
            missing = [i for i in node.get("input", []) if i not in values and i not in self.arrays]
            if stack[-1] in values or not missing:
                name = stack.pop()
                if name not in values:
                    values[name] = self.run(node, [values[i] if i in values else self.arrays[i]
                                                   for i in node["input"]])
            stack.extend(m for m in missing if m not in values)
        return values[output]

    def run(self, node, x):
        kind = node["op"]
        if "Conv2" in kind or "Conv2d" in kind:
            return self.convolution(node, *x)
        return {"Add": lambda: x[0] + x[1], "Mul": lambda: x[0] * x[1], "Identity": lambda: x[0],
                "Relu": lambda: np.maximum(x[0], 0), "Relu6": lambda: relu6(x[0]), "Sigmoid": lambda: sigmoid(x[0]),
                "Mean": lambda: x[0].mean((0, 1), keepdims=True),
                "ConcatV2": lambda: np.concatenate(x[:-1], axis=int(x[-1]) - 1),
                "ResizeBilinear": lambda: resize(x[0], x[1].astype(int))}[kind]()

    @staticmethod
    def convolution(node, x, weights, bias=0):
        attributes = node["attr"]
        stride = int(attributes["strides"]["list"]["i"][1])
        pads = [(0, 0), (0, 0)]
        if base64.b64decode(attributes["padding"]["s"]) == b"SAME":
            pads = [same_pads(x.shape[axis], weights.shape[axis], stride) for axis in (0, 1)]
        if "epthwise" in node["op"]:
            y = depthwise(x, weights[..., 0], stride, pads) + bias
        else:
            y = conv(x, weights, stride, pads) + bias
        fused = [base64.b64decode(s) for s in attributes.get("fused_ops", {}).get("list", {}).get("s", [])]
        return {b"Relu": lambda: np.maximum(y, 0), b"Relu6": lambda: relu6(y)}.get(fused[-1] if fused else b"",
                                                                                  lambda: y)()


def resize(x, size):
    """TensorFlow's first ResizeBilinear: source = target * scale, without the half-pixel shift."""
    def axis(target, source):
        at = np.arange(target) * source / target
        low = at.astype(int)
        return low, np.minimum(low + 1, source - 1), at - low
    y0, y1, fy = axis(size[0], x.shape[0])
    x0, x1, fx = axis(size[1], x.shape[1])
    rows = x[y0] * (1 - fy)[:, None, None] + x[y1] * fy[:, None, None]
    return rows[:, x0] * (1 - fx)[None, :, None] + rows[:, x1] * fx[None, :, None]


class E5Small:
    """multilingual-e5-small: BERT over the vocabulary of XLM-RoBERTa, over the package's file of 4-bit blocks."""

    def __init__(self, data):
        self.data = data
        at = 4 + 4 + 9 * 4 + 5 * 4  # magic, version, sizes, vocabulary's head
        count = int.from_bytes(data[44:48], "little")
        text = int.from_bytes(data[at:at + 8], "little")
        at += 8 + 4 * (count + 1) + 4 * count + text
        at += 8 + int.from_bytes(data[at + 4:at + 8], "little")  # the normalising map
        self.places, at = {}, at + 4
        while "l11.oln.b" not in self.places:
            length = int.from_bytes(data[at:at + 2], "little")
            name, at = data[at + 2:at + 2 + length].decode(), at + 2 + length
            self.places[name] = (int.from_bytes(data[at + 1:at + 5], "little"),
                                 int.from_bytes(data[at + 5:at + 13], "little"))
            at += 21

    def floats(self, name):
        count, offset = self.places[name]
        return np.frombuffer(self.data, "<f4", count, offset).astype(np.float64)

    def rows(self, name, columns, which=slice(None)):
        """Rows of a packed matrix: 18 bytes for 32 weights, an f16 scale and two weights a byte, of which 8 is zero."""
        count, offset = self.places[name]
        blocks = np.frombuffer(self.data, np.uint8, count // 32 * 18, offset).reshape(count // columns, -1, 18)[which]
        scales = np.ascontiguousarray(blocks[:, :, :2]).view("<f2").astype(np.float64)
        low, high = blocks[:, :, 2:] & 15, blocks[:, :, 2:] >> 4
        return ((np.concatenate([low, high], 2) - 8.0) * scales).reshape(len(blocks), columns)

    def linear(self, name, x):
        return x @ self.rows(f"{name}.w", x.shape[1]).T + self.floats(f"{name}.b")

    def norm(self, name, x):
        centred = x - x.mean(1, keepdims=True)
        return centred / np.sqrt((centred ** 2).mean(1, keepdims=True) + 1e-12) \
            * self.floats(f"{name}.w") + self.floats(f"{name}.b")

    def embedded(self, pieces):
        position = self.floats("emb.pos").reshape(-1, 384)[:len(pieces)]
        return self.rows("emb.word", 384, pieces) + position + self.floats("emb.type")[:384]

    def hidden(self, pieces):
        """The last layer's values of each token of one text."""
        x = self.norm("emb.ln", self.embedded(pieces))
        for i in range(12):
            q, k, v = (self.linear(f"l{i}.{part}", x).reshape(-1, 12, 32).transpose(1, 0, 2) for part in "qkv")
            scores = q @ k.transpose(0, 2, 1) / np.sqrt(32)
            shares = np.exp(scores - scores.max(2, keepdims=True))
            seen = (shares / shares.sum(2, keepdims=True)) @ v
            x = self.norm(f"l{i}.aln", x + self.linear(f"l{i}.ao", seen.transpose(1, 0, 2).reshape(len(x), 384)))
            inner = self.linear(f"l{i}.fi", x)
            inner *= 0.5 * (1 + np.vectorize(math.erf)(inner / np.sqrt(2)))
            x = self.norm(f"l{i}.oln", x + self.linear(f"l{i}.fo", inner))
        return x
