#!/usr/bin/env python3
"""service: what a person rejected stays rejected, whoever says it again: the same model, another one, a job, a sidecar, the
file's own keywords, an import of the changed file, a restored backup. It comes back when a person asks, and only then.

usage: test_tombstones.py PROGRAM (one with a tagger that needs no models)
"""
import json
import sqlite3
import struct
import subprocess

import server

XMP = '''<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject><rdf:Bag>{}</rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta>'''
REJECTED = ('object/dog', 'Grandma')


def with_keywords(text, *keywords):
    """A file that looks like a JPEG enough to carry IPTC keywords."""
    iim = b''.join(b'\x1c\x02\x19' + struct.pack('>H', len(word)) + word for word in (k.encode() for k in keywords))
    block = b'Photoshop 3.0\x008BIM\x04\x04\0\0' + struct.pack('>I', len(iim)) + iim + b'\0' * (len(iim) % 2)
    return b'\xff\xd8\xff\xed' + struct.pack('>H', len(block) + 2) + block + b'\xff\xd9' + text


class Tombstones(server.Case):
    def setUp(self):
        super().setUp()
        self.folder = self.dir / 'p'
        self.folder.mkdir()
        self.to = self.server().start()

    def take_in(self, *options, to=None):
        to = to or self.to
        done = subprocess.run([server.PROGRAM, 'import', '--json', '--data', str(to.data), *options, str(self.folder)],
                              capture_output=True, text=True, env=to.environment, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {row['path'].rsplit('/', 1)[1]: row['kind'] for row in map(json.loads, done.stdout.splitlines())}

    def sidecar(self, *keywords):
        items = ''.join(f'<rdf:li>{word}</rdf:li>' for word in keywords)
        (self.folder / 'a.jpg.xmp').write_text(XMP.format(items))

    def picture(self):
        return self.to.call('GET', '/api/pictures')[1]['pictures'][0]

    def labels(self, to=None):
        """{label: source} of the tags that stand."""
        one, = (to or self.to).call('GET', '/api/pictures')[1]['pictures']
        return {tag['label'].lower(): tag['source']['kind'] for tag in one['tags']}

    def edit(self, action, *tags):
        status, answer = self.to.call('POST', f'/api/pictures/{self.picture()["id"]}/tags',
                                      {'edits': [{'action': action, 'tag': tag} for tag in tags]})
        self.assertEqual(status, 200, answer)

    def retag(self, **wish):
        status, diff = self.to.call('POST', f'/api/pictures/{self.picture()["id"]}/retag', wish)
        self.assertEqual(status, 200, diff)
        return diff

    def assertRejected(self, why, to=None):
        there = self.labels(to)
        self.assertFalse({'dog', 'grandma'} & set(there), why)
        found = (to or self.to).call('GET', '/api/search?q=tag:object/dog OR tag:grandma'.replace(' ', '%20'))[1]
        self.assertEqual(found.get('total'), 0, (why, found))

    def begin(self, *options):
        """A picture that says dog by itself and Grandma by its sidecar, of which a person rejects both."""
        (self.folder / 'a.jpg').write_bytes(b'picture of a dog')
        self.sidecar('Grandma', 'garden')
        self.assertEqual(self.take_in(*options), {'a.jpg': 'added'})
        there = self.labels()
        self.assertEqual((there.get('dog'), there.get('grandma'), there.get('garden')), ('model', 'import', 'import'), there)
        self.edit('reject', *REJECTED)
        self.assertRejected('when it was rejected')

    def test_by_machines(self):
        self.begin()
        for wish in ({}, {'reset': True}, {'preset': self.picture().get('preset') or None, 'reset': True}):
            diff = self.retag(**{name: value for name, value in wish.items() if value is not None})
            self.assertFalse({'dog'} & {(entry['after'] or {}).get('label') for entry in diff['entries']
                                        if entry['kind'] == 'added'}, diff)
            self.assertRejected(f'after retag {wish}')
        preview = self.retag(reset=True, dry=True)
        self.assertRejected(f'after a preview {preview}')
        self.as_of_another_model()
        self.retag()
        self.assertRejected('another version of the model')
        self.retag(reset=True)
        self.assertRejected('another version of the model, from scratch')

    def as_of_another_model(self):
        """What the catalogue holds was said by models that are no longer there."""
        self.to.stop()
        database = sqlite3.connect(self.to.data / 'catalog.db')
        with database:
            database.execute("UPDATE origins SET model = 'old-' || model, version = '0.1' WHERE model <> ''")
        database.close()
        self.to.start()

    def test_by_a_job(self):
        status, made = self.to.upload(b'picture of a dog', target='/api/pictures?async=true&tags=Grandma')
        self.assertIn(status, (202,), made)
        self.until(lambda: self.picture()['state'] == 'ready')
        self.assertIn('dog', self.labels())
        self.edit('remove', 'dog', 'grandma')
        self.assertRejected('removed by a person')
        job = self.to.call('GET', '/api/jobs?kind=tag')[1]['jobs'][0]
        self.to.stop()
        database = sqlite3.connect(self.to.data / 'catalog.db')
        with database:  # the job again, as after a crash in the middle of it
            database.execute('UPDATE jobs SET state = 0, finished = 0 WHERE id = ?', (job['id'],))
            database.execute('DELETE FROM job_counts')
            database.execute('INSERT INTO job_counts SELECT kind, state, count(*) FROM jobs GROUP BY kind, state')
        database.close()
        self.to.start()
        self.until(lambda: self.to.call('GET', f'/api/jobs/{job["id"]}')[1]['state'] == 'done')
        self.assertRejected('after the job ran again')
        self.assertEqual(self.to.verify(), [])

    def test_by_imports_in_place(self):
        self.begin('--in-place')
        self.sidecar('Grandma', 'GRANDMA', 'dog', 'Hund', 'cow')
        self.assertEqual(self.take_in('--in-place'), {'a.jpg': 'known'})
        self.assertRejected('the sidecar alone changed')
        (self.folder / 'a.jpg').write_bytes(b'picture of a dog, sharper')
        self.assertEqual(self.take_in('--in-place'), {'a.jpg': 'changed'})
        self.assertEqual(self.labels().get('cow'), 'import', 'what nobody rejected is taken')
        self.assertRejected('the sidecar says it again, in every spelling')
        (self.folder / 'a.jpg').write_bytes(with_keywords(b'once more', 'Grandma', 'dog', 'sheep'))
        (self.folder / 'a.jpg.xmp').unlink()
        self.assertEqual(self.take_in('--in-place'), {'a.jpg': 'changed'})
        self.assertEqual(self.labels().get('sheep'), 'import', 'the keywords in the file are read')
        self.assertRejected('the file itself says it')
        self.retag(reset=True)
        self.assertRejected('re-tagging reads the file again')
        (self.folder / 'a.jpg').rename(self.folder / 'moved.jpg')
        self.take_in('--in-place')
        self.assertRejected('the file moved')

    def test_by_imports_of_copies(self):
        self.begin()
        (self.folder / 'again').mkdir()
        (self.folder / 'again' / 'b.jpg').write_bytes(b'picture of a dog')
        (self.folder / 'again' / 'b.jpg.xmp').write_text((self.folder / 'a.jpg.xmp').read_text())
        self.assertEqual(self.take_in(), {'a.jpg': 'known', 'b.jpg': 'duplicate'})
        self.assertRejected('the same bytes from elsewhere')
        status, again = self.to.upload(b'picture of a dog', target='/api/pictures?duplicates=return')
        self.assertEqual((status, again['id']), (200, self.picture()['id']))
        self.assertRejected('the same bytes uploaded')

    def test_through_a_backup(self):
        self.begin()
        for words in (['backup', '--data', str(self.to.data), str(self.dir / 'b')], ['restore', str(self.dir / 'b'), str(self.dir / 'e')]):
            done = subprocess.run([server.PROGRAM, *words, '-q'], capture_output=True, text=True, env=self.to.environment)
            self.assertEqual(done.returncode, 0, done.stderr)
        other = server.Server(self.dir / 'e')
        self.servers.append(other)
        other.start()
        other.key = self.to.key
        self.assertRejected('in the restored folder', other)
        status, _ = other.call('POST', f'/api/pictures/{self.picture()["id"]}/retag', {'reset': True})
        self.assertEqual(status, 200)
        self.assertRejected('re-tagged there', other)

    def test_a_person_brings_it_back(self):
        self.begin('--in-place')
        self.edit('add', 'Hund')
        self.edit('accept', 'grandma')
        there = self.labels()
        self.assertEqual((there.get('dog'), there.get('grandma')), ('person', 'person'))
        # And what a person undoes is as if it had not been said: the rejection stands again.
        self.edit('reject', *REJECTED)
        status, done = self.to.call('POST', '/api/tags/edit', {'query': 'width>0', 'edits': [{'action': 'add', 'tag': tag} for tag in REJECTED]})
        self.assertEqual((status, done['changed']), (200, 1), done)
        self.assertEqual(self.labels().get('dog'), 'person')
        self.assertEqual(self.to.call('POST', f'/api/batches/{done["batch"]}/undo')[0], 200)
        self.assertRejected('undone')
        self.retag(reset=True)
        (self.folder / 'a.jpg').write_bytes(b'picture of a dog, again')
        self.assertEqual(self.take_in('--in-place'), {'a.jpg': 'changed'})
        self.assertRejected('after the undo, by machine and import')
        self.assertEqual(self.to.verify(), [])


if __name__ == '__main__':
    server.main()
