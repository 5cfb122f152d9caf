"""Event streams, long local calls, and the matrix of who may do what, generated from the OpenAPI document.

usage: test_streams.py SERVER SHARE
"""
import json
import re
import sys
import threading
import time
import unittest

from document import Document
from harness import JPEG, Server


def read_events(answer, count):
    """[{event, id, data}] as they come; comments (heartbeats) are skipped."""
    events, event = [], {}
    while len(events) < count:
        line = answer.readline().decode()
        if not line:
            break
        if line == '\n':
            if event:
                events.append(event)
            event = {}
        elif not line.startswith(':'):
            name, _, value = line.rstrip('\n').partition(':')
            event[name] = value.removeprefix(' ')
    return events


# What is not a GET and yet changes nothing that others see: one's own password (the rest of it needs admin) and searches,
# and an export whose wish is too long for an address.
OWN = {('PATCH', '/api/people/{id}'), ('POST', '/api/searches'), ('DELETE', '/api/searches/{id}'), ('POST', '/api/export')}


class Streams(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(*ARGUMENTS)

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        assert status == 0, cls.server.text[-3000:]

    def upload(self, text):
        status, _, body = self.server.call('POST', '/api/pictures', 'admin', JPEG + text.encode(), {'Content-Type': 'image/jpeg'})
        self.assertEqual(status, 201)
        return json.loads(body)['id']

    def listen(self, key='admin', headers=None, method='GET', target='/api/events', body=None):
        connection = self.server.connect(key)
        connection.request(method, target, body, {**self.server.headers(key), **(headers or {})})
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.headers['Content-Type'].split(';')[0]), (200, 'text/event-stream'))
        return answer, connection

    def post_long(self, target, value):
        return self.listen('local', {'Content-Type': 'application/json'}, 'POST', target, json.dumps(value).encode())

    # ---- the change log ----

    def test_changes_come_as_they_happen(self):
        answer, connection = self.listen()
        picture = self.upload('now')
        event = read_events(answer, 1)[0]
        connection.close()
        data = json.loads(event['data'])
        self.assertEqual((event['event'], data['id'], str(data['seq'])), ('picture', picture, event['id']))

    def test_who_comes_back_misses_nothing(self):
        answer, connection = self.listen()
        self.upload('first')
        last = read_events(answer, 1)[0]['id']
        connection.close()
        missed = [self.upload(f'missed {i}') for i in range(3)]
        answer, connection = self.listen(headers={'Last-Event-ID': last})
        events = read_events(answer, 3)
        later = self.upload('later')
        events += read_events(answer, 1)
        connection.close()
        self.assertEqual([json.loads(e['data'])['id'] for e in events], missed + [later])
        self.assertEqual([int(e['id']) for e in events], list(range(int(last) + 1, int(last) + 5)))

    def test_a_number_from_elsewhere_resets(self):
        answer, connection = self.listen(headers={'Last-Event-ID': '99999999'})
        self.assertEqual(read_events(answer, 1)[0]['event'], 'reset')
        connection.close()

    def test_many_listeners_hear_the_same(self):
        streams = [self.listen('reader') for _ in range(20)]
        pictures = [self.upload(f'many {i}') for i in range(5)]
        for answer, connection in streams:
            self.assertEqual([json.loads(e['data'])['id'] for e in read_events(answer, 5)], pictures)
            connection.close()

    def test_listeners_come_and_go_while_things_happen(self):
        stop = threading.Event()

        def come_and_go():
            while not stop.is_set():
                _, connection = self.listen('reader')
                connection.close()

        threads = [threading.Thread(target=come_and_go) for _ in range(3)]
        for thread in threads:
            thread.start()
        answer, connection = self.listen()
        pictures = [self.upload(f'coming {i}') for i in range(30)]
        self.assertEqual([json.loads(e['data'])['id'] for e in read_events(answer, 30)], pictures)
        stop.set()
        for thread in threads:
            thread.join()
        connection.close()

    # ---- long local calls ----

    def test_import_tells_its_news(self):
        answer, connection = self.post_long('/api/import', {'root': '/pictures'})
        events = read_events(answer, 2)
        self.assertEqual([e['event'] for e in events], ['news', 'done'])
        news = json.loads(events[0]['data'])
        self.assertEqual((news['kind'], news['path'], news['counts']['added']), ('added', '/pictures', 1))
        self.assertEqual(json.loads(events[1]['data'])['done'], 1)
        self.assertEqual(answer.read(), b'')
        connection.close()

    def test_an_import_that_fails_says_so(self):
        answer, connection = self.post_long('/api/import', {'root': '/nowhere'})
        event = read_events(answer, 1)[0]
        self.assertEqual((event['event'], json.loads(event['data'])['code']), ('error', 'not_found'))
        connection.close()

    def test_backup_and_verify(self):
        answer, connection = self.post_long('/api/backup', {'target': '/b'})
        self.assertEqual([e['event'] for e in read_events(answer, 2)], ['progress', 'done'])
        connection.close()
        answer, connection = self.post_long('/api/verify', {'deep': True})
        events = read_events(answer, 2)
        self.assertEqual([e['event'] for e in events], ['finding', 'done'])
        self.assertEqual(json.loads(events[1]['data'])['findings'], 1)
        connection.close()

    def test_a_wish_that_makes_no_sense(self):
        for value in ({}, {'root': '/x', 'watchh': True}, {'root': 7}):
            self.assertEqual(self.server.json('POST', '/api/import', value, key='local')[0], 400)

    def test_stop_ends_streams_and_watching(self):
        server = Server(*ARGUMENTS)
        connections = []
        for method, target, body in (('POST', '/api/import', {'root': '/x', 'watch': True}), ('GET', '/api/events', None)):
            connection = server.connect('local')
            connection.request(method, target, json.dumps(body).encode() if body else None,
                               {'Content-Type': 'application/json'} if body else {})
            connections.append((connection, connection.getresponse()))
        read_events(connections[0][1], 1)
        started = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - started, 10)
        for connection, _ in connections:
            connection.close()

    def test_a_reader_that_leaves_ends_its_import(self):
        _, connection = self.post_long('/api/import', {'root': '/x', 'watch': True})
        connection.close()  # tearDownClass hangs if the thread goes on

    # ---- who may do what ----

    def test_every_route_asks_for_its_scope(self):
        document = Document(self.server.call('GET', '/api/openapi.json', 'none')[2])
        cells = 0
        for method, pattern, operation in document.operations():
            target = pattern.replace('{', '').replace('}', '')
            public = operation.get('security') == []
            scope = operation.get('x-scope')
            with self.subTest(method=method, path=pattern):
                if public and pattern != '/api/session':  # the session itself is what is asked for there
                    self.assertNotEqual(self.server.call(method, target, 'none')[0], 401)
                elif not public:
                    self.assertEqual(self.server.call(method, target, 'none')[0], 401)
                    bad = {'Authorization': 'Bearer nobody'}
                    self.assertEqual(self.server.call(method, target, 'none', headers=bad)[0], 401)
                if scope and scope != 'read':
                    self.assertEqual(self.server.call(method, target, 'reader')[0], 403)
                elif not public and pattern != '/api/events':
                    self.assertNotIn(self.server.call(method, target, 'reader')[0], (401, 403))
                writes = method != 'GET'
                self.assertFalse(writes and not public and (method, pattern) not in OWN and scope in (None, 'read'),
                                 'a route that writes needs a scope')
                cells += 3
        self.assertGreater(cells, 150)

    def test_every_parameter_and_member_is_explained(self):
        """Documents rot where nobody looks: every operation has a summary, every link on the page a target."""
        document = Document(self.server.call('GET', '/api/openapi.json', 'none')[2])
        ids = [operation['operationId'] for _, _, operation in document.operations()]
        self.assertEqual(len(ids), len(set(ids)))
        page = self.server.call('GET', '/api/docs', 'none')[2].decode()
        targets, anchors = set(re.findall(r'href="#([^"]+)"', page)), set(re.findall(r'id="([^"]+)"', page))
        self.assertEqual(targets - anchors, set())
        self.assertEqual(set(ids) - anchors, set())
        self.assertNotIn('<script', page)
        self.assertNotIn('style="', page)


if __name__ == '__main__':
    ARGUMENTS = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
