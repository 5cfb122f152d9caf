#!/usr/bin/env python3
"""service: what was acknowledged is there after kill -9, whatever the moment; nothing is there twice; verify is clean.

usage: test_nothing_lost.py PROGRAM (one with a tagger that needs no models)
TAGSMITH_ROUNDS: how often the server is killed (default 6).
"""
import os
import random
import sqlite3
import threading
import time

import server

ROUNDS = int(os.environ.get('TAGSMITH_ROUNDS', '6'))
CLIENTS = 4


class Client(threading.Thread):
    """Uploads and edits tags until the server is gone; remembers what was acknowledged."""

    def __init__(self, to, name, start):
        super().__init__(daemon=True)
        self.to, self.label, self.next = to, name, start
        self.uploaded, self.tagged, self.deleted, self.asked = {}, {}, set(), set()
        self.uncertain = set()  # asked for when the server died: either way is right

    def step(self, connection, chance):
        content = f'picture {self.label} {self.next}'.encode() * 50
        self.next += 1
        self.asked.add(content)
        status, picture = self.to.upload(content, connection=connection)
        assert status == 201, (status, picture)
        self.uploaded[picture['id']] = content
        known = [i for i in self.uploaded if i not in self.deleted]
        victim = chance.choice(known)
        if chance.random() < 0.1:
            self.uncertain.add(victim)
            status, _ = self.to.call('DELETE', f'/api/pictures/{victim}', connection=connection)
            assert status == 204, status
            self.deleted.add(victim)
        else:
            word = f'word{self.next}'
            status, answer = self.to.call('POST', f'/api/pictures/{victim}/tags', {'edits': [{'action': 'add', 'tag': word}]}, connection=connection)
            assert status == 200, (status, answer)
            self.tagged.setdefault(victim, set()).add(word)
        self.uncertain.discard(victim)

    def run(self):
        chance = random.Random(self.label)
        try:
            connection = self.to.connection(10)
            while True:
                self.step(connection, chance)
        except OSError:
            pass
        except Exception as error:  # noqa: BLE001: what a killed server sends half
            if self.to.process.poll() is None:
                self.failure = error


class NothingLost(server.Case):
    def check(self, to, clients):
        listed, cursor, contents = {}, '', []
        while cursor is not None:
            status, page = to.call('GET', '/api/pictures?limit=200' + (f'&cursor={cursor}' if cursor else ''))
            self.assertEqual(status, 200, page)
            for picture in page['pictures']:
                listed[picture['id']] = picture
                contents.append(picture['sha256'])
            cursor = page['next']
        self.assertEqual(len(contents), len(set(contents)), 'a picture is there twice')
        for client in clients:
            self.assertFalse(hasattr(client, 'failure'), getattr(client, 'failure', None))
            for picture in client.uploaded:
                if picture in client.uncertain and picture not in client.deleted:
                    continue
                self.assertEqual(picture in listed, picture not in client.deleted, 'an acknowledged write was lost')
            for picture, words in client.tagged.items():
                if picture in listed:
                    there = {tag['label'] for tag in listed[picture]['tags']}
                    self.assertEqual(words - there, set(), 'an acknowledged tag was lost')
        asked = sum(len(client.asked) for client in clients)
        self.assertLessEqual(len(listed), asked)
        self.assertEqual(to.verify(), [])

    def test_killed_at_any_moment(self):
        to, chance, clients = self.server(), random.Random(11), []
        for round_ in range(ROUNDS):
            to.start()
            now = [Client(to, f'{round_}-{i}', 0) for i in range(CLIENTS)]
            for client in now:
                client.start()
            time.sleep(chance.uniform(0.1, 1.2))
            to.kill()
            for client in now:
                client.join(30)
            clients += now
        to.start()
        self.check(to, clients)
        self.assertEqual(to.stop(), 0)
        uploads = sum(len(client.uploaded) for client in clients)
        self.assertGreater(uploads, 5 * ROUNDS, 'too little happened to show anything')
        print(f'# {ROUNDS} kills, {uploads} uploads acknowledged')

    def test_terminated_under_load(self):
        to = self.server().start()
        clients = [Client(to, f'drain-{i}', 0) for i in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(0.7)
        self.assertEqual(to.stop(), 0)
        for client in clients:
            client.join(30)
        to.start()
        self.check(to, clients)

    def test_a_commit_that_fails_leaves_no_files(self):
        to = self.server().start()
        kept = to.upload(b'there before')[1]
        to.stop()
        database = sqlite3.connect(to.data / 'catalog.db')
        database.execute("CREATE TRIGGER none BEFORE INSERT ON pictures BEGIN SELECT RAISE(ABORT, 'no more'); END")
        database.close()
        to.start()
        for target in ('/api/pictures', '/api/pictures?async=true'):
            self.assertEqual(to.upload(b'one that finds no room', target=target)[0], 500)
        files = [path.name for path in (to.data / 'originals').rglob('*') if path.is_file()]
        self.assertEqual(files, [kept['sha256']])
        self.assertEqual(len([path for path in (to.data / 'thumbnails').rglob('*') if path.is_file()]), 1)
        self.assertEqual(to.call('GET', '/api/status')[1]['jobs']['queued'], 0)
        self.assertEqual(to.verify(), [])

    def test_only_one_server_has_the_folder(self):
        to = self.server().start()
        other = server.Server(self.dir / 'data')
        with self.assertRaises(AssertionError):
            other.start()
        self.assertEqual(other.process.wait(20), 3)
        self.assertIn(str(to.process.pid), other.log_tail())
        self.assertEqual(to.call('GET', '/api/pictures')[0], 200)


if __name__ == '__main__':
    server.main()
