#!/usr/bin/env python3
"""cli: `tagsmith keys` and `tagsmith people`, with a server and without."""
import concurrent.futures
import json
import re
import unittest

import server


class Keys(server.Shared):
    def check_life(self, data, alive):
        """create, list, credit, revoke; `alive` asks a server whether a key is good."""
        (made,) = self.lines('keys', 'create', '--data', data, '--name', 'shop', '--scope', 'read', '--credits', '5',
                             '--json')
        self.assertEqual(sorted(made), ['id', 'key', 'secret'])
        self.assertTrue(made['key'].startswith('tsk_') and made['secret'].startswith('tss_'))
        self.assertIn(alive(made['key']), (200, None))
        row = next(row for row in self.lines('keys', 'list', '--data', data, '--json') if row['id'] == made['id'])
        self.assertEqual((row['name'], row['scopes'], row['credits']), ('shop', ['read'], 5))
        self.assertNotIn('key', row)
        (row,) = self.lines('keys', 'credit', made['id'], '+20', '--data', data, '--json')
        self.assertEqual(row['credits'], 25)
        self.run_it('keys', 'revoke', made['id'], '--data', data)
        self.assertIn(alive(made['key']), (401, None))
        self.assertIn(b'revoked', self.run_it('keys', 'list', '--data', data).stdout)

    def test_while_a_server_runs(self):
        self.check_life(self.data, lambda key: self.server.ask('GET', '/api/pictures', key=key)[0])

    def test_while_none_runs(self):
        self.check_life('d', lambda key: None)
        self.assertEqual((self.dir / 'd').stat().st_mode & 0o777, 0o700)

    def test_a_key_made_before_the_first_start_is_enough(self):
        (made,) = self.lines('keys', 'create', '--data', 'd', '--json')
        one = self.serve()
        self.assertNotIn('Admin key', one.out)
        one.key = made['key']
        self.assertEqual(one.ask('GET', '/api/pictures')[0], 200)
        self.assertEqual(one.ask('GET', '/api/keys')[0], 403)

    def test_pages_that_may_use_a_key(self):
        pages = ['https://shop.example', 'https://blog.example']
        words = [word for page in pages for word in ('--origin', page)]
        (made,) = self.lines('keys', 'create', '--data', 'd', *words, '--json')
        (row,) = self.lines('keys', 'list', '--data', 'd', '--json')
        self.assertEqual((row['id'], row['origins']), (made['id'], pages))

    def test_several_at_once_wait_for_each_other(self):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            runs = [pool.submit(self.lines, 'keys', 'create', '--data', 'd', '--json') for _ in range(8)]
            ids = {run.result()[0]['id'] for run in runs}
        self.assertEqual(len(ids), 8)
        self.assertEqual(len(self.lines('keys', 'list', '--data', 'd', '--json')), 8)

    def test_wrong_use(self):
        for args, said in ((['keys'], 'say create, list'), (['keys', 'credit', 'tk_x', 'many'], 'whole number'),
                           (['keys', 'create', '--credits', '-1'], 'whole number'),
                           (['keys', 'create', '--scope', 'all', '--data', self.data], 'scope')):
            self.assertIn(said, self.error(*args, status=2))
        self.assertIn('no ', self.error('keys', 'revoke', 'tk_x/../y', '--data', self.data, status=3))
        self.assertIn('there is no folder', self.error('keys', 'list', '--data', 'nowhere', status=3))
        self.assertFalse((self.dir / 'nowhere').exists())


class Sessions(server.Shared):
    """Signing in with a key: what a page does with the one that was on the screen."""

    def request(self, method, target, body=None, token=None, csrf=None):
        headers = {'Cookie': 'tagsmith_session=' + token} if token else {}
        if csrf:
            headers['X-CSRF-Token'] = csrf
        if body is not None:
            body, headers['Content-Type'] = json.dumps(body), 'application/json'
        connection = self.server.connect()
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        cookie = re.search(r'tagsmith_session=(\w*)', answer.headers.get('Set-Cookie', ''))
        return answer.status, json.loads(content) if content else None, cookie[1] if cookie else None

    def sign_in(self, key):
        return self.request('POST', '/api/session', {'key': key})

    def test_a_session_has_what_its_key_has(self):
        (made,) = self.lines('keys', 'create', '--data', self.data, '--name', 'shop', '--scope', 'read,write', '--json')
        status, session, token = self.sign_in(made['key'])
        self.assertEqual(status, 200)
        self.assertEqual((session['person']['id'], session['person']['name'], session['person']['role']),
                         (made['id'], 'shop', 'tagger'))
        self.assertNotIn(made['key'], token)
        self.assertEqual(self.request('GET', '/api/session', token=token)[1], session)
        self.assertEqual(self.request('GET', '/api/pictures', token=token)[0], 200)
        self.assertEqual(self.request('GET', '/api/keys', token=token)[0], 403)
        self.assertEqual(self.request('POST', '/api/tags/edit', {'query': 'dog', 'edits': [{'action': 'add', 'tag': 'x'}]},
                                      token=token)[0], 403)
        self.assertEqual(self.request('POST', '/api/tags/edit', {'query': 'dog', 'edits': [{'action': 'add', 'tag': 'x'}]},
                                      token=token, csrf=session['csrf'])[0], 200)
        other = self.sign_in(made['key'])
        self.assertEqual(self.request('DELETE', '/api/session', token=token)[::2], (204, ''))
        self.assertEqual(self.request('GET', '/api/pictures', token=token)[0], 401)
        self.assertEqual(self.request('GET', '/api/pictures', token=other[2])[0], 200)

    def test_it_ends_with_its_key(self):
        (made,) = self.lines('keys', 'create', '--data', self.data, '--json')
        token = self.sign_in(made['key'])[2]
        self.assertEqual(self.request('GET', '/api/me', token=token)[0], 200)
        self.run_it('keys', 'revoke', made['id'], '--data', self.data)
        self.assertEqual(self.request('GET', '/api/me', token=token)[0], 401)
        self.assertEqual(self.sign_in(made['key'])[0], 401)

    def test_wrong_ways_in(self):
        for wish, status in (({'key': 'tsk_none'}, 401), ({}, 400), ({'email': 'a@b.org'}, 400),
                             ({'key': 'tsk_x', 'email': 'a@b.org', 'password': 'long enough'}, 400)):
            self.assertEqual(self.request('POST', '/api/session', wish)[0], status, wish)
        self.assertEqual(self.request('GET', '/api/me', token='tks_' + 'a' * 32)[0], 401)


class People(server.Shared):
    def sign_in(self, password):
        return self.server.ask('POST', '/api/session', {'email': 'ann@example.org', 'password': password})

    def test_an_account_from_its_beginning_to_its_end(self):
        def people(*args, stdin=b'', **more):
            return self.run_it('people', *args, '--data', self.data, stdin=stdin, **more)
        people('add', 'ann@example.org', '--role', 'tagger', stdin=b'correct horse battery\n')
        (ann,) = self.lines('people', 'list', '--json', '--data', self.data)
        self.assertEqual((ann['name'], ann['role'], ann['disabled']), ('ann', 'tagger', False))
        self.assertEqual(self.sign_in('correct horse battery')[0], 200)
        self.assertEqual(self.sign_in('wrong')[0], 401)
        people('change', 'ANN@example.org', '--role', 'reviewer')
        people('password', ann['id'], stdin=b'another long password')
        self.assertEqual(self.sign_in('correct horse battery')[0], 401)
        self.assertEqual(self.sign_in('another long password')[1]['person']['role'], 'reviewer')
        people('disable', 'ann@example.org')
        self.assertIn(b'reviewer', people('list').stdout)
        self.assertIn(b'(disabled)', people('list').stdout)
        self.assertNotEqual(self.sign_in('another long password')[0], 200)
        people('enable', 'ann@example.org')
        self.assertIn(b'nobody here', people('remove', 'ben@example.org', status=3).stderr)
        self.assertIn(b'one line on standard input', people('password', 'ann@example.org', status=2).stderr)
        self.assertIn(b'say list', people('add', status=2).stderr)
        people('remove', 'ann@example.org')
        self.assertEqual(people('list').stdout, b'')


if __name__ == '__main__':
    server.main()
