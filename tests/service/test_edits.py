#!/usr/bin/env python3
"""service: tags changed by people: preview, expectation, undo, tombstones; searchable at once; told to webhooks.

usage: test_edits.py PROGRAM (one with a tagger that needs no models)
"""
import shutil
import sqlite3
import time

import server


class Many(server.Case):
    """Bulk edits of a catalogue that is larger than one step of them."""
    COUNT = 4000

    def setUp(self):
        super().setUp()
        self.to = self.server(environment={'TAGSMITH_FETCH_ALLOW_PRIVATE': 'yes'}).start()
        # Of twenty pictures the one with the most tags: the made-up tagger gives one to five.
        self.first = max((self.to.upload(b'many %d' % i)[1] for i in range(20)), key=lambda one: len(one['tags']))
        self.to.stop()
        self.last = server.multiply(self.to.data, self.first['id'], self.COUNT)

    def sql(self, *statements):
        database = sqlite3.connect(self.to.data / 'catalog.db')
        with database:
            for statement in statements:
                database.execute(statement)
        database.close()

    def bulk(self, query, edits, **more):
        return self.to.call('POST', '/api/tags/edit', {'query': query, 'edits': edits, **more})

    def total(self, query):
        return self.to.call('GET', f'/api/search?q={query}&limit=1')[1]['total']

    def start(self):
        """Up, and the index has them all: a search waits for it, but not for ever. Returns how many there are."""
        count = self.COUNT + 20
        self.to.start()
        self.until(lambda: self.total('*') == count, 120)
        return count

    def test_memory_does_not_grow_with_the_pictures(self):
        count = self.start()
        edits = [{'action': 'add', 'tag': f'word {i}'} for i in range(20)] + [{'action': 'remove', 'tag': 'object/dog'}]
        before = self.to.peak()
        status, preview = self.bulk('*', edits, dry=True)
        self.assertEqual((status, preview['matched'], preview['changed']), (200, count, count), preview)
        self.assertEqual(len(preview['samples']), 20)
        for sample in preview['samples']:
            self.assertIn('word 7', [entry['after']['label'] for entry in sample['entries'] if entry['kind'] == 'added'])
        # A kilobyte and a half a picture; with all that is looked at kept it would be forty.
        self.assertLess(self.to.peak() - before, 400 if self.to.sanitized() else 12)

    def test_half_way(self):
        done_before = self.last + 2500
        self.sql('CREATE TRIGGER half BEFORE INSERT ON ledger WHEN NEW.picture > %d'
                 " BEGIN SELECT RAISE(ABORT, 'no further'); END" % done_before)
        self.start()
        status, hook = self.to.call('POST', '/api/webhooks', {'url': f'http://127.0.0.1:{server.free_port()}/',
                                                             'events': ['picture.updated']})
        self.assertEqual(status, 201, hook)
        status, problem = self.bulk('*', [{'action': 'add', 'tag': 'halfword'}])
        self.assertEqual(status, 500, problem)
        self.assertIn('after 2000 pictures', problem['detail'])
        self.assertIn(problem['batch'], problem['hint'])
        self.until(lambda: self.total('halfword') == 2000)
        self.assertEqual(self.told(hook), 2000)
        status, undone = self.to.call('POST', f'/api/batches/{problem["batch"]}/undo')
        self.assertEqual((status, undone), (200, {'undone': 2000, 'skipped': 0}))
        self.until(lambda: self.total('halfword') == 0)
        self.assertEqual(self.told(hook), 4000, 'what is taken back is told, too')
        status, problem = self.bulk('halfword OR width>0', [{'action': 'add', 'tag': 'object/ball'}], expect=3)
        self.assertEqual((status, 'batch' in problem), (412, False), 'nothing was begun')

    def told(self, hook):
        self.to.call('GET', '/api/search?q=dog')
        database = sqlite3.connect(self.to.data / 'catalog.db')
        count, = database.execute("SELECT count(*) FROM deliveries WHERE hook = ? AND event = 'picture.updated'",
                                  (hook['id'],)).fetchone()
        database.close()
        return count

    def test_an_index_from_before_the_log_was_pruned(self):
        """What was deleted meanwhile goes from the index although no line of the log tells of it any more."""
        self.start()
        self.to.stop()
        shutil.copytree(self.to.data / 'index', self.dir / 'old')
        count = self.start()
        self.assertEqual(self.to.call('DELETE', f'/api/pictures/{self.first["id"]}')[0], 204)
        self.assertEqual(self.to.upload(b'one more')[0], 201)
        self.assertEqual(self.to.call('DELETE', f'/api/pictures/{self.last + 17:020}')[0], 204)
        self.until(lambda: self.total('*') == count - 1)
        self.to.stop()
        shutil.rmtree(self.to.data / 'index')
        (self.dir / 'old').rename(self.to.data / 'index')
        self.sql('DELETE FROM changes WHERE seq < (SELECT max(seq) FROM changes)')
        self.to.start()
        self.until(lambda: self.to.call('GET', '/readyz')[0] == 200)
        self.until(lambda: self.total('*') == count - 1)
        self.assertEqual(self.to.stop(), 0)


class Edits(server.Shared):
    def upload(self, content):
        status, picture = self.to.upload(content)
        self.assertEqual(status, 201, picture)
        return picture

    def labels(self, picture):
        return {tag['label'] for tag in self.to.call('GET', picture['links']['self'])[1]['tags']}

    def edit(self, picture, *edits, headers=None):
        return self.to.call('POST', picture['links']['self'] + '/tags', {'edits': [dict(zip(('action', 'tag', 'with'), e)) for e in edits]}, headers)

    def bulk(self, query, edits, **more):
        return self.to.call('POST', '/api/tags/edit', {'query': query, 'edits': edits, **more})

    def test_versions(self):
        picture = self.upload(b'versions')
        status, after = self.edit(picture, ('add', 'zebracrossing'), headers={'If-Match': f'"{picture["version"]}"'})
        self.assertEqual(status, 200, after)
        now = self.to.call('GET', picture['links']['self'])[1]
        self.assertGreater(now['version'], picture['version'])
        self.assertEqual(self.edit(picture, ('add', 'late'), headers={'If-Match': f'"{picture["version"]}"'})[0], 412)
        self.assertNotIn('late', self.labels(picture))

    def test_a_tombstone_survives_tagging_anew(self):
        picture = self.upload(b'tombstone')
        self.assertIn('dog', self.labels(picture))
        self.assertEqual(self.edit(picture, ('reject', 'object/dog'))[0], 200)
        for _ in range(2):
            self.assertEqual(self.to.call('POST', picture['links']['self'] + '/retag', {'reset': True})[0], 200)
            self.assertNotIn('dog', self.labels(picture))
        self.edit(picture, ('add', 'Hund'))
        self.assertIn('dog', self.labels(picture), 'a person may bring it back, in any language')

    def test_bulk(self):
        mine = [self.upload(f'bulk {n}'.encode()) for n in range(5)]
        for picture in mine:
            self.assertEqual(self.edit(picture, ('add', 'bulkword'))[0], 200)
        change = [{'action': 'add', 'tag': 'newword'}, {'action': 'remove', 'tag': 'bulkword'}]
        status, preview = self.bulk('bulkword', change, dry=True)
        self.assertEqual((status, preview['matched'], preview['changed']), (200, 5, 5), preview)
        self.assertIn('bulkword', self.labels(mine[0]), 'a preview changes nothing')
        self.assertEqual(self.bulk('bulkword', change, expect=4)[0], 412)
        status, done = self.bulk('bulkword', change, expect=5)
        self.assertEqual((status, done['changed']), (200, 5), done)
        for picture in mine:
            self.assertEqual({'newword', 'bulkword'} & self.labels(picture), {'newword'})
        self.assertEqual(self.edit(mine[0], ('remove', 'newword'))[0], 200)
        status, undone = self.to.call('POST', f'/api/batches/{done["batch"]}/undo')
        self.assertEqual((status, undone['undone'], undone['skipped']), (200, 9, 1), undone)
        self.assertEqual({'newword', 'bulkword'} & self.labels(mine[1]), {'bulkword'})
        self.assertEqual(self.to.call('POST', '/api/batches/nonsense/undo')[0], 404)

    def test_who_reviews_undoes_what_was_their_own(self):
        picture = self.upload(b'reviewed and undone')
        one, other = (self.new_key(scopes=['read', 'review'])['key'] for _ in range(2))
        self.edit(picture, ('add', 'reviewword'))

        def reject(key=None):
            wish = {'query': 'reviewword', 'edits': [{'action': 'reject', 'tag': 'reviewword'}]}
            status, done = self.to.call('POST', '/api/tags/edit', wish, key=key)
            self.assertEqual((status, done['changed']), (200, 1), done)
            return f'/api/batches/{done["batch"]}/undo'

        undo = reject(one)
        status, problem = self.to.call('POST', undo, key=other)
        self.assertEqual((status, problem['code']), (403, 'forbidden'))
        self.assertNotIn('reviewword', self.labels(picture))
        self.assertEqual(self.to.call('POST', undo, key=one), (200, {'undone': 1, 'skipped': 0}))
        self.assertIn('reviewword', self.labels(picture))
        undo = reject()
        self.assertEqual(self.to.call('POST', undo, key=one)[0], 403)
        self.assertEqual(self.to.call('POST', '/api/batches/nonsense/undo', key=one)[0], 404)
        self.assertEqual(self.to.call('POST', undo, key=self.new_key(scopes=['read'])['key'])[0], 403)
        self.assertEqual(self.to.call('POST', undo, key=self.new_key(scopes=['write'])['key'])[0], 200)

    def tag(self, picture, concept):
        tags = self.to.call('GET', f'/api/pictures/{picture["id"]}?rejected=true')[1]['tags']
        return next((tag for tag in tags if tag['concept'] == concept), None)

    def put_boxes(self, picture, concept, *boxes):
        return self.to.call('POST', f'/api/pictures/{picture["id"]}/tags',
                            {'edits': [{'action': 'add', 'tag': concept, 'boxes': boxes}]})

    def test_boxes_that_a_person_draws(self):
        picture = max((self.upload(b'boxed %d' % i) for i in range(20)), key=lambda one: len(one['tags']))
        before = self.tag(picture, 'object/dog')
        self.assertEqual(self.put_boxes(picture, 'object/dog', [10, 20, 30.26, 40], [600, 400, 100, 900])[0], 200)
        tag = self.tag(picture, 'object/dog')
        self.assertEqual(tag['boxes'], [[10, 20, 30.3, 40], [600, 400, 40, 80]], 'cut off at 640 x 480')
        self.assertEqual((tag['count'], tag['state'], tag['source']['kind']), (2, 'accepted', 'person'))
        self.assertEqual(tag['evidence'], before['evidence'], 'what the models saw stays known')
        self.assertEqual(self.put_boxes(picture, 'object/cat', [1, 2, 3, 4])[0], 200)
        self.assertEqual(self.tag(picture, 'object/cat')['boxes'], [[1, 2, 3, 4]])
        self.assertEqual(self.put_boxes(picture, 'a word', [1, 2, 3, 4])[0], 200)
        self.assertEqual(self.put_boxes(picture, 'object/dog')[0], 200)
        self.assertEqual(self.tag(picture, 'object/dog')['boxes'], [])
        lines = self.to.call('GET', f'/api/pictures/{picture["id"]}/history?lang=de')[1]['lines']
        self.assertEqual((lines[0]['label'], lines[0]['author']['kind']), ('Hund', 'person'))
        self.assertEqual(self.to.call('POST', f'/api/batches/{lines[0]["batch"]}/undo')[1], {'undone': 1, 'skipped': 0})
        self.assertEqual(self.tag(picture, 'object/dog')['boxes'], tag['boxes'])

    def test_boxes_that_make_no_sense(self):
        picture = self.upload(b'not boxed')
        for box in ([640, 0, 10, 10], [-5, -5, 5, 5], [1, 1, 0.5, 10], [1e300, 0, 1, 1], [0, 0, -9, 9]):
            self.assertEqual(self.put_boxes(picture, 'object/dog', box)[0], 400, box)
        edits = [{'action': 'reject', 'tag': 'object/dog', 'boxes': []}]
        self.assertEqual(self.to.call('POST', f'/api/pictures/{picture["id"]}/tags', {'edits': edits})[0], 400)
        edits = [{'action': 'add', 'tag': 'object/dog', 'boxes': [[1, 1, 9, 9]]}]
        self.assertEqual(self.to.call('POST', '/api/tags/edit', {'query': '*', 'edits': edits, 'dry': True})[0], 400)

    def test_searchable_at_once(self):
        picture, slowest = self.upload(b'at once'), 0
        connection = self.to.connection()
        for n in range(20):
            self.to.call('POST', picture['links']['self'] + '/tags', {'edits': [{'action': 'add', 'tag': f'instant{n}'}]}, connection=connection)
            begin = time.monotonic()
            status, found = self.to.call('GET', f'/api/search?q=instant{n}', connection=connection)
            slowest = max(slowest, time.monotonic() - begin)
            self.assertEqual((status, found['total']), (200, 1), 'the writer reads its own writes')
        connection.close()
        print(f'# slowest from commit to answer: {slowest * 1e3:.1f} ms')


if __name__ == '__main__':
    server.main()
