#!/usr/bin/env python3
"""cli: `tagsmith train`: reports beside what is counted here, the head's file, and what is refused. The fake tagger's
embeddings of pictures whose bytes begin with the same word are near each other."""
import json
import math
import unittest

import harness

KINDS = 'dress', 'hat', 'shoe'


class Case(harness.Case):
    def rows(self, kinds, numbers, folder='p'):
        """[(path, class)] of pictures that are made."""
        made = [(f'{folder}/{kind}{i}.jpg', kind) for i in numbers for kind in kinds]
        for path, kind in made:
            self.picture(path, f'{kind} {path}'.encode())
        return made

    def table(self, name, rows):
        (self.dir / name).write_text('# made up\n' + ''.join(f'{path}\t{kind}\n' for path, kind in rows))
        return name

    def train(self, rows, *args, status=0, name='garments'):
        done = self.run_it('train', name, '--labels', self.table('labels.tsv', rows), '--data', 'd', '-q', *args,
                           status=status)
        return json.loads(done.stdout)

    def refused(self, *args, says):
        done = self.run_it('train', *args, '-q', status=2)
        self.assertEqual(done.stdout, b'')
        self.assertIn(says, done.stderr.decode())


class Report(Case):
    def test_cross_validation_and_test(self):
        rows = self.rows(KINDS, range(6))
        others = self.rows(KINDS, range(6, 10))
        # two labels are wrong, and one class is unknown to the head
        others[0] = (others[0][0], 'hat')
        others[1] = (others[1][0], 'glove')
        report = self.train(rows, '--test', self.table('test.tsv', others))
        self.assertEqual(report['head']['classes'], 3)
        self.assertFalse(report['head']['background'])
        held_out, test = report['cross_validation'], report['test']
        self.assertEqual((held_out['pictures'], held_out['parts'], held_out['accuracy']), (18, 5, 1))
        self.assertEqual([row['c'] for row in held_out['tried']], [3, 10, 30])
        self.assertEqual((test['pictures'], test['failed'], test['seen_before']), (12, 0, 0))
        self.assertAlmostEqual(test['accuracy'], 10 / 12, 3)
        self.assertAlmostEqual(test['balanced_accuracy'], (3 / 3 + 3 / 4 + 4 / 4 + 0) / 4, 3)
        for figure in 'accuracy', 'balanced_accuracy':
            low, high = test[figure + '_interval']
            self.assertLess(low, test[figure])
            self.assertGreater(high, test[figure])
        self.assertEqual([row['class'] for row in test['classes']], ['dress', 'hat', 'shoe', 'glove'])
        self.assertEqual([row['recall'] for row in test['classes']], [1, 0.75, 1, 0])
        self.assertEqual(test['confusion'], [[3, 0, 0], [1, 3, 0], [0, 0, 4], [0, 1, 0]])
        self.assertEqual({(row['path'], row['class'], row['said']) for row in test['mistakes']},
                         {(others[0][0], 'hat', 'dress'), (others[1][0], 'glove', 'hat')})

    def test_same_input_same_head(self):
        rows = self.rows(KINDS, range(5))
        first, second = self.train(rows), self.train(rows, '-j1')
        self.assertEqual((first['head']['version'], second['head']['version']), (1, 2))
        heads = [json.loads((self.dir / report['head']['path']).read_bytes()) for report in (first, second)]
        self.assertEqual({**heads[0], 'version': 0}, {**heads[1], 'version': 0})
        self.assertEqual(first['cross_validation'], second['cross_validation'])

    def test_pictures_that_were_examples_are_told(self):
        rows = self.rows(KINDS, range(5))
        report = self.train(rows, '--test', self.table('test.tsv', rows[:4]))
        self.assertEqual(report['test']['seen_before'], 4)

    def test_one_example_a_class_is_not_cross_validated(self):
        report = self.train(self.rows(KINDS, range(1)))
        self.assertEqual(report['cross_validation']['parts'], 0)
        self.assertNotIn('accuracy', report['cross_validation'])

    def test_unreadable_pictures_are_left_out_and_told(self):
        rows = self.rows(KINDS, range(5))
        self.picture('p/bad.jpg', b'bad')
        report = self.train(rows + [('p/bad.jpg', 'hat'), ('p/none.jpg', 'cap')], status=1)
        self.assertEqual(report['cross_validation']['failed'], 2)
        self.assertEqual(report['head']['classes'], 3)
        self.assertEqual(sorted(text.split(':')[0] for text in report['failures']), ['p/bad.jpg', 'p/none.jpg'])

    def test_background_is_a_class_that_says_none(self):
        rows = self.rows(KINDS, range(5)) + [(path, '-') for path, _ in self.rows(['sea', 'tree'], range(5))]
        report = self.train(rows)
        self.assertTrue(report['head']['background'])
        head = json.loads((self.dir / report['head']['path']).read_bytes())
        self.assertEqual([one['name'] for one in head['classes'] if one['background']], ['-'])


class File(Case):
    def test_paths_beside_the_table(self):
        self.rows(KINDS, range(3), folder='far/p')
        rows = [(f'p/{kind}{i}.jpg', kind) for i in range(3) for kind in KINDS]
        rows += rows[:2]  # twice is once
        (self.dir / 'far' / 'labels.tsv').write_text(''.join(f'{path}\t{kind}\r\n' for path, kind in rows))
        done = self.run_it('train', 'x', '--labels', 'far/labels.tsv', '--data', 'd', '-q')
        self.assertEqual(json.loads(done.stdout)['cross_validation']['pictures'], 9)

    def test_the_head_holds_what_it_takes(self):
        report = self.train(self.rows(KINDS, range(5)))
        head = json.loads((self.dir / 'd' / 'heads' / 'garments' / '1.json').read_bytes())
        self.assertEqual((head['kind'], head['name'], head['version']), ('tagsmith head 1', 'garments', 1))
        self.assertEqual(head['model'], 'fake-classifier@2.1/views-1')
        self.assertEqual(head['c'], report['head']['c'])
        self.assertEqual([one['name'] for one in head['classes']], list(KINDS))
        for one in head['classes']:
            self.assertEqual(len(one['weights']), head['width'])
            self.assertTrue(all(math.isfinite(value) for value in [one['bias'], *one['weights']]))
        # a penalty holds back no bias, and weights over all classes sum to nothing
        for place in range(head['width']):
            self.assertAlmostEqual(sum(one['weights'][place] for one in head['classes']), 0, 3)


    def test_a_heading_is_no_picture(self):
        rows = self.rows(KINDS, range(2))
        (self.dir / 'x.tsv').write_text('File\tClass\n' + ''.join(f'{path}\t{kind}\n' for path, kind in rows))
        done = self.run_it('train', 'x', '--labels', 'x.tsv', '--data', 'd', '-q')
        self.assertEqual(json.loads(done.stdout)['cross_validation']['pictures'], 6)
        self.picture('p/File', b'class of its own')
        self.picture('p/File2', b'class of its own 2')
        rows += [('p/File2', 'class')]
        self.assertEqual(self.train([('p/File', 'class'), *rows])['head']['classes'], 4)


class Refused(Case):
    def test_words(self):
        self.table('labels.tsv', self.rows(KINDS, range(2)))
        self.refused('--labels', 'labels.tsv', says='takes one name')
        self.refused('x', says='--labels FILE')
        self.refused('../x', '--labels', 'labels.tsv', '--data', 'd', says='no name of a head')

    def test_tables(self):
        rows = self.rows(KINDS, range(2))
        for text, says in (('p/hat0.jpg hat\n', 'line 1: there is no tab'), ('# nothing\n', 'names no pictures'),
                           ('p/hat0.jpg\t\n', 'is empty'),
                           ('p/hat0.jpg\that\np/hat0.jpg\tcap\n', 'line 2: the picture has another class'),
                           ('p/hat0.jpg\that\np/hat1.jpg\that\n', 'two are needed')):
            (self.dir / 'bad.tsv').write_text(text)
            self.refused('x', '--labels', 'bad.tsv', '--data', 'd', says=says)
        self.assertFalse((self.dir / 'd').exists())
        self.assertEqual(self.train(rows)['head']['version'], 1)


if __name__ == '__main__':
    harness.main()
