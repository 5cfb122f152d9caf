"""Tests that fetching survives hostile servers: redirects to where nobody may go, bodies without end, bombs, drips,
headers without end, lies, and that errors give nothing away. usage: test_hostile.py PROBE"""
import gzip
import os
import socket
import statistics
import sys
import threading
import time
import unittest
import zlib

from servers import Server, answer, path_of, probe, redirect, says

PROGRAM = os.path.abspath(sys.argv.pop(1))
MIB = 1 << 20


def fetch(url, *options):
    return probe(PROGRAM, 'fetch', *options, url)[0]


def at(server, path='/'):
    return f'http://127.0.0.1:{server.port}{path}'


class Redirects(unittest.TestCase):
    def test_a_picture_arrives(self):
        with says(answer(b'a picture', headers=['Content-Type: image/jpeg'])) as server:
            got = fetch(at(server, '/a/Sch%C3%B6n%2F%00x.jpg?size=1'), '--private')
        self.assertEqual((got['ok'], got['status'], got['length'], got['redirects']), (True, 200, 9, 0))
        self.assertEqual((got['type'], got['name']), ('image/jpeg', 'Schön_'))

    def test_names(self):
        with says(answer()) as server:
            for path, name in (('/', ''), ('/a/b.jpg', 'b.jpg'), ('/a%2Fb%5C..%0A%7F', 'a_b_..__'), ('/%ff%C3%28x', '__(x'),
                               ('/%C0%AF%ED%A0%80', '_____'), ('/' + 'n' * 300, 'n' * 127), ('/x/', ''),
                               ('/' + '%C3%A4' * 100, 'ä' * 63), ('/%E2%82%AC%F0%9F%90%95', '€🐕')):
                self.assertEqual(fetch(at(server, path), '--private')['name'], name, path)

    def test_up_to_three_are_followed(self):
        def hop(connection, head):
            left = int(path_of(head)[1:])
            connection.sendall(redirect(f'/{left - 1}') if left else answer(b'end'))
        with Server(hop) as server:
            three, four, twenty = (fetch(at(server, f'/{n}'), '--private') for n in (3, 4, 20))
            self.assertEqual((three['ok'], three['redirects']), (True, 3))
            for got in (four, twenty):
                self.assertEqual((got['ok'], got['code']), (False, 'refused'))
            self.assertEqual(server.visits, 4 + 4 + 4)

    def test_every_hop_is_guarded(self):
        """127.0.0.2 is allowed and redirects; 127.0.0.1 is what must not be reached."""
        with says(answer(b'secret')) as secret, Server(None, address='127.0.0.2') as server:
            targets = [at(secret), f'http://127.1:{secret.port}/', f'http://0x7f.1:{secret.port}/',
                       f'http://localhost:{secret.port}/', f'http://[::ffff:127.0.0.1]:{secret.port}/',
                       f'http://user:pass@127.0.0.2:{server.port}/', f'//127.0.0.1:{secret.port}/',
                       f'http://0.0.0.0:{secret.port}/', f'http://127.0.0.2:{server.port}@127.0.0.1:{secret.port}/',
                       'http://169.254.169.254/latest/meta-data/', 'http://[fd00:ec2::254]/', 'file:///etc/passwd',
                       f'gopher://127.0.0.1:{secret.port}/_GET', f'ftp://127.0.0.1:{secret.port}/', 'http://',
                       f'dict://127.0.0.1:{secret.port}/', 'data:,hi', 'javascript:1', 'http://[::1', '\x01\x7f']
            for status in ('301 M', '302 F', '303 S', '307 T', '308 P'):
                for target in targets:
                    server.handler = lambda c, _, t=target, s=status: c.sendall(redirect(t, s))
                    got = fetch(f'http://127.0.0.2:{server.port}/', '--allow', '127.0.0.2', '--total', 3000)
                    self.assertFalse(got['ok'], target)
                    self.assertIn(got['code'], ('refused', 'io', 'not_found'), target)
                    self.assertNotIn('secret', got['start'])
            self.assertEqual(secret.visits, 0)
            self.assertGreaterEqual(server.visits, 5 * len(targets))

    def test_credentials_stay_at_home(self):
        with says(answer()) as other, says(redirect(f'http://127.0.0.1:{other.port}/x')) as server:
            home = os.environ.get('HOME')
            self.assertTrue(fetch(at(server), '--private')['ok'])
            for seen in server.heads + other.heads:
                lower = seen.lower()
                for name in (b'authorization', b'cookie', b'referer', b'proxy'):
                    self.assertNotIn(name + b':', lower)
            self.assertTrue(home is None or home.encode() not in other.heads[0])

    def test_a_proxy_in_the_environment_is_not_asked(self):
        with says(answer(b'proxied')) as proxy, says(answer(b'direct')) as server:
            names = ('http_proxy', 'HTTP_PROXY', 'ALL_PROXY', 'all_proxy', 'https_proxy')
            old = {name: os.environ.get(name) for name in names}
            os.environ.update({name: at(proxy) for name in names})
            try:
                got = fetch(at(server), '--private')
            finally:
                for name, value in old.items():
                    if value is None:
                        del os.environ[name]
                    else:
                        os.environ[name] = value
            self.assertEqual((got['start'], proxy.visits), ('direct', 0))


class Bodies(unittest.TestCase):
    def count(self, send, *options):
        """Fetches from a server whose handler sends pieces until it cannot; what came, and how much was sent."""
        sent = [0]

        def handler(connection, _):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
            for piece in send:
                connection.sendall(piece)
                sent[0] += len(piece)
        with Server(handler) as server:
            return fetch(at(server), '--private', *options), sent

    def test_without_end(self):
        def chunks():
            yield b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
            while True:
                yield b'4000\r\n' + b'x' * 0x4000 + b'\r\n'
        got, sent = self.count(chunks(), '--max', MIB)
        self.assertEqual((got['code'], got['length']), ('too_large', 0))
        self.assertLess(sent[0], 8 * MIB)  # what the system's socket buffers take, too
        self.assertLess(got['grown_kb'], 24 * 1024)

    def test_without_length(self):
        def stream():
            yield b'HTTP/1.0 200 OK\r\n\r\n'
            while True:
                yield b'y' * 65536
        got, _ = self.count(stream(), '--max', MIB)
        self.assertEqual(got['code'], 'too_large')

    def test_exactly_the_limit_and_one_more(self):
        with says(answer(b'z' * 1000)) as server:
            self.assertEqual(fetch(at(server), '--private', '--max', 1000)['length'], 1000)
            self.assertEqual(fetch(at(server), '--private', '--max', 999)['code'], 'too_large')

    def test_a_length_over_the_limit_is_not_read(self):
        def stream():
            yield b'HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n'
            while True:
                yield b'y' * 65536
        got, _ = self.count(stream(), '--max', MIB)
        self.assertEqual(got['code'], 'too_large')

    def test_bombs(self):
        """200 MB of nothing in 200 KB, once and twice compressed, and deflate."""
        once = gzip.compress(bytes(200 * MIB), 6)
        twice = gzip.compress(once, 6)
        for encoding, body in (('gzip', once), ('gzip, gzip', twice), ('deflate', zlib.compress(bytes(200 * MIB)))):
            with says(answer(body, headers=[f'Content-Encoding: {encoding}'])) as server:
                got = fetch(at(server), '--private', '--max', MIB)
            self.assertEqual((got['ok'], got['code']), (False, 'too_large'), encoding)
            self.assertLess(got['grown_kb'], 24 * 1024, encoding)

    def test_compressed_all_the_same(self):
        with says(answer(gzip.compress(b'picture'), headers=['Content-Encoding: gzip'])) as server:
            got = fetch(at(server), '--private')
            self.assertEqual((got['ok'], got['start']), (True, 'picture'))
            self.assertIn(b'accept-encoding: identity', server.heads[0].lower())
        with says(answer(b'no gzip at all', headers=['Content-Encoding: gzip'])) as server:
            self.assertEqual(fetch(at(server), '--private')['code'], 'io')

    def test_lengths_that_lie(self):
        for data in (b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort',
                     b'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello',
                     b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello',
                     b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel',
                     b'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nhello'):
            with says(data) as server:
                got = fetch(at(server), '--private')
            self.assertFalse(got['ok'], data)
            self.assertEqual(got['length'], 0)

    def drip_by_drip(self, head, drop):
        """What comes of an answer that never ends, a drop at a time: the fetch must, when its time is up."""
        def drip(connection, _):
            connection.sendall(head)
            while True:
                connection.sendall(drop)
                time.sleep(0.1)
        with Server(drip) as server:
            got = fetch(at(server), '--private', '--total', 1000)
        self.assertLess(got['ms'], 3000)
        return got['ok'], got['code']

    def test_slow_drip(self):
        got = self.drip_by_drip(b'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n', b'.')
        self.assertEqual(got, (False, 'timeout'))

    def test_slow_headers(self):
        got = self.drip_by_drip(b'HTTP/1.1 200 OK\r\n', b'X: y\r\n')
        self.assertEqual(got[0], False)

    def test_headers_without_end(self):
        def lines():
            yield b'HTTP/1.1 200 OK\r\n'
            while True:
                yield b''.join(b'X-%d: %s\r\n' % (n, b'a' * 500) for n in range(100))

        def line():
            yield b'HTTP/1.1 200 OK\r\nX: '
            while True:
                yield b'a' * 65536

        def interim():
            while True:
                yield b'HTTP/1.1 100 Continue\r\n\r\n' * 100
        for name, send in (('lines', lines()), ('line', line()), ('interim', interim())):
            got, sent = self.count(send, '--total', 8000)
            self.assertEqual((got['ok'], got['code']), (False, 'io'), name)
            self.assertLess(got['grown_kb'], 24 * 1024, name)
            self.assertLess(got['ms'], 6000, name)
            self.assertLess(sent[0], 8 * MIB, name)

    def test_statuses(self):
        for status, code in (('404 N', 'not_found'), ('410 G', 'not_found'), ('403 F', 'io'), ('500 E', 'io'),
                             ('204 N', 'io'), ('206 P', 'io'), ('304 N', 'io'), ('999 X', 'io')):
            with says(answer(b'<b>origin speaks</b>', status)) as server:
                got = fetch(at(server), '--private')
            self.assertEqual((got['ok'], got['code'], got['status']), (False, code, int(status[:3])))
            self.assertNotIn('origin', got['message'] + got['hint'])
        with says(answer(b'x' * MIB, '404 N')) as server:
            self.assertEqual(fetch(at(server), '--private')['code'], 'not_found')


class Silence(unittest.TestCase):
    """Nothing of what an address is like shows in an error."""

    def test_ports_look_alike(self):
        closed = socket.socket()
        closed.bind(('127.0.0.1', 0))
        full = socket.socket()  # takes no more connections: what a filtered port looks like
        full.bind(('127.0.0.1', 0))
        full.listen(0)
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
            fillers.append(filler)
        with says(b'SSH-2.0-OpenSSH_9.9 origin\r\n', reads=False) as ssh, says(b'', reads=False) as mute, \
                says(b'220 origin ESMTP\r\n', reads=False) as mail, \
                says(b'\x16\x03\x01\x02\x00\x01', reads=False) as odd, says(b'origin') as nine:
            ports = {'closed': closed.getsockname()[1], 'filtered': full.getsockname()[1], 'ssh': ssh.port,
                     'mute': mute.port, 'mail': mail.port, 'odd': odd.port, 'nine': nine.port}
            seen = {}
            for name, port in ports.items():
                for scheme in ('http', 'https'):
                    got = fetch(f'{scheme}://127.0.0.1:{port}/', '--private', '--connect', 300, '--total', 1000)
                    self.assertFalse(got['ok'])
                    seen[(name, scheme)] = (got['code'], got['message'], got['hint'])
        self.assertEqual(len(set(seen.values())), 1, seen)
        self.assertEqual(next(iter(seen.values()))[0], 'io')
        for sock in (closed, full, *fillers):
            sock.close()

    def test_refusals_look_alike(self):
        with says(answer()) as server:
            urls = [at(server), 'http://10.0.0.1/', 'http://169.254.169.254/', 'http://[::1]/', 'http://0/',
                    'file:///etc/passwd', 'http://u@8.8.8.8/', 'http://8.8.8.8:22/', 'http://localhost/']
            seen = {(got['code'], got['message'], got['hint']) for got in map(fetch, urls)}
            self.assertEqual(len(seen), 1, seen)
            self.assertEqual(server.visits, 0)


class Turns(unittest.TestCase):
    def test_stuck_origins_take_no_more_than_their_turns(self):
        """Four turns, twelve callers, an origin that never answers: all end in time, four connections at most at once."""
        now, most, lock = [0], [0], threading.Lock()

        def stuck(connection, _):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            connection.settimeout(10)
            try:
                connection.recv(1)
            finally:
                with lock:
                    now[0] -= 1
        with Server(stuck) as server:
            start = time.monotonic()
            got = probe(PROGRAM, 'fetch', '--private', '--threads', 12, '--total', 700, at(server))
            self.assertLess(time.monotonic() - start, 6)
        self.assertEqual(len(got), 12)
        self.assertEqual({g['ok'] for g in got}, {False})
        self.assertIn('busy', {g['code'] for g in got})
        self.assertLessEqual(most[0], 4)
        self.assertLess(statistics.median(g['ms'] for g in got), 2000)


if __name__ == '__main__':
    unittest.main()
