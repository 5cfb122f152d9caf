#!/usr/bin/env python3
"""cli: `tagsmith config` and where settings come from; `tagsmith find` and `tagsmith jobs` by their options."""
import unittest

import server


class Config(server.Case):
    def write(self, text, name='c.conf'):
        (self.dir / name).write_text(text)
        return name

    def test_faults_are_told_with_file_line_and_the_nearest_name(self):
        for text, line, said in (('[server]\n\nlisten_to = x\n', 3, 'did you mean server.listen?'),
                                 ('[server]\nlisten = a\nlisten = b\n', 3, ''),
                                 ('[servre]\nlisten = a\n', 1, 'did you mean [server]?'),
                                 ('[jobs]\nattempts = many\n', 2, ''), ('[jobs]\nattempts = 0\n', 2, ''),
                                 ('[log]\nlevel = lots\n', 2, ''), ('no section\n', 1, '')):
            name = self.write(text)
            told = self.error('config', 'check', name, status=1)
            self.assertIn(f'c.conf:{line}: ', told, text)
            self.assertIn(said, told)
            self.assertEqual(self.error('serve', '--data', 'd', '--config', name, status=3), told)
        self.assertFalse((self.dir / 'd').exists())
        self.assertIn('nowhere.conf', self.error('config', 'check', 'nowhere.conf', status=3))

    def test_the_template_explains_and_changes_nothing(self):
        text = self.run_it('config', 'template').stdout.decode()
        self.assertIn('#listen = 127.0.0.1:8080', text)
        name = self.write(text)
        self.assertEqual(self.run_it('config', 'check', name).stdout.decode(), 'c.conf is fine\n')
        self.assertEqual({row['origin'] for row in self.lines('config', 'show', '--json', '--config', name)}, {'default'})
        every = self.write(''.join(line.removeprefix('#') if not line.startswith('# ') else line
                                   for line in text.splitlines(keepends=True)))
        values = {row['name']: row['value'] for row in self.lines('config', 'show', '--json', '--config', every)}
        self.assertEqual(values, {row['name']: row['value'] for row in self.lines('config', 'show', '--json')})

    def test_each_source_is_stronger_than_the_one_before(self):
        name = self.write('[data]\ndir = from-file\n[jobs]\nattempts = 5\nsync_wait = 2s\n[server]\nmax_upload = 1M\n')
        env = {**server.ENVIRONMENT, 'TAGSMITH_CONFIG': name, 'TAGSMITH_JOBS_ATTEMPTS': '7'}
        rows = {row['name']: (row['value'], row['origin'])
                for row in self.lines('config', 'show', '--json', '--data', 'from-flag', env=env)}
        self.assertEqual(rows['jobs.attempts'], (7, '$TAGSMITH_JOBS_ATTEMPTS'))
        self.assertEqual(rows['jobs.sync_wait'], (2000, 'c.conf:5'))
        self.assertEqual(rows['server.max_upload'], (1 << 20, 'c.conf:7'))
        self.assertEqual(rows['data.dir'], ('from-flag', '--data'))
        self.assertEqual(rows['log.level'], ('info', 'default'))
        text = self.run_it('config', 'show', env=env).stdout.decode()
        self.assertRegex(text, r'(?m)^data\.dir += from-file +# c\.conf:2$')

    def test_variables_that_were_meant_to_set_something(self):
        for name, near in (('TAGSMITH_SERVER_LISTN', 'TAGSMITH_SERVER_LISTEN'),
                           ('TAGSMITH_JOBS_ATTEMPT', 'TAGSMITH_JOBS_ATTEMPTS')):
            done = self.run_it('config', 'check', status=1, env={**server.ENVIRONMENT, name: '5'})
            self.assertIn(f'{name} sets nothing', done.stderr.decode())
            self.assertIn(f'did you mean {near}?', done.stderr.decode())
        env = {**server.ENVIRONMENT, 'TAGSMITH_OTHER': 'x', 'TAGSMITH_JOBS_ATTEMPTS': '5'}
        self.run_it('config', 'check', env=env)

    def test_wrong_use(self):
        self.assertIn('say check', self.error('config', status=2))
        self.assertIn('say check', self.error('config', 'chekc', status=2))

    def test_logs_for_machines(self):
        one = self.serve(env={'TAGSMITH_LOG_FORMAT': 'json'})
        one.stop()
        rows = [server.json.loads(line) for line in one.err.splitlines()]
        self.assertEqual([row['level'] for row in rows if row['level'] in ('warn', 'error')
                          and 'text model' not in row['message']], [])
        self.assertIn('ready', [row['message'] for row in rows])


class Finding(server.Shared):
    def test_by_query_and_options(self):
        for i in range(5):
            self.assertEqual(self.server.upload(b'%d' % i, f'{i}.jpg')[0], 201)
        self.assertEqual(self.run_it('find', '--count', '--data', self.data).stdout, b'5\n')
        done = self.run_it('find', 'dog', '--limit', '2', '--data', self.data)
        self.assertEqual(done.stdout.count(b'\n'), 2)
        self.assertEqual(done.stderr, b'2 of 5; --limit shows more\n')
        self.assertRegex(done.stdout.decode(), r'^\d\.\d\d  \w{20}  \d\.jpg  dog')
        rows = self.lines('find', 'dog', '--json', '--sort', 'created', '--data', self.data)
        self.assertEqual([row['picture']['name'] for row in rows], [f'{i}.jpg' for i in (4, 3, 2, 1, 0)])
        rows = self.lines('find', 'dog', '--json', '--sort', '-created', '--limit', '3', '--data', self.data)
        self.assertEqual([row['picture']['name'] for row in rows], [f'{i}.jpg' for i in (0, 1, 2)])
        self.assertIn('cannot be', self.error('find', '--sort', '--created', '--data', self.data, status=2))
        self.assertEqual(self.run_it('find', 'dog', 'beach', '-c', '--data', self.data).stdout,
                         self.run_it('find', 'dog AND beach', '-c', '--data', self.data).stdout)
        done = self.run_it('find', 'submarine', '--data', self.data, status=1)
        self.assertEqual((done.stdout, done.stderr.splitlines()[0]), (b'', b'no match'))
        self.assertIn('column', self.error('find', 'tag:(', '--data', self.data, status=2))
        self.assertIn('--text wants words', self.error('find', '--text', '--data', self.data, status=2))
        self.assertIn('no picture', self.error('find', '--similar', 'nobody', '--data', self.data, status=3))

    def test_jobs(self):
        self.assertEqual(self.run_it('jobs', 'list', '--data', self.data).stderr, b'no jobs\n')
        self.assertEqual(self.lines('jobs', 'list', '--json', '--state', 'quarantined', '--data', self.data), [])
        for action in ('retry', 'cancel'):
            self.assertIn('no such job', self.error('jobs', action, 'nobody', '--data', self.data, status=3))
        self.assertIn('say list', self.error('jobs', 'lost', status=2))


if __name__ == '__main__':
    server.main()
