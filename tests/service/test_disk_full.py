#!/usr/bin/env python3
"""service: a disk that is full: who asks is told so, what was acknowledged stays, and work goes on when there is room again.

usage: test_disk_full.py PROGRAM (one with a tagger that needs no models)
The disk is a small tmpfs in a mount namespace of its own; where none can be made, the test is skipped.
"""
import os
import random
import subprocess
import threading

import server

SIZE = 24 << 20
CLIENTS = 4


class SmallDisk:
    """A tmpfs over `folder`, which only those see who enter; `path` is the way to it from outside."""

    def __init__(self, folder):
        folder.mkdir()
        self.keeper = subprocess.Popen(
            ['unshare', '-rm', 'sh', '-c', f'mount -t tmpfs -o size={SIZE} none "$0" && echo mounted && exec cat', str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.mounted = self.keeper.stdout.readline() == 'mounted\n'
        self.why = '' if self.mounted else self.keeper.communicate()[1].strip()
        self.root = f'/proc/{self.keeper.pid}/root'
        self.path = self.root + str(folder)
        self.enter = ['nsenter', '-t', str(self.keeper.pid), '-U', '-m', '--preserve-credentials']
        self.filler = self.path + '/filler'

    def fill(self, leave=0):
        """Up to the last page but `leave` bytes."""
        with open(self.filler, 'ab', buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 12))
            except OSError:
                pass
            file.truncate(max(0, file.tell() - leave))

    def make_room(self):
        os.unlink(self.filler)

    def free(self):
        facts = os.statvfs(self.path)
        return facts.f_bavail * facts.f_frsize

    def end(self):
        if self.keeper.poll() is None:
            self.keeper.communicate()


class Client(threading.Thread):
    """Uploads and tags until told to stop; remembers what was acknowledged and what was refused."""

    def __init__(self, to, name, stop):
        super().__init__(daemon=True)
        self.to, self.label, self.stop = to, name, stop
        self.uploaded, self.tagged, self.refused, self.failure = {}, {}, [], None

    def run(self):
        chance, number = random.Random(self.label), 0
        try:
            while not self.stop.is_set():
                number += 1
                content = f'{self.label} {number}'.encode() * chance.randrange(1, 8000)
                target = '/api/pictures' + ('?async=true' if number % 3 == 0 else '')
                self.note(self.uploaded, content, *self.to.upload(content, target=target))
                if self.uploaded:
                    known = chance.choice(list(self.uploaded.values()))
                    self.note(self.tagged, (known, f'word{number}'),
                              *self.to.call('POST', f'/api/pictures/{known}/tags', {'edits': [{'action': 'add', 'tag': f'word{number}'}]}))
        except Exception as error:  # noqa: BLE001: told by the test
            self.failure = error

    def note(self, done, what, status, answer):
        if status in (200, 201, 202):
            done[what] = answer['id']
        else:
            self.refused.append((status, answer))


class DiskFull(server.Case):
    def setUp(self):
        super().setUp()
        try:
            self.disk = SmallDisk(self.dir / 'data')
        except FileNotFoundError:
            self.skipTest('there is no unshare on this machine')
        self.addCleanup(self.disk.end)
        if not self.disk.mounted:
            self.skipTest(f'no tmpfs can be mounted here: {self.disk.why}')
        self.to = self.server()
        self.to.program, self.to.root = [*self.disk.enter, server.PROGRAM], self.disk.root
        self.to.start()

    def assertFull(self, status, problem):
        self.assertEqual((status, problem.get('code'), problem.get('status')), (507, 'no_space', 507), problem)
        self.assertRegex(problem['detail'], 'full|no space')
        self.assertIn('room', problem['hint'])

    def files(self, folder):
        return {name for _, _, names in os.walk(f'{self.disk.path}/{folder}') for name in names}

    def check_kept(self, clients):
        """All that was acknowledged is there, whole; and nothing that belongs to nobody."""
        wanted = set()
        for client in clients:
            self.assertIsNone(client.failure)
            for content, picture in client.uploaded.items():
                self.assertEqual(self.to.call('GET', f'/api/pictures/{picture}/original'), (200, content))
                wanted.add(self.to.call('GET', f'/api/pictures/{picture}')[1]['sha256'])
            for (picture, word), _ in client.tagged.items():
                tags = self.to.call('GET', f'/api/pictures/{picture}/tags')[1]['tags']
                self.assertIn(word, [tag['label'] for tag in tags])
        self.assertEqual(self.files('originals'), wanted)
        self.assertEqual(self.files('spool'), set())
        self.assertEqual(self.to.verify(), [])

    def test_uploads_into_a_disk_that_fills_up(self):
        before, after = threading.Event(), threading.Event()
        clients = [Client(self.to, f'fill-{i}', before) for i in range(CLIENTS)]
        self.disk.fill(leave=2 << 20)
        for client in clients:
            client.start()
        self.until(lambda: all(len(client.refused) > 10 or client.failure for client in clients), 240)
        before.set()
        for client in clients:
            client.join(60)
        refused = [answer for client in clients for answer in client.refused]
        for status, problem in refused:
            self.assertFull(status, problem)
        self.assertGreater(sum(len(client.uploaded) for client in clients), 0)
        # As full as can be: reading goes on, and nothing is lost.
        self.disk.fill()
        self.check_kept(clients)
        self.assertEqual(self.to.call('GET', '/api/search?q=*')[0], 200)
        self.assertEqual(self.to.call('GET', '/readyz')[0], 503)
        self.assertFull(*self.to.upload(os.urandom(1 << 20)))
        # There is room again: nobody needs to be told.
        self.disk.make_room()
        self.until(lambda: self.to.upload(b'there is room')[0] in (200, 201), 10)
        later = [Client(self.to, f'later-{i}', after) for i in range(CLIENTS)]
        for client in later:
            client.start()
        self.until(lambda: all(len(client.tagged) > 5 or client.failure for client in later), 120)
        after.set()
        for client in later:
            client.join(60)
        self.assertEqual([client.refused for client in later], [[]] * CLIENTS)
        self.to.call('DELETE', '/api/pictures/' + self.to.upload(b'there is room')[1]['id'])
        self.until(lambda: self.to.call('GET', '/api/jobs')[1]['counts'].get('queued', 0) == 0, 120)
        self.check_kept(clients + later)
        self.assertEqual(self.to.stop(), 0, self.to.log_tail())
        self.to.start()
        self.check_kept(clients + later)
        self.assertEqual(self.to.stop(), 0)
        print(f'# {len(refused)} requests refused for want of space; {sum(len(c.uploaded) for c in clients)} uploads kept')

    def test_killed_while_full_and_started_again(self):
        stop = threading.Event()
        clients = [Client(self.to, f'kill-{i}', stop) for i in range(CLIENTS)]
        self.disk.fill(leave=1 << 20)
        for client in clients:
            client.start()
        self.until(lambda: all(client.refused or client.failure for client in clients), 240)
        stop.set()
        for client in clients:
            client.join(60)
        self.disk.fill()
        self.to.kill()
        self.disk.make_room()
        self.to.start()
        self.check_kept(clients)
        self.assertEqual(self.to.upload(b'and on it goes')[0], 201)

    def test_an_import_names_what_did_not_fit(self):
        folder = self.dir / 'p'
        folder.mkdir()
        for i in range(12):
            (folder / f'{i:02}.jpg').write_bytes(b'picture %d ' % i * 4000)
        self.disk.fill(leave=256 << 10)
        done = self.take_in(folder)
        self.assertEqual(done.returncode, 1, done)
        failed = [row for row in self.rows(done) if row['kind'] == 'failed']
        self.assertGreater(len(failed), 0)
        self.assertEqual({row['error']['code'] for row in failed}, {'no_space'})
        self.disk.make_room()
        done = self.take_in(folder)
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(sum(row['kind'] in ('added', 'near') for row in self.rows(done)), len(failed))
        self.assertEqual(self.to.call('GET', '/api/search?q=*')[1]['total'], 12)
        self.assertEqual(len(self.files('originals')), 12)
        self.assertEqual(self.to.verify(), [])

    def take_in(self, folder):
        return subprocess.run([*self.to.program, 'import', '--json', '--data', str(self.to.data), str(folder)],
                              capture_output=True, text=True, env=self.to.environment, timeout=120)

    @staticmethod
    def rows(done):
        return [server.json.loads(line) for line in done.stdout.splitlines()]


if __name__ == '__main__':
    server.main()
