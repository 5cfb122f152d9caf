#!/usr/bin/env python3
"""service: told to stop while everything is under way: it ends in time and in peace, loses nothing, does nothing twice, and
goes on after the next start.

usage: test_stopping.py PROGRAM (one with a tagger that needs no models)
"""
import collections
import http.server
import json
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import server

PATIENCE = 5
SLACK = 30  # for a machine with much else to do; without the end of all waiting it would be minutes or for ever


class Receiver(http.server.ThreadingHTTPServer):
    """Takes webhooks; while `silent` is set it answers none."""
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port=0):
        self.silent, self.calls, self.got = False, 0, collections.defaultdict(list)
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
                receiver.calls += 1
                while receiver.silent:
                    time.sleep(0.05)
                receiver.got[self.headers['webhook-id']].append(body)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

            def handle(self):
                try:
                    super().handle()
                except OSError:
                    pass

        super().__init__(('127.0.0.1', port), Handler)
        self.url = f'http://127.0.0.1:{self.server_port}/'
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def tagged(self):
        """{picture: ids of what told that it was tagged}"""
        told = collections.defaultdict(set)
        for name, bodies in list(self.got.items()):
            for body in bodies:
                if body['event'] == 'picture.tagged':
                    told[body['data']['id']].add(name)
        return told


class Listener(threading.Thread):
    """Reads an event stream to its end."""

    def __init__(self, to):
        super().__init__(daemon=True)
        self.connection, self.ended, self.events = to.connection(), False, 0
        self.connection.request('GET', '/api/events', headers={'Authorization': f'Bearer {to.key}'})
        self.answer = self.connection.getresponse()
        self.start()

    def run(self):
        for line in self.answer:
            self.events += line.startswith(b'event:')
        self.ended = True
        self.connection.close()


class Uploader(threading.Thread):
    def __init__(self, to, name):
        super().__init__(daemon=True)
        self.to, self.label, self.kept = to, name, {}

    def run(self):
        connection, number = self.to.connection(), 0
        try:
            while True:
                number += 1
                content = f'slow {self.label} {number}'.encode()
                status, picture = self.to.upload(content, connection=connection)
                if status == 201:
                    self.kept[picture['id']] = content
        except OSError:
            pass
        except Exception:  # noqa: BLE001: an answer that was cut off is none
            pass
        connection.close()


class Stopping(server.Case):
    def begin(self, patience=PATIENCE):
        to = self.server(environment={'TAGSMITH_FETCH_ALLOW_PRIVATE': 'yes',
                                      'TAGSMITH_JOBS_WORKERS': '1', 'TAGSMITH_SERVER_DRAIN': f'{patience}s'})
        return to.start()

    def receiver(self):
        receiver = Receiver()
        self.addCleanup(receiver.server_close)
        self.addCleanup(receiver.shutdown)
        return receiver

    def hook(self, to, url):
        status, hook = to.call('POST', '/api/webhooks', {'url': url})
        self.assertEqual(status, 201, hook)
        return hook

    def pictures(self, count, text='slow'):
        folder = self.dir / 'p'
        folder.mkdir()
        for i in range(count):
            (folder / f'{text}{i:04}.jpg').write_bytes(f'{text} file {i}'.encode())
        return folder

    def take_in(self, to, folder, *options):
        return subprocess.Popen([server.PROGRAM, 'import', '--json', '--data', str(to.data), *options, str(folder)],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=to.environment)

    def assertStops(self, to, patience=PATIENCE):
        begin = time.monotonic()
        self.assertEqual(to.stop(600), 0, to.log_tail())
        print('# ended after', time.monotonic() - begin)
        self.assertLess(time.monotonic() - begin, patience + SLACK)

    @staticmethod
    def put_off(to, count):
        """Ids of pictures that a job is to tag. Their uploads come faster than the one worker tags."""
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda i: to.upload(f'slow later {i}'.encode(), target='/api/pictures?async=true'), range(count)))
        return {answer['id'] for status, answer in answers if status == 202}

    def queued(self, to):
        counts = to.call('GET', '/api/jobs')[1]['counts']
        return counts.get('queued', 0) + counts.get('running', 0)

    def all_kept(self, to):
        listed, cursor = {}, ''
        while cursor is not None:
            page = to.call('GET', '/api/pictures?limit=200' + (f'&cursor={cursor}' if cursor else ''))[1]
            listed.update({picture['id']: picture for picture in page['pictures']})
            cursor = page['next']
        return listed

    def test_with_everything_under_way(self):
        to, good, silent = self.begin(), self.receiver(), self.receiver()
        silent.silent = True
        for url in (good.url, silent.url, f'http://127.0.0.1:{server.free_port()}/'):
            self.hook(to, url)
        later = self.put_off(to, 250)
        listeners = [Listener(to) for _ in range(3)]
        uploaders = [Uploader(to, f'now-{i}') for i in range(3)]
        importing, watched = self.take_in(to, self.pictures(200)), self.dir / 'w'
        watched.mkdir()
        (watched / 'one.jpg').write_bytes(b'watched')
        watching = self.take_in(to, watched, '--watch')
        for process in (importing, watching):
            self.assertTrue(process.stdout.readline())
        for thread in uploaders:
            thread.start()
        self.until(lambda: all(thread.kept for thread in uploaders) and silent.calls and good.got, 60)
        self.assertGreater(self.queued(to), 0, 'the jobs are done already: nothing is shown')
        self.assertStops(to)
        rows = [json.loads(line) for line in importing.stdout]
        self.assertEqual((importing.wait(60), watching.wait(60)), (1, 0))
        watching.communicate()
        for thread in (*listeners, *uploaders):
            thread.join(60)
        self.assertTrue(all(listener.ended and listener.events for listener in listeners))
        silent.silent = False
        to.start()
        self.until(lambda: self.queued(to) == 0, 120)
        kept = self.all_kept(to)
        self.assertEqual({picture['state'] for picture in kept.values()}, {'ready'})
        self.assertEqual(later - set(kept), set())
        for thread in uploaders:
            self.assertEqual(set(thread.kept) - set(kept), set(), 'an acknowledged upload was lost')
        names = {picture['name'] for picture in kept.values()}
        self.assertEqual({row['path'].split('/')[-1] for row in rows if row['kind'] in ('added', 'near')} - names, set())
        self.assertEqual(len({picture['sha256'] for picture in kept.values()}), len(kept), 'a picture is there twice')
        for receiver in (good, silent):
            self.until(lambda: len(receiver.tagged()) == len(kept), 120)
            self.assertEqual({len(ids) for ids in receiver.tagged().values()}, {1}, 'told twice under two names')
        self.assertEqual(to.verify(), [])
        self.assertStops(to)

    def test_a_receiver_that_does_not_answer(self):
        to, receiver = self.begin(patience=1), self.receiver()
        self.hook(to, receiver.url)
        receiver.silent = True
        _, picture = to.upload(b'told later')
        self.until(lambda: receiver.calls)
        begin = time.monotonic()
        self.assertEqual(to.stop(), 0)
        self.assertLess(time.monotonic() - begin, 12, 'a request may take 15 s; nobody waits for it')
        receiver.silent = False
        to.start()
        self.until(lambda: to.call('GET', '/api/webhooks')[0] == 200)
        self.until(lambda: picture['id'] in receiver.tagged(), 40)  # its turn is not over before a minute
        self.assertEqual({len(ids) for ids in receiver.tagged().values()}, {1})

    def test_an_importer_that_reads_no_more(self):
        to, folder = self.begin(patience=2), self.pictures(4000, 'quick')
        importing = self.take_in(to, folder, '--dry-run')
        self.assertTrue(importing.stdout.readline())
        importing.send_signal(signal.SIGSTOP)
        time.sleep(2)  # till all that lies between the two is full; where it is not yet, the server may stop sooner
        try:
            self.assertStops(to, 2)
        finally:
            importing.send_signal(signal.SIGCONT)
        told = sum(1 for _ in importing.stdout)
        self.assertNotEqual(importing.wait(60), 0)
        self.assertLess(told, 4000)
        to.start()
        self.assertEqual(to.verify(), [])

    def test_without_patience(self):
        """What is in hand is given back and done after the next start."""
        to = self.begin(patience=0)
        ids = self.put_off(to, 200)
        self.assertGreater(self.queued(to), 0, 'the jobs are done already: nothing is shown')
        self.assertStops(to, 0)
        to.start()
        self.until(lambda: self.queued(to) == 0, 60)
        kept = self.all_kept(to)
        self.assertEqual({kept[one]['state'] for one in ids}, {'ready'})
        self.assertEqual({job['attempts'] for job in to.call('GET', '/api/jobs?limit=200')[1]['jobs']} - {0, 1}, set(),
                         'to be stopped is no failure')
        self.assertEqual(to.verify(), [])


if __name__ == '__main__':
    server.main()
