"""Tests of posting deliveries: what goes out, kept connections, answers of every kind, a receiver that does not answer,
the official rules of signatures over a real request. usage: test_post.py PROBE"""
import os
import sys
import threading
import time
import unittest

from servers import Server, answer, probe, redirect, rest_of, says

PROGRAM = os.path.abspath(sys.argv.pop(1))


def post(url, *options):
    return probe(PROGRAM, 'post', '--private', *options, url)


class Posts(unittest.TestCase):
    def test_what_goes_out(self):
        bodies = []

        def take(connection, head):
            bodies.append(rest_of(connection, head))
            connection.sendall(answer(b'thanks'))
        with Server(take) as server:
            got, = post(f'http://127.0.0.1:{server.port}/hook?x=1', '--body', '{"a":"ä"}', '--header', 'webhook-id: msg_1')
            head = server.heads[0].decode()
        self.assertEqual((got['ok'], got['status'], got['error']), (True, 200, ''))
        self.assertTrue(head.startswith('POST /hook?x=1 HTTP/1.1\r\n'))
        self.assertIn('webhook-id: msg_1\r\n', head)
        self.assertIn('Content-Type: application/json\r\n', head)
        self.assertIn('User-Agent: Tagsmith/', head)
        self.assertNotIn('Expect', head)
        self.assertEqual(bodies, ['{"a":"ä"}'.encode()])

    def test_a_type_of_ones_own(self):
        with says(answer()) as server:
            post(f'http://127.0.0.1:{server.port}/', '--header', 'content-type: text/plain', '--body', 'x')
            head = server.heads[0].decode().lower()
        self.assertEqual(head.count('content-type:'), 1)
        self.assertIn('content-type: text/plain', head)

    def test_malformed_headers(self):
        with says(answer()) as server:
            for line in ('a: b\r\nc: d', 'nocolon', ': x', 'a b: c'):
                got, = post(f'http://127.0.0.1:{server.port}/', '--header', line)
                self.assertEqual((got['ok'], got['code'], got['status']), (False, 'usage', 0))
            self.assertEqual(server.visits, 0)

    def test_every_status_is_an_answer(self):
        for status in (200, 201, 204, 301, 302, 400, 401, 404, 410, 429, 500, 503):
            with says(answer(b'' if status == 204 else b'no', f'{status} S')) as server:
                got, = post(f'http://127.0.0.1:{server.port}/')
            self.assertEqual((got['ok'], got['status']), (True, status))

    def test_the_end_of_the_process_waits_for_nobody(self):
        def wait(connection, _):
            connection.recv(1)
        with Server(wait) as server:
            for command in ('post', 'fetch'):
                begin = time.monotonic()
                got = probe(PROGRAM, command, '--private', '--threads', 2, '--times', 2, '--total', 60000, '--end-after', 300,
                            f'http://127.0.0.1:{server.port}/')
                self.assertLess(time.monotonic() - begin, 30)
                self.assertEqual([(one['ok'], one['code']) for one in got], [(False, 'interrupted')] * 4)

    def test_redirects_are_not_followed(self):
        with says(answer()) as other, says(redirect(f'http://127.0.0.1:{other.port}/')) as server:
            got, = post(f'http://127.0.0.1:{server.port}/')
            self.assertEqual((got['ok'], got['status'], other.visits), (True, 302, 0))

    def test_retry_after(self):
        with says(answer(b'', '429 Slow', ['Retry-After: 120'])) as server:
            self.assertEqual(post(f'http://127.0.0.1:{server.port}/')[0]['retry_after'], 120)
        with says(answer(b'', '503 Later', ['Retry-After: 99999999'])) as server:
            self.assertEqual(post(f'http://127.0.0.1:{server.port}/')[0]['retry_after'], 86400)

    def test_answers_are_not_kept(self):
        def talk(connection, _):
            connection.sendall(b'HTTP/1.1 200 OK\r\n\r\n')
            while True:
                connection.sendall(b'x' * 65536)
        with Server(talk) as server:
            got, = post(f'http://127.0.0.1:{server.port}/', '--total', 5000)
        self.assertEqual((got['ok'], got['status']), (True, 200))
        self.assertLess(got['ms'], 4000)

    def test_connections_are_kept(self):
        def forever(connection, head):
            while head:
                rest_of(connection, head)
                connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
                head = server.head(connection)
        with Server(forever) as server:
            got = post(f'http://127.0.0.1:{server.port}/', '--times', 50, '--body', 'x' * 1000)
            self.assertEqual({g['status'] for g in got}, {200})
            self.assertEqual(server.visits, 1)

    def test_a_kept_connection_that_died(self):
        """The server closes after each answer without saying so: every post arrives all the same."""
        def once(connection, head):
            rest_of(connection, head)
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
        with Server(once) as server:
            got = post(f'http://127.0.0.1:{server.port}/', '--times', 20, '--body', 'x')
            self.assertEqual([g['status'] for g in got], [200] * 20)
            self.assertGreaterEqual(server.visits, 20)

    def test_errors_are_fit_to_be_shown(self):
        got, = probe(PROGRAM, 'post', 'http://10.0.0.1/')
        self.assertEqual((got['ok'], got['code'], got['status']), (False, 'refused', 0))
        self.assertTrue(got['error'])
        got, = post('http://127.0.0.1:9/')
        self.assertEqual((got['ok'], got['code']), (False, 'io'))
        self.assertEqual(got['error'], got['message'])
        self.assertNotIn('127.0.0.1', got['error'])

    def test_a_dead_receiver_holds_half_of_the_lines(self):
        """Four lines: of six posts to one that never answers, two wait and four are told to come back at once."""
        gate = threading.Event()

        def stuck(connection, _):
            gate.wait(5)
        with Server(stuck) as server:
            start = time.monotonic()
            got = probe(PROGRAM, 'post', '--private', '--posts', 4, '--threads', 6, '--total', 1500,
                        f'http://127.0.0.1:{server.port}/')
            self.assertLess(time.monotonic() - start, 8)
            gate.set()
        codes = sorted(g['code'] for g in got)
        self.assertEqual(codes.count('busy'), 4, codes)
        self.assertEqual(server.visits, 2)

    def test_concurrently(self):
        with says(answer()) as server:
            got = post(f'http://127.0.0.1:{server.port}/', '--threads', 8, '--times', 25)
        self.assertEqual(len(got), 200)
        self.assertEqual({g['status'] for g in got}, {200})


if __name__ == '__main__':
    unittest.main()
