#!/usr/bin/env python3
"""house: the judged sheet: what is drawn, that decoys are wrong, and the figures of two filled sheets."""
import collections
import random
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'bench'))
import sheet  # noqa: E402

KINDS = {'object/beagle': ('object/dog', 'object/animal'), 'object/dog': ('object/animal',), 'object/cat': ('object/animal',)}


def tag(concept):
    return {'concept': concept, 'label': concept.split('/')[1], 'facet': concept.split('/')[0], 'confidence': 0.5,
            'state': 'accepted', 'ancestors': list(KINDS.get(concept, ()))}


def record(name, *concepts):
    return {'path': name, 'tags': [tag(concept) for concept in concepts]}


def many(count=40):
    rng = random.Random(3)
    concepts = [f'object/o{i}' for i in range(30)] + [f'scene/s{i}' for i in range(12)] + ['object/dog', 'object/beagle', 'object/cat']
    return [record(f'p{i}', *rng.sample(concepts, 8)) for i in range(count)]


class Drawing(unittest.TestCase):
    def test_shares(self):
        rows = sheet.draw(many(), 100, 0.2, 1)
        kinds = collections.Counter(kind for kind, _, _ in rows)
        self.assertEqual(kinds, {'tag': 100, 'decoy': 25})
        pairs = [(one['path'], drawn['concept']) for _, one, drawn in rows]
        self.assertEqual(len(set(pairs)), len(pairs))
        self.assertNotEqual([kind for kind, _, _ in rows[-25:]], ['decoy'] * 25)  # mixed in, not at the end
        self.assertEqual(pairs, [(one['path'], drawn['concept']) for _, one, drawn in sheet.draw(many(), 100, 0.2, 1)])
        self.assertNotEqual(pairs, [(one['path'], drawn['concept']) for _, one, drawn in sheet.draw(many(), 100, 0.2, 2)])

    def test_facets_of_decoys_are_those_of_tags(self):
        rows = sheet.draw(many(200), 600, 0.5, 1)
        shares = {kind: sum(drawn['facet'] == 'scene' for k, _, drawn in rows if k == kind) / 600 for kind in ('tag', 'decoy')}
        self.assertAlmostEqual(shares['tag'], shares['decoy'], delta=0.08)

    def test_decoys_are_not_there(self):
        for kind, one, drawn in sheet.draw(many(), 100, 0.4, 5):
            self.assertEqual(kind == 'decoy', sheet.is_decoy_for(drawn, one))

    def test_kinds_and_ancestors_are_no_decoys(self):
        dog = record('a', 'object/dog')
        self.assertFalse(sheet.is_decoy_for(tag('object/animal'), dog))
        self.assertFalse(sheet.is_decoy_for(tag('object/beagle'), dog))
        self.assertFalse(sheet.is_decoy_for(tag('object/dog'), dog))
        self.assertTrue(sheet.is_decoy_for(tag('object/cat'), dog))

    def test_few_tags(self):
        rows = sheet.draw([record('a', 'object/dog')], 300, 0.2, 1)
        self.assertEqual([kind for kind, _, _ in rows], ['tag'])  # and nothing to make a decoy of


class Scoring(unittest.TestCase):
    key = {str(i): {'row': str(i), 'kind': 'decoy' if i > 8 else 'tag'} for i in range(1, 11)}

    def test_shares_and_kappa(self):
        first = {row: ('y', 'y') for row in self.key} | {'1': ('n', 'n'), '9': ('n', 'n'), '10': ('n', 'n')}
        second = {row: ('y', 'n') for row in self.key} | {'2': ('?', 'n'), '9': ('n', 'n'), '10': ('y', 'n')}
        got = sheet.score(self.key, first, second)
        self.assertEqual((got['first']['right']['share'], got['first']['kept']['share']), (0.875, 0.875))
        self.assertEqual((got['second']['right']['share'], got['second']['in doubt']), (0.875, 1))
        self.assertEqual((got['first']['decoys passed']['share'], got['second']['decoys passed']['share']), (0, 0.5))
        self.assertEqual(got['both']['right']['share'], 0.75)
        self.assertEqual(got['both']['kept']['share'], 0)
        self.assertLess(got['first']['right']['interval'][0], 0.875)
        # Nine rows without doubt: 7 agree; first says n thrice, second once.
        chance = (6 / 9) * (8 / 9) + (3 / 9) * (1 / 9)
        self.assertAlmostEqual(got['kappa right'], (7 / 9 - chance) / (1 - chance), places=3)

    def test_kappa_at_its_ends(self):
        self.assertEqual(sheet.kappa(list('ynyn'), list('ynyn')), 1)
        self.assertEqual(sheet.kappa(list('yynn'), list('ynyn')), 0)
        self.assertLess(sheet.kappa(list('ynyn'), list('nyny')), 0)
        self.assertIsNone(sheet.kappa(list('yyyy'), list('yyyy')))

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / 'sheet.tsv'
            sheet.write_tsv(path, sheet.COLUMNS, [(row, 'a\tb.jpg', 'dog "big"', 'Yes', 'N') for row in self.key])
            self.assertEqual(sheet.read_filled(path, self.key), {row: ('y', 'n') for row in self.key})
            sheet.write_tsv(path, sheet.COLUMNS, [(row, 'a.jpg', 'dog', '', 'n') for row in self.key])
            with self.assertRaises(SystemExit) as refusal:
                sheet.read_filled(path, self.key)
            self.assertIn('row 1', str(refusal.exception))
            with self.assertRaises(SystemExit):
                sheet.read_filled(path, {**self.key, '11': {}})

    def test_the_page_shows_no_secret(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / 'sheet.html'
            sheet.write_page(path, [(1, 'a<b.jpg', 'dog & cat')], ['data:image/jpeg;base64,AA'])
            text = path.read_text(encoding='utf-8')
            self.assertIn('dog &amp; cat', text)
            self.assertIn('a&lt;b.jpg', text)
            for secret in ('confidence', 'decoy', 'accepted'):
                self.assertNotIn(secret, text)


if __name__ == '__main__':
    unittest.main()
