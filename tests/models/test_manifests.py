"""The manifests and label lists as the C side reads them, and what happens to manifests that are wrong."""

import json
import re
import tempfile
import unittest
from pathlib import Path

import support
from tagsmith_models import convert, manifest

ANALYSERS = {"classify", "detect", "faces", "faces_close", "facemesh", "safety", "embed", "text", "text-words", "text-lines", "text-reading",
             "text-characters", "place"}
SHA256 = re.compile(r"[0-9a-f]{64}")


class ManifestTest(unittest.TestCase):
    def setUp(self):
        self.models = manifest.load_all(support.ROOT / "models")

    def test_each_says_what_it_must(self):
        self.assertGreaterEqual(len(self.models), 6)
        for model in self.models:
            with self.subTest(model.name):
                self.assertIn(model.data["analyser"], ANALYSERS)
                self.assertIn(model.converter, convert.CONVERTERS)
                self.assertTrue(model.data["licence"] and model.data["attribution"])
                hashes = [model.sha256, model.source["sha256"], *model.members().values()]
                self.assertTrue(all(SHA256.fullmatch(h) for h in hashes))
                self.assertGreater(model.bytes, 0)

    def test_inputs_and_outputs_are_usable(self):
        for model in self.models:
            with self.subTest(model.name):
                self.assertTrue(all(o["name"] and o["role"] and o["shape"] for o in model.data["outputs"]))
                size = model.data["input"]
                self.assertEqual(size is None, model.data["analyser"].startswith(("text", "place")), "only texts and places take no picture")
                if size is None:
                    continue
                self.assertIn(size["order"], ("rgb", "bgr"))
                self.assertIn(size["layout"], ("nchw", "nhwc"))
                self.assertIn(size["fit"], ("stretch", "crop", "letterbox"))
                self.assertTrue(0 < size["crop"] <= 1)
                self.assertEqual([len(size["mean"]), len(size["scale"])], [3, 3])
                self.assertTrue(all(size["scale"]))

    def test_a_copied_file_is_the_member_itself(self):
        for model in self.models:
            if model.converter == "copy":
                self.assertEqual(model.sha256, model.source["member_sha256"], model.name)

    def test_labels_are_as_many_as_the_outputs(self):
        for model, axis, role in (("efficientnet-lite2", 1, "logits"), ("centernet-mobilenetv3-coco", 3, "heatmap")):
            data = support.manifest(model).data
            rows = (support.ROOT / "models/labels" / f"{data['labels']}.tsv").read_text().splitlines()
            (output,) = (o for o in data["outputs"] if o["role"] == role)
            self.assertEqual(len(rows), output["shape"][axis])
            self.assertEqual([int(row.split("\t")[0]) for row in rows], list(range(len(rows))))

    def test_files_in_place_are_the_ones_described(self):
        support.need(support.MODELS)
        self.assertEqual({m.name: manifest.fault_of(m, support.MODELS) for m in self.models},
                         {m.name: None for m in self.models})


class FaultTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.data = json.loads((support.ROOT / "models/open-nsfw.json").read_text())

    def load(self, name="open-nsfw"):
        path = Path(self.folder.name) / f"{name}.json"
        path.write_text(json.dumps(self.data))
        return manifest.load(path)

    def test_a_file_name_may_not_leave_the_models_folder(self):
        for name in ("../x.onnx", "/tmp/x.onnx", "a/b.onnx", ".x"):
            self.data["file"]["name"] = name
            with self.assertRaisesRegex(manifest.ManifestError, "plain file name"):
                self.load()

    def test_missing_parts_are_named(self):
        del self.data["licence"], self.data["input"]
        with self.assertRaisesRegex(manifest.ManifestError, "licence, input"):
            self.load()

    def test_the_name_is_the_files(self):
        with self.assertRaisesRegex(manifest.ManifestError, "differs from the file's name"):
            self.load("other")

    def test_damage_is_told_from_absence(self):
        self.data["file"].update(name="x.onnx", bytes=3, sha256="0" * 64)
        model, folder = self.load(), Path(self.folder.name)
        self.assertEqual(manifest.fault_of(model, folder), "missing")
        (folder / "x.onnx").write_bytes(b"abcd")
        self.assertEqual(manifest.fault_of(model, folder), "4 bytes instead of 3")
        (folder / "x.onnx").write_bytes(b"abc")
        self.assertEqual(manifest.fault_of(model, folder), "checksum differs")

    def test_an_unknown_model_is_an_error_that_lists_the_known(self):
        with self.assertRaisesRegex(manifest.ManifestError, "no such model: nope .*open-nsfw"):
            manifest.load_all(support.ROOT / "models", names=["nope"])


if __name__ == "__main__":
    unittest.main()
