"""Read models/*.json: the one place that knows the shape of a manifest. No network, no conversion."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

REQUIRED = ("name", "version", "analyser", "pack", "licence", "attribution", "homepage", "source", "convert",
            "file", "input", "outputs", "labels", "params", "calibration")


class ManifestError(Exception):
    """A manifest that cannot be used; the message names the file and the fault."""


@dataclass(frozen=True)
class Manifest:
    path: Path
    data: dict

    @property
    def name(self):
        return self.data["name"]

    @property
    def pack(self):
        return self.data["pack"]

    @property
    def source(self):
        return self.data["source"]

    @property
    def converter(self):
        return self.data["convert"]

    @property
    def file_name(self):
        return self.data["file"]["name"]

    @property
    def sha256(self):
        return self.data["file"]["sha256"]

    @property
    def bytes(self):
        return self.data["file"]["bytes"]

    def members(self):
        """{member path in the artefact: sha256}; the first is the one that `source.member` names."""
        pairs = {self.source["member"]: self.source["member_sha256"]}
        for extra in self.source.get("extra_members", []):
            pairs[extra["member"]] = extra["sha256"]
        return pairs


def load(path):
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ManifestError(f"{path}: {error}") from error
    missing = [key for key in REQUIRED if key not in data]
    if missing:
        raise ManifestError(f"{path}: missing {', '.join(missing)}")
    file_name = data["file"]["name"]
    # A manifest may come from elsewhere one day; it must not be able to write outside the models folder.
    if Path(file_name).name != file_name or file_name.startswith("."):
        raise ManifestError(f"{path}: file.name {file_name!r} is not a plain file name")
    if data["name"] != path.stem:
        raise ManifestError(f"{path}: name {data['name']!r} differs from the file's name")
    return Manifest(path, data)


def load_all(folder, pack=None, names=()):
    """The manifests of `folder`, by name; ManifestError when one of `names` is not among them."""
    found = {m.name: m for m in map(load, sorted(folder.glob("*.json")))}
    unknown = [name for name in names if name not in found]
    if unknown:
        raise ManifestError(f"no such model: {', '.join(unknown)} (known: {', '.join(found)})")
    chosen = [found[name] for name in names] if names else list(found.values())
    return [m for m in chosen if pack is None or m.pack == pack]


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def fault_of(manifest, models):
    """None when the model's file in `models` is the one the manifest describes, else what is wrong with it."""
    path = models / manifest.file_name
    if not path.is_file():
        return "missing"
    size = path.stat().st_size
    if size != manifest.bytes:
        return f"{size} bytes instead of {manifest.bytes}"
    if sha256_of(path) != manifest.sha256:
        return "checksum differs"
    return None
