#!/usr/bin/env python3
"""house: the arithmetic behind the figures: rates without start-up, intervals, presence counting."""
import collections
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'bench'))
import common  # noqa: E402
import quality  # noqa: E402


def record(*tags, faces=0):
    return {'tags': [dict(zip(('concept', 'label', 'state'), tag)) for tag in tags], 'faces': [{}] * faces}


class Rates(unittest.TestCase):
    def test_start_up_is_left_out(self):
        arrivals = [5.0 + 0.1 * i for i in range(101)]  # five seconds of start-up, then ten a second
        self.assertAlmostEqual(common.steady_rate(arrivals, 0), 10.0, places=6)

    def test_pictures_in_flight_do_not_count(self):
        arrivals = [0.1 * i for i in range(101)]
        self.assertLess(common.steady_rate(arrivals, 2), 10.0)

    def test_wilson_holds_the_share(self):
        low, high = common.wilson(90, 100)
        self.assertTrue(0.83 < low < 0.9 < high < 0.95, (low, high))
        self.assertEqual(common.wilson(0, 0), (0.0, 1.0))


class Presence(unittest.TestCase):
    classes = {'dog': 'object/dog', 'person': 'people/person'}

    def count(self, truth, records, accepted_only=False):
        shown = {name: quality.Shown(r, accepted_only) for name, r in records.items()}
        return quality.coco(truth, shown, self.classes, collections.defaultdict(collections.Counter))

    def test_by_concept_and_by_label(self):
        got = self.count({'a': ['dog'], 'b': ['person']},
                         {'a': record(('object/dog', 'hound', 'accepted')), 'b': record(('x/y', 'Person', 'accepted'))})
        self.assertEqual(got['micro_f1'], 1.0)

    def test_wrong_and_missed(self):
        got = self.count({'a': ['dog'], 'b': []}, {'a': record(), 'b': record(('object/dog', 'dog', 'accepted'))})
        self.assertEqual((got['micro_f1'], got['precision']['of'], got['recall']['of']), (0.0, 1, 1))

    def test_accepted_only(self):
        records = {'a': record(('object/dog', 'dog', 'suggested'))}
        self.assertEqual(self.count({'a': ['dog']}, records)['micro_f1'], 1.0)
        self.assertEqual(self.count({'a': ['dog']}, records, accepted_only=True)['micro_f1'], 0.0)


class Hierarchy(unittest.TestCase):
    def test_the_true_class_or_an_ancestor(self):
        vocabulary = quality.Vocabulary()
        truth = {'a': ['goldfish'], 'b': ['goldfish'], 'c': ['goldfish']}
        concept = vocabulary.concept['imagenet1k']['goldfish']
        above = sorted(vocabulary.ancestors(concept))[0]
        shown = {'a': quality.Shown(record((concept, 'g', 'accepted')), False),
                 'b': quality.Shown(record((above, 'above', 'accepted')), False),
                 'c': quality.Shown(record(('colour/red', 'red', 'accepted')), False)}
        got = quality.imagenet(truth, shown, vocabulary, collections.defaultdict(collections.Counter))
        self.assertEqual((got['exact']['hits'], got['or_ancestor']['hits']), (1, 2))


if __name__ == '__main__':
    unittest.main()
