"""From verified artefacts to the files the engine reads. Knows the converters by name, not what they do."""

import hashlib
import importlib
import os
import tempfile

from .fetch import fetch, read_member

CONVERTERS = ("copy", "e5_encoder", "e5_words", "efficientnet_lite", "geonames", "onnx_characters", "tfjs_centernet")


class ConvertError(Exception):
    """A conversion that did not give the pinned result."""


def checked_members(manifest, artefact):
    members = {}
    for member, sha256 in manifest.members().items():
        data = read_member(artefact, member)
        actual = hashlib.sha256(data).hexdigest()
        if actual != sha256:
            raise ConvertError(f"{manifest.name}: {member} has sha256 {actual}, the manifest says {sha256}")
        members[member] = data
    return members


def converted(manifest, downloads):
    """The bytes of the model's file, from its artefact (fetched if it is not in `downloads`)."""
    if manifest.converter not in CONVERTERS:
        raise ConvertError(f"{manifest.name}: unknown converter {manifest.converter!r}")
    artefact = fetch(manifest.source, downloads)
    members = checked_members(manifest, artefact)
    # Imported late: listing, fetching and verifying must work before numpy and onnx are installed.
    module = importlib.import_module(f"{__package__}.converters.{manifest.converter}")
    return module.convert(list(members.values()), manifest.data)


def convert(manifest, downloads, models):
    data = converted(manifest, downloads)
    actual = hashlib.sha256(data).hexdigest()
    if actual != manifest.sha256 or len(data) != manifest.bytes:
        raise ConvertError(f"{manifest.name}: the converted file has sha256 {actual} ({len(data)} bytes), "
                           f"the manifest says {manifest.sha256} ({manifest.bytes} bytes)")
    write_atomically(models / manifest.file_name, data)


def write_atomically(path, data):
    """A reader, or a crash, sees the old file or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fchmod(stream.fileno(), 0o644)
            os.fsync(stream.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
