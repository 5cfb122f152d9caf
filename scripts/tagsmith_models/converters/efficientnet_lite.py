"""EfficientNet-lite: PyTorch weights to ONNX, with the batch norms folded into the convolutions.

The layout (kernel sizes, widths, which blocks expand) is read off the tensors' shapes; only the strides, which
weights do not show, come from the manifest (`params.stages`: [blocks, stride] for each stage).
Two outputs: `logits`, and `features`, the pooled values before the classifier.
"""

import numpy as np

from . import torch_pickle
from .onnx_graph import Graph

EPSILON = 1e-3


def static_same_pads(size, kernel, stride):
    """(before, after) that SAME would use for a picture of `size`.

    The weights were tuned with every layer padded as if it saw the network's whole input; computing SAME from each
    layer's own size (9 x 9 instead of 8 x 8 at the end) costs accuracy.
    """
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class _Network:
    def __init__(self, tensors, graph, size):
        self.tensors = tensors
        self.graph = graph
        self.size = size
        self.zero = graph.weight("zero", np.float32(0))
        self.six = graph.weight("six", np.float32(6))

    def conv(self, name, norm, x, stride=1, clip=True):
        """Convolution, batch norm (folded in f64, rounded once) and, unless it is a projection, ReLU6."""
        weights = self.tensors[f"{name}.weight"].astype(np.float64)
        mean, variance, gamma, beta = (self.tensors[f"{norm}.{part}"].astype(np.float64)
                                       for part in ("running_mean", "running_var", "weight", "bias"))
        scale = gamma / np.sqrt(variance + EPSILON)
        groups = weights.shape[0] if weights.shape[1] == 1 else 1
        y = self.graph.conv(name.lstrip("_"), x, weights * scale[:, None, None, None], beta - mean * scale,
                            stride, groups, static_same_pads(self.size, weights.shape[2], stride))
        return self.graph.node("Clip", f"{y}.relu6", [y, self.zero, self.six]) if clip else y

    def block(self, prefix, x, stride, repeated):
        y = x
        if f"{prefix}._expand_conv.weight" in self.tensors:
            y = self.conv(f"{prefix}._expand_conv", f"{prefix}._bn0", y)
        y = self.conv(f"{prefix}._depthwise_conv", f"{prefix}._bn1", y, stride)
        y = self.conv(f"{prefix}._project_conv", f"{prefix}._bn2", y, clip=False)
        return self.graph.node("Add", f"{prefix.lstrip('_')}.add", [y, x]) if repeated else y


def block_plan(stages):
    """(stride, is a repetition of the block before) for each block in order."""
    return [(stride if i == 0 else 1, i > 0) for blocks, stride in stages for i in range(blocks)]


def convert(members, manifest):
    tensors = torch_pickle.read(members[0])
    size = manifest["input"]
    graph = Graph(manifest["name"], size["name"], [1, 3, size["height"], size["width"]])
    net = _Network(tensors, graph, size["height"])
    x = net.conv("_conv_stem", "_bn0", size["name"], 2)
    for i, (stride, repeated) in enumerate(block_plan(manifest["params"]["stages"])):
        x = net.block(f"_blocks.{i}", x, stride, repeated)
    x = net.conv("_conv_head", "_bn1", x)
    x = graph.node("GlobalAveragePool", "pool", [x])
    features = graph.node("Flatten", "features", [x], axis=1)
    weights, bias = tensors["_fc.weight"], tensors["_fc.bias"]
    graph.node("Gemm", "logits", [features, graph.weight("fc.weight", weights), graph.weight("fc.bias", bias)],
               transB=1)
    graph.output("logits", [1, weights.shape[0]])
    graph.output("features", [1, weights.shape[1]])
    return graph.serialize()
