"""A TensorFlow.js CenterNet to ONNX, cut at its raw heads: the heat map and the four distances to the box edges.

TensorFlow lays pictures out as NHWC, ONNX as NCHW, so weights are transposed here and axes renamed; the graph has no
transposes left. Peak picking stays in C, where it costs less than the graph's own top-k.
"""

import dataclasses

import numpy as np

from . import tfjs
from .onnx_graph import Graph

# Hard swish divides by six. The package keeps constants as f16, which makes that 0.16663; engines that know the
# pattern use a sixth whatever the graph says, so the sixth that the network was trained with is put back.
SIXTH_AS_F16 = np.float32(np.float16(1 / 6))
NHWC_TO_NCHW = {0: 0, 1: 2, 2: 3, 3: 1}
ACTIVATIONS = {"Relu": "Relu", "Relu6": "Relu6"}


class _Converter:
    def __init__(self, nodes, arrays, graph):
        self.nodes, self.arrays, self.graph = nodes, arrays, graph
        self.names = {}
        self.zero = graph.weight("zero", np.float32(0))
        self.six = graph.weight("six", np.float32(6))

    def operand(self, name):
        """An ONNX name for an input of an element-wise operation; constants are reshaped to NCHW on the way."""
        if name not in self.arrays:
            return self.names[name]
        array = self.arrays[name]
        if array.ndim == 0 and array == SIXTH_AS_F16:
            array = np.float32(1 / 6)
        if array.ndim == 1:
            array = array.reshape(1, -1, 1, 1)
        elif array.ndim > 1:
            raise ValueError(f"{name}: a constant of {array.ndim} dimensions in an element-wise operation")
        key = f"{name}.value"
        if all(key != w.name for w in self.graph.weights):
            self.graph.weight(key, array)
        return key

    def activate(self, kind, name, x):
        if kind == "Relu6":
            return self.graph.node("Clip", name, [x, self.zero, self.six])
        return self.graph.node(kind, name, [x])

    def conv(self, node, depthwise):
        x, kernel, *bias = node.inputs
        weights = self.arrays[kernel]
        if node.ints("strides")[1] != node.ints("strides")[2] or set(node.ints("dilations")) != {1}:
            raise ValueError(f"{node.name}: uneven strides or dilation")
        if node.text("padding") == "VALID" and weights.shape[:2] != (1, 1):
            raise ValueError(f"{node.name}: VALID padding with a kernel larger than one")
        # HWIO -> OIHW; a depthwise kernel is [h, w, channels, 1] and becomes [channels, 1, h, w].
        weights = weights.transpose(2, 3, 0, 1) if depthwise else weights.transpose(3, 2, 0, 1)
        fused = node.texts("fused_ops") if "fused_ops" in node.attributes else []
        activation = fused[1] if len(fused) > 1 else None
        if fused and fused[0] != "BiasAdd" or activation not in (None, *ACTIVATIONS):
            raise ValueError(f"{node.name}: fused operations {fused}")
        name = f"{node.name}.linear" if activation else node.name
        y = self.graph.conv(name, self.names[x], weights, self.arrays[bias[0]] if bias else None,
                            node.ints("strides")[1], weights.shape[0] if depthwise else 1)
        return self.activate(activation, node.name, y) if activation else y

    def resize(self, node):
        """TensorFlow's old bilinear: source pixel = target pixel * scale, no half-pixel shift."""
        if node.flag("align_corners") or node.flag("half_pixel_centers"):
            raise ValueError(f"{node.name}: unknown kind of resize")
        source = self.names[node.inputs[0]]
        # Every upsampling of this network doubles; a factor keeps the graph free of fixed sizes.
        scales = self.graph.weight(f"{node.name}.scales", np.array([1, 1, 2, 2], np.float32))
        return self.graph.node("Resize", node.name, [source, "", scales], mode="linear",
                               coordinate_transformation_mode="asymmetric")

    def mean(self, node):
        if self.arrays[node.inputs[1]].tolist() != [1, 2] or not node.flag("keep_dims"):
            raise ValueError(f"{node.name}: a mean over other axes than the picture's")
        return self.graph.node("GlobalAveragePool", node.name, [self.names[node.inputs[0]]])

    def concat(self, node):
        *parts, axis = node.inputs
        return self.graph.node("Concat", node.name, [self.names[p] for p in parts],
                               axis=NHWC_TO_NCHW[int(self.arrays[axis]) % 4])

    def add(self, node, rename=None):
        """Translate one node, under another name if it is to be an output."""
        original = node.name
        node = dataclasses.replace(node, name=rename or original)
        if node.op in ("Const", "Placeholder"):
            return
        if node.op in ("_FusedConv2D", "Conv2D"):
            name = self.conv(node, depthwise=False)
        elif node.op in ("FusedDepthwiseConv2dNative", "DepthwiseConv2dNative"):
            name = self.conv(node, depthwise=True)
        elif node.op in ("Mul", "Add"):
            name = self.graph.node(node.op, node.name, [self.operand(i) for i in node.inputs])
        elif node.op in ("Relu", "Relu6", "Sigmoid"):
            name = self.activate(node.op, node.name, self.names[node.inputs[0]])
        elif node.op == "ResizeBilinear":
            name = self.resize(node)
        elif node.op == "Mean":
            name = self.mean(node)
        elif node.op == "ConcatV2":
            name = self.concat(node)
        else:
            raise ValueError(f"{node.name}: operation {node.op} is not known")
        self.names[original] = name


def convert(members, manifest):
    nodes, arrays = tfjs.read(*members)
    size = manifest["input"]
    graph = Graph(manifest["name"], size["name"], [1, 3, size["height"], size["width"]])
    converter = _Converter(nodes, arrays, graph)
    outputs = {o["name"]: o["shape"] for o in manifest["outputs"]}
    converter.names["tower_0/images"] = size["name"]
    # The named outputs are Identity nodes; what feeds them takes their place. They leave as NHWC, as the original has
    # them: engines compute that way inside, and turning 1.3 million values round would cost them a tenth of the time.
    heads = {nodes[f"tower_0/{name}"].inputs[0]: f"{name}/nchw" for name in outputs}
    for node in tfjs.ancestors(nodes, list(heads)):
        converter.add(node, heads.get(node.name))
    for name, shape in outputs.items():
        graph.node("Transpose", name, [f"{name}/nchw"], perm=[0, 2, 3, 1])
        graph.output(name, shape)
    return graph.serialize()
