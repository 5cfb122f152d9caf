"""The networks on labelled pictures, at the fits their manifests give. Figures are printed; docs/models.md quotes them.

This looks at the networks alone; bench/quality measures the whole program. Wants Pillow and the test data.
"""

import unittest

import support
from support import np


def fitted(model, picture):
    """A Pillow picture as the model's manifest fits it, u8 RGB [h, w, 3]."""
    want = model.data["input"]
    width, height, fit = want["width"], want["height"], want["fit"]
    if fit == "letterbox":
        scale = min(width / picture.width, height / picture.height)
        size = (round(picture.width * scale), round(picture.height * scale))
        canvas = support.optional("PIL.Image").new("RGB", (width, height))
        canvas.paste(picture.resize(size, 2), ((width - size[0]) // 2, (height - size[1]) // 2))
        return np.asarray(canvas)
    full = (width / want["crop"], height / want["crop"])
    if fit == "crop":
        scale = max(full[0] / picture.width, full[1] / picture.height)
        full = (picture.width * scale, picture.height * scale)
    picture = picture.resize((max(width, round(full[0])), max(height, round(full[1]))), 2)
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return np.asarray(picture.crop((left, top, left + width, top + height)))


def rows(path):
    return [line.split("\t") for line in support.need(path).read_text().splitlines()]


class AccuracyTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.image = support.optional("PIL.Image")
        support.need(support.DATA)
        cls.engine = support.Engine()

    def run_all(self, name, files):
        model = support.manifest(name)
        compiled = self.engine.load(support.need(support.MODELS / model.file_name))
        for file in files:
            with self.image.open(file) as picture:
                pixels = fitted(model, picture.convert("RGB"))
            yield self.engine.infer(compiled, support.network_input(model, pixels))

    def test_classifier_on_imagenet(self):
        folder = support.DATA / "imagenet"
        index = {wnid: int(i) for i, wnid, _ in rows(support.ROOT / "models/labels/imagenet1k.tsv")}
        files = [row[0] for row in rows(folder / "labels.tsv")]
        truth = np.array([index[file.split("_")[0]] for file in files])
        order = np.array([np.argsort(-out["logits"][0])[:5]
                          for out in self.run_all("efficientnet-lite2", [folder / f for f in files])])
        top1, top5 = (order[:, 0] == truth).mean(), (order == truth[:, None]).any(1).mean()
        print(f"efficientnet-lite2, {len(files)} ImageNet pictures: top-1 {top1:.3f}, top-5 {top5:.3f}")
        self.assertGreaterEqual(top1, 0.85)
        self.assertGreaterEqual(top5, 0.93)

    def test_detector_on_coco(self):
        folder = support.DATA / "coco"
        classes = {name: int(i) for i, name in rows(support.ROOT / "models/labels/coco80.tsv")}
        labelled = rows(folder / "labels.tsv")
        truth = np.zeros((len(labelled), len(classes)), bool)
        for i, (_, names) in enumerate(labelled):
            truth[i, [classes[name] for name in names.split("|") if name]] = True
        scores = np.array([out["keypoints"][0].max((0, 1))
                           for out in self.run_all("centernet-mobilenetv3-coco", [folder / f for f, _ in labelled])])
        threshold = support.manifest("centernet-mobilenetv3-coco").data["params"]["presence_score"]
        f1 = 2 * ((scores >= threshold) & truth).sum() / ((scores >= threshold).sum() + truth.sum())
        hits = truth.ravel()[np.argsort(-scores.ravel())]
        precision = np.cumsum(hits) / np.arange(1, hits.size + 1)
        print(f"centernet-mobilenetv3-coco, {len(labelled)} COCO pictures: presence micro-F1 {f1:.3f} "
              f"at {threshold}, AP {(precision * hits).sum() / hits.sum():.3f}")
        self.assertGreaterEqual(f1, 0.70)

    def test_safety_on_everyday_pictures(self):
        files = sorted((support.DATA / "coco").glob("*.jpg"))[:60]
        scores = np.array([out["outputs"][0, 1] for out in self.run_all("open-nsfw", files)])
        print(f"open-nsfw, {len(files)} COCO pictures: median {np.median(scores):.3f}, "
              f"above 0.8: {(scores > 0.8).sum()}")
        self.assertLess(np.median(scores), 0.1)
        self.assertLessEqual((scores > 0.8).mean(), 0.02)


if __name__ == "__main__":
    unittest.main()
