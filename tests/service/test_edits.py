#!/usr/bin/env python3
"""service: tags changed by people: preview, expectation, undo, tombstones; searchable at once; told to webhooks.

usage: test_edits.py PROGRAM (one with a tagger that needs no models)
"""
import time

import server


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
