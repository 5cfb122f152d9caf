#!/usr/bin/env python3
"""service: pictures written out as other programs read them, and choices of pictures by number or question.

usage: test_export.py PROGRAM (one with a tagger that needs no models)
"""
import csv
import io
import json
import urllib.parse
import zipfile

import server

HOSTILE = '=HYPERLINK("http://evil","click")'


class Export(server.Case):
    def setUp(self):
        super().setUp()
        self.to = self.server().start()
        self.ids = [self.to.upload(b'export %d' % i, target=f'/api/pictures?name=one%20{i % 3}.jpg')[1]['id'] for i in range(6)]
        self.to.call('PATCH', f'/api/pictures/{self.ids[0]}', {'title': HOSTILE, 'description': 'say "hi"\nand, bye'})
        status, key = self.to.call('POST', '/api/keys', {'scopes': ['read']})
        self.assertEqual(status, 201)
        self.reader = key['key']

    def export(self, form, key=None, **wish):
        """Bytes, by either way of asking."""
        query = '&'.join(f'{name}={value}' for name, value in {'format': form, **wish}.items())
        status, content = self.to.call('GET', f'/api/export?{query}', key=key or self.reader)
        self.assertEqual(status, 200, content)
        return content

    def numbers(self, query='*'):
        content = self.to.call('GET', f'/api/layout?q={query}')[1]
        count = int.from_bytes(content[8:12], 'little')
        return [int.from_bytes(content[12 + 4 * i:16 + 4 * i], 'little') for i in range(count)]

    def test_table(self):
        rows = list(csv.DictReader(io.StringIO(self.export('csv').decode())))
        self.assertEqual({row['id'] for row in rows}, set(self.ids))
        first = next(row for row in rows if row['id'] == self.ids[0])
        self.assertEqual(first['title'], "'" + HOSTILE)
        self.assertEqual(first['description'], 'say "hi"\nand, bye')
        self.assertIn('dog', first['tags'].split('; '))
        self.assertIn('object/dog', first['concepts'].split('; '))
        german = list(csv.DictReader(io.StringIO(self.export('csv', lang='de').decode())))
        self.assertIn('Hund', german[0]['tags'].split('; '))

    def test_json(self):
        found = self.export('json')
        self.assertEqual({one['id'] for one in found}, set(self.ids))
        self.assertTrue(all('/' not in one['path'] for one in found))
        self.assertEqual(self.export('json', q='tag:unicorn'), [])

    def test_coco(self):
        found = self.export('coco')
        self.assertEqual(sorted(one['id'] for one in found['images']), list(range(1, 7)))
        self.assertTrue(all('dog' in one['tags'] and one['width'] > 0 for one in found['images']))
        names = {one['id']: one['name'] for one in found['categories']}
        self.assertEqual(set(names.values()), {'dog'})
        self.assertEqual(len({one['id'] for one in found['annotations']}), len(found['annotations']))
        for one in found['annotations']:
            self.assertIn(one['image_id'], range(1, 7))
            self.assertEqual(names[one['category_id']], 'dog')
            self.assertAlmostEqual(one['area'], one['bbox'][2] * one['bbox'][3], places=3)
        more = self.export('coco', suggested='true')
        self.assertGreater(len(more['categories']), 1)

    def test_sidecars(self):
        with zipfile.ZipFile(io.BytesIO(self.export('xmp', lang='de'))) as found:
            self.assertIsNone(found.testzip())
            self.assertEqual(len(found.namelist()), 6)
            self.assertEqual(len(set(found.namelist())), 6)
            self.assertIn('one 0.jpg.xmp', found.namelist())
            self.assertIn('Hund', found.read('one 0.jpg.xmp').decode())

    def test_a_long_name_keeps_whole_letters(self):
        status, picture = self.to.upload(b'a long name', target='/api/pictures?name=' + urllib.parse.quote('犬' * 70 + '.jpg'))
        self.assertEqual(status, 201, picture)
        try:
            with zipfile.ZipFile(io.BytesIO(self.export('xmp'))) as found:
                long = [name for name in found.namelist() if name.startswith('犬')]
            self.assertEqual(long, ['犬' * 66 + '.xmp'])
        finally:
            self.to.call('DELETE', f'/api/pictures/{picture["id"]}')

    def test_some(self):
        numbers = self.numbers()
        wish = {'numbers': [numbers[0], numbers[2], numbers[0], 999999], 'format': 'json'}
        status, found = self.to.call('POST', '/api/export', wish, key=self.reader)
        self.assertEqual((status, len(found)), (200, 2))
        self.assertEqual(len(self.export('json', numbers=f'{numbers[0]},{numbers[2]}')), 2)
        self.assertEqual(self.to.call('POST', '/api/export', {'numbers': [], 'format': 'json'})[1], [])
        edits = [{'action': 'add', 'tag': 'chosen'}]
        status, preview = self.to.call('POST', '/api/tags/edit', {'numbers': wish['numbers'], 'edits': edits, 'dry': True})
        self.assertEqual((status, preview['matched'], preview['changed']), (200, 2, 2), preview)
        status, done = self.to.call('POST', '/api/tags/edit', {'numbers': wish['numbers'], 'edits': edits, 'expect': 2})
        self.assertEqual((status, done['changed']), (200, 2), done)
        self.assertEqual(len(self.numbers('tag:chosen')), 2)
        self.assertEqual(self.to.call('POST', f'/api/batches/{done["batch"]}/undo')[1], {'undone': 2, 'skipped': 0})
        self.assertEqual(self.to.call('POST', '/api/tags/edit', {'edits': edits})[0], 400)

    def test_who_may(self):
        self.assertEqual(self.to.call('GET', '/api/export', key=self.reader)[0], 403)
        self.assertEqual(self.to.call('GET', '/api/export?format=csv&held=true', key=self.reader)[0], 403)
        self.to.call('POST', f'/api/pictures/{self.ids[1]}/verdict', {'verdict': 'hold'})
        self.assertEqual(len(self.export('json')), 5)
        held = json.loads(json.dumps(self.export('json', key=self.to.key, held='true')))
        self.assertEqual(len(held), 6)
        self.assertEqual(len(self.to.call('GET', '/api/export')[1].splitlines()), 6)


server.main()
