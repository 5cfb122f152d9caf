#!/usr/bin/env python3
"""cli: `tagsmith write`: what exiftool reads back, whose keywords stay, and that no file is ever harmed.

usage: test_write.py PROGRAM
"""
import json
import os
import random
import resource
import shutil
import signal
import stat
import struct
import subprocess
import time
import unittest

import harness
import server
import xmp_writers

try:
    from PIL import Image
except ImportError:
    Image = None

EXIFTOOL = shutil.which('exiftool')
KEYS = {'XMP-dc:Subject', 'XMP-lr:HierarchicalSubject', 'XMP-digiKam:TagsList', 'XMP-dc:Title', 'XMP-dc:Description',
        'XMP-iptcCore:AltTextAccessibility'}
TITLES = {'en': 'A dog & an oak', 'de': 'Ein Hund', 'ja': '犬'}


def tag(concept, label='', state='accepted', facet='object', **more):
    return {'concept': concept, 'label': label or concept.split('/')[-1], 'facet': facet, 'confidence': 0.9, 'state': state,
            **more}


DOG, CAT = tag('object/dog'), tag('object/cat')


class Case(harness.Case):
    def records(self, *records, name='tags.ndjson'):
        (self.dir / name).write_text(''.join(json.dumps(record) + '\n' for record in records))

    def write(self, *args, status=0):
        done = self.run_it('write', '--json', '-q', *args, status=status)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def put(self, path, *tags, args=(), status=0, **more):
        self.records({'path': path, 'tags': list(tags), **more})
        return self.write('tags.ndjson', *args, status=status)

    def exif(self, *paths, group='-G1'):
        done = subprocess.run([EXIFTOOL, '-j', '-struct', '-a', group, *paths], cwd=self.dir, capture_output=True, check=True)
        return json.loads(done.stdout)

    def subject(self, path='a.jpg.xmp'):
        return [text for _, text in xmp_writers.read((self.dir / path).read_bytes())[0].get(xmp_writers.full('dc:subject'), [])]


# ---- whose keyword is it? -------------------------------------------------------------------------------------------

class Whose(Case):
    def setUp(self):
        super().setUp()
        self.picture('a.jpg')

    def edit(self, old, new, path='a.jpg.xmp'):
        text = (self.dir / path).read_text()
        self.assertIn(old, text)
        (self.dir / path).write_text(text.replace(old, new, 1))

    def test_ours_goes_when_it_is_no_longer_said_and_others_stay(self):
        self.put('a.jpg', DOG, CAT)
        self.edit('<rdf:li>dog</rdf:li>', '<rdf:li>dog</rdf:li><rdf:li>Rex</rdf:li>')
        self.put('a.jpg', tag('object/dog', state='rejected'), CAT)
        self.assertEqual(self.subject(), ['Rex', 'cat'])
        self.put('a.jpg')
        self.assertEqual(self.subject(), ['Rex'])

    def test_what_others_wrote_first_is_theirs(self):
        writer = xmp_writers.Writer(1)
        writer.style = 'digikam'
        body = writer.description([writer.element('dc:subject', writer.items('Bag', [(None, 'Dog'), (None, 'cat')]))])
        (self.dir / 'a.jpg.xmp').write_text('<rdf:RDF xmlns:rdf="%s">%s</rdf:RDF>' % (xmp_writers.RDF, body))
        self.put('a.jpg', DOG, CAT)
        self.assertEqual(self.subject(), ['Dog', 'cat'])
        self.put('a.jpg')
        self.assertEqual(self.subject(), ['Dog', 'cat'])

    def test_what_somebody_took_out_does_not_come_back(self):
        self.put('a.jpg', DOG, CAT)
        self.edit('<rdf:li>dog</rdf:li>', '')  # the first is dc:subject's
        self.put('a.jpg', DOG, CAT)
        self.put('a.jpg', DOG, CAT)
        self.assertEqual(self.subject(), ['cat'])
        self.put('a.jpg', DOG, CAT, args=['--again'])
        self.assertEqual(self.subject(), ['cat', 'dog'])

    def test_a_text_that_a_person_changed_is_theirs(self):
        self.put('a.jpg', title=TITLES)
        self.edit('Ein Hund', 'Unser Rex')
        self.put('a.jpg', title={**TITLES, 'de': 'Zwei Hunde', 'en': 'Two dogs'})
        titles = dict(xmp_writers.read((self.dir / 'a.jpg.xmp').read_bytes())[0][xmp_writers.full('dc:title')])
        self.assertEqual(titles, {'x-default': 'Two dogs', 'en': 'Two dogs', 'de': 'Unser Rex', 'ja': '犬'})

    def test_again_changes_nothing(self):
        self.put('a.jpg', DOG, title=TITLES)
        before = os.stat(self.dir / 'a.jpg.xmp')
        self.assertEqual([row['outcome'] for row in self.put('a.jpg', DOG, title=TITLES)], ['unchanged'])
        after = os.stat(self.dir / 'a.jpg.xmp')
        self.assertEqual((before.st_ino, before.st_mtime_ns), (after.st_ino, after.st_mtime_ns))

    def test_which_tags(self):
        rows = [DOG, tag('object/cat', state='suggested'), tag('colour/red', facet='colour'), tag('object/car', confidence=0.2)]
        rows[3]['confidence'] = 0.2
        self.put('a.jpg', *rows, args=['-c', '0.5'])
        self.assertEqual(self.subject(), ['dog'])
        self.put('a.jpg', *rows, args=['--state', 'all', '--facets', 'all', '--ancestors'])
        self.assertEqual(self.subject(), ['dog', 'animal', 'cat', 'red', 'car', 'vehicle'])
        self.put('a.jpg', *rows, args=['-l', 'fr'])
        self.assertEqual(self.subject(), ['chien', 'voiture'])

    def test_countries_in_the_language_asked_for(self):
        self.put('a.jpg', tag('place/de', 'Germany', facet='place'), tag('place/de-04-bremen', 'Bremen', facet='place'),
                 args=('--facets', 'place', '--language', 'fr'))
        self.assertEqual(self.subject(), ['Allemagne', 'Bremen'])

    def test_what_we_wrote_is_no_tag_of_a_person(self):
        self.picture('p/a.jpg')
        self.put('p/a.jpg', DOG)
        self.edit('<rdf:li>dog</rdf:li>', '<rdf:li>dog</rdf:li><rdf:li>Rex</rdf:li>', 'p/a.jpg.xmp')
        self.run_it('import', 'p', '--in-place', '--data', 'd', '-q', env=server.ENVIRONMENT)
        row = json.loads(self.run_it('export', '--data', 'd', env=server.ENVIRONMENT).stdout)
        by_person = [one['label'] for one in row['tags'] if one['source'] != 'model']
        self.assertEqual(by_person, ['Rex'])


# ---- files ------------------------------------------------------------------------------------------------------------

class Files(Case):
    def setUp(self):
        super().setUp()
        self.picture('a.jpg')

    def test_dry(self):
        rows = self.put('a.jpg', DOG, args=['-n'])
        self.assertEqual((rows[0]['outcome'], rows[0]['dry']), ('written', True))
        self.assertEqual([(c['do'], c['property'], c['text']) for c in rows[0]['changes']],
                         [('add', 'dc:subject', 'dog'), ('add', 'lr:hierarchicalSubject', 'animal|dog'),
                          ('add', 'digiKam:TagsList', 'animal/dog')])
        self.assertFalse((self.dir / 'a.jpg.xmp').exists())
        text = self.run_it('write', 'tags.ndjson', '--dry-run').stdout.decode()
        self.assertIn('\n  + dc:subject  dog\n', text)

    def test_sidecar_names(self):
        empty = '<rdf:RDF xmlns:rdf="%s"/>' % xmp_writers.RDF
        (self.dir / 'a.xmp').write_text(empty)
        self.put('a.jpg', DOG)
        self.assertEqual(self.subject('a.xmp'), ['dog'])
        self.picture('b.jpg')
        self.picture('b.nef')
        (self.dir / 'b.xmp').write_text(empty)
        self.put('b.jpg', DOG)
        self.assertEqual(self.subject('b.jpg.xmp'), ['dog'])
        self.assertEqual((self.dir / 'b.xmp').read_text(), empty)

    def test_rights_and_times_stay(self):
        self.put('a.jpg', DOG)
        path = self.dir / 'a.jpg.xmp'
        path.chmod(0o640)
        os.utime(path, ns=(10**18, 10**18))
        self.put('a.jpg', CAT, args=['--keep-times'])
        after = path.stat()
        self.assertEqual((stat.S_IMODE(after.st_mode), after.st_mtime_ns), (0o640, 10**18))
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()), ['a.jpg', 'a.jpg.xmp', 'tags.ndjson'])

    def test_bad_sidecars_are_left_alone(self):
        for content in (b'no xml', b'<!DOCTYPE x [<!ENTITY a "b">]><x/>', b'<a><b></a>', b'<?xml version="1.0" encoding="latin1"?><a/>',
                        b'<a/>', b'\xff\xfe<', b'<x>' * 100):
            (self.dir / 'a.jpg.xmp').write_bytes(content)
            rows = self.put('a.jpg', DOG, status=1)
            self.assertEqual((rows[0]['outcome'], rows[0]['error']['code']), ('failed', 'corrupt'), content)
            self.assertEqual((self.dir / 'a.jpg.xmp').read_bytes(), content)

    def test_others_go_on_when_one_fails(self):
        self.records({'path': 'gone.jpg', 'tags': [DOG]}, {'path': 'a.jpg', 'tags': [DOG]}, {'path': '-', 'tags': [DOG]},
                     {'path': 'bad.jpg', 'error': {'code': 'io', 'message': 'x', 'hint': ''}})
        rows = self.write('tags.ndjson', status=1)
        self.assertEqual([row['outcome'] for row in rows], ['failed', 'written', 'skipped', 'skipped'])

    def test_a_file_that_is_no_record(self):
        (self.dir / 'tags.ndjson').write_text('{"path":"a.jpg","tags":[]}\nnonsense\n')
        done = self.run_it('write', 'tags.ndjson', status=3)
        self.assertIn(b'record 2', done.stderr)
        self.run_it('write', status=2)
        self.run_it('write', 'tags.ndjson', '-l', 'tlh', status=2)
        self.run_it('write', 'tags.ndjson', '-f', 'odours', status=2)

    def test_a_library_that_is_read_only(self):
        if os.geteuid() == 0 and subprocess.run([harness.PROGRAM, '--version'], user=65534, capture_output=True,
                                                check=False).returncode != 0:
            self.skipTest('nobody cannot run the program')
        self.records({'path': 'p/a.jpg', 'tags': [DOG]}, {'path': 'q/b.jpg', 'tags': [DOG]})
        self.picture('p/a.jpg')
        self.picture('q/b.jpg')
        self.dir.chmod(0o755)
        (self.dir / 'p').chmod(0o555)
        (self.dir / 'q').chmod(0o777)
        self.addCleanup((self.dir / 'p').chmod, 0o755)
        more = {'user': 65534} if os.geteuid() == 0 else {}
        done = self.run_it('write', 'tags.ndjson', '--json', '-q', status=1, **more)
        first, second = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual((first['outcome'], second['outcome']), ('failed', 'written'))
        self.assertIn('read-only', first['error']['hint'])

    def test_a_full_disk_leaves_the_old(self):
        self.put('a.jpg', DOG, *[tag('', f'word {i}', facet='') for i in range(2000)])
        before = (self.dir / 'a.jpg.xmp').read_bytes()
        self.assertGreater(len(before), 1 << 17)

        def fill():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))
        self.records({'path': 'a.jpg', 'tags': [CAT, *[tag('', f'word {i}', facet='') for i in range(1999)]]})
        done = self.run_it('write', 'tags.ndjson', '--json', '-q', status=1, preexec_fn=fill)
        self.assertEqual(json.loads(done.stdout)['outcome'], 'failed')
        self.assertEqual((self.dir / 'a.jpg.xmp').read_bytes(), before)
        self.assertEqual([p.name for p in self.dir.glob('.*')], [])

    def test_killed_at_any_moment(self):
        """Every sidecar is the old or the new one, whole."""
        rng = random.Random(5)
        words = [tag('', f'word {i}', facet='') for i in range(300)]
        names = [f'{i}.jpg' for i in range(30)]
        for name in names:
            self.picture(name)
        for turn, first in enumerate([DOG, CAT] * 10):
            self.records(*[{'path': name, 'tags': [first, *words]} for name in names])
            child = subprocess.Popen(self.command('write', 'tags.ndjson', '-q'), cwd=self.dir)
            time.sleep(rng.random() * 0.12)
            child.kill()
            child.wait()
            for name in names:
                if (self.dir / f'{name}.xmp').exists():
                    found = self.subject(f'{name}.xmp')
                    self.assertEqual(len(found), 301, (turn, name))
                    self.assertEqual(len({'dog', 'cat'} & set(found)), 1)
        self.write('tags.ndjson')
        self.assertEqual({tuple(sorted(set(self.subject(f'{name}.xmp')) & {'dog', 'cat'})) for name in names}, {('cat',)})
        self.assertEqual([p.name for p in self.dir.glob('.*')], [], 'what was left by those that were killed is gone')


# ---- sidecars of others ------------------------------------------------------------------------------------------------

class Others(Case):
    COUNT = 1000

    def setUp(self):
        super().setUp()
        (self.dir / 'p').mkdir()
        self.old = {}
        for i in range(self.COUNT):
            self.old[i] = xmp_writers.Writer(i).bytes()
            (self.dir / 'p' / f'{i}.jpg').write_bytes(b'picture')
            (self.dir / 'p' / f'{i}.jpg.xmp').write_bytes(self.old[i])

    def all_exif(self):
        some = [f'p/{i}.jpg.xmp' for i in range(0, self.COUNT, 5)]
        done = subprocess.run([EXIFTOOL, '-j', '-struct', '-a', '-G1', '-XMP:all', *some], cwd=self.dir,
                              capture_output=True, check=False)
        rows = json.loads(done.stdout)
        drop = tuple(KEYS)
        return {row['SourceFile']: {k: v for k, v in row.items() if not k.startswith(drop) and 'tagsmith' not in k}
                for row in rows}

    def put_all(self, *tags, **more):
        self.records(*[{'path': f'p/{i}.jpg', 'tags': list(tags), **more} for i in range(self.COUNT)])
        return self.write('tags.ndjson', '--again')

    def check(self, tags, titles):
        expected_lists = {'dc:subject': tags, 'lr:hierarchicalSubject': [f'animal|{t}' for t in tags],
                          'digiKam:TagsList': [f'animal/{t}' for t in tags]}
        for i, old in self.old.items():
            ours_before, others_before = xmp_writers.read(old)
            ours, others = xmp_writers.read((self.dir / 'p' / f'{i}.jpg.xmp').read_bytes())
            self.assertEqual(others, others_before, i)
            for name, wished in expected_lists.items():
                before = [text for _, text in ours_before.get(xmp_writers.full(name), [])]
                after = [text for _, text in ours.get(xmp_writers.full(name), [])]
                folded = {text.lower() for text in before}
                self.assertEqual(after, before + [t for t in wished if t.lower() not in folded], (i, name))
            before = {lang or 'x-default': text for lang, text in ours_before.get(xmp_writers.full('dc:title'), [])}
            after = {lang or 'x-default': text for lang, text in ours.get(xmp_writers.full('dc:title'), [])}
            self.assertEqual(after, {**before, **titles}, i)

    def test_a_thousand_survive(self):
        exif_before = self.all_exif() if EXIFTOOL else None
        self.assertEqual({row['outcome'] for row in self.put_all(DOG, CAT, title=TITLES)}, {'written'})
        self.check(['dog', 'cat'], {'x-default': TITLES['en'], **TITLES})
        if EXIFTOOL:
            exif = self.all_exif()
            for i in range(0, self.COUNT, 5):
                if self.old[i][:1] not in b'\xff\xfe':  # much of UTF-16 is beyond it
                    self.assertEqual(exif[f'p/{i}.jpg.xmp'], exif_before[f'p/{i}.jpg.xmp'])
        def text(content):
            utf16 = {b'\xff\xfe': 'utf-16', b'\xfe\xff': 'utf-16'}
            return content.decode(utf16.get(content[:2], 'utf-8'))
        for i, old in self.old.items():
            new = (self.dir / 'p' / f'{i}.jpg.xmp').read_bytes()
            for noise in ('<!-- a comment', '<?other'):
                self.assertEqual(text(new).count(noise), text(old).count(noise), (i, noise))

    def test_in_and_out_again(self):
        """What was added is taken out: everything is as it was, but for what our list had to take the place of."""
        self.put_all(DOG, CAT)
        self.put_all(DOG)
        self.put_all()
        self.check([], {})
        same = sum((self.dir / 'p' / f'{i}.jpg.xmp').read_bytes() == old for i, old in self.old.items())
        self.assertGreater(same, self.COUNT // 2)


# ---- in the picture ------------------------------------------------------------------------------------------------------

@unittest.skipIf(Image is None, 'Pillow is not there to make pictures')
class InFile(Case):
    FORMATS = ('a.jpg', 'a.png', 'a.tif', 'a.webp', 'b.webp', 'c.webp', 'd.jpg', 'e.tif')

    def setUp(self):
        super().setUp()
        rng = random.Random(3)
        picture = Image.frombytes('RGB', (64, 48), bytes(rng.randrange(256) for _ in range(64 * 48 * 3)))
        for name in ('a.jpg', 'a.png', 'a.tif', 'a.webp'):
            picture.save(self.dir / name)
        picture.save(self.dir / 'b.webp', lossless=True)
        alpha = picture.convert('RGBA')
        alpha.putalpha(128)
        alpha.save(self.dir / 'c.webp', lossless=True)
        exif = Image.Exif()
        exif[0x010F] = 'Camera'
        picture.save(self.dir / 'd.jpg', exif=exif, icc_profile=b'not really a profile' * 20, comment=b'hello',
                     xmp=xmp_writers.Writer(22).bytes())
        picture.save(self.dir / 'e.tif', compression='tiff_lzw')

    def pixels(self, name):
        with Image.open(self.dir / name) as picture:
            picture.load()
            return picture.mode, picture.size, picture.tobytes(), picture.info.get('icc_profile')

    def all(self, *tags, args=(), **more):
        self.records(*[{'path': name, 'tags': list(tags), **more} for name in self.FORMATS])
        return self.write('tags.ndjson', '--in-file', *args)

    @unittest.skipIf(EXIFTOOL is None, 'exiftool is not there to read back')
    def test_exiftool_reads_back_what_was_written(self):
        pixels = {name: self.pixels(name) for name in self.FORMATS}
        before = {row['SourceFile']: row for row in self.exif(*self.FORMATS)}
        rows = self.all(DOG, CAT, tag('', 'Zürich & 犬', facet=''), title=TITLES, description={'en': 'Two\nlines'}, alt='A <dog>')
        self.assertEqual([(row['outcome'], row['kind']) for row in rows], [('written', 'picture')] * len(self.FORMATS))
        for row in self.exif(*self.FORMATS):
            name = row['SourceFile']
            theirs = before[name].get('XMP-dc:Subject', [])
            self.assertEqual(row['XMP-dc:Subject'], ([theirs] if isinstance(theirs, str) else theirs)
                             + ['dog', 'cat', 'Zürich & 犬'], name)
            self.assertEqual(row['XMP-digiKam:TagsList'][-3:], ['animal/dog', 'animal/cat', 'Zürich & 犬'])
            self.assertEqual(row['XMP-lr:HierarchicalSubject'][-3:], ['animal|dog', 'animal|cat', 'Zürich & 犬'])
            if name != 'd.jpg':
                self.assertEqual((row['XMP-dc:Title'], row['XMP-dc:Title-de'], row['XMP-dc:Title-ja']),
                                 (TITLES['en'], TITLES['de'], TITLES['ja']))
                self.assertEqual((row['XMP-dc:Description'], row['XMP-iptcCore:AltTextAccessibility']), ('Two\nlines', 'A <dog>'))
            if name == 'a.jpg':
                self.assertEqual((row['IPTC:Keywords'], row['IPTC:ObjectName'], row['IPTC:Caption-Abstract']),
                                 (['dog', 'cat', 'Zürich & 犬'], TITLES['en'], 'Two\nlines'))
            same = {k: v for k, v in before[name].items() if not k.startswith(('System:', 'File:', 'XMP', 'RIFF:', 'VP8X:'))}
            self.assertEqual({k: row.get(k) for k in same}, same, name)
            self.assertNotIn('ExifTool:Warning', {k: v for k, v in row.items() if k not in before[name]}, name)
        for name, was in pixels.items():
            self.assertEqual(self.pixels(name), was, name)

    def test_out_again(self):
        originals = {name: (self.dir / name).read_bytes() for name in self.FORMATS}
        self.all(DOG, CAT)
        self.assertEqual({row['outcome'] for row in self.all(DOG, CAT)}, {'unchanged'})
        rows = self.all(DOG)
        self.assertEqual({(c['do'], c['text'].rpartition('/')[2].rpartition('|')[2]) for row in rows for c in row['changes']},
                         {('remove', 'cat')})
        self.all()
        for name in ('a.jpg', 'a.png'):
            self.assertNotIn(b'dog', (self.dir / name).read_bytes())
        self.assertEqual((self.dir / 'd.jpg').read_bytes(), originals['d.jpg'])

    @unittest.skipIf(EXIFTOOL is None, 'exiftool is not there to prepare it')
    def test_iptc_of_others_stays(self):
        def exiftool(*args):
            subprocess.run([EXIFTOOL, '-q', '-overwrite_original', *args], cwd=self.dir, check=True)
        exiftool('-IPTC:Keywords=Rex', '-IPTC:Keywords=dog', '-IPTC:City=Bern', '-IPTC:Caption-Abstract=by hand',
                 '-Photoshop:URL=http://example.org/', 'a.jpg')
        self.put('a.jpg', DOG, CAT, description='ours', args=['-i'])
        row = self.exif('a.jpg')[0]
        self.assertEqual((row['IPTC:Keywords'], row['IPTC:City'], row['IPTC:Caption-Abstract'], row['Photoshop:URL']),
                         (['Rex', 'dog', 'cat'], 'Bern', 'by hand', 'http://example.org/'))
        self.put('a.jpg', args=['-i'])
        self.assertNotIn('cat', self.exif('a.jpg')[0]['IPTC:Keywords'])
        exiftool('-codedcharacterset=', '-IPTC:City=Zürich', '-charset', 'iptc=Latin1', 'd.jpg')
        rows = self.put('d.jpg', DOG, args=['-i'])
        self.assertIn('left as it is', rows[0]['note'])
        self.assertIn('dog', self.exif('d.jpg')[0]['XMP-dc:Subject'])

    @staticmethod
    def truncated_tiff():
        """One strip of 600 bytes, of which 100 are there."""
        tags = [(256, 3, 20), (257, 3, 10), (258, 3, 8), (259, 3, 1), (262, 3, 2), (273, 4, 200), (277, 3, 3), (278, 3, 10),
                (279, 4, 600)]
        directory = struct.pack('<H', len(tags)) + b''.join(struct.pack('<HHII', t, k, 1, v) for t, k, v in tags) + bytes(4)
        return (b'II*\0' + struct.pack('<I', 8) + directory).ljust(300, b'\x55')

    def test_a_sidecar_when_in_doubt(self):
        shutil.copy(self.dir / 'a.tif', self.dir / 'raw.nef')
        shutil.copy(self.dir / 'a.jpg', self.dir / 'locked.jpg')
        (self.dir / 'locked.jpg').chmod(0o444)
        os.link(self.dir / 'a.jpg', self.dir / 'link.jpg')
        (self.dir / 'cut.png').write_bytes((self.dir / 'a.png').read_bytes()[:500])
        (self.dir / 'cut.tif').write_bytes(self.truncated_tiff())
        jpeg = (self.dir / 'd.jpg').read_bytes()
        head = b'http://ns.adobe.com/xmp/extension/\0' + b'x' * 40
        (self.dir / 'long.jpg').write_bytes(jpeg[:2] + b'\xff\xe1' + (len(head) + 2).to_bytes(2, 'big') + head + jpeg[2:])
        (self.dir / 'mpf.jpg').write_bytes(jpeg[:2] + b'\xff\xe2\x00\x0aMPF\0IIII' + jpeg[2:])
        self.picture('no.gif', b'GIF89a')
        self.picture('text.jpg', b'no picture at all')
        for name in ('raw.nef', 'locked.jpg', 'link.jpg', 'cut.png', 'cut.tif', 'long.jpg', 'mpf.jpg', 'no.gif', 'text.jpg'):
            before = (self.dir / name).read_bytes()
            row, = self.put(name, DOG, args=['-i'])
            self.assertEqual((row['outcome'], row['kind']), ('written', 'sidecar'), name)
            self.assertIn('the picture itself is not written', row['note'], name)
            self.assertEqual((self.dir / name).read_bytes(), before)
            self.assertEqual(self.subject(f'{name}.xmp'), ['dog'])

    def test_a_sidecar_that_is_there_is_kept_in_line(self):
        self.put('a.jpg', DOG)
        rows = self.put('a.jpg', CAT, args=['-i'])
        self.assertEqual([(row['kind'], row['outcome']) for row in rows], [('picture', 'written'), ('sidecar', 'written')])
        self.assertEqual(self.subject(), ['cat'])

    def test_damaged_files_are_never_made_worse(self):
        """Bytes changed at random: written whole, or not at all; never a crash."""
        rng = random.Random(11)
        contents = {}
        for name in self.FORMATS:
            good = (self.dir / name).read_bytes()
            for i in range(40):
                bad = bytearray(good)
                for _ in range(rng.randrange(1, 6)):
                    bad[rng.randrange(min(len(bad), 400))] = rng.randrange(256)
                del bad[rng.choice([len(bad), rng.randrange(len(bad))]):]
                contents[f'x{i}{name}'] = bytes(bad)
        for name, content in contents.items():
            self.picture(name, content)
        self.records(*[{'path': name, 'tags': [DOG]} for name in contents])
        rows = self.write('tags.ndjson', '-i')
        self.assertEqual({row['outcome'] for row in rows}, {'written'})
        for row in rows:
            if row['kind'] == 'sidecar':
                self.assertEqual((self.dir / row['picture']).read_bytes(), contents[row['picture']])


# ---- the catalogue --------------------------------------------------------------------------------------------------------

class Catalogue(server.Case):
    def subject(self, name):
        path = self.dir / 'p' / name
        return [t for _, t in xmp_writers.read(path.read_bytes())[0].get(xmp_writers.full('dc:subject'), [])]

    def write(self, *args):
        done = subprocess.run(self.command('write', '--data', 'd', '--json', '-q', *args), cwd=self.dir, capture_output=True,
                              env=server.ENVIRONMENT, check=False, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_removal_is_durable(self):
        self.pictures(2)
        subprocess.run(self.command('import', 'p', '--in-place', '--data', 'd', '-q'), cwd=self.dir, check=True,
                       env=server.ENVIRONMENT)
        self.assertEqual([row['outcome'] for row in self.write('--state', 'all')], ['written'] * 2)
        first = self.subject('0000.jpg.xmp')
        self.assertTrue(first)
        one = server.Server(self.dir / 'd')
        self.addCleanup(one.stop)
        _, found = one.ask('GET', '/api/search?q=*')
        row = next(row for row in found['results'] if row['picture']['name'] == '0000.jpg')['picture']
        gone = next(t for t in row['tags'] if t['label'] == first[0])
        status, answer = one.ask('POST', f'/api/pictures/{row["id"]}/tags',
                                 {'edits': [{'action': 'reject', 'tag': gone['concept']}]})
        self.assertEqual(status, 200, answer)
        self.write('--state', 'all')  # through the server that has the folder
        self.assertEqual(self.subject('0000.jpg.xmp'), first[1:])
        one.stop()
        subprocess.run(self.command('import', 'p', '--in-place', '--data', 'd', '-q'), cwd=self.dir, check=True,
                       env=server.ENVIRONMENT)
        self.write('--state', 'all')
        self.assertEqual(self.subject('0000.jpg.xmp'), first[1:])

    def test_copies_are_not_written(self):
        self.pictures(1)
        subprocess.run(self.command('import', 'p', '--data', 'd', '-q'), cwd=self.dir, check=True, env=server.ENVIRONMENT)
        row, = self.write()
        self.assertEqual((row['outcome'], 'copy' in row['note']), ('skipped', True))


if __name__ == '__main__':
    harness.main()
