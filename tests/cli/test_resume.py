#!/usr/bin/env python3
"""cli: a run that is stopped at any moment continues: nothing twice, nothing lost, in every output."""
import array
import collections
import fcntl
import random
import re
import signal
import subprocess
import termios
import time
import unittest
from pathlib import Path

import harness

OUTPUTS = ('-o', 'out.ndjson', '--report', 'report.html', '--resume', 'state')


class Resume(harness.Case):
    def start(self, *args):
        return subprocess.Popen(self.command('tag', 'p', *OUTPUTS, '-q', '-j', '3', *args), cwd=self.dir,
                                stderr=subprocess.PIPE)

    def wait_for(self, fact, program):
        """Until it holds: machines under load take their time."""
        end = time.monotonic() + 30
        while not fact():
            self.assertLess(time.monotonic(), end, 'it never came to that')
            self.assertIsNone(program.poll(), 'the program ended before')
            time.sleep(0.02)

    @staticmethod
    def catches_signals(program):
        status = Path(f'/proc/{program.pid}/status').read_text()
        return int(re.search(r'SigCgt:\s*(\w+)', status)[1], 16) >> (signal.SIGINT - 1) & 1

    @staticmethod
    def signal_waits(program):
        """Two signals of a kind, sent before the first is delivered, are one."""
        status = Path(f'/proc/{program.pid}/status').read_text()
        return int(re.search(r'ShdPnd:\s*(\w+)', status)[1], 16) >> (signal.SIGINT - 1) & 1

    def committed(self):
        state = self.dir / 'state'
        return state.read_bytes().count(b'\nc\t') if state.exists() else 0

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
        self.pictures(1000, name='slow{:04}.jpg')
        chance = random.Random(7)
        for kill in range(4):
            before = self.committed()
            program = self.start()
            if kill:  # the first one dies before anything is committed, or nearly so
                self.wait_for(lambda before=before: self.committed() > before, program)
            time.sleep(chance.uniform(0, 0.2))
            program.kill()
            program.communicate()
        said = self.finish().stderr
        self.assertIn(b'done before', said)
        self.check_complete(1000)

    def test_interrupted_politely(self):
        self.pictures(700, name='slow{:04}.jpg')
        for number in (signal.SIGINT, signal.SIGTERM):
            committed = self.committed()
            program = self.start()
            self.wait_for(lambda committed=committed: self.committed() > committed, program)
            program.send_signal(number)
            program.communicate(timeout=20)
            self.assertEqual(program.returncode, 1)
            before = len(self.parse((self.dir / 'out.ndjson').read_bytes()))
            self.assertTrue(0 < before < 700, before)
            self.assertIn('stopped before the end', (self.dir / 'report.html').read_text())
        said = self.finish().stderr
        self.assertIn(b'%d done before' % before, said)
        self.check_complete(700)

    def test_a_silent_pipe_does_not_hold_it_up(self):
        self.pictures(5)
        program = subprocess.Popen(self.command('tag', '-', '-q'), cwd=self.dir, stdin=subprocess.PIPE)
        self.wait_for(lambda: self.catches_signals(program), program)
        program.send_signal(signal.SIGINT)
        self.assertEqual(program.wait(20), 1)  # although standard input is still open
        program.stdin.close()

    def test_a_second_signal_ends_it_at_once(self):
        self.pictures(300)
        program = subprocess.Popen(self.command('tag', 'p', '--json', '-q'), cwd=self.dir, stdout=subprocess.PIPE)

        def in_pipe():
            waiting = array.array('i', [0])
            fcntl.ioctl(program.stdout, termios.FIONREAD, waiting)
            return waiting[0]

        def pipe_is_full():
            before = in_pipe()
            time.sleep(0.5)
            return before > 0 and in_pipe() == before
        self.wait_for(pipe_is_full, program)  # it waits for us to read, with a picture in hand
        program.send_signal(signal.SIGINT)
        self.wait_for(lambda: not self.signal_waits(program), program)
        # ThreadSanitizer holds signals back and may make one of two; a person's finger comes again as well.
        deadline = time.monotonic() + 20
        while program.poll() is None and time.monotonic() < deadline:
            program.send_signal(signal.SIGINT)
            time.sleep(0.2)
        self.assertEqual(program.poll(), -signal.SIGINT)
        program.stdout.close()

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
        self.pictures(400, name='slow{:04}.jpg')
        program = self.start()
        self.wait_for(lambda: (self.dir / 'state').exists() and (self.dir / 'state').stat().st_size, program)
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
