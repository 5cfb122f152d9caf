"""Bodies: every row of the table of HTTP details (DEPENDENCIES), and the limits on size, parts and speed."""
import os
import random
import time

from harness import (Case, adler, form_part, main, multipart, read_all, status_of, wait_for)

MB = 1 << 20


def post_form(server, body, content_type, path='/form'):
    return server.request('POST', path, body, {'Content-Type': content_type})


class Multipart(Case):
    BODY = multipart([form_part('a', b'1'), form_part('f', b'content\r\n--X', 'x.jpg', 'image/jpeg')], 'X-b')

    def test_boundary_in_every_dress(self):
        for kind in ('multipart/form-data; boundary=X-b', 'multipart/form-data; boundary="X-b"',
                     'multipart/form-data; boundary=X-b; charset=utf-8', 'multipart/form-data; charset=utf-8; boundary="X-b"',
                     'multipart/form-data; Boundary=X-b', 'Multipart/Form-Data; BOUNDARY="X-b"; charset=utf-8',
                     'multipart/form-data ;boundary=X-b', 'multipart/form-data;boundary=X-b;'):
            with self.subTest(kind):
                answer = post_form(self.server, self.BODY, kind)
                self.assertEqual(answer.status, 200, answer.body)
                parts = answer.json()['parts']
                self.assertEqual([p['name'] for p in parts], ['a', 'f'])
                self.assertEqual(parts[1]['sum'], adler(b'content\r\n--X'))

    def test_boundary_of_one_and_of_seventy_characters(self):
        for boundary in ('X', 'a' * 70, "'()+_,-./:=? x"):
            answer = post_form(self.server, multipart([form_part('a', b'1')], boundary),
                               f'multipart/form-data; boundary="{boundary}"')
            self.assertEqual((answer.status, len(answer.json()['parts'])), (200, 1), boundary)

    def test_boundary_refused(self):
        for kind in ('multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=""',
                     'multipart/form-data; boundary="a ', 'multipart/form-data; boundary="a "',
                     'multipart/form-data; boundary=' + 'a' * 71, 'multipart/form-data; boundary=a; boundary=b',
                     'multipart/form-data; boundary="a\u00e9"', 'multipart/form-data; boundary=a b'):
            with self.subTest(kind):
                answer = self.server.request('POST', '/form', self.BODY, {'Content-Type': kind.encode('latin-1')})
                self.assertEqual(answer.status, 400, answer.body)

    def test_part_header_of_100_kb(self):
        body = multipart([('Content-Disposition: form-data; name="a"\r\nX-Long: ' + 'x' * 100000, b'1')])
        answer = post_form(self.server, body, 'multipart/form-data; boundary=X-boundary')
        self.assertEqual(answer.status, 400)
        self.assertIn('8192', answer.json()['detail'])

    def test_number_of_parts_and_files(self):
        for count, make, status in ((1000, lambda i: form_part(f'a{i}', b'1'), 200),
                                    (1001, lambda i: form_part(f'a{i}', b'1'), 400),
                                    (100, lambda i: form_part('f', b'1', f'{i}.jpg'), 200),
                                    (101, lambda i: form_part('f', b'1', f'{i}.jpg'), 400),
                                    (20000, lambda i: form_part('a', b''), 400)):
            with self.subTest(count):
                body = multipart([make(i) for i in range(count)])
                answer = post_form(self.server, body, 'multipart/form-data; boundary=X-boundary')
                self.assertEqual(answer.status, status, answer.body[:300])
                if status == 200:
                    self.assertEqual(len(answer.json()['parts']), count)

    def test_every_cut_short_body_is_refused(self):
        whole = self.BODY.rstrip(b'\r\n')
        for length in range(1, len(whole)):
            answer = post_form(self.server, whole[:length], 'multipart/form-data; boundary=X-b')
            self.assertEqual(answer.status, 400, (length, whole[:length]))
        self.assertEqual(post_form(self.server, whole, 'multipart/form-data; boundary=X-b').status, 200)

    def test_file_names(self):
        for header, name in (('filename="a b.jpg"', 'a b.jpg'), ('filename=a.jpg', 'a.jpg'),
                             ('filename="x.jpg"; filename*=UTF-8\'\'%e2%82%ac%20rates.jpg', '€ rates.jpg'),
                             ('filename*=utf-8\'en\'caf%C3%A9', 'café'), ('filename="a\\"b"', 'a"b'),
                             ('filename="C:\\dir\\x.jpg"', 'C:\\dir\\x.jpg'), ('filename=""', ''),
                             ('filename="../../etc/passwd"', '../../etc/passwd')):
            with self.subTest(header):
                body = multipart([(f'content-disposition: FORM-DATA; {header}; name="f"', b'1')])
                answer = post_form(self.server, body, 'multipart/form-data; boundary=X-boundary')
                self.assertEqual(answer.json()['parts'][0]['filename'], name)

    def test_20_mb_without_a_boundary_is_quick(self):
        for fill in (b'\r', b'-', b'\r\n--X-boundar', b'x'):
            data = (fill * (20 * MB // len(fill) + 1))[:20 * MB]
            body = multipart([form_part('f', data, 'x')])
            begin = time.monotonic()
            answer = post_form(self.server, body, 'multipart/form-data; boundary=X-boundary')
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.json()['parts'][0]['sum'], adler(data))
            print(f'20 MB of {fill!r}: {time.monotonic() - begin:.2f} s, checksum and network with it')
        answer = post_form(self.server, b'\r\n--X-boundar' * (MB // 2), 'multipart/form-data; boundary=X-boundary')
        self.assertEqual(answer.status, 400)


class Sizes(Case):
    options = ('--max-body', 60 * MB)

    def test_50_mb_goes_to_the_spool_and_memory_stays_flat(self):
        content = random.Random(1).randbytes(50 * MB)
        body = multipart([form_part('f', content, 'big.jpg'), form_part('a', b'x')])
        before = self.server.rss()
        fds = self.server.fds()
        highest = 0
        with self.server.connect(60) as s:
            s.sendall(b'POST /form HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n'
                      b'Content-Type: multipart/form-data; boundary=X-boundary\r\n\r\n' % len(body))
            for i in range(0, len(body) - MB, MB):
                s.sendall(body[i:i + MB])
                highest = max(highest, self.server.rss())
                self.assertEqual(os.listdir(self.spool), [], 'a spool file has a name')
            s.sendall(body[i + MB:])
            answer = read_all(s)
        self.assertEqual(status_of(answer), 200, answer[:500])
        self.assertIn(b'"sum":%d' % adler(content), answer)
        print(f'RSS growth while 50 MB came in: {(highest - before) / MB:.1f} MB')
        if not os.environ.get('SANITIZED'):
            self.assertLess(highest - before, 8 * MB)
        self.assertTrue(wait_for(lambda: self.server.fds() <= fds))

    def test_raw_body_to_the_spool(self):
        content = random.Random(2).randbytes(5 * MB + 17)
        answer = self.server.request('POST', '/echo', content, {'Content-Type': 'image/jpeg'})
        self.assertEqual((answer.json()['length'], answer.json()['sum']), (len(content), adler(content)))

    def test_too_large_by_its_length(self):
        answer = self.server.raw(b'POST /small HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n'
                                 b'Content-Length: 100000000\r\n\r\n')
        self.assertEqual(status_of(answer), 413)

    def test_too_large_is_read_by_a_client_that_sends_all_first(self):
        """No reset in its face: the answer arrives although the body was not read."""
        for _ in range(5):
            answer = self.server.request('POST', '/small', b'x' * (30 * MB), {'Content-Type': 'text/plain'})
            self.assertEqual(answer.status, 413)

    def test_too_large_in_chunks(self):
        chunk = b'2000\r\n' + b'x' * 0x2000 + b'\r\n'
        before = self.server.rss()
        answer = self.server.raw(b'POST /small HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n'
                                 b'Transfer-Encoding: chunked\r\n\r\n' + chunk * 1000 + b'0\r\n\r\n')
        self.assertEqual(status_of(answer), 413)
        self.assertEqual(answer.count(b'HTTP/1.1 '), 1)
        if not os.environ.get('SANITIZED'):
            self.assertLess(self.server.rss() - before, 8 * MB)

    def test_small_body_over_a_small_limit_keeps_the_connection(self):
        body = b'x' * 1001
        answer = self.server.raw((b'POST /small HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 1001\r\n\r\n'
                                  + body) + b'GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
        self.assertEqual([int(p[:3]) for p in answer.split(b'HTTP/1.1 ')[1:]], [413, 200])

    def test_dialect_renders_its_own_limits(self):
        answer = self.server.request('POST', '/v9/upload', b'x' * 2000, {'Content-Type': 'text/plain'})
        self.assertEqual(answer.status, 400)
        self.assertIn('larger', answer.json()['error']['message'])

    def test_expect_continue(self):
        head = b'POST /%s HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n'
        with self.server.connect() as s:
            s.sendall(head % b'echo')
            self.assertTrue(s.recv(100).startswith(b'HTTP/1.1 100 '))
        self.assertEqual(status_of(self.server.raw(head % b'small')), 413)
        self.assertEqual(status_of(self.server.raw(head.replace(b'100-continue', b'42') % b'echo')), 417)

    def test_refused_before_the_body_is_read(self):
        for key, status in ((b'', 401), (b'Authorization: Bearer bad\r\n', 403)):
            answer = self.server.raw(b'POST /secret HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n' + key
                                     + b'Content-Length: 50000000\r\n\r\n')
            self.assertEqual(status_of(answer), status)

    def test_aborted_uploads_leave_nothing(self):
        body = multipart([form_part('f', b'x' * (3 * MB), 'a.jpg')])
        head = (b'POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=X-boundary\r\n'
                b'Content-Length: %d\r\n\r\n' % len(body))
        fds = self.server.fds()
        for i in range(1000):
            with self.server.connect() as s:
                s.sendall(head + body[:(2 * MB if i % 50 == 0 else i * 37)])
        # What the sweep of the connections misses, the library's own minute ends.
        self.assertTrue(wait_for(lambda: self.server.figures()['connections'] <= 1, 90), self.server.figures())
        self.assertTrue(wait_for(lambda: self.server.fds() <= fds + 1), (fds, self.server.fds()))
        self.assertEqual(os.listdir(self.spool), [])
        self.assertTrue(wait_for(lambda: self.server.figures()['in_flight'] <= 1), self.server.figures())


class Slow(Case):
    options = ('--idle', 1000, '--grace', 1000)

    def drip(self, first, piece, seconds):
        """What came back, and after how many seconds the connection was closed."""
        begin = time.monotonic()
        out = b''
        with self.server.connect() as s:
            s.sendall(first)
            s.settimeout(0.05)
            while time.monotonic() - begin < seconds:
                try:
                    s.sendall(piece)
                    got = s.recv(65536)
                    if not got:
                        break
                    out += got
                except TimeoutError:
                    continue
                except OSError:
                    break
        return out, time.monotonic() - begin

    def test_slow_body(self):
        head = b'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n'
        for first in (head, head + b'x' * 5000):
            out, seconds = self.drip(first, b'x', 6)
            self.assertEqual(status_of(out), 408, out)
            self.assertLess(seconds, 3)

    def test_body_that_stops(self):
        begin = time.monotonic()
        answer = self.server.raw(b'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nx')
        self.assertEqual(status_of(answer), 408)
        self.assertLess(time.monotonic() - begin, 3)

    def test_slow_head(self):
        for first in (b'', b'GET /quick HTTP/1.1\r\nX-A: '):
            out, seconds = self.drip(first, b'b', 6)
            self.assertEqual(out, b'')
            self.assertLess(seconds, 3)

    def test_idle_connection(self):
        with self.server.connect() as s:
            s.sendall(b'GET /quick HTTP/1.1\r\nHost: a\r\n\r\n')
            begin = time.monotonic()
            self.assertEqual(status_of(read_all(s)), 200)
            self.assertLess(time.monotonic() - begin, 3)


class Many(Case):
    """Time enough for a healthy request on a machine that is busy itself, and less than the slow ones are given."""
    options = ('--idle', 4000, '--grace', 4000)

    def test_many_slow_heads_do_not_hinder_others(self):
        slow = []
        try:
            for _ in range(500):
                s = self.server.connect()
                s.sendall(b'GET /quick HTTP/1.1\r\nX-A: ')
                slow.append(s)
            times = []
            for _ in range(100):
                begin = time.monotonic()
                self.assertEqual(self.server.get('/quick').status, 200)
                times.append(time.monotonic() - begin)
            times.sort()
            print(f'beside 500 slow heads: median {times[50] * 1000:.1f} ms, p99 {times[98] * 1000:.1f} ms')
            self.assertLess(times[98], 2, 'nobody waits until the slow ones are sent away')
            self.assertTrue(wait_for(lambda: self.server.figures()['connections'] < 50, 20))
        finally:
            for s in slow:
                s.close()


if __name__ == '__main__':
    main()
