"""Tests of calls over a socket of this machine. usage: test_local.py PROBE"""
import json
import os
import sys
import tempfile
import time
import unittest

from servers import Server, answer, probe, rest_of

PROGRAM = os.path.abspath(sys.argv.pop(1))


class Local(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, 'control.sock')
        self.addCleanup(self.folder.cleanup)

    def call(self, target, *options, path=None):
        return probe(PROGRAM, 'unix', '--socket', path or self.path, *options, target)

    def test_methods_and_headers(self):
        seen = []

        def echo(connection, head):
            body = rest_of(connection, head)
            seen.append((head.split(b'\r\n')[0].decode(), head.lower(), body))
            connection.sendall(answer(b'{"ok":true}', '201 Created', ['Content-Type: application/json']))
        with Server(echo, path=self.path):
            for method in ('GET', 'DELETE', 'POST', 'PUT', 'PATCH'):
                body = ['--body', '{}'] if method[0] == 'P' else []
                got, = self.call('/api/x?a=b/../c', '--method', method, '--header', 'Authorization: Bearer t', *body)
                self.assertEqual((got['ok'], got['status'], got['type']), (True, 201, 'application/json'))
                line, head, sent = seen[-1]
                self.assertEqual(line, f'{method} /api/x?a=b/../c HTTP/1.1')
                self.assertIn(b'authorization: bearer t\r\n', head)
                self.assertEqual(sent, b'{}' if body else b'')

    def test_a_file_is_streamed(self):
        big = os.path.join(self.folder.name, 'big')
        with open(big, 'wb') as file:
            file.truncate(100 << 20)
        lengths = []

        def take(connection, head):
            lengths.append(len(rest_of(connection, head)))
            connection.sendall(answer())
        with Server(take, path=self.path):
            got, = self.call('/api/pictures', '--method', 'POST', '--body', 'prefix', '--file', big)
        self.assertEqual(lengths, [6 + (100 << 20)])
        self.assertTrue(got['ok'])
        self.assertLess(got['grown_kb'], 24 * 1024)

    def test_a_file_that_became_shorter(self):
        small = os.path.join(self.folder.name, 'small')
        with open(small, 'wb') as file:
            file.write(b'abc')
        with Server(lambda c, head: c.sendall(answer(rest_of(c, head))), path=self.path):
            got, = self.call('/', '--method', 'POST', '--file', small, '--max', 100)
        self.assertEqual((got['ok'], got['code']), (False, 'io'))

    def test_no_server(self):
        got, = self.call('/')
        self.assertEqual((got['ok'], got['code']), (False, 'not_found'))
        self.assertIn('tagsmith serve', got['hint'])
        server = Server(lambda c, head: None, path=self.path)
        server.close()
        got, = self.call('/')
        self.assertEqual(got['code'], 'not_found')

    def test_a_long_path(self):
        folder = os.path.join(self.folder.name, 'd' * 100, 'e' * 100)
        os.makedirs(folder)
        path = os.path.join(folder, 'control.sock')
        here = os.getcwd()
        os.chdir(folder)
        try:
            with Server(lambda c, head: c.sendall(answer()), path='control.sock'):
                got, = self.call('/', path=path)
        finally:
            os.chdir(here)
        self.assertEqual((got['ok'], got['start']), (True, 'hello'))
        got, = self.call('/', path=path + '/no/' + 'x' * 100)
        self.assertEqual(got['code'], 'not_found')

    def test_events_by_line(self):
        def events(connection, head):
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n')
            for number in range(3):
                text = f'event: progress\r\ndata: {json.dumps({"done": number})}\n\n'.encode()
                for byte in range(0, len(text), 7):
                    connection.sendall(text[byte:byte + 7])
                time.sleep(0.01)
            connection.sendall(b'data: last')
        with Server(events, path=self.path):
            *lines, end = self.call('/api/jobs/1/events', '--lines')
            self.assertEqual([got['line'] for got in lines],
                             [text for n in range(3) for text in ('event: progress', f'data: {{"done": {n}}}', '')]
                             + ['data: last'])
            self.assertEqual((end['ok'], end['length']), (True, 0))
            *lines, end = self.call('/', '--lines', '--stop-after', 2)
            self.assertEqual((len(lines), end['ok'], end['code']), (2, False, 'interrupted'))

    def test_other_answers_are_not_cut_into_lines(self):
        with Server(lambda c, head: c.sendall(answer(b'{"error":\n1}', '404 N',
                                                     ['Content-Type: application/problem+json'])), path=self.path):
            got, = self.call('/', '--lines')
        self.assertEqual((got['ok'], got['status'], got['start']), (True, 404, '{"error":\n1}'))

    def test_a_server_that_says_nothing(self):
        with Server(lambda c, head: time.sleep(5), path=self.path):
            got, = self.call('/', '--idle', 1000)
        self.assertEqual((got['ok'], got['code']), (False, 'timeout'))

    def test_an_answer_that_breaks_off(self):
        with Server(lambda c, head: c.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx'), path=self.path):
            got, = self.call('/')
        self.assertEqual((got['ok'], got['code']), (False, 'io'))


if __name__ == '__main__':
    unittest.main()
