#!/usr/bin/env python3
"""cli: `tagsmith keys`, with a server and without."""
import concurrent.futures
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


if __name__ == '__main__':
    server.main()
