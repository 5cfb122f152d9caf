"""What the tests of the models share: where things are, photographs as arrays, and the project's own engine.

Tests here must work with what plain set-up installs (numpy, onnx, the OpenVINO libraries); whatever else a test
wants (Pillow, other runtimes, test data) it asks for with `optional`, and is skipped without.
"""

import ctypes
import importlib
import os
import sys
import unittest
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DEPS = Path(os.environ.get("TAGSMITH_DEPS") or ROOT / "deps")
MODELS = Path(os.environ.get("TAGSMITH_MODELS") or DEPS / "models")
PHOTOS = DEPS / "photos"
DATA = Path(os.environ.get("TAGSMITH_TESTDATA") or ROOT / ".." / "shared" / "data")
sys.path.insert(0, str(ROOT / "scripts"))


def optional(name):
    """The module, or a skip that says which one is missing."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise unittest.SkipTest(f"{name} is not installed (scripts/setup --dev)") from error


try:
    np = importlib.import_module("numpy")
except ImportError:
    print("skipped: numpy is not installed (scripts/setup)")
    sys.exit(77)  # what Meson takes for a skipped test


def need(path):
    if not path.exists():
        raise unittest.SkipTest(f"{path.name} is not there (scripts/setup)")
    return path


def manifest(name):
    from tagsmith_models import manifest as manifests
    return manifests.load(ROOT / "models" / f"{name}.json")


def sources(name):
    """The bytes that a model is converted from; skips where the downloads were cleaned away."""
    from tagsmith_models import convert
    model = manifest(name)
    return list(convert.checked_members(model, need(DEPS / "downloads" / model.source["artefact"])).values())


def read_png(path):
    """An RGB PNG without interlacing as u8 [h, w, 3]: enough for our photographs, and needs no picture library."""
    data, at, packed = path.read_bytes(), 8, b""
    while at < len(data):
        length, kind = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8]
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height = int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big")
            assert tuple(body[8:]) == (8, 2, 0, 0, 0), "8-bit RGB without interlacing"
        elif kind == b"IDAT":
            packed += body
        at += length + 12
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + 3 * width)
    picture = np.zeros((height + 1, width + 1, 3), np.int64)
    for y in range(height):
        unfilter_row(int(rows[y, 0]), rows[y, 1:].reshape(width, 3), picture, y + 1)
    return picture[1:, 1:].astype(np.uint8)


def unfilter_row(kind, row, picture, y):
    """Undo PNG's row filter; row 0 and column 0 of `picture` are the zeros outside it."""
    above, here = picture[y - 1], picture[y]
    if kind in (0, 2):
        here[1:] = (row + (above[1:] if kind == 2 else 0)) & 255
        return
    for x in range(1, len(row) + 1):
        a, b, c = here[x - 1], above[x], above[x - 1]
        if kind == 1:
            guess = a
        elif kind == 3:
            guess = (a + b) // 2
        else:
            p, q, r = abs(b - c), abs(a - c), abs(a + b - 2 * c)
            guess = np.where((p <= q) & (p <= r), a, np.where(q <= r, b, c))
        here[x] = (row[x - 1] + guess) & 255


def resized(picture, width, height):
    """Bilinear with half-pixel centres; good enough to make real inputs, which is all these tests want of it."""
    def weights(target, source):
        at = np.clip((np.arange(target) + 0.5) * source / target - 0.5, 0, source - 1)
        low = np.floor(at).astype(int)
        return low, np.minimum(low + 1, source - 1), (at - low).astype(np.float32)
    y0, y1, fy = weights(height, picture.shape[0])
    x0, x1, fx = weights(width, picture.shape[1])
    picture = picture.astype(np.float32)
    rows = picture[y0] * (1 - fy)[:, None, None] + picture[y1] * fy[:, None, None]
    return rows[:, x0] * (1 - fx)[None, :, None] + rows[:, x1] * fx[None, :, None]


def network_input(model, picture):
    """A photograph as the tensor that the model's manifest describes (squashed to size: no fit is tested here)."""
    want = model.data["input"]
    pixels = resized(picture, want["width"], want["height"])
    if want["order"] == "bgr":
        pixels = pixels[:, :, ::-1]
    pixels = (pixels - np.float32(want["mean"])) / np.float32(want["scale"])
    return np.ascontiguousarray((pixels.transpose(2, 0, 1) if want["layout"] == "nchw" else pixels)[None])


def photographs():
    return {name: read_png(need(PHOTOS / name)) for name in ("astronaut.png", "cat.png", "coffee.png")}


class Engine:
    """The OpenVINO that the program uses, through its C interface, in f32. infer() gives {output name: array}."""

    def __init__(self):
        root = Path(os.environ.get("TAGSMITH_OPENVINO") or DEPS / "openvino")
        found = sorted(root.rglob("libopenvino_c.so*"))
        if not found:
            raise unittest.SkipTest("OpenVINO is not there (scripts/setup)")
        self.api = ctypes.CDLL(str(found[0]))
        self.api.ov_get_last_err_msg.restype = ctypes.c_char_p
        self.core = self.make("ov_core_create")

    def make(self, name, *arguments):
        out = ctypes.c_void_p()
        self.call(name, *arguments, ctypes.byref(out))
        return out

    def call(self, name, *arguments):
        status = getattr(self.api, name)(*arguments)
        if status != 0:
            raise RuntimeError(f"{name}: status {status}, {self.api.ov_get_last_err_msg()}")

    def load(self, path):
        model = self.make("ov_core_read_model", self.core, str(path).encode(), None)
        out = ctypes.c_void_p()
        self.call("ov_core_compile_model", self.core, model, b"CPU", ctypes.c_size_t(2), ctypes.byref(out),
                  b"INFERENCE_PRECISION_HINT", b"f32")
        return out

    def infer(self, compiled, given):
        """given: the only input's array, or {name: array}."""
        request = self.make("ov_compiled_model_create_infer_request", compiled)
        if not isinstance(given, dict):
            self.fill(self.make("ov_infer_request_get_input_tensor", request), given)
        else:
            for name, array in given.items():
                self.fill(self.make("ov_infer_request_get_tensor", request, name.encode()), array)
        self.call("ov_infer_request_infer", request)
        count = ctypes.c_size_t()
        self.call("ov_compiled_model_outputs_size", compiled, ctypes.byref(count))
        return dict(self.output(compiled, request, i) for i in range(count.value))

    def fill(self, tensor, array):
        data = ctypes.c_void_p()
        self.call("ov_tensor_set_shape", tensor, Shape(array.ndim, (ctypes.c_int64 * array.ndim)(*array.shape)))
        self.call("ov_tensor_data", tensor, ctypes.byref(data))
        array = np.ascontiguousarray(array, np.float32)
        ctypes.memmove(data, array.ctypes.data, array.nbytes)

    def output(self, compiled, request, index):
        port, name = ctypes.c_void_p(), ctypes.c_char_p()
        self.call("ov_compiled_model_output_by_index", compiled, ctypes.c_size_t(index), ctypes.byref(port))
        self.call("ov_port_get_any_name", port, ctypes.byref(name))
        tensor, data, shape = ctypes.c_void_p(), ctypes.c_void_p(), Shape()
        self.call("ov_infer_request_get_output_tensor_by_index", request, ctypes.c_size_t(index), ctypes.byref(tensor))
        self.call("ov_tensor_get_shape", tensor, ctypes.byref(shape))
        self.call("ov_tensor_data", tensor, ctypes.byref(data))
        sizes = [shape.dims[i] for i in range(shape.rank)]
        flat = np.ctypeslib.as_array(ctypes.cast(data, ctypes.POINTER(ctypes.c_float)), (int(np.prod(sizes)),))
        return name.value.decode(), flat.reshape(sizes).copy()


class Shape(ctypes.Structure):
    _fields_ = [("rank", ctypes.c_int64), ("dims", ctypes.POINTER(ctypes.c_int64))]
