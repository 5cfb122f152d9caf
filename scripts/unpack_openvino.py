#!/usr/bin/env python3
"""unpack_openvino.py DOWNLOADS VERSION TARGET: TARGET/include and TARGET/lib out of the OpenVINO wheel in DOWNLOADS.

Keeps the C headers, the CPU device and the readers of the three formats our models come in; the wheel's Python
modules, GPU and NPU devices and other readers (two thirds of it) stay behind.
"""

import fnmatch
import os
import shutil
import sys
import zipfile
from pathlib import Path

HEADERS = "openvino/include/openvino/c/*"
LIBRARIES = ("libopenvino.so.*", "libopenvino_c.so.*", "libopenvino_*_cpu_plugin.so", "libopenvino_ir_frontend.so.*",
             "libopenvino_onnx_frontend.so.*", "libopenvino_tensorflow_lite_frontend.so.*", "libtbb.so.*",
             "libtbbmalloc.so.*", "libtbbbind_*.so.*", "libhwloc.so.*")
LINKED = ("libopenvino.so", "libopenvino_c.so")


def destination(member):
    """Where a member of the wheel goes below TARGET, or None."""
    path = Path(member)
    if fnmatch.fnmatch(member, HEADERS):
        return Path(*path.parts[1:])
    if path.parts[:2] == ("openvino", "libs") and any(fnmatch.fnmatch(path.name, p) for p in LIBRARIES):
        return Path("lib", path.name)
    if ".dist-info/licenses/" in member:
        return Path("licences", *path.parts[2:])
    return None


def main():
    downloads, version, target = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    (wheel,) = downloads.glob(f"openvino-{version}-*_{os.uname().machine}.whl")
    with zipfile.ZipFile(wheel) as archive:
        for info in archive.infolist():
            place = destination(info.filename)
            if place is None or info.is_dir():
                continue
            (target / place).parent.mkdir(parents=True, exist_ok=True)
            with archive.open(info) as source, open(target / place, "wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
    # The linker wants the names without the version.
    for name in LINKED:
        (versioned,) = (target / "lib").glob(f"{name}.*")
        (target / "lib" / name).symlink_to(versioned.name)


if __name__ == "__main__":
    main()
