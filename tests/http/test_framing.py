"""Ambiguous framing: every variant gets one refusal and a closed connection, and what lies behind it is never answered."""
import random
import socket

from harness import Case, main, read_all, status_of, wait_for

NEXT = b'GET /quick HTTP/1.1\r\nHost: a\r\n\r\n'  # what a smuggler hides


def post(*lines, body=b'', line='POST /echo HTTP/1.1'):
    return '\r\n'.join((line, *lines)).encode('latin-1') + b'\r\n\r\n' + body


CL = 'Content-Length: 5'
HOST = 'Host: a'
TYPE = 'Content-Type: text/plain'
CHUNKED = 'Transfer-Encoding: chunked'
ZERO = b'0\r\n\r\n'

# name -> bytes. Each must be refused with a 4xx/5xx and the connection closed.
REFUSED = {
    'two lengths': post(HOST, CL, 'Content-Length: 6', body=b'hello'),
    'two equal lengths': post(HOST, CL, CL, body=b'hello'),
    'three lengths': post(HOST, CL, CL, CL, body=b'hello'),
    'length list': post(HOST, 'Content-Length: 5, 5', body=b'hello'),
    'length and chunked': post(HOST, CL, CHUNKED, body=ZERO),
    'chunked and length': post(HOST, CHUNKED, CL, body=ZERO),
    'length, other case': post(HOST, CL, 'content-LENGTH: 6', body=b'hello'),
    'length plus': post(HOST, 'Content-Length: +5', body=b'hello'),
    'length minus': post(HOST, 'Content-Length: -5', body=b'hello'),
    'length hex': post(HOST, 'Content-Length: 0x5', body=b'hello'),
    'length words': post(HOST, 'Content-Length: five', body=b'hello'),
    'length space inside': post(HOST, 'Content-Length: 5 5', body=b'hello'),
    'length empty': post(HOST, 'Content-Length:', body=b'hello'),
    'length huge': post(HOST, 'Content-Length: 99999999999999999999', body=b'hello'),
    'length float': post(HOST, 'Content-Length: 5.0', body=b'hello'),
    'chunked twice': post(HOST, CHUNKED, CHUNKED, body=ZERO),
    'identity': post(HOST, 'Transfer-Encoding: identity', body=ZERO),
    'gzip, chunked': post(HOST, 'Transfer-Encoding: gzip, chunked', body=ZERO),
    'chunked, chunked': post(HOST, 'Transfer-Encoding: chunked, chunked', body=ZERO),
    'chunked, identity': post(HOST, 'Transfer-Encoding: chunked, identity', body=ZERO),
    'xchunked': post(HOST, 'Transfer-Encoding: xchunked', body=ZERO),
    'chunked with parameter': post(HOST, 'Transfer-Encoding: chunked;q=1', body=ZERO),
    'chunked quoted': post(HOST, 'Transfer-Encoding: "chunked"', body=ZERO),
    'chunked vertical tab': post(HOST, 'Transfer-Encoding: \x0bchunked', body=ZERO),
    'chunked space before colon': post(HOST, 'Transfer-Encoding : chunked', body=ZERO),
    'chunked tab before colon': post(HOST, 'Transfer-Encoding\t: chunked', body=ZERO),
    'chunked folded': post(HOST, 'Transfer-Encoding:\r\n chunked', body=ZERO),
    'chunked in 1.0': post(HOST, CHUNKED, line='POST /echo HTTP/1.0', body=ZERO),
    'length space before colon': post(HOST, 'Content-Length : 5', body=b'hello'),
    'fold behind a header': post(HOST, 'X-A: b\r\n c: d', CL, body=b'hello'),
    'fold at the first header': post(' X-A: b', HOST),
    'two hosts': post(HOST, 'Host: b'),
    'two equal hosts': post(HOST, HOST),
    'no host': post('X-A: b'),
    'bad host': post('Host: a b'),
    'host with user': post('Host: a@b'),
    'host with path': post('Host: a/b'),
    'host with two ports': post('Host: a:1:2'),
    'bare LF everywhere': b'GET /echo HTTP/1.1\nHost: a\n\n',
    'bare LF behind the line': b'GET /echo HTTP/1.1\nHost: a\r\n\r\n',
    'bare LF behind a header': b'GET /echo HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n',
    'bare LF behind the last header': b'GET /echo HTTP/1.1\r\nHost: a\n\r\n',
    'bare LF as the empty line': b'GET /echo HTTP/1.1\r\nHost: a\r\n\n',
    'bare CR in a header': b'GET /echo HTTP/1.1\r\nHost: a\rX-A: b\r\n\r\n',
    'bare CR in a value': b'GET /echo HTTP/1.1\r\nHost: a\r\nX-A: b\rContent-Length: 5\r\n\r\n',
    'CR CR LF': b'GET /echo HTTP/1.1\r\nHost: a\r\r\n\r\n',
    'NUL in a value': b'GET /echo HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n',
    'NUL in a name': b'GET /echo HTTP/1.1\r\nHost: a\r\nX\0A: b\r\n\r\n',
    'NUL in the target': b'GET /echo\0x HTTP/1.1\r\nHost: a\r\n\r\n',
    'control character in a value': b'GET /echo HTTP/1.1\r\nHost: a\r\nX-A: b\x01\r\n\r\n',
    'DEL in a value': b'GET /echo HTTP/1.1\r\nHost: a\r\nX-A: b\x7f\r\n\r\n',
    'name without colon': post(HOST, 'X-A'),
    'empty name': post(HOST, ': b'),
    'space in a name': post(HOST, 'X A: b'),
    'bracket in a name': post(HOST, 'X(A): b'),
    'high byte in a name': post(HOST, 'X\xe9: b'),
    'absolute target': post(HOST, line='GET http://b/echo HTTP/1.1'),
    'target of a proxy': post(HOST, line='CONNECT b:443 HTTP/1.1'),
    'target without slash': post(HOST, line='GET echo HTTP/1.1'),
    'target with fragment': post(HOST, line='GET /echo#x HTTP/1.1'),
    'target with backslash': post(HOST, line='GET /echo\\x HTTP/1.1'),
    'target with tab': post(HOST, line='GET /echo\tx HTTP/1.1'),
    'target with a space': post(HOST, line='GET /echo x HTTP/1.1'),
    'two spaces': post(HOST, line='GET  /echo HTTP/1.1'),
    'two spaces before the version': post(HOST, line='GET /echo  HTTP/1.1'),
    'tabs in the line': post(HOST, line='GET\t/echo\tHTTP/1.1'),
    'space behind the version': post(HOST, line='GET /echo HTTP/1.1 '),
    'no version': b'GET /echo\r\nHost: a\r\n\r\n',
    'HTTP/2.0': post(HOST, line='GET /echo HTTP/2.0'),
    'HTTP/1.2': post(HOST, line='GET /echo HTTP/1.2'),
    'http/1.1': post(HOST, line='GET /echo http/1.1'),
    'method with a quote': post(HOST, line='GE"T /echo HTTP/1.1'),
    'two types': post(HOST, TYPE, 'Content-Type: image/png', CL, body=b'hello'),
    'two authorizations': post(HOST, 'Authorization: Bearer a', 'Authorization: Bearer b'),
    'too many headers': post(HOST, *(f'X-{i}: b' for i in range(150))),
}

# Framing of the chunks themselves: the library reads them, so that the least that must hold is: no second answer.
CHUNKS = {
    'plain': b'5\r\nhello\r\n0\r\n\r\n',
    'bare LF': b'5\nhello\n0\n\n',
    'extension': b'5;a=b\r\nhello\r\n0\r\n\r\n',
    'extension with LF': b'5;a\n\r\nhello\r\n0\r\n\r\n',
    'hex prefix': b'0x5\r\nhello\r\n0\r\n\r\n',
    'sign': b'+5\r\nhello\r\n0\r\n\r\n',
    'minus': b'-5\r\nhello\r\n0\r\n\r\n',
    'space': b'5 \r\nhello\r\n0\r\n\r\n',
    'too large': b'FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n',
    'no CRLF behind': b'5\r\nhello0\r\n\r\n',
    'longer than said': b'5\r\nhello!!\r\n0\r\n\r\n',
    'empty size': b'\r\nhello\r\n0\r\n\r\n',
    'trailer': b'5\r\nhello\r\n0\r\nContent-Length: 7\r\n\r\n',
    'underscore': b'0_5\r\nhello\r\n0\r\n\r\n',
}


class Framing(Case):
    options = ('--idle', '1500')

    def check(self, name, data, statuses):
        """A refusal and the end. Where the library itself refuses, before we see anything, it sends the head of its
        answer twice, or just closes; what counts is that nothing but refusals comes."""
        answer = self.server.raw(data)
        found = {int(piece[:3]) for piece in answer.split(b'HTTP/1.1 ')[1:]}
        self.assertLessEqual(found, statuses, (name, answer))
        self.assertTrue(found or answer == b'', (name, answer))
        self.assertNotIn(b'quick\n', answer, name)

    def test_refused_and_closed(self):
        for name, data in REFUSED.items():
            with self.subTest(name):
                self.check(name, data + NEXT, {400, 413, 414, 431, 505})

    def test_chunks_are_the_last_thing_on_a_connection(self):
        for name, chunks in CHUNKS.items():
            with self.subTest(name):
                data = post(HOST, TYPE, CHUNKED, body=chunks)
                answer = self.server.raw(data + NEXT)
                self.assertLessEqual(answer.count(b'HTTP/1.1 '), 1, (name, answer))
                self.assertNotIn(b'quick\n', answer, name)
        answer = self.server.raw(post(HOST, TYPE, CHUNKED, body=CHUNKS['plain']))
        self.assertEqual(status_of(answer), 200)
        self.assertIn(b'"length":5,', answer)

    def test_paths_that_hide_something(self):
        for path in ('/files/%00', '/files/a%00b', '/files/%', '/files/%2', '/files/%zz', '/files/%ff',
                     '/files/%c0%ae%c0%ae/x'):
            with self.subTest(path):
                answer = self.server.raw(post(HOST, 'Connection: close', line=f'GET {path} HTTP/1.1'))
                self.assertEqual(status_of(answer), 400, answer)
        for path in ('/files/../x', '/files/%2e%2e/x', '/files/a%2f..%2fb', '/files/.', '/files//x', '/files/%2e/x',
                     '/files/a%2Fb'):
            with self.subTest(path):
                answer = self.server.raw(post(HOST, 'Connection: close', line=f'GET {path} HTTP/1.1'))
                self.assertEqual(status_of(answer), 404, answer)

    def test_good_requests_keep_the_connection(self):
        good = (post(HOST, line='GET /quick HTTP/1.1') + post(HOST, TYPE, CL, body=b'hello')
                + post(HOST, 'X-Empty:', 'X-Space:   b  ', 'X-Tab: a\tb', line='GET /quick HTTP/1.1')
                + post(HOST, line='GET /nothing HTTP/1.1') + post(HOST, TYPE, CL, line='POST /quick HTTP/1.1', body=b'hello')
                + post(HOST, 'Connection: close', line='GET /quick HTTP/1.1'))
        answer = self.server.raw(good)
        statuses = [int(piece[:3]) for piece in answer.split(b'HTTP/1.1 ')[1:]]
        self.assertEqual(statuses, [200, 200, 200, 404, 405, 200])

    def test_client_that_ends_its_side_is_answered(self):
        """Half-closed behind a whole request is no abandoned request, whenever the server looks."""
        for i in range(200):
            data = (post(HOST, TYPE, CL, body=b'hello') if i % 2 else
                    post(HOST, line=f'GET /hold?ms={450 if i % 50 == 0 else 0} HTTP/1.1'))
            with self.server.connect() as s:
                s.sendall(data)
                s.shutdown(socket.SHUT_WR)
                self.assertEqual(status_of(read_all(s)), 200, i)

    def test_mutated_requests(self):
        """Whatever comes in, the server lives."""
        chance = random.Random(7)
        seeds = [*REFUSED.values(), *(post(HOST, TYPE, CHUNKED, body=c) for c in CHUNKS.values()),
                 post(HOST, 'Content-Type: multipart/form-data; boundary=B', 'Content-Length: 60',
                      body=b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--B--')]
        for _ in range(1500):
            data = bytearray(chance.choice(seeds))
            for _ in range(chance.randrange(1, 5)):
                at = chance.randrange(len(data))
                edit = chance.randrange(3)
                if edit == 0:
                    data[at] = chance.choice(b'\r\n\0 :\t,;=/%\xff') if chance.randrange(2) else chance.randrange(256)
                elif edit == 1:
                    del data[at:at + chance.randrange(1, 4)]
                else:
                    data[at:at] = chance.choice((b'\r\n', b'\n', b'\0', b' ', b'\r\n ', b'Content-Length: 3\r\n'))
                if not data:
                    data = bytearray(b'\r\n')
            with self.server.connect() as s:
                try:
                    s.sendall(bytes(data))
                    s.shutdown(socket.SHUT_WR)
                    read_all(s)
                except OSError:
                    continue
        self.assertEqual(self.server.get('/quick').status, 200)
        self.assertTrue(wait_for(lambda: self.server.figures()['in_flight'] == 1), self.server.figures())

    def test_first_version(self):
        self.assertEqual(status_of(self.server.raw(b'GET /quick HTTP/1.0\r\n\r\n')), 200)

    def test_target_too_long(self):
        answer = self.server.raw(post(HOST, line='GET /' + 'a' * 9000 + ' HTTP/1.1'))
        self.assertEqual(status_of(answer), 414)
        answer = self.server.raw(post(HOST, line='GET /' + 'a' * 90000 + ' HTTP/1.1'))
        self.assertIn(status_of(answer), (414, 431))

    def test_header_too_long(self):
        answer = self.server.raw(post(HOST, 'X-A: ' + 'b' * 100000, line='GET /quick HTTP/1.1'))
        self.assertIn(status_of(answer), (400, 431))


if __name__ == '__main__':
    main()
