"""Write an ONNX graph node by node. Knows ONNX, not any network."""

import numpy as np
import onnx
from onnx import TensorProto, helper

# Old enough for every reader, new enough for HardSwish (14) and Resize as we use it (13).
OPSET = 14
IR_VERSION = 8


class Graph:
    """Nodes and weights in the order they were added, so that the same calls always give the same bytes."""

    def __init__(self, name, input_name, input_shape, opset=OPSET, ir_version=IR_VERSION):
        self.name = name
        self.opset = opset
        self.ir_version = ir_version
        self.inputs = []
        self.also_input(input_name, input_shape)
        self.nodes = []
        self.weights = []
        self.outputs = []

    def also_input(self, name, shape):
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def weight(self, name, array):
        """Add a constant and return its name. Float arrays are stored as little-endian f32."""
        kind = "<i8" if array.dtype.kind == "i" else "<f4"
        array = np.ascontiguousarray(array, dtype=kind)
        tensor = TensorProto(name=name, dims=array.shape, raw_data=array.tobytes(),
                             data_type=TensorProto.INT64 if kind == "<i8" else TensorProto.FLOAT)
        self.weights.append(tensor)
        return name

    def packed(self, name, values, scales):
        """Add a matrix of whole numbers from -8 to 7 with a scale for each block of a row's neighbours; return the
        name of the matrix as floats. Needs opset 21."""
        nibbles = (values.reshape(-1) & 15).astype(np.uint8)
        self.weights.append(TensorProto(name=f"{name}.packed", dims=values.shape, data_type=TensorProto.INT4,
                                        raw_data=(nibbles[0::2] | nibbles[1::2] << 4).tobytes()))
        return self.node("DequantizeLinear", f"{name}.weight",
                         [f"{name}.packed", self.weight(f"{name}.scales", scales)],
                         axis=1, block_size=values.shape[1] // scales.shape[1])

    def node(self, op, name, inputs, **attributes):
        """Add a node whose one output carries the node's name; return that name."""
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def conv(self, name, x, weights, bias, stride=1, groups=1, pads=None):
        """Convolution; weights: [out, in/groups, h, w]; bias: [out] or None.

        pads: (before, after) for both axes, or None for TensorFlow's SAME, which follows the size of x.
        """
        inputs = [x, self.weight(f"{name}.weight", weights)]
        if bias is not None:
            inputs.append(self.weight(f"{name}.bias", bias))
        padding = {"auto_pad": "SAME_UPPER"} if pads is None else {"pads": [pads[0], pads[0], pads[1], pads[1]]}
        return self.node("Conv", name, inputs, kernel_shape=list(weights.shape[2:]), strides=[stride, stride],
                         group=groups, **padding)

    def output(self, name, shape):
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def serialize(self):
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, self.weights)
        model = helper.make_model(graph, producer_name="tagsmith", ir_version=self.ir_version,
                                  opset_imports=[helper.make_opsetid("", self.opset)])
        onnx.checker.check_model(model, full_check=True)
        return model.SerializeToString(deterministic=True)
