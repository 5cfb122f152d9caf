"""Read the tensors of a PyTorch file in the format before 1.6 (a row of pickles, then raw storages), without torch.

Pickle can call anything, so only the names below are looked up; every other one is an error.
"""

import io
import pickle
import struct
from collections import OrderedDict

import numpy as np

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
STORAGES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


class _Tensor:
    """A view of a storage that is read later: offset, shape and strides count elements."""

    def __init__(self, storage, offset, shape, strides, *_):
        self.storage, self.offset, self.shape, self.strides = storage, offset, shape, strides

    def array(self, storages):
        flat = storages[self.storage]
        strides = [step * flat.itemsize for step in self.strides]
        last = self.offset + sum((n - 1) * s for n, s in zip(self.shape, self.strides))
        if min((*self.shape, 1)) < 1 or self.offset < 0 or last >= flat.size:
            raise pickle.UnpicklingError("a tensor reaches outside its storage")
        return np.lib.stride_tricks.as_strided(flat[self.offset:], self.shape, strides).copy()


class _Unpickler(pickle.Unpickler):
    ALLOWED = {("collections", "OrderedDict"): OrderedDict, ("torch._utils", "_rebuild_tensor_v2"): _Tensor,
               **{("torch", name): name for name in STORAGES}}

    def __init__(self, stream):
        super().__init__(stream)
        self.kinds = {}

    def find_class(self, module, name):
        try:
            return self.ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed in a weights file") from None

    def persistent_load(self, key):
        """Called for each storage: ("storage", kind, key, device, elements, view)."""
        _, kind, name, *_ = key
        self.kinds[name] = STORAGES[kind]
        return name


def read(data):
    """{name: array} of a state dictionary."""
    stream = io.BytesIO(data)
    if _Unpickler(stream).load() != MAGIC or _Unpickler(stream).load() != PROTOCOL:
        raise pickle.UnpicklingError("not a PyTorch file of the format before 1.6")
    if not _Unpickler(stream).load().get("little_endian"):
        raise pickle.UnpicklingError("a big-endian file")
    unpickler = _Unpickler(stream)
    tensors = unpickler.load()
    storages = {}
    for name in _Unpickler(stream).load():
        (elements,) = struct.unpack("<q", stream.read(8))
        kind = unpickler.kinds[name]
        storages[name] = np.frombuffer(stream.read(elements * kind.itemsize), kind, elements)
    return {name: tensor.array(storages) for name, tensor in tensors.items()}
