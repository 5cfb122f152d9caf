#!/usr/bin/env python3
"""cli: `tagsmith import`: copied and in place, again and again, while files come, go, move and change."""
import json
import os
import re
import signal
import subprocess
import unittest

import harness
import server

XMP = '''<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject><rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag>
</dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>'''


class Case(server.Case):
    def take_in(self, *args, status=0, data='d'):
        """{path below the current folder: what was done}"""
        news = self.lines('import', 'p', '--data', data, '--json', '-q', *args, status=status)
        return {os.path.relpath(row['path'], os.path.realpath(self.dir)): row for row in news}

    def kinds(self, *args, **more):
        return {path: row['kind'] for path, row in self.take_in(*args, **more).items()}

    def found(self, *query, data='d'):
        """Names of what a search finds."""
        done = subprocess.run(self.command('find', '--json', '--data', data, *query), cwd=self.dir, capture_output=True,
                              env=server.ENVIRONMENT, check=False, timeout=60)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return sorted(json.loads(line)['picture']['name'] for line in done.stdout.splitlines())


class Copied(Case):
    def test_once_and_again(self):
        self.pictures(5)
        self.assertEqual(set(self.kinds().values()), {'added'})
        self.assertEqual(set(self.kinds().values()), {'known'})
        self.assertEqual(self.found(), [f'{i:04}.jpg' for i in range(5)])
        self.assertEqual(len(list((self.dir / 'd' / 'originals').glob('*/*'))), 5)
        (self.dir / 'p' / '0000.jpg').unlink()
        self.kinds()
        self.assertEqual(len(self.found()), 5, 'a copy stays when its file goes')

    def test_the_same_content_is_kept_once(self):
        self.picture('p/a.jpg', b'same')
        self.picture('p/b/c.jpg', b'same')
        first = self.take_in('--exclude', 'b')
        self.assertEqual([row['kind'] for row in first.values()], ['added'])
        second = self.take_in()
        self.assertEqual({path: row['kind'] for path, row in second.items()}, {'p/a.jpg': 'known', 'p/b/c.jpg': 'duplicate'})
        self.assertEqual(self.kinds(), {'p/a.jpg': 'known', 'p/b/c.jpg': 'known'})
        self.assertEqual(self.found(), ['a.jpg'])

    def test_words_in_pictures_are_found(self):
        self.picture('p/a.jpg', b'sign at the zoo')
        self.picture('p/b.jpg', b'nothing to read')
        self.kinds()
        for query in ('platypus', '"mind the platypus"', 'has:text'):
            self.assertEqual(self.found(query), ['a.jpg'], query)
        self.assertEqual(self.found('NOT has:text'), ['b.jpg'])

    def test_a_broken_one_stops_nobody(self):
        self.pictures(3)
        self.picture('p/bad.jpg', b'bad')
        rows = self.take_in(status=1)
        self.assertEqual(rows['p/bad.jpg']['kind'], 'failed')
        self.assertIn('damaged', rows['p/bad.jpg']['error']['message'])
        self.assertEqual(len(self.found()), 3)
        done = self.run_it('import', 'p', '--data', 'd', status=1)
        self.assertIn('bad.jpg: its data is damaged', done.stdout.decode())
        self.assertIn('3 known before, 1 failed', done.stderr.decode())

    def test_what_is_left_out(self):
        for name in ('a.jpg', 'trash/b.jpg', 'c.gif', '.hidden.jpg', 'private/.nomedia', 'private/d.jpg', 'notes.txt'):
            self.picture('p/' + name, name.encode())
        self.assertEqual(self.kinds('-x', 'trash', '-x', '*.gif'), {'p/a.jpg': 'added'})
        self.assertEqual(self.kinds('--hidden', '-x', 'trash', '-x', '*.gif'),
                         {'p/a.jpg': 'known', 'p/.hidden.jpg': 'added'})

    def test_a_dry_run_changes_nothing(self):
        self.pictures(2)
        self.assertEqual(set(self.kinds('--dry-run').values()), {'added'})
        self.assertEqual(self.found(), [])
        self.assertEqual(set(self.kinds().values()), {'added'})

    def test_keywords_of_sidecars_are_a_persons_tags(self):
        for name in ('a.jpg', 'b.jpg', 'c.jpg'):
            self.picture('p/' + name, name.encode())
        self.picture('p/a.jpg.xmp', XMP.format('Grandma').encode())
        self.picture('p/b.xmp', XMP.format('giraffe').encode())
        self.assertEqual(self.kinds('-x', 'c.jpg'), {'p/a.jpg': 'added', 'p/b.jpg': 'added'})
        self.assertEqual((self.found('grandma'), self.found('giraffe')), (['a.jpg'], ['b.jpg']))
        self.picture('p/c.jpg.xmp', XMP.format('Grandpa').encode())
        self.assertEqual(self.kinds('--no-keywords')['p/c.jpg'], 'added')
        self.assertEqual(self.found('grandpa'), [])

    def test_a_running_server_does_the_work(self):
        self.pictures(4)
        one = self.serve()
        self.assertEqual(set(self.kinds().values()), {'added'})
        self.assertEqual(one.ask('GET', '/api/search?q=dog')[1]['total'], 4)
        self.assertEqual(self.error('import', 'p', '--data', 'd', '--preset', 'none-such', status=3).count('tagsmith:'), 1)

    def test_wrong_use(self):
        self.picture('file.jpg')
        for args, said in (([], 'which folder'), (['a', 'b'], 'one at a time')):
            self.assertIn(said, self.error('import', *args, status=2))
        self.assertIn('cannot use nowhere', self.error('import', 'nowhere', '--data', 'd', status=3))
        self.assertIn('takes a folder', self.error('import', 'file.jpg', '--data', 'd', status=2))


class InPlace(Case):
    def test_files_stay_where_they_are_and_are_followed(self):
        for name in ('a', 'b', 'c', 'd'):
            self.picture(f'p/{name}.jpg', name.encode() * 10)
        before = {path.name: path.stat() for path in (self.dir / 'p').iterdir()}
        self.assertEqual(set(self.kinds('--in-place').values()), {'added'})
        self.assertEqual(set(self.kinds('--in-place').values()), {'known'})
        self.assertEqual(list((self.dir / 'd' / 'originals').rglob('*.*')), [])
        p = self.dir / 'p'
        (p / 'a.jpg').rename(p / 'renamed.jpg')
        (p / 'sub').mkdir()
        (p / 'b.jpg').rename(p / 'sub' / 'b.jpg')
        (p / 'c.jpg').write_bytes(b'other content')
        (p / 'd.jpg').unlink()
        (p / 'twin.jpg').write_bytes(b'a' * 10)
        rows = self.take_in('-i')
        kinds = {path: row['kind'] for path, row in rows.items()}
        self.assertEqual({kinds.pop('p/renamed.jpg'), kinds.pop('p/twin.jpg')}, {'moved', 'duplicate'})
        self.assertEqual(kinds, {'p/sub/b.jpg': 'moved', 'p/c.jpg': 'changed', 'p/d.jpg': 'gone'})
        self.assertTrue(rows['p/sub/b.jpg']['other'].endswith('/p/b.jpg'))
        self.assertEqual(len(self.found()), 3)
        self.assertNotIn('d.jpg', self.found())
        (p / 'd.jpg').write_bytes(b'd' * 10)
        self.kinds('-i')
        self.assertIn('d.jpg', self.found(), 'it is back')
        self.assertEqual((p / 'sub' / 'b.jpg').stat().st_mtime_ns, before['b.jpg'].st_mtime_ns)

    def test_of_many_twins_of_a_vanished_file_one_has_moved(self):
        """They are looked at by several threads at once; only one can be where the picture is now."""
        for i in range(8):
            self.picture(f'p/{i}/a.jpg', b'twin %d' % i)
        self.kinds('--in-place')
        for i in range(8):
            (self.dir / 'p' / str(i) / 'a.jpg').unlink()
            for twin in 'bcdefgh':
                self.picture(f'p/{i}/{twin}.jpg', b'twin %d' % i)
        rows = self.take_in('--in-place')
        for i in range(8):
            kinds = sorted(row['kind'] for path, row in rows.items() if path.startswith(f'p/{i}/'))
            self.assertEqual(kinds, ['duplicate'] * 6 + ['moved'])
        self.assertEqual(len(self.found()), 8)

    def test_of_many_new_twins_one_is_added(self):
        for i in range(6):
            for twin in 'abcdef':
                self.picture(f'p/{i}/{twin}.jpg', b'twin %d' % i)
        for data, way in ('d', '--in-place'), ('copies', '-q'):
            kinds = sorted(row['kind'] for row in self.take_in(way, data=data).values())
            self.assertEqual(kinds, ['added'] * 6 + ['duplicate'] * 30)
            self.assertEqual(len(self.found(data=data)), 6)

    def test_an_unreachable_folder_does_not_make_its_pictures_gone(self):
        self.pictures(3)
        self.kinds('--in-place')
        (self.dir / 'p').rename(self.dir / 'away')
        self.error('import', 'p', '--data', 'd', '--in-place', status=3)
        self.assertEqual(len(self.found()), 3)


class Running(Case):
    def slow_pictures(self, count):
        for i in range(count):
            self.picture(f'p/{i:04}.jpg', b'slow %d' % i)

    def begin(self, *args):
        process = subprocess.Popen(self.command('import', 'p', '--data', 'd', *args), cwd=self.dir, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=server.ENVIRONMENT)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def check_stop(self):
        self.slow_pictures(150)
        process = self.begin('--json', '-q')
        for _ in range(20):
            next(process.stdout)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, err)
        taken = len(self.found('--limit', '1000'))
        self.assertTrue(20 <= taken < 150, taken)
        self.assertLessEqual(20 + out.count('\n'), taken)
        self.assertEqual(self.run_it('verify', '--data', 'd', '-q').stdout, b'')
        kinds = list(self.kinds().values())
        known = kinds.count('known')
        self.assertTrue(taken <= known <= taken + 8, 'a server may just have finished what it had in hand')
        self.assertEqual(kinds.count('added'), 150 - known)

    def test_ctrl_c_finishes_what_is_in_hand(self):
        self.check_stop()

    def test_ctrl_c_reaches_the_server_that_does_the_work(self):
        self.serve()
        self.check_stop()

    def check_watch(self):
        self.pictures(2)
        process = self.begin('--watch')
        self.assertRegex(next(process.stdout), r'^added .*/p/000\d\.jpg\n')
        next(process.stdout)
        self.picture('later.jpg', b'later').rename(self.dir / 'p' / 'later.jpg')
        self.assertRegex(next(process.stdout), r'^added .*/p/later\.jpg\n')
        (self.dir / 'p' / 'below').mkdir()
        self.picture('p/below/deep.jpg', b'deep')
        self.assertRegex(next(process.stdout), r'^added .*/p/below/deep\.jpg\n')
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, err.splitlines()[-1]), (0, '4 added'), err)

    def test_a_watch_takes_in_what_comes_later(self):
        self.check_watch()
        self.assertEqual(len(self.found()), 4)

    def test_a_watch_by_a_server(self):
        one = self.serve()
        self.check_watch()
        self.assertEqual(one.stop()[0], 0)

    def test_a_server_that_stops_ends_a_watch(self):
        one = self.serve()
        self.pictures(1)
        process = self.begin('--watch')
        next(process.stdout)
        self.assertEqual(one.stop()[0], 0)
        self.assertEqual(process.wait(60), 0)

    def test_other_commands_work_meanwhile(self):
        self.pictures(1)
        process = self.begin('--watch')
        next(process.stdout)
        self.assertEqual(self.found(), ['0000.jpg'])
        self.assertEqual(len(self.lines('keys', 'create', '--data', 'd', '--json')), 1)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 0)

    def test_progress_for_a_terminal_says_how_long_it_takes(self):
        self.slow_pictures(120)
        master, slave = os.openpty()
        process = subprocess.Popen(self.command('import', 'p', '--data', 'd'), cwd=self.dir, stderr=slave,
                                   stdout=subprocess.DEVNULL, env={**server.ENVIRONMENT, 'TERM': 'xterm'})
        os.close(slave)
        shown = b''
        while True:
            try:
                shown += os.read(master, 4096)
            except OSError:
                break
        os.close(master)
        self.assertEqual(process.wait(60), 0)
        self.assertTrue(re.search(rb'\d+/120 pictures .*ETA 0:\d\d', shown), shown[-500:])
        self.assertIn(b'120 added in', shown)


if __name__ == '__main__':
    server.main()
