"""The readers of published weights, on small files made here: what they accept, and what they must refuse."""

import io
import json
import os
import pickle
import struct
import unittest

import support
from support import np
from tagsmith_models.converters import tfjs, torch_pickle


class Storage:
    """Stands for a torch storage while a test file is written."""

    def __init__(self, kind, key, values):
        self.kind, self.key, self.values = kind, key, values


class Global:
    """Pickles as a call of module.name: what `_rebuild_tensor_v2` is, and what an attack would be."""

    def __init__(self, module, name, *arguments):
        self.module, self.name, self.arguments = module, name, arguments


class Writer(pickle._Pickler):
    def persistent_id(self, item):
        return ("storage", item.kind, item.key, "cpu", len(item.values), None) if isinstance(item, Storage) else None

    def save_global_name(self, item):
        self.write(b"c" + item.module.encode() + b"\n" + item.name.encode() + b"\n")

    def save(self, item, save_persistent_id=True):
        if isinstance(item, Global):
            self.save_global_name(item)
            if item.arguments:
                super().save(tuple(item.arguments))
                self.write(b"R")
            return None
        return super().save(item, save_persistent_id)


def torch_file(tensors, storages):
    out = io.BytesIO()
    for item in (torch_pickle.MAGIC, torch_pickle.PROTOCOL, {"little_endian": True}):
        pickle.dump(item, out, protocol=2)
    Writer(out, protocol=2).dump(tensors)
    pickle.dump([s.key for s in storages], out, protocol=2)
    for s in storages:
        out.write(struct.pack("<q", len(s.values)) + np.asarray(s.values, "<f4").tobytes())
    return out.getvalue()


def tensor(storage, offset, shape, strides):
    return Global("torch._utils", "_rebuild_tensor_v2", storage, offset, shape, strides)


class TorchPickleTest(unittest.TestCase):
    def storage(self, count):
        return Storage(Global("torch", "FloatStorage"), "7", list(range(count)))

    def test_strides_and_offsets(self):
        s = self.storage(8)
        got = torch_pickle.read(torch_file({"a": tensor(s, 1, (2, 3), (1, 2)), "b": tensor(s, 7, (), ())}, [s]))
        self.assertEqual(got["a"].tolist(), [[1, 3, 5], [2, 4, 6]])
        self.assertEqual(got["b"].tolist(), 7)

    def test_a_tensor_may_not_reach_outside_its_storage(self):
        s = self.storage(8)
        for offset, shape, strides in ((0, (9,), (1,)), (4, (2, 3), (3, 1)), (-1, (2,), (1,)), (0, (2,), (1 << 40,))):
            with self.assertRaises(pickle.UnpicklingError):
                torch_pickle.read(torch_file({"a": tensor(s, offset, shape, strides)}, [s]))

    def test_nothing_else_is_called(self):
        for module, name in ((os.system.__module__, "system"), ("builtins", "eval"), ("torch._utils", "exec"),
                             ("collections", "namedtuple")):
            with self.assertRaisesRegex(pickle.UnpicklingError, "is not allowed"):
                torch_pickle.read(torch_file({"a": Global(module, name, "true")}, []))

    def test_other_formats_are_told_apart(self):
        with self.assertRaisesRegex(pickle.UnpicklingError, "not a PyTorch file"):
            torch_pickle.read(pickle.dumps(5) + pickle.dumps(1001))


class TfjsTest(unittest.TestCase):
    def test_packed_weights_are_widened(self):
        entries = [{"name": "half", "shape": [2], "dtype": "float32", "quantization": {"dtype": "float16"}},
                   {"name": "byte", "shape": [2, 1], "dtype": "float32",
                    "quantization": {"dtype": "uint8", "scale": 0.5, "min": -1.0}},
                   {"name": "axis", "shape": [], "dtype": "int32"}]
        data = np.array([1.5, -2], "<f2").tobytes() + bytes([0, 6]) + np.array(3, "<i4").tobytes()
        got = tfjs.read_weights([{"weights": entries}], data)
        self.assertEqual(got["half"].tolist(), [1.5, -2])
        self.assertEqual(got["byte"].tolist(), [[-1], [2]])
        self.assertEqual((got["axis"].dtype, int(got["axis"])), (np.int32, 3))

    def test_a_file_of_another_size_is_refused(self):
        entry = {"name": "w", "shape": [2], "dtype": "float32"}
        for data in (b"\0" * 4, b"\0" * 12):
            with self.assertRaises(ValueError):
                tfjs.read_weights([{"weights": [entry]}], data)

    def test_nodes_come_after_their_inputs(self):
        graph = {"modelTopology": {"node": [{"name": "c", "op": "Add", "input": ["b", "a"]},
                                            {"name": "b", "op": "Relu", "input": ["a"]},
                                            {"name": "d", "op": "Relu", "input": ["c"]},
                                            {"name": "a", "op": "Placeholder"}]}, "weightsManifest": []}
        nodes, _ = tfjs.read(json.dumps(graph), b"")
        self.assertEqual([n.name for n in tfjs.ancestors(nodes, ["c"])], ["a", "b", "c"])


if __name__ == "__main__":
    unittest.main()
