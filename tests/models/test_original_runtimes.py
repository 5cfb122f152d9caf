"""Networks that are used as published, in our engine and in the runtime they were published for: same answers."""

import unittest

import support
from support import np

TFLITE = ("blazeface-full-range", "blazeface-short-range", "face-mesh")


def by_shape(outputs):
    """Runtimes name outputs as they like; within each of these networks, shapes tell them apart."""
    return {array.shape: array for array in outputs}


class OriginalRuntimeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = support.Engine()
        cls.photographs = support.photographs()

    def compare(self, name, original):
        model = support.manifest(name)
        path = support.need(support.MODELS / model.file_name)
        compiled, run = self.engine.load(path), original(path)
        for photo, picture in self.photographs.items():
            x = support.network_input(model, picture)
            got, expected = by_shape(self.engine.infer(compiled, x).values()), by_shape(run(x))
            self.assertEqual(got.keys(), expected.keys())
            for shape, array in expected.items():
                error = np.abs(got[shape] - array).max() / max(1.0, np.abs(array).max())
                self.assertLess(error, 1e-3, f"{name} {photo} {shape}")

    def test_safety_in_onnx_runtime(self):
        onnxruntime = support.optional("onnxruntime")

        def original(path):
            session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
            return lambda x: session.run(None, {session.get_inputs()[0].name: x})
        self.compare("open-nsfw", original)

    def test_faces_in_tensorflow_lite(self):
        litert = support.optional("ai_edge_litert.interpreter")

        def original(path):
            interpreter = litert.Interpreter(str(path))
            interpreter.allocate_tensors()

            def run(x):
                interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
                interpreter.invoke()
                return [interpreter.get_tensor(o["index"]) for o in interpreter.get_output_details()]
            return run
        for name in TFLITE:
            with self.subTest(name):
                self.compare(name, original)


if __name__ == "__main__":
    unittest.main()
