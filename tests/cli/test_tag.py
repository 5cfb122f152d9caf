#!/usr/bin/env python3
"""cli: `tagsmith tag` as a user meets it, with a tagger that needs no models."""
import json
import os
import subprocess
import unittest
import urllib.parse

import harness


class Records(harness.Case):
    def test_a_record_and_an_error_fit_the_schema(self):
        self.picture('p/a.jpg', b'12345678')
        self.picture('p/bad.jpg')
        good, bad = sorted(self.records('p', status=1), key=lambda r: r['path'])
        self.assertEqual(good['path'], 'p/a.jpg')
        self.assertEqual(good['picture'], {'width': 640, 'height': 480, 'format': 'JPEG', 'bytes': 8, 'orientation': 1})
        dog = good['tags'][0]
        self.assertEqual((dog['concept'], dog['confidence'], dog['state'], dog['count']),
                         ('object/dog', 0.9375, 'accepted', 2))
        self.assertEqual(dog['boxes'], [[40.3, 30, 100, 80.5], [300, 200, 50, 60]])
        self.assertEqual(dog['evidence'][0], {'analyser': 'detect', 'model': 'fake-detector', 'version': '1.0',
                                              'label': 'domestic dog', 'raw': 0.81234})
        self.assertEqual(good['colours'][0], {'name': 'blue', 'hex': '#1e5ac8', 'share': 0.6})
        self.assertEqual(good['faces'][0]['landmarks'][0], [1, 2])
        self.assertEqual(bad['error']['code'], 'corrupt')
        self.assertTrue(bad['error']['hint'])

    def test_what_is_written_and_where_it_was_taken(self):
        self.picture('sign.jpg', b'x')
        self.picture('trip.jpg', b'x')
        sign, trip = sorted(self.records('sign.jpg', 'trip.jpg', '--languages', 'en,de,ja'), key=lambda r: r['path'])
        line, = sign['text']['lines']
        self.assertEqual((sign['text']['language'], line['text']), ('en', 'Mind the platypus'))
        self.assertEqual([word['text'] for word in line['words']], ['Mind', 'the', 'platypus'])
        self.assertNotIn('place', sign)
        self.assertEqual(trip['text'], {'language': '', 'lines': []})
        self.assertEqual(trip['place'], {'city': 'Lyon', 'region': 'Auvergne-Rhône-Alpes', 'country': 'France',
                                         'country_code': 'FR', 'km': 1.5})
        for language, words in (('en', 'Lyon, France'), ('de', 'Lyon, Frankreich'), ('ja', 'Lyon, フランス')):
            self.assertIn(words, trip['texts'][language]['description'])

    def test_tags_in_the_languages_that_are_asked_for(self):
        self.picture('a.jpg', b'x')
        record, = self.records('a.jpg', '--languages', 'de,ja')
        names = {tag['concept']: tag['labels'] for tag in record['tags'] if 'labels' in tag}
        self.assertEqual(names['object/dog'], {'de': 'Hund', 'ja': '犬'})
        self.assertNotIn('labels', self.records('a.jpg')[0]['tags'][0])
        shown = self.run_it('tag', 'a.jpg', '--languages', 'de').stdout.decode()
        self.assertIn(record['texts']['de']['title'], shown)
        self.assertIn('Hund 0.94', shown)
        self.run_it('tag', 'a.jpg', '--languages', 'de', '--report', 'r.html')
        page = (self.dir / 'r.html').read_text()
        self.assertIn('>Hund', page)
        self.assertNotIn('>dog<', page)

    def test_paths_that_are_no_text_come_back_whole(self):
        names = [b'caf\xe9%.jpg', b'\xff\xfe.jpg', 'näme 名.jpg'.encode(), b'100%.jpg', b'tab\tnew\nline.jpg', b'q"\\.jpg']
        for name in names:
            self.picture(os.fsdecode(b'p/' + name))
        found = set()
        for record in self.records('p'):
            path = record['path'].encode()
            if record.get('path_escaped'):
                path = urllib.parse.unquote_to_bytes(path)
            found.add(path)
        self.assertEqual(found, {b'p/' + name for name in names})

    def test_options_reach_the_judgement(self):
        self.picture('a.jpg', b'xxxx')
        every = self.records('a.jpg')[0]['tags']
        self.assertGreater(len(every), 1)
        self.assertEqual(len(self.records('a.jpg', '--max-tags', '1')[0]['tags']), 1)
        self.assertTrue(all(t['facet'] == 'scene' for t in self.records('a.jpg', '--facets', 'scene')[0]['tags']))
        for state in ('accepted', 'suggested'):
            tags = self.records('a.jpg', '--state', state)[0]['tags']
            self.assertEqual([t for t in every if t['state'] == state], tags)
        for line, least in (('0.65', 0.65), ('90%', 0.9)):
            over = self.records('a.jpg', '--threshold', line)[0]['tags']
            self.assertEqual([t for t in every if t['confidence'] >= least], over)
        objects = self.records('a.jpg', '-t', '0.9', '-t', 'object=0.65', '-t', 'dog=default')[0]['tags']
        self.assertEqual([t for t in every if t['confidence'] >= (0.65 if t['facet'] == 'object' else 0.9)], objects)
        strong = self.records('a.jpg', '--min-confidence=0.9')[0]['tags']
        self.assertEqual([t for t in every if t['confidence'] >= 0.9], strong)

    def test_text_for_people_hides_what_a_terminal_would_obey(self):
        self.picture('p/a\x1b[31m\u009b.jpg')
        out = self.run_it('tag', 'p').stdout
        self.assertIn('dog 0.94 ×2'.encode(), out)
        self.assertNotIn(b'\x1b', out)
        self.assertNotIn(b'\xc2\x9b', out)


class Finding(harness.Case):
    def test_sorted_and_complete_with_what_plainly_is_no_picture_left_out(self):
        for name in ('b/2.jpg', 'b/10.jpg', 'a.JPG', 'c.png', 'unknown', 'b.jpg'):
            self.picture('p/' + name)
        for name in ('notes.txt', 'film.mov', '.hidden.jpg', '.git/x.jpg', 'a.JPG.json', 'left/.nomedia', 'left/x.jpg'):
            self.picture('p/' + name)
        wanted = ['p/a.JPG', 'p/b/10.jpg', 'p/b/2.jpg', 'p/b.jpg', 'p/c.png', 'p/unknown']
        self.assertEqual(self.paths('p'), wanted)
        self.assertEqual(self.run_it('tag', 'p/', '-n', '-q').stdout.decode().split(), wanted)

    def test_a_text_ending_does_not_hide_a_picture(self):
        self.picture('p/really.txt', b'\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00' + b'0' * 60)
        self.assertEqual(self.paths('p'), ['p/really.txt'])

    def test_hidden_and_excluded(self):
        for name in ('.h/x.jpg', 'a.jpg', 'a.gif', 'trash/t.jpg', 'deep/trash/t.jpg', 'deep/b.jpg'):
            self.picture('p/' + name)
        self.assertIn('p/.h/x.jpg', self.paths('p', '--hidden'))
        self.assertEqual(self.paths('p', '-x', '*.gif', '--exclude', 'trash'), ['p/a.jpg', 'p/deep/b.jpg'])
        self.assertEqual(self.paths('p', '-x', 'trash/*', '-x', '*.gif'),
                         ['p/a.jpg', 'p/deep/b.jpg', 'p/deep/trash/t.jpg'])

    def test_links_never_loop(self):
        self.picture('p/a/x.jpg')
        self.picture('other/y.jpg')
        (self.dir / 'p/a/up').symlink_to('..')
        (self.dir / 'p/a/away').symlink_to('../../other')
        (self.dir / 'p/file.jpg').symlink_to('a/x.jpg')
        (self.dir / 'p/nowhere.jpg').symlink_to('nothing')
        self.assertEqual(self.paths('p'), ['p/a/x.jpg', 'p/file.jpg'])
        self.assertEqual(self.paths('p', '--follow'), ['p/a/away/y.jpg', 'p/a/x.jpg', 'p/file.jpg'])

    def test_odd_things_are_errors_or_nothing_and_never_a_hang(self):
        os.mkfifo(self.dir / 'pipe')
        self.picture('p/a.jpg')
        os.mkfifo(self.dir / 'p/pipe.jpg')
        self.assertEqual(self.paths('p'), ['p/a.jpg'])
        codes = {r['path']: r['error']['code'] for r in self.records('pipe', 'gone.jpg', status=1)}
        self.assertEqual(codes, {'pipe': 'io', 'gone.jpg': 'not_found'})

    def test_a_path_given_twice_is_one(self):
        self.picture('a.jpg')
        self.assertEqual(self.paths('a.jpg', 'a.jpg'), ['a.jpg'])

    def test_a_name_with_a_dash(self):
        self.picture('-x.jpg')
        self.assertEqual(self.paths('--', '-x.jpg'), ['-x.jpg'])


class Stdin(harness.Case):
    def setUp(self):
        super().setUp()
        self.pictures(3)
        self.wanted = [f'p/000{i}.jpg' for i in range(3)]

    def test_lines(self):
        self.assertEqual(self.paths('-', stdin='\n'.join(self.wanted).encode()), self.wanted)
        self.assertEqual(self.paths('-', stdin='\r\n'.join(self.wanted).encode() + b'\r\n'), self.wanted)
        self.assertEqual(self.paths('-', stdin=b'p\n'), self.wanted)

    def test_nul(self):
        self.picture('two\nlines.jpg')
        paths = self.wanted + ['two\nlines.jpg']
        for kind in ('auto', 'paths0'):
            self.assertEqual(self.paths('-', f'--stdin={kind}', stdin='\0'.join(paths).encode() + b'\0'), paths)

    def test_picture(self):
        jpeg = b'\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00' + bytes(100)
        for kind in ('auto', 'picture'):
            record, = self.records('-', '--stdin', kind, stdin=jpeg)
            self.assertEqual((record['path'], record['picture']['bytes']), ('-', len(jpeg)))
        record, = self.records('-', '--max-bytes', '50', stdin=jpeg, status=1)
        self.assertEqual(record['error']['code'], 'too_large')
        record, = self.records('-', '--stdin', 'picture', status=1)
        self.assertEqual(record['error']['code'], 'not_a_picture')

    def test_neither_picture_nor_paths(self):
        record, = self.records('-', stdin=b'x' * 200000, status=1)
        self.assertEqual(record['error']['code'], 'usage')

    def test_nothing(self):
        self.assertEqual(self.records('-'), [])


class Sidecars(harness.Case):
    def test_beside_the_picture(self):
        self.picture('p/a.jpg')
        self.picture('p/bad.jpg')
        said = self.run_it('tag', 'p', '--sidecar', 'json', status=1).stdout
        self.assertIn(b'p/bad.jpg\n  error', said)  # nowhere else would it be said
        self.assertNotIn(b'p/a.jpg', said)
        record, = self.parse((self.dir / 'p/a.jpg.json').read_bytes())
        self.assertEqual(record['path'], 'p/a.jpg')
        self.run_it('tag', 'p', '--sidecar', 'txt', '-f', 'object', status=1)
        self.assertEqual((self.dir / 'p/a.jpg.txt').read_text().split('\n')[0], 'dog')
        names = sorted(path.name for path in (self.dir / 'p').iterdir())
        self.assertEqual(names, ['a.jpg', 'a.jpg.json', 'a.jpg.txt', 'bad.jpg'])

    def test_a_file_of_somebody_else_is_not_replaced(self):
        self.picture('p/a.jpg')
        theirs = self.picture('p/a.jpg.json', b'{"title": "holiday"}')
        record, = self.records('p', '--sidecar', 'json', status=1)
        self.assertIn('no record of Tagsmith', record['error']['message'])
        self.assertIn('--out', record['error']['hint'])
        self.assertEqual(theirs.read_bytes(), b'{"title": "holiday"}')
        self.records('p', '--sidecar', 'json', '--out', 'side')
        self.records('p', '--sidecar', 'json', '--out', 'side')  # our own is written anew

    def test_mirrored_and_never_outside(self):
        self.picture('p/q/a.jpg')
        (self.dir / 'in').mkdir()
        self.run_it('tag', 'p', './p/q', str(self.dir / 'p'), 'in/../p', '--sidecar=txt', '--out', 'in/side')
        found = {str(p.relative_to(self.dir)) for p in self.dir.rglob('*.txt')}
        real = str((self.dir / 'p/q/a.jpg.txt').resolve()).lstrip('/')
        self.assertEqual(found, {'in/side/p/q/a.jpg.txt', f'in/side/{real}'})

    def test_what_cannot_be_written_is_that_pictures_error(self):
        self.picture('p/a.jpg')
        (self.dir / 'file').write_text('')
        record, = self.records('p', '--sidecar', 'json', '--out', 'file/x', status=1)
        self.assertIn(record['error']['code'], ('io', 'not_found'))

    def test_out_needs_sidecars(self):
        self.picture('p/a.jpg')
        self.assertIn(b'--sidecar', self.run_it('tag', 'p', '--out', 'x', status=2).stderr)


class Streams(harness.Case):
    def test_a_reader_that_has_enough_ends_the_run_in_peace(self):
        self.pictures(2000)
        program = subprocess.Popen(self.command('tag', 'p', '--json', '-q'), cwd=self.dir, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        json.loads(program.stdout.readline())
        program.stdout.close()
        self.assertEqual(program.wait(20), 0)
        self.assertEqual(program.stderr.read(), b'')
        program.stderr.close()

    def test_a_full_disk_is_no_silent_success(self):
        self.pictures(3)
        with open('/dev/full', 'wb') as full:
            done = subprocess.run(self.command('tag', 'p', '--json'), cwd=self.dir, stdout=full, stderr=subprocess.PIPE,
                                  timeout=20)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b'No space left', done.stderr)

        with open('/dev/full', 'wb') as full:
            done = subprocess.run(self.command('help', 'tag'), stdout=full, stderr=subprocess.PIPE, timeout=20)
        self.assertEqual(done.returncode, 3)

    def test_a_closed_stream_is_never_confused_with_a_file(self):
        self.pictures(3)
        done = subprocess.run(['sh', '-c', 'exec "$0" tag p --json -o out.ndjson --report r.html >&-', harness.PROGRAM],
                              cwd=self.dir, stderr=subprocess.PIPE, timeout=20)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.run_it('tag', 'p', '-o', 'out.ndjson')
        self.assertEqual(len(self.parse((self.dir / 'out.ndjson').read_bytes())), 3)

    def test_plain_progress_and_summary_go_to_stderr(self):
        self.pictures(3)
        done = self.run_it('tag', 'p', '-o', 'out.ndjson')
        self.assertEqual(done.stdout, b'')
        self.assertIn(b'tagged 3 pictures', done.stderr)
        self.assertIn(b'out.ndjson', done.stderr)
        self.assertNotIn(b'\x1b', done.stderr)
        self.assertEqual(self.run_it('tag', 'p', '-o', 'out.ndjson', '-q').stderr, b'')

    def test_every_job_count_gives_the_same_records(self):
        self.pictures(300)
        one = sorted(map(json.dumps, self.records('p', '-j', '1')))
        eight = sorted(map(json.dumps, self.records('p', '-j', '8')))
        self.assertEqual(len(one), 300)
        self.assertEqual(one, eight)


class Wrong(harness.Case):
    def check(self, *args, says, status=2):
        self.assertIn(says, self.run_it(*args, status=status).stderr.decode())

    def test_wrong_use_is_2_and_says_what_is_right(self):
        self.picture('a.jpg')
        self.check('tag', 'a.jpg', '--mx-tags', '3', says='did you mean --max-tags?')
        self.check('tag', 'a.jpg', '--reports', says='did you mean --report?')
        self.check('tag', 'a.jpg', '--zzzz', says='--help')
        self.check('tga', says='did you mean tagsmith tag?')
        self.check('a.jpg', says='tagsmith tag a.jpg')
        self.check('tag', says='what to tag')
        self.check('tag', 'a.jpg', '--min-confidence', 'x', says='--min-confidence')
        self.check('tag', 'a.jpg', '--min-confidence', '1.5', says='--min-confidence')
        self.check('tag', 'a.jpg', '--min-confidence', 'nan', says='--min-confidence')
        self.check('tag', 'a.jpg', '-j', '0', says='--jobs')
        self.check('tag', 'a.jpg', '-j', '-1', says='--jobs')
        self.check('tag', 'a.jpg', '--max-memory', '5Q', says='--max-memory')
        self.check('tag', 'a.jpg', '--max-memory', '100M', says='at least')
        self.check('tag', 'a.jpg', '--facets', 'object,nonsense', says='"nonsense"')
        self.check('tag', 'a.jpg', '--threshold', '1.4', says='or a precision')
        self.check('tag', 'a.jpg', '--threshold', 'object=most', says='"most" is no threshold')
        self.check('tag', 'a.jpg', '--threshold', 'doge=0.4', says='did you mean dog (object/dog)?')
        self.check('tag', 'a.jpg', '--specificity', 'some', says='leaf|natural|all')
        self.check('tag', 'a.jpg', '--max-per-facet', 'colour', says='for example: colour=3')
        self.check('tag', 'a.jpg', '--min-per-facet', 'color=2', says='there is no facet "color"')
        self.picture('words.txt', b'# animals\ndog\ncatt\n')
        self.check('tag', 'a.jpg', '--only', 'words.txt', says='words.txt: line 3: there is no concept "catt"')
        self.check('tag', 'a.jpg', '--state', 'rejected', says='accepted|suggested')
        self.check('tag', 'a.jpg', '--sidecar', 'xml', says='json|txt')
        self.check('tag', 'a.jpg', '--json=1', says='takes no value')
        self.check('tag', 'a.jpg', '--output', says='wants a value')
        self.check('tag', 'a.jpg', '--analysers', 'nonsense', says='no analyser')
        jpeg = self.picture('b.jpg', b'\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01' + bytes(80))
        for option in ('--output', '--report', '--resume'):
            self.check('tag', 'a.jpg', option, 'b.jpg', says='b.jpg is a picture')
        self.assertEqual(len(jpeg.read_bytes()), 93)
        self.check('models', 'lst', says='did you mean tagsmith models list?')
        self.check('models', 'verify', 'no-such-model', says='no-such-model')

    def test_an_output_that_cannot_be_written_is_3(self):
        self.picture('a.jpg')
        (self.dir / 'dir').mkdir()
        self.check('tag', 'a.jpg', '--output', 'dir', says='dir', status=3)
        self.check('tag', 'a.jpg', '--report', 'a.jpg/report.html', says='a.jpg', status=3)

    def test_messages_carry_nothing_a_terminal_would_obey(self):
        said = self.run_it('ta\x1b[31mg', status=2).stderr + self.run_it('tag', '--\x1b]0;x\x07', status=2).stderr
        self.assertNotIn(b'\x1b', said)
        self.assertNotIn(b'\x07', said)

    def test_help_teaches(self):
        for command in ('tag', 'models', 'doctor', 'help'):
            text = self.run_it(command, '--help').stdout.decode()
            self.assertIn('Examples:', text)
            self.assertIn(f'tagsmith {command}', text)
            self.assertEqual(text, self.run_it('help', command).stdout.decode())
            self.assertLessEqual(max(map(len, text.split('\n'))), 120)
        self.assertTrue(self.run_it('--version').stdout.startswith(b'tagsmith '))
        self.assertIn(b'Commands:', self.run_it('--help').stdout)
        self.assertIn(b'Commands:', self.run_it(status=2).stdout)


if __name__ == '__main__':
    harness.main()
