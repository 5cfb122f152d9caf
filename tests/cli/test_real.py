#!/usr/bin/env python3
"""cli: the program itself, with the real networks, on real pictures. Skipped where models or pictures are missing."""
import json
import os
import subprocess
import unittest
from pathlib import Path

import harness
import server

DATA = Path(os.environ.get('TAGSMITH_TESTDATA') or harness.ROOT.parent / 'shared' / 'data')
PHOTOS = [p for p in (DATA / 'coco', Path(os.environ.get('TAGSMITH_DEPS') or harness.ROOT / 'deps') / 'photos')
          if p.is_dir()]


def models_are_there():
    done = subprocess.run([harness.PROGRAM, 'models', 'list'], capture_output=True, check=False)
    return done.returncode == 0


@unittest.skipUnless(harness.PROGRAM and models_are_there(), 'the models are not in place')
class Real(harness.Case):
    def test_doctor_finds_nothing_wrong(self):
        lines = self.run_it('doctor', '--json').stdout.splitlines()
        checks = {check['check']: check for check in map(json.loads, lines)}
        for name in ('processor', 'tables', 'engine', 'models', 'decoders', 'self-test'):
            self.assertNotEqual(checks[name]['status'], 'problem', checks[name])

    def test_models_verify(self):
        rows = [json.loads(line) for line in self.run_it('models', 'verify', '--json').stdout.splitlines()]
        self.assertTrue(rows)
        self.assertEqual({row['state'] for row in rows}, {'verified'})

    @unittest.skipUnless(PHOTOS, 'no photographs here')
    def test_photographs_fit_the_schema_and_make_sense(self):
        pictures = sorted(p for p in PHOTOS[0].iterdir() if p.suffix in ('.jpg', '.png'))[:12]
        records = self.records(*map(str, pictures), '--report', 'report.html', '--embedding', '--mesh')
        self.assertEqual(sorted(r['path'] for r in records), sorted(map(str, pictures)))
        for record in records:
            width, height = record['picture']['width'], record['picture']['height']
            self.assertTrue(record['tags'], record['path'])
            self.assertEqual(len({t['concept'] for t in record['tags']}), len(record['tags']))
            self.assertLessEqual(sum(c['share'] for c in record['colours']), 1.001)
            for box in [b for t in record['tags'] for b in t['boxes']]:
                self.assertTrue(-1 <= box[0] and box[0] + box[2] <= width + 1, (box, width))
                self.assertTrue(-1 <= box[1] and box[1] + box[3] <= height + 1, (box, height))
        self.assertEqual((self.dir / 'report.html').read_text().count('data:image/jpeg;base64,'), len(pictures))

    def test_a_mesh_is_there_for_who_asks(self):
        photos = Path(os.environ.get('TAGSMITH_DEPS') or harness.ROOT / 'deps') / 'photos'
        picture = photos / 'astronaut.png'
        if not picture.is_file():
            self.skipTest('the demonstration photographs are not in place')
        (with_mesh,), (without,) = self.records(str(picture), '--mesh'), self.records(str(picture))
        self.assertEqual([len(face['mesh']) for face in with_mesh['faces']], [468])
        self.assertEqual([face['box'] for face in with_mesh['faces']], [face['box'] for face in without['faces']])
        self.assertNotIn('mesh', without['faces'][0])

    def written(self, lines, name, **how):
        """A picture with these lines of writing on it, and the record of what was read."""
        try:
            from PIL import Image, ImageDraw, ImageFont
            font = ImageFont.load_default(how.get('size', 30))
        except (ImportError, TypeError):
            self.skipTest('Pillow with a font of its own is not in place')
        image = Image.new('RGB', how.get('canvas', (900, 600)), how.get('ground', 'white'))
        for number, line in enumerate(lines):
            ImageDraw.Draw(image).text((60, 60 + 1.6 * number * font.size), line, how.get('ink', 'black'), font)
        image.rotate(how.get('turn', 0), fillcolor=how.get('ground', 'white')).save(self.dir / name)
        record, = self.records(name)
        return record

    def test_what_is_written_is_read(self):
        lines = ['The quick brown fox jumps over', 'the lazy dog and runs away.', 'Invoice 20931-B: 148.50 EUR']
        for name, how in (('page.png', {}), ('dark.png', {'ink': (200, 210, 220), 'ground': (30, 34, 40)}),
                          ('small.png', {'size': 15}), ('photo.jpg', {'turn': 4}),
                          ('large.png', {'size': 90, 'canvas': (2600, 1800)})):
            with self.subTest(name):
                record = self.written(lines, name, **how)
                read = ' '.join(line['text'] for line in record['text']['lines']).split()
                wanted = ' '.join(lines).split()
                self.assertGreaterEqual(len([w for w in wanted if w in read]), len(wanted) - 1, read)
                self.assertEqual(record['text']['language'], 'en')
                tag, = [t for t in record['tags'] if t['concept'] == 'text/text']
                self.assertEqual(tag['state'], 'accepted')
                for line in record['text']['lines']:
                    for part in [line, *line['words']]:
                        x, y, width, height = part['box']
                        self.assertTrue(0 <= x and x + width <= record['picture']['width'] + 0.1, part)
                        self.assertTrue(0 <= y and y + height <= record['picture']['height'] + 0.1, part)
                        self.assertGreater(width * height, 20, part)

    def test_coordinates_have_names(self):
        try:
            from PIL import Image
        except ImportError:
            self.skipTest('Pillow is not in place')
        for name, gps in (('lyon.jpg', {1: 'N', 2: (45, 45, 50.0), 3: 'E', 4: (4, 50, 8.0)}),
                          ('sea.jpg', {1: 'N', 2: (30, 0, 0.0), 3: 'W', 4: (40, 0, 0.0)})):
            exif = Image.Exif()
            exif[0x8825] = gps
            Image.new('RGB', (320, 240), (90, 140, 60)).save(self.dir / name, exif=exif)
        lyon, sea = sorted(self.records('lyon.jpg', 'sea.jpg'), key=lambda r: r['path'])  # they come as they are done
        self.assertEqual((lyon['place']['city'], lyon['place']['country_code']), ('Lyon', 'FR'))
        tags = {t['concept']: t for t in lyon['tags'] if t['facet'] == 'place'}
        self.assertEqual(list(tags), ['place/fr-84-lyon', 'place/fr-84', 'place/fr'])
        self.assertEqual(tags['place/fr-84-lyon']['ancestors'], ['place/fr-84', 'place/fr'])
        self.assertEqual(tags['place/fr']['label'], 'France')
        self.assertEqual(self.records('lyon.jpg', '--facets', 'object')[0]['place'], lyon['place'])
        self.assertEqual([t for t in self.records('lyon.jpg', '--facets', 'object')[0]['tags'] if t['facet'] == 'place'], [])
        self.assertNotIn('place', sea)

    def test_words_stand_where_they_are(self):
        record = self.written(['left middle right'], 'row.png', size=40)
        words = {w['text']: w['box'] for line in record['text']['lines'] for w in line['words']}
        self.assertEqual(sorted(words), ['left', 'middle', 'right'])
        self.assertLess(words['left'][0] + words['left'][2], words['middle'][0] + 12)
        self.assertLess(words['middle'][0] + words['middle'][2], words['right'][0] + 12)

    def test_a_catalogue_of_photographs_answers_sensibly(self):
        photos = Path(os.environ.get('TAGSMITH_DEPS') or harness.ROOT / 'deps') / 'photos'
        if not (photos / 'coffee.png').is_file():
            self.skipTest('the demonstration photographs are not in place')

        def names(*query):
            done = subprocess.run(self.command('find', *query, '--json', '--data', 'd'), cwd=self.dir,
                                  capture_output=True, check=False, timeout=300)
            self.assertIn(done.returncode, (0, 1), done.stderr)
            return [json.loads(row)['picture']['name'] for row in done.stdout.splitlines()]
        self.run_it('import', str(photos), '--in-place', '--data', 'd', '-q')
        one = server.Server(self.dir / 'd', env={'TAGSMITH_MODELS': os.environ.get('TAGSMITH_MODELS', '')})
        self.addCleanup(server.Case.end, one)
        self.assertEqual(names('cat'), ['cat.png'])
        self.assertEqual(names('--text', 'a cup of coffee')[:1], ['coffee.png'])
        self.assertEqual(names('is:landscape -person (flower OR honeycomb)'), ['flower.jpg'])
        status, picture = one.upload((photos / 'cat.png').read_bytes(), 'again.png')
        self.assertEqual((status, picture['name']), (200, 'cat.png'), 'it is here already')
        self.assertEqual(one.ask('GET', picture['links']['thumbnail'])[1][:2], b'\xff\xd8')
        self.assertNotIn('cat.png', names('--similar', picture['id']), 'like itself is no news')
        self.assertEqual(self.run_it('verify', '--deep', '--data', 'd').stdout, b'')
        self.assertEqual(one.stop()[0], 0)
        self.assertNotIn('warn', one.err)

    @unittest.skipUnless((DATA / 'hostile' / 'generated').is_dir(), 'no hostile pictures here')
    def test_damaged_and_dangerous_files_are_one_entry_each(self):
        folder = DATA / 'hostile' / 'generated'
        records = self.records(str(folder), status=1)
        self.assertEqual(len(records), len(list(folder.iterdir())))
        codes = {Path(r['path']).name: r.get('error', {}).get('code') for r in records}
        self.assertEqual(codes['bomb_60000x60000_1bit.png'], 'too_large')
        self.assertEqual(codes['text_as.jpg'], 'not_a_picture')
        self.assertIsNone(codes['png_named.jpg'])


if __name__ == '__main__':
    harness.main()
