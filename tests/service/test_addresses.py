#!/usr/bin/env python3
"""service: pictures by address: from servers that the settings allow, and from no other; hostile ones cost little.

usage: test_addresses.py PROGRAM (one with a tagger that needs no models)
"""
import sys
import threading
import time
from pathlib import Path

import server

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'net'))
from servers import Server, answer, path_of, redirect  # noqa: E402

LIMIT = 20000


def large(length):
    return answer(b'x' * length)


class Addresses(server.Shared):
    """One server is allowed, by host and port; another one listens beside it and is not."""

    @classmethod
    def setUpClass(cls):
        cls.let_go = threading.Event()
        cls.allowed, cls.forbidden = Server(cls.serve_picture), Server(lambda connection, _: connection.sendall(answer(b'secret')))
        for one in (cls.allowed, cls.forbidden):
            cls.addClassCleanup(one.close)
        cls.addClassCleanup(cls.let_go.set)
        cls.ENVIRONMENT = {'TAGSMITH_FETCH_ALLOW': f'127.0.0.1:{cls.allowed.port}', 'TAGSMITH_FETCH_TIMEOUT': '2s',
                           'TAGSMITH_SERVER_MAX_UPLOAD': str(LIMIT)}
        super().setUpClass()

    @classmethod
    def serve_picture(cls, connection, head):
        path = path_of(head).split('?')[0]
        if path == '/slow.jpg':
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n')
            while not cls.let_go.wait(0.2):
                connection.sendall(b'.')
            return
        if path == '/silent.jpg':
            cls.let_go.wait(60)
            return
        if path == '/unsaid.jpg':  # longer than allowed, without saying so before
            connection.sendall(b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n' + b'x' * (4 * LIMIT))
            return
        answers = {'/dog.jpg': answer(b'a dog from afar'), '/moved.jpg': redirect('/dog.jpg'), '/none.jpg': answer(b'', '404 Not Found'),
                   '/large.jpg': large(LIMIT + 1), '/locked.jpg': answer(b'', '401 Unauthorized', ['WWW-Authenticate: Basic realm="x"']),
                   '/inside.jpg': redirect(f'http://127.0.0.1:{cls.forbidden.port}/'), '/meta.jpg': redirect('http://169.254.169.254/latest/'),
                   '/name.jpg': redirect(f'http://localhost:{cls.forbidden.port}/'), '/file.jpg': redirect('file:///etc/passwd'),
                   '/round.jpg': redirect('/round.jpg')}
        connection.sendall(answers[path])

    def fetch(self, path, target='/api/pictures', **more):
        url = path if '://' in path else f'http://127.0.0.1:{self.allowed.port}{path}'
        return self.to.call('POST', target, {'url': url, **more})

    def test_a_picture_from_an_allowed_server(self):
        status, picture = self.fetch('/dog.jpg?size=large')
        self.assertEqual((status, picture['name']), (201, 'dog.jpg'))
        self.assertEqual(self.to.call('GET', f'/api/pictures/{picture["id"]}/original')[1], b'a dog from afar')
        status, again = self.fetch('/moved.jpg')
        self.assertEqual((status, again['id'], again['duplicate']), (200, picture['id'], True))
        self.assertEqual(self.fetch('/dog.jpg', '/api/tag')[0], 200)
        self.assertEqual(self.fetch('/dog.jpg', '/api/verdict')[1]['verdict'], 'allow')

    def test_nothing_of_the_client_is_forwarded(self):
        secret = {'Authorization': f'Bearer {self.to.key}', 'Cookie': 'session=mine', 'X-API-Key': self.to.key, 'Referer': 'http://inside/'}
        connection = self.to.connection()
        before = len(self.allowed.heads)
        status, _ = self.to.call('POST', '/api/tag', {'url': f'http://127.0.0.1:{self.allowed.port}/moved.jpg'},
                                 {name: value for name, value in secret.items() if name != 'X-API-Key'}, connection)
        connection.close()
        self.assertEqual(status, 200)
        heads = b''.join(self.allowed.heads[before:]).lower()
        self.assertEqual(heads.count(b'get /'), 2)
        for word in (b'authorization', b'cookie', b'referer', b'api-key', self.to.key.encode().lower(), b'mine'):
            self.assertNotIn(word, heads)

    def test_credentials_in_an_address_are_refused(self):
        before = self.allowed.visits
        status, problem = self.fetch(f'http://user:secret@127.0.0.1:{self.allowed.port}/dog.jpg')
        self.assertIn(status, (400, 422), problem)
        self.assertNotIn('secret', str(problem))
        self.assertEqual(self.allowed.visits, before)

    def test_a_redirect_to_what_is_not_allowed(self):
        said = set()
        for path in ('/inside.jpg', '/meta.jpg', '/name.jpg', '/file.jpg', '/round.jpg'):
            status, problem = self.fetch(path)
            self.assertEqual((status, problem['code']), (422, 'refused'), (path, problem))
            said.add(problem['detail'])
        self.assertEqual(self.fetch(f'http://127.0.0.1:{self.forbidden.port}/')[0], 422)
        self.assertEqual(self.forbidden.visits, 0)
        self.assertFalse(any('secret' in text for text in said))

    def test_too_large(self):
        for path in ('/large.jpg', '/unsaid.jpg'):
            status, problem = self.fetch(path)
            self.assertEqual((status, problem['code']), (413, 'too_large'), (path, problem))

    def test_too_slow(self):
        for path in ('/slow.jpg', '/silent.jpg'):
            started = time.monotonic()
            status, problem = self.fetch(path)
            self.assertEqual(status, 422, (path, problem))
            self.assertGreater(time.monotonic() - started, 1.5)
            self.assertLess(time.monotonic() - started, 30)

    def test_no_picture_there(self):
        for path in ('/none.jpg', '/locked.jpg'):
            self.assertEqual(self.fetch(path)[0], 422)
        self.assertEqual(self.to.call('GET', '/api/search?q=tag:nothing')[1]['total'], 0)


if __name__ == '__main__':
    server.main()
