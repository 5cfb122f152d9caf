#!/usr/bin/env python3
"""cli: a run that is stopped at any moment continues: nothing twice, nothing lost, in every output."""
import collections
import random
import re
import signal
import subprocess
import time
import unittest

import harness

OUTPUTS = ('-o', 'out.ndjson', '--report', 'report.html', '--resume', 'state')


class Resume(harness.Case):
    def start(self, *args):
        return subprocess.Popen(self.command('tag', 'p', *OUTPUTS, '-q', '-j', '3', *args), cwd=self.dir,
                                stderr=subprocess.PIPE)

    def finish(self, status=0):
        return self.run_it('tag', 'p', *OUTPUTS, '-j', '3', status=status)

    def check_complete(self, count):
        records = self.parse((self.dir / 'out.ndjson').read_bytes())
        paths = collections.Counter(record['path'] for record in records)
        self.assertEqual([p for p, n in paths.items() if n > 1], [], 'tagged twice')
        self.assertEqual(len(paths), count)
        cards = collections.Counter()
        for page in self.dir.glob('report*.html'):
            cards.update(re.findall(r'<bdi>([^<]*)</bdi>(?:</a>)?</h2>', page.read_text()))
        self.assertEqual(sorted(cards), sorted(p.split('/')[-1] for p in paths))
        self.assertEqual(max(cards.values()), 1, 'two cards of one picture')
        self.assertEqual(list(self.dir.glob('*.part')) + list(self.dir.glob('*.tmp')), [])

    def test_killed_again_and_again(self):
        self.pictures(600, name='slow{:04}.jpg')
        chance = random.Random(7)
        for moment in (0.2, 1.2, 1.1, 1.3):
            program = self.start()
            time.sleep(moment + chance.uniform(0, 0.4))
            program.kill()
            program.communicate()
        said = self.finish().stderr
        self.assertIn(b'done before', said)
        self.check_complete(600)

    def test_interrupted_politely(self):
        self.pictures(300, name='slow{:04}.jpg')
        for number in (signal.SIGINT, signal.SIGTERM):
            program = self.start()
            time.sleep(0.5)
            program.send_signal(number)
            program.communicate(timeout=20)
            self.assertEqual(program.returncode, 1)
            before = len(self.parse((self.dir / 'out.ndjson').read_bytes()))
            self.assertTrue(0 < before < 300, before)
            self.assertIn('stopped before the end', (self.dir / 'report.html').read_text())
        said = self.finish().stderr
        self.assertIn(b'%d done before' % before, said)
        self.check_complete(300)

    def test_a_second_signal_ends_it_at_once(self):
        self.pictures(5)
        program = subprocess.Popen(self.command('tag', '-', '-q'), cwd=self.dir, stdin=subprocess.PIPE)
        time.sleep(0.3)
        program.send_signal(signal.SIGINT)
        self.assertEqual(program.wait(10), 1)  # although standard input is still open
        program.stdin.close()

    def test_new_pictures_are_taken_up_later(self):
        self.pictures(20)
        self.finish()
        self.picture('p/bad-new.jpg')
        self.picture('p/zz.jpg')
        self.finish(status=1)
        self.check_complete(22)
        again = self.finish()
        self.assertIn(b'tagged 0 pictures, 22 done before', again.stderr)
        self.check_complete(22)
        report = (self.dir / 'report.html').read_text()
        self.assertRegex(report, r'<button type=button data-find="dog">dog <b>21</b>')

    def test_a_torn_tail_of_the_state_is_forgotten(self):
        self.pictures(20)
        self.finish()
        state = self.dir / 'state'
        whole = state.read_bytes()
        for cut in (0, 5, len(whole) // 2, len(whole) - 1):
            state.write_bytes(whole[:cut])
            self.finish()
            self.check_complete(20)

    def test_other_settings_are_refused(self):
        self.pictures(3)
        self.finish()
        done = self.run_it('tag', 'p', *OUTPUTS, '--max-tags', '3', status=2)
        self.assertIn(b'other settings', done.stderr)
        self.assertIn(b'--max-tags 50', done.stderr)
        (self.dir / 'foreign').write_text('my shopping list\n')
        self.run_it('tag', 'p', '--resume', 'foreign', status=2)
        self.assertEqual((self.dir / 'foreign').read_text(), 'my shopping list\n')

    def test_an_output_that_shrank_is_refused(self):
        self.pictures(3)
        self.finish()
        (self.dir / 'out.ndjson').write_bytes(b'')
        self.assertIn(b'shorter', self.run_it('tag', 'p', *OUTPUTS, status=3).stderr)

    def test_two_runs_cannot_share_a_state(self):
        self.pictures(100, name='slow{:04}.jpg')
        program = self.start()
        time.sleep(0.4)
        self.assertIn(b'another run', self.run_it('tag', 'p', *OUTPUTS, status=2).stderr)
        program.send_signal(signal.SIGINT)
        program.communicate(timeout=20)

    def test_paths_of_any_bytes(self):
        for name in (b'caf\xe9%.jpg', b'line\nbreak\ttab.jpg', b'plain%41.jpg', b'plainA.jpg'):
            self.picture(b'p/'.decode() + name.decode('utf-8', 'surrogateescape'))
        self.finish()
        self.assertIn(b'tagged 0 pictures, 4 done before', self.finish().stderr)

    def test_dry_run_says_what_is_left_and_touches_nothing(self):
        self.pictures(4)
        self.run_it('tag', 'p', *OUTPUTS, '-n')
        self.assertEqual([p.name for p in self.dir.iterdir()], ['p'])
        self.finish()
        self.picture('p/new.jpg')
        self.assertEqual(self.run_it('tag', 'p', *OUTPUTS, '-n', '-q').stdout, b'p/new.jpg\n')


if __name__ == '__main__':
    harness.main()
