"""Read a TensorFlow.js graph model: topology JSON and packed weights to nodes and arrays. Knows no ONNX."""

import base64
import json
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Node:
    name: str
    op: str
    inputs: list
    attributes: dict

    def ints(self, key):
        return [int(i) for i in self.attributes[key]["list"]["i"]]

    def text(self, key):
        return base64.b64decode(self.attributes[key]["s"]).decode()

    def texts(self, key):
        return [base64.b64decode(s).decode() for s in self.attributes[key]["list"].get("s", [])]

    def flag(self, key):
        return bool(self.attributes.get(key, {}).get("b", False))


def read_weights(manifest, data):
    """{name: f32 or i32 array}. Weights stored as f16, or as u8/u16 with scale and minimum, are widened."""
    arrays, offset = {}, 0
    for group in manifest:
        for entry in group["weights"]:
            packing = entry.get("quantization")
            kind = np.dtype(packing["dtype"] if packing else entry["dtype"]).newbyteorder("<")
            count = int(np.prod(entry["shape"], dtype=np.int64))
            array = np.frombuffer(data, kind, count, offset).reshape(entry["shape"])
            offset += array.nbytes
            if packing and "scale" in packing:
                array = array * np.float32(packing["scale"]) + np.float32(packing["min"])
            arrays[entry["name"]] = array.astype(entry["dtype"])
    if offset != len(data):
        raise ValueError(f"the weights file has {len(data)} bytes, its manifest describes {offset}")
    return arrays


def read(topology, weights):
    """(nodes by name, arrays by name) from the bytes of model.json and of the one weights file."""
    model = json.loads(topology)
    arrays = read_weights(model["weightsManifest"], weights)
    nodes = {raw["name"]: Node(raw["name"], raw["op"], raw.get("input", []), raw.get("attr", {}))
             for raw in model["modelTopology"]["node"]}
    return nodes, arrays


def ancestors(nodes, outputs):
    """The nodes that `outputs` need, each after its inputs (depth first, without recursion)."""
    order, done, stack = [], set(), [(name, False) for name in reversed(outputs)]
    while stack:
        name, ready = stack.pop()
        if ready:
            order.append(nodes[name])
        elif name not in done:
            done.add(name)
            stack.append((name, True))
            stack.extend((i, False) for i in reversed(nodes[name].inputs))
    return order
