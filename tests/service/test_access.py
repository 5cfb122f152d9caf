#!/usr/bin/env python3
"""service: who may do what: every route of the OpenAPI document with keys of every scope; expired, revoked and wrong keys;
addresses that may not be fetched.

usage: test_access.py PROGRAM (one with a tagger that needs no models)
"""
import re
import time

import server

SCOPES = ('read', 'write', 'review', 'admin')
METHODS = ('get', 'post', 'put', 'patch', 'delete')
# NDJSON, what an export is if nothing is said, holds the whole history and needs more than the route itself.
EXPORT = '/api/export'


class Access(server.Shared):
    def routes(self):
        """(method, path, scope) of those that need a scope."""
        document = self.to.call('GET', '/api/openapi.json')[1]
        for path, item in document['paths'].items():
            for method in METHODS:
                if method in item and item[method].get('x-scope') and path != '/api/events':
                    yield method.upper(), re.sub(r'{\w+}', 'nothing', path), item[method]['x-scope']

    def test_every_route_with_every_scope(self):
        routes = list(self.routes())
        self.assertGreater(len(routes), 40)
        connection = self.to.connection()

        def ask(method, path, key):
            body = {'format': 'csv'} if path == EXPORT else {}
            target = f'{path}?format=csv' if path == EXPORT and method == 'GET' else path
            return self.to.call(method, target, None if method in ('GET', 'DELETE') else body, connection=connection, key=key)

        for scope in SCOPES:
            key = self.new_key(scopes=[scope])
            given = set(key['scopes'])
            for method, path, needed in routes:
                status, answer = ask(method, path, key['key'])
                forbidden = status == 403 and answer['code'] == 'forbidden'
                enough = given & set(needed.split(','))
                if not enough and scope != 'admin':
                    self.assertTrue(forbidden, (scope, method, path, status, answer))
                    self.assertIn(needed, answer['detail'])
                elif enough:
                    self.assertFalse(forbidden, (scope, method, path, answer))
                self.assertLess(status, 500, (scope, method, path, answer))
        for method, path, _ in routes:
            status, answer = ask(method, path, 'tsk_wrong')
            self.assertEqual((status, answer['code']), (401, 'unauthorized'), (method, path))
        connection.close()

    def test_reviewers_accept_and_reject(self):
        status, picture = self.to.upload(b'reviewed')
        self.assertEqual(status, 201)
        reviewer, writer, reader = (self.new_key(scopes=[scope])['key'] for scope in ('review', 'write', 'read'))
        one, many = f'/api/pictures/{picture["id"]}/tags', '/api/tags/edit'
        for action, who in (('accept', {reviewer, writer}), ('reject', {reviewer, writer}), ('add', {writer}), ('remove', {writer})):
            edits = {'edits': [{'action': action, 'tag': 'object/dog'}]}
            for key in (reviewer, writer, reader):
                for target, body in ((one, edits), (many, {**edits, 'query': 'dog', 'dry': True})):
                    status, answer = self.to.call('POST', target, body, key=key)
                    self.assertEqual(status, 200 if key in who else 403, (action, target, answer))
        mixed = {'edits': [{'action': 'accept', 'tag': 'object/dog'}, {'action': 'add', 'tag': 'object/cat'}]}
        self.assertEqual(self.to.call('POST', one, mixed, key=reviewer)[0], 403)
        self.assertEqual(self.to.call('PUT', one, {'tags': []}, key=reviewer)[0], 403)
        history = self.to.call('GET', f'/api/pictures/{picture["id"]}/history')[1]
        self.assertIn('accept', str(history))

    def test_figures_need_a_key(self):
        self.assertEqual(self.metrics(self.to), 401)

    @staticmethod
    def metrics(to, **headers):
        connection = to.connection()
        connection.request('GET', '/metrics', headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def test_keys_end(self):
        soon = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + 2))
        short, gone = self.new_key(expires=soon), self.new_key()
        self.assertEqual(self.to.call('DELETE', f'/api/keys/{gone["id"]}')[0] // 100, 2)
        time.sleep(2.5)
        said = set()
        for key in (short['key'], gone['key'], 'tsk_never'):
            status, answer = self.to.call('GET', '/api/me', key=key)
            self.assertEqual(status, 401, answer)
            said.add(answer['detail'])
        self.assertEqual(len(said), 3, said)

    def test_pages_of_other_origins(self):
        self.new_key(origins=['https://good.example'])
        for origin, allowed in (('https://good.example', True), ('https://evil.example', False)):
            connection = self.to.connection()
            connection.request('OPTIONS', '/api/pictures', headers={'Origin': origin, 'Access-Control-Request-Method': 'POST',
                                                                    'Access-Control-Request-Headers': 'authorization'})
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.headers.get('Access-Control-Allow-Origin') == origin, allowed)
            connection.close()

    def test_addresses_that_are_not_fetched(self):
        for url in (f'http://127.0.0.1:{self.to.port}/healthz', 'http://[::1]/', 'http://169.254.169.254/', 'file:///etc/passwd',
                    'http://0.0.0.0/', 'http://[::ffff:10.0.0.1]/'):
            status, problem = self.to.call('POST', '/api/pictures', {'url': url})
            self.assertIn(status, (400, 422), (url, problem))
            status, problem = self.to.upload(b'called back', target='/api/pictures?callback_url=' + url.replace(':', '%3A').replace('/', '%2F'))
            self.assertIn(status, (400, 422), (url, problem))
        self.assertIn(self.to.call('POST', '/api/pictures', {'url': f'http://localhost:{self.to.port}/healthz'})[0], (400, 422))
        self.assertEqual(self.to.call('POST', '/api/pictures', {'data_uri': 'data:image/jpeg;base64,aGVsbG8='})[0], 201)


class OpenMetrics(server.Shared):
    ENVIRONMENT = {'TAGSMITH_SERVER_OPEN_METRICS': 'yes'}

    def test_this_machine_needs_no_key_for_figures_alone(self):
        self.assertEqual(Access.metrics(self.to), 200)
        for name in ('X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Via'):
            self.assertEqual(Access.metrics(self.to, **{name: '127.0.0.1'}), 401)
        self.assertEqual(Access.metrics(self.to, Authorization='Bearer tsk_wrong'), 401)
        connection = self.to.connection()
        for path in ('/api/status', '/api/pictures', '/api/me'):
            connection.request('GET', path)
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, 401)
        connection.close()
        metrics = self.to.call('GET', '/api/openapi.json')[1]['paths']['/metrics']['get']
        self.assertIn({}, metrics['security'])


class Rates(server.Case):
    def test_a_restart_gives_no_allowance_back(self):
        one = self.server().start()
        status, key = one.call('POST', '/api/keys', {'rate_per_minute': 1, 'scopes': ['read']})
        self.assertEqual(status, 201, key)
        began = time.monotonic()
        self.assertEqual(one.call('GET', '/api/pictures', key=key['key'])[0], 200)
        for end in (one.kill, one.stop):
            self.assertEqual(one.call('GET', '/api/pictures', key=key['key'])[0], 429)
            end()
            one.start()
        status = one.call('GET', '/api/pictures', key=key['key'])[0]
        if time.monotonic() - began < 59:  # else a slow machine has waited it out
            self.assertEqual(status, 429)
        self.assertEqual(one.call('GET', '/api/pictures')[0], 200)


if __name__ == '__main__':
    server.main()
