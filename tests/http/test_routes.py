"""Routing, keys, rates, origins, ranges, conditions, headers: what an answer is, as a client sees it."""
import base64
import http.client
import os
import socket

from harness import Case, Server, main, read_all, take

GOOD = {'Authorization': 'Bearer good'}


class Routes(Case):
    def test_segments(self):
        for path, key, value in (('/things/a', 'id', 'a'), ('/things/a%20b%2Fc', 'id', 'a b/c'),
                                 ('/things/%E2%82%AC', 'id', '€'), ('/files/a/b%20c/d', 'rest', 'a/b c/d'),
                                 ('/things/a+b', 'id', 'a+b')):
            self.assertEqual(self.server.get(path).json()[key], value)
        self.assertEqual(self.server.get('/things/search').body, b'quick\n')
        self.assertEqual(self.server.get('/things/a/').json()['id'], 'a')
        for path in ('/things', '/things/', '/things/a//', '/things/a/b', '/files', '/files/', '//things/a', '/THINGS/a'):
            self.assertEqual(self.server.get(path).status, 404, path)

    def test_methods(self):
        answer = self.server.request('PUT', '/things/a')
        self.assertEqual((answer.status, answer.headers['allow']), (405, 'GET, HEAD, DELETE, OPTIONS'))
        answer = self.server.request('OPTIONS', '/things/a')
        self.assertEqual((answer.status, answer.headers['allow']), (204, 'GET, HEAD, DELETE, OPTIONS'))
        answer = self.server.request('HEAD', '/file?size=1234')
        self.assertEqual((answer.status, answer.headers['content-length'], answer.body), (200, '1234', b''))
        self.assertEqual(self.server.request('HEAD', '/nothing').status, 404)

    def test_query(self):
        answer = self.server.get('/echo?a=1&b=%20x+y&a=2&c&=d&&e=%zz&f=%E2%82%AC').json()
        self.assertEqual(answer['query'], [['a', '1'], ['b', ' x y'], ['a', '2'], ['c', ''], ['', 'd'], ['e', '%zz'],
                                           ['f', '€']])
        for bad in ('?a=%00', '?%00=a', '?a=%ff', '?a=%c3'):
            self.assertEqual(self.server.get('/echo' + bad).status, 400, bad)

    def test_form(self):
        answer = self.server.request('POST', '/form', 'a=1&b=x+y%26&a=2',
                                     {'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8'})
        self.assertEqual(answer.json()['fields'], [['a', '1'], ['b', 'x y&'], ['a', '2']])

    def test_json(self):
        def post(text, kind='application/json'):
            return self.server.request('POST', '/json', text, {'Content-Type': kind})
        self.assertEqual(post('{"a": [1, "\u00e9"]}'.encode()).json(), {'a': [1, 'é']})
        self.assertEqual(post('{}', 'application/merge-patch+json').status, 200)
        for bad in ('{"a":1,"a":2}', '{', '', '{} x', '[' * 65 + ']' * 65, '[' * 100000, '{"a": NaN}', '{"a":"\0"}', b'"\xff"'):
            answer = post(bad)
            self.assertEqual((answer.status, answer.headers['content-type']), (400, 'application/problem+json'), bad[:20])
        self.assertEqual(post('[' * 64 + ']' * 64).status, 200)
        self.assertEqual(post('{}', 'text/plain').status, 415)
        self.assertEqual(post('{}', 'application/x-www-form-urlencoded').status, 415)

    def test_body_where_none_is_wanted(self):
        self.assertEqual(self.server.request('POST', '/nobody', b'x' * 1000).status, 200)
        self.assertEqual(self.server.request('POST', '/nobody', b'x' * 100000).status, 413)

    def test_problem(self):
        answer = self.server.get('/nothing')
        self.assertEqual(answer.headers['content-type'], 'application/problem+json')
        problem = answer.json()
        self.assertEqual((problem['status'], problem['code'], problem['title'], problem['instance']),
                         (404, 'not_found', 'Not Found', answer.headers['x-request-id']))
        self.assertEqual(self.server.get('/trouble?code=22').headers['retry-after'], '1')

    def test_dialect(self):
        self.assertEqual(self.server.get('/v9/resources%2Fsearch').json()['id'], 'resources')
        self.assertEqual(self.server.get('/v9/resources/search').json()['id'], 'resources')
        self.assertEqual(self.server.get('/v9/nothing').json(), {'error': {'message': 'there is nothing at this path'}})
        self.assertEqual(self.server.get('/v99').headers['content-type'], 'application/problem+json')

    def test_security_headers(self):
        page = self.server.get('/page').headers
        self.assertEqual(page['content-security-policy'],
                         "default-src 'self'; script-src 'self'; object-src 'none'; frame-ancestors 'none'")
        self.assertEqual((page['x-content-type-options'], page['referrer-policy']), ('nosniff', 'same-origin'))
        theirs = self.server.get('/file?name=' + 'a%22%0d%0aX-Evil:%201%E2%82%AC.svg').headers
        self.assertIn('sandbox', theirs['content-security-policy'])
        self.assertEqual(theirs['content-disposition'],
                         'attachment; filename="a___X-Evil: 1___.svg"; '
                         "filename*=UTF-8''a%22%0D%0AX-Evil%3A%201%E2%82%AC.svg")
        self.assertNotIn('x-evil', theirs)

    def test_ranges(self):
        whole = bytes(i % 256 for i in range(1000))
        for value, status, content in (('bytes=0-9', 206, whole[:10]), ('bytes=990-', 206, whole[990:]),
                                       ('bytes=-5', 206, whole[-5:]), ('bytes=-5000', 206, whole),
                                       ('bytes=999-2000', 206, whole[999:]), ('bytes=5-4', 200, whole),
                                       ('bytes=0-1,3-4', 200, whole), ('lines=0-1', 200, whole), ('bytes=x', 200, whole)):
            answer = self.server.get('/file', {'Range': value})
            self.assertEqual((answer.status, answer.body), (status, content), value)
        answer = self.server.get('/file', {'Range': 'bytes=2-3'})
        self.assertEqual(answer.headers['content-range'], 'bytes 2-3/1000')
        for value in ('bytes=1000-', 'bytes=99999999999999999999-', 'bytes=-0'):
            answer = self.server.get('/file', {'Range': value})
            self.assertEqual((answer.status, answer.headers['content-range']), (416, 'bytes */1000'))
        self.assertEqual(self.server.get('/file', {'Range': 'bytes=0-9', 'If-Range': '"old"'}).status, 200)
        self.assertEqual(self.server.get('/file', {'Range': 'bytes=0-9', 'If-Range': '"file-1"'}).status, 206)
        self.assertEqual(len(self.server.get('/file?size=3000000').body), 3000000)

    def test_conditions(self):
        self.assertEqual(self.server.get('/page').headers['etag'], '"page-1"')
        for value, status in (('"page-1"', 304), ('W/"page-1"', 304), ('"a", "page-1"', 304), ('*', 304), ('"a"', 200),
                              ('page-1', 200)):
            answer = self.server.get('/page', {'If-None-Match': value})
            self.assertEqual((answer.status, answer.body == b''), (status, status == 304), value)
        self.assertEqual(self.server.get('/page', {'If-None-Match': '"page-1"'}).headers['etag'], '"page-1"')

    def test_metrics(self):
        self.server.get('/things/a')
        text = self.server.get('/metrics').body.decode()
        self.assertIn('test_http_requests_total{method="GET",route="/things/{id}",status="200"}', text)
        for line in text.splitlines():
            self.assertRegex(line, r'^(# TYPE \w+ \w+|\w+(\{[^}]*(\{[^}]*\}[^}]*)*\})? [0-9.e+-]+)$')


class Keys(Case):
    options = ('--host', 'tags.example')

    def setUp(self):
        holder = self.holder.name
        self.socket = os.path.join(holder, 'control.sock')

    def test_ways_to_present_one(self):
        basic = 'Basic ' + base64.b64encode(b'id:se:cret').decode()
        for headers, kind, key, secret in ((GOOD, 2, '', 'good'), ({'Authorization': basic}, 3, 'id', 'se:cret'),
                                           ({'authorization': 'bearer  x'}, 2, '', 'x'),
                                           ({'X-API-Key': 'k'}, 5, '', 'k'), ({'Cookie': 'a=b; session=s; c=d'}, 4, '', 's'),
                                           ({'Authorization': 'HMAC abc def'}, 7, 'HMAC', 'abc def'),
                                           ({'Cookie': 'session=s', **GOOD}, 2, '', 'good')):
            got = self.server.get('/secret', headers).json()
            self.assertEqual((got['kind'], got['key_id'], got['secret']), (kind, key, secret), headers)
        self.assertEqual(self.server.get('/image?key=q').json()['kind'], 6)
        self.assertEqual(self.server.get('/secret?key=q').status, 401)

    def test_refusals(self):
        answer = self.server.get('/secret')
        self.assertEqual((answer.status, answer.headers['www-authenticate'], answer.json()['code']),
                         (401, 'Bearer', 'unauthorized'))
        self.assertEqual(self.server.get('/secret', {'Authorization': 'Bearer bad'}).status, 403)
        for odd in ('Bearer', 'Basic %%%', 'Basic', 'Basic ' + base64.b64encode(b'a\0b').decode()):
            self.assertEqual(self.server.get('/secret', {'Authorization': odd}).status, 401, odd)

    def test_rate(self):
        slow = {'Authorization': 'Bearer slow'}
        first = self.server.get('/secret', slow)
        self.assertEqual((first.status, first.headers['ratelimit-limit'], first.headers['ratelimit-remaining']),
                         (200, '2', '1'))
        self.assertEqual(self.server.get('/secret', slow).headers['ratelimit-remaining'], '0')
        third = self.server.get('/secret', slow)
        self.assertEqual((third.status, third.json()['code']), (429, 'rate_limited'))
        self.assertTrue(25 <= int(third.headers['retry-after']) <= 31, third.headers)
        self.assertEqual(self.server.get('/secret', GOOD).status, 200)

    def test_hosts(self):
        for host, status in (('tags.example', 200), ('TAGS.example:80', 200), ('127.0.0.1', 200), ('evil.example', 421),
                             ('tags.example.evil.example', 421), ('[::1]', 421)):
            self.assertEqual(self.server.get('/quick', {'Host': host}).status, status, host)

    def test_cookie_from_another_site(self):
        cookie = {'Cookie': 'session=s', 'Host': 'tags.example'}
        for extra, status in (({}, 200), ({'Origin': 'http://tags.example'}, 200), ({'Origin': 'https://evil.example'}, 403),
                              ({'Origin': 'null'}, 403), ({'Sec-Fetch-Site': 'cross-site'}, 403),
                              ({'Sec-Fetch-Site': 'same-origin'}, 200)):
            self.assertEqual(self.server.request('POST', '/secret', '', {**cookie, **extra}).status, status, extra)
        self.assertEqual(self.server.request('POST', '/secret', '', {**GOOD, 'Origin': 'https://evil.example'}).status, 200)

    def test_origins(self):
        good = {'Origin': 'https://good.example'}
        self.assertEqual(self.server.get('/quick', good).headers['access-control-allow-origin'], 'https://good.example')
        self.assertNotIn('access-control-allow-origin', self.server.get('/quick', {'Origin': 'https://evil.example'}).headers)
        ask = {'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization'}
        answer = self.server.request('OPTIONS', '/secret', None, {**good, **ask})
        self.assertEqual((answer.status, answer.headers['access-control-allow-origin'],
                          answer.headers['access-control-allow-headers']), (204, 'https://good.example', 'authorization'))
        self.assertIn('POST', answer.headers['access-control-allow-methods'])
        answer = self.server.request('OPTIONS', '/secret', None, {'Origin': 'https://evil.example', **ask})
        self.assertNotIn('access-control-allow-origin', answer.headers)

    def test_forwarded_is_not_believed(self):
        self.assertEqual(self.server.get('/echo', {'X-Forwarded-For': '1.2.3.4'}).json()['peer'], '127.0.0.1')

    def test_local_only(self):
        self.assertEqual(self.server.get('/inside').status, 404)


class Other(Case):
    def test_trusted_proxy(self):
        server = Server('--proxy', '127.0.0.0/8')
        try:
            for value, peer in (('1.2.3.4', '1.2.3.4'), ('9.9.9.9, 1.2.3.4', '1.2.3.4'), ('1.2.3.4, 127.0.0.2', '1.2.3.4'),
                                ('2001:db8::1', '2001:db8::1'), ('nonsense', '127.0.0.1'), ('1.2.3.4, x', '127.0.0.1'),
                                ('::ffff:1.2.3.4', '1.2.3.4')):
                got = server.get('/echo', {'X-Forwarded-For': value, 'X-Forwarded-Host': 'tags.example'}).json()
                self.assertEqual((got['peer'], got['host']), (peer, 'tags.example'), value)
        finally:
            server.stop()

    def test_unix_socket(self):
        path = os.path.join(self.spool, 'control.sock')
        server = Server('--unix', path)
        try:
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(path)
                s.sendall(b'GET /secret HTTP/1.1\r\nHost: a\r\n\r\nGET /inside HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
                out = read_all(s)
            self.assertEqual(out.count(b'HTTP/1.1 200 '), 2)
            self.assertIn(b'"identity":"local"', out)
        finally:
            server.stop()
        self.assertFalse(os.path.exists(path))

    def test_socket_left_by_a_crash(self):
        path = os.path.join(self.spool, 'old.sock')
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(path)
        server = Server('--unix', path)
        server.stop()

    def test_ipv6_and_all_addresses(self):
        for listen, host in (('[::1]:0', '::1'), (':0', '127.0.0.1'), ('0.0.0.0:0', '127.0.0.1')):
            try:
                server = Server('--listen', listen)
            except AssertionError:
                if ':' in host:
                    continue  # a machine without IPv6
                raise
            try:
                connection = http.client.HTTPConnection(host, server.port, timeout=5)
                connection.request('GET', '/echo')
                self.assertEqual(take(connection).json()['peer'], host)
                connection.close()
            finally:
                server.stop()


if __name__ == '__main__':
    main()
