#!/usr/bin/env python3
"""cli: `tagsmith eval`: its figures beside those counted here from what `tagsmith tag` says of the same pictures."""
import html.parser
import json
import math
import os
import random
import unittest

import harness

ASKED = {'dog': 'object/dog', 'beach': 'scene/beach', 'person': 'people/person', 'cat': 'object/cat',
         'animal': 'object/animal'}


class Case(harness.Case):
    def labelled(self, count, seed=5):
        """{file: labels}; a dog is an animal whoever says so."""
        chance = random.Random(seed)
        self.pictures(count)
        truth = {f'{i:04}.jpg': {name for name in ASKED if chance.random() < 0.4} for i in range(count)}
        rows = [f'{name}\t{"|".join(sorted(labels))}\n' for name, labels in truth.items()]
        (self.dir / 'p' / 'labels.tsv').write_text('# made by chance\n' + ''.join(rows))
        (self.dir / 'p' / 'classes.txt').write_text('\n'.join(ASKED))
        for labels in truth.values():
            if labels & {'dog', 'cat'}:
                labels.add('animal')
        return truth

    def evaluate(self, *args, status=0):
        return json.loads(self.run_it('eval', 'p', '--json', '-q', *args, status=status).stdout)

    def shown(self):
        """{file: names of what was asked about and is shown, or stands above what is}"""
        names = {concept: name for name, concept in ASKED.items()}
        found = {}
        for record in self.records('p'):
            concepts = {c for tag in record['tags'] for c in [tag['concept'], *tag['ancestors']]}
            found[record['path'].removeprefix('p/')] = {names[c] for c in concepts if c in names}
        return found


class Figures(Case):
    def test_counts_are_those_of_the_tags(self):
        truth = self.labelled(60)
        shown = self.shown()
        result = self.evaluate()
        rows = {row['facet']: row for row in result['facets']}
        self.assertEqual(set(rows), {'all', 'object', 'scene', 'people'})
        for facet, names in ('all', set(ASKED)), ('object', {'dog', 'cat', 'animal'}), ('scene', {'beach'}):
            hits = sum(len(shown[f] & truth[f] & names) for f in truth)
            false_alarms = sum(len((shown[f] - truth[f]) & names) for f in truth)
            misses = sum(len((truth[f] - shown[f]) & names) for f in truth)
            row = rows[facet]
            self.assertEqual(row['shown'], {'hits': hits, 'false_alarms': false_alarms, 'misses': misses})
            self.assertAlmostEqual(row['precision']['value'], hits / (hits + false_alarms))
            self.assertAlmostEqual(row['f1']['value'], 2 * hits / (2 * hits + false_alarms + misses))
            for figure in 'precision', 'recall', 'f1', 'ece':
                self.assertLess(row[figure]['low'], row[figure]['high'])
        self.assertEqual((result['pictures'], result['failed'], result['unknown']), (60, 0, []))

    def test_the_same_twice(self):
        self.labelled(30)
        self.assertEqual(self.evaluate('-j1'), self.evaluate('-j3'))

    def test_a_table_for_people(self):
        self.labelled(20)
        text = self.run_it('eval', 'p', '-q').stdout.decode()
        self.assertRegex(text, r'(?m)^all +5 +\d+ +0\.\d{3} \(0\.\d{3}-[01]\.\d{3}\)')
        self.assertIn('20 pictures, 0 not read', text)


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], ''
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words += data


class Pages(Case):
    def test_a_page_with_curves(self):
        self.labelled(20)
        (self.dir / 'p' / 'classes.txt').write_text('dog\n<script>alert(1)</script>\n')
        self.run_it('eval', 'p', '-q', '--html', 'e.html')
        page = Page((self.dir / 'e.html').read_text())
        self.assertEqual(page.tags.count('svg'), 4)
        self.assertNotIn('script', page.tags)
        self.assertIn('alert(1)', page.words)


class Calibrate(Case):
    def fits(self, *args):
        env = {**os.environ, 'TAGSMITH_MODELS': str(self.dir / 'weights')}
        (self.dir / 'weights').mkdir(exist_ok=True)
        out = self.run_it('calibrate', 'p', '--json', '-q', *args, env=env).stdout
        return {row['model']: row for row in map(json.loads, out.splitlines())}

    def test_a_fit_says_how_often_it_was_right(self):
        truth = self.labelled(120)
        share = sum('dog' in labels for labels in truth.values()) / len(truth)
        row = self.fits('-a', 'fake')['fake-detector']
        self.assertTrue(row['fitted'])
        self.assertGreaterEqual(row['claims'], 120)
        self.assertLess(row['ece']['after'], row['ece']['before'])
        self.assertLess(row['loss']['after'], row['loss']['before'])
        self.assertAlmostEqual(row['ece']['before'], abs(0.9 - row['right'] / row['claims']), 3)
        logit = math.log(0.81234 / (1 - 0.81234))
        fit = row['calibration']
        self.assertAlmostEqual(1 / (1 + math.exp(-fit['slope'] * logit - fit['offset'])), row['right'] / row['claims'], 1)
        self.assertTrue(0.2 < share < 0.6, 'or the test says little')
        self.assertEqual(list((self.dir / 'weights').iterdir()), [])

    def test_written_where_the_weights_lie(self):
        self.labelled(120)
        row = self.fits('--write')['fake-detector']
        written = json.loads((self.dir / 'weights' / 'fake-detector.calibration.json').read_text())
        self.assertEqual(written['kind'], 'platt')
        self.assertEqual(written['slope'], row['calibration']['slope'])
        self.assertIn('120 pictures', written['data'])

    def test_too_few_to_fit(self):
        self.labelled(10)
        self.assertFalse(self.fits()['fake-detector']['fitted'])


class Trouble(Case):
    def test_a_broken_picture_is_named_and_counted(self):
        self.labelled(5)
        self.picture('p/0003.jpg', b'bad')
        result = self.evaluate(status=1)
        self.assertEqual((result['pictures'], result['failed']), (4, 1))
        self.assertIn('0003.jpg', result['failures'][0])

    def test_folders_without_labels(self):
        self.pictures(2)
        self.assertIn(b'labels.tsv', self.run_it('eval', 'p', status=3).stderr)
        self.assertIn(b'one folder', self.run_it('eval', status=2).stderr)
        (self.dir / 'p' / 'labels.tsv').write_text('0000.jpg dog\n')
        self.assertIn(b'line 1', self.run_it('eval', 'p', status=2).stderr)


if __name__ == '__main__':
    harness.main()
