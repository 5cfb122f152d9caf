"""Each converted network, run by the engine on photographs, against a numpy pass over the tensors as published."""

import json
import unittest

import support
from support import np


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

    def test_conversion_repeats_byte_for_byte(self):
        from tagsmith_models import convert, manifest
        for model in manifest.load_all(support.ROOT / "models"):
            support.need(support.DEPS / "downloads" / model.source["artefact"])
            import hashlib
            data = convert.converted(model, support.DEPS / "downloads")
            self.assertEqual(hashlib.sha256(data).hexdigest(), model.sha256, model.name)


if __name__ == "__main__":
    unittest.main()
