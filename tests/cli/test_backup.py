#!/usr/bin/env python3
"""cli: backup, restore, verify and export of a data folder, while a server has it and while none has."""
import json
import unittest

import server


class Keeping(server.Case):
    def setUp(self):
        super().setUp()
        self.pictures(6)
        self.picture('p/rude.jpg', b'rude')
        self.run_it('import', 'p', '--data', 'd', '-q')

    def catalogue(self, data='d', *query):
        return sorted((row['id'], row['sha256'], [tag['label'] for tag in row['tags']])
                      for row in self.lines('export', *query, '--data', data))

    def check_round(self):
        before = self.catalogue()
        self.assertEqual(len(before), 7)
        (done,) = self.lines('backup', 'b', '--data', 'd', '--json')
        self.assertTrue(done['target'].endswith('/b'))
        self.assertEqual((self.dir / 'b').stat().st_mode & 0o777, 0o700)
        self.assertEqual(self.run_it('restore', 'b', 'e').stdout, b'')
        self.assertEqual(self.run_it('verify', '--deep', '--data', 'e').stdout, b'')
        self.assertEqual(self.catalogue('e'), before)
        self.assertEqual(self.catalogue('d'), before)

    def test_there_and_back(self):
        self.check_round()
        original = next((self.dir / 'd' / 'originals').glob('*/*'))
        self.assertGreater(original.stat().st_nlink, 1, 'a hard link where that is possible')

    def test_while_a_server_works(self):
        one = self.serve()
        self.check_round()
        (made,) = self.lines('keys', 'create', '--data', 'd', '--json')
        self.assertEqual(self.run_it('verify', '-q', '--data', 'd').stdout, b'')
        two = self.serve(self.dir / 'e')
        two.key = one.key
        self.assertEqual(two.ask('GET', '/api/pictures')[0], 200, 'keys came along')
        self.assertEqual(two.ask('GET', '/api/pictures', key=made['key'])[0], 401, 'but for what came later')

    def test_nothing_is_written_over(self):
        self.run_it('backup', 'b', '--data', 'd', '-q')
        self.assertIn('something at', self.error('backup', 'b', '--data', 'd', status=3))
        self.assertIn('there is a folder', self.error('restore', 'b', 'd', status=3))
        self.assertEqual(len(self.catalogue()), 7)

    def test_a_backup_with_a_hole_is_not_restored(self):
        self.run_it('backup', 'b', '--data', 'd', '-q')
        next((self.dir / 'b' / 'originals').glob('*/*')).unlink()
        self.assertIn('original missing', self.error('restore', 'b', 'e', status=3))
        self.assertFalse((self.dir / 'e').exists() or (self.dir / 'e.partial').exists())

    def test_what_is_missing_or_changed_is_found(self):
        one, two = sorted((self.dir / 'd' / 'originals').glob('*/*'))[:2]
        one.unlink()
        two.chmod(0o600)
        two.write_bytes(b'other')
        done = self.run_it('verify', '--data', 'd', status=1)
        self.assertIn('original missing: ' + one.name, done.stdout.decode())
        self.assertEqual(done.stdout.count(b'\n'), 1)
        self.assertIn(b'7 pictures, 6 originals', done.stderr)
        rows = self.lines('verify', '--deep', '--json', '--data', 'd', status=1)
        self.assertTrue(any(two.name in row.get('text', '') for row in rows), rows)
        self.assertEqual(rows[-1]['findings'], len(rows) - 1)

    def test_an_export_is_the_catalogue(self):
        rows = self.lines('export', '--data', 'd')
        found = self.lines('find', '--json', '--limit', '100', '--data', 'd')
        self.assertEqual({row['id'] for row in rows}, {row['picture']['id'] for row in found})
        by_id = {row['id']: row for row in rows}
        for row in (row['picture'] for row in found):
            one = by_id[row['id']]
            self.assertEqual([tag['concept'] for tag in one['tags']], [tag['concept'] for tag in row['tags']])
            self.assertEqual((one['sha256'], one['picture']), (row['sha256'], row['picture']))
        some = {row['id'] for row in self.lines('export', 'beach', '--data', 'd')}
        wanted = {row['id'] for row in rows if 'beach' in [tag['label'] for tag in row['tags']]}
        self.assertEqual(some, wanted)
        self.assertTrue(0 < len(some) < 7, some)
        one = self.serve()
        self.assertEqual(self.lines('export', '--data', 'd'), rows)
        status, content = one.ask('GET', '/api/export')
        self.assertEqual((status, [json.loads(line) for line in content.splitlines()]), (200, rows))

    def test_wrong_use(self):
        for args, said in ((['backup'], 'into which folder'), (['restore', 'x'], 'which backup'),
                           (['verify', 'd'], '--data DIR')):
            self.assertIn(said, self.error(*args, status=2))
        self.assertIn('column 5', self.error('export', 'tag:(', '--data', 'd', status=2))
        for command in ('verify', 'export', 'find'):
            self.assertIn('there is no folder', self.error(command, '--data', 'nowhere', status=3))
            self.assertIn('is no data folder', self.error(command, '--data', 'p', status=3))
        self.assertIn('cannot use', self.error('restore', 'nowhere', 'e', status=3))


if __name__ == '__main__':
    server.main()
