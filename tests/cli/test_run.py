#!/usr/bin/env python3
"""cli: what `make run` and `make stop` do, with a tagger that needs no models."""
import http.client
import os
import re
import subprocess
import unittest

import harness
import server


class Run(server.Case):
    def setUp(self):
        super().setUp()
        (self.dir / 'b').mkdir()
        (self.dir / 'b' / 'tagsmith').symlink_to(harness.PROGRAM)
        self.env = {**server.ENVIRONMENT, 'BUILD': str(self.dir / 'b'), 'OUT': str(self.dir / 'out'),
                    'PHOTOS': str(self.dir / 'p'), 'LISTEN': f'127.0.0.1:{server.free_port()}'}
        self.addCleanup(self.script, 'stop')

    def script(self, *args, status=0):
        """Its end is awaited by the end of its output, as a pipe does: a server must not hold on to it."""
        done = subprocess.run([harness.ROOT / 'scripts' / 'run', *args], env=self.env, capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout

    def test_twice_and_stopped(self):
        self.pictures(3)
        out = self.dir / 'out'
        said = self.script()
        self.assertEqual(len((out / 'tags.ndjson').read_text().splitlines()), 3)
        self.assertTrue((out / 'report.html').stat().st_size > 1000)
        self.assertEqual((out / 'key').stat().st_mode & 0o777, 0o600)
        key = (out / 'key').read_text().strip()
        self.assertIn(f'http://{self.env["LISTEN"]}/#key={key}', said)
        self.assertIn(key, said)
        self.assertEqual(self.total(key), 3)
        self.pictures(5)
        again = self.script()
        self.assertEqual(re.findall(r'process \d+', again), re.findall(r'process \d+', said), 'the same server')
        self.assertEqual((self.total(key), (out / 'key').read_text().strip()), (5, key))
        self.assertEqual(list((out / 'data' / 'originals').rglob('*.*')), [], 'pictures stay where they are')
        self.assertEqual(self.script('stop'), 'stopped\n')
        self.assertIn('no server runs', self.script('stop'))
        self.script()
        self.assertEqual(self.total(key), 5, 'the same catalogue and key')

    def total(self, key):
        connection = http.client.HTTPConnection(self.env['LISTEN'], timeout=20)
        connection.request('GET', '/api/search', headers={'Authorization': 'Bearer ' + key})
        total = harness.json.load(connection.getresponse())['total']
        connection.close()
        return total

    def test_a_picture_that_fails_is_no_failure_of_the_run(self):
        self.pictures(1)
        self.picture('p/bad.jpg', b'bad')
        self.assertIn('the report lists them', self.script())

    def test_without_pictures_it_says_what_to_give(self):
        self.assertEqual(self.script(status=2), '')
        self.assertFalse((self.dir / 'out').exists())

    def test_in_a_terminal_it_stays_until_ctrl_c(self):
        self.pictures(1)
        master, slave = os.openpty()
        process = subprocess.Popen([harness.ROOT / 'scripts' / 'run'], env=self.env, stdin=slave, stdout=slave,
                                   stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(slave)
        self.addCleanup(process.kill)
        shown = b''
        while b'answers at' not in shown:
            shown += os.read(master, 4096)
        self.assertIn(b'Ctrl-C', shown)
        os.killpg(process.pid, server.signal.SIGINT)
        self.assertEqual(process.wait(60), 0)
        os.close(master)


if __name__ == '__main__':
    server.main()
