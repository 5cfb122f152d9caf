"""A server over a data folder of its own, for tests: started, stopped, killed; and calls to it."""
import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else None
ROOT = Path(__file__).resolve().parents[2]


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=120):
        super().__init__('localhost', timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Server:
    """`tagsmith serve` over `data`, without models: no test here needs them. The first start tells the admin key."""

    def __init__(self, data, *options, environment=None):
        self.data, self.options, self.key, self.port, self.process = Path(data), options, None, None, None
        self.program, self.root = [PROGRAM], ''
        self.environment = dict(os.environ, TAGSMITH_SHARE=str(ROOT), TAGSMITH_CACHE=str(self.data) + '.cache',
                                TAGSMITH_CONFIG=str(self.data) + '.config', TAGSMITH_MODELS=str(self.data) + '.models')
        self.environment.update(environment or {})
        Path(self.environment['TAGSMITH_CONFIG']).write_text(self.settings())

    @staticmethod
    def settings():
        return '[log]\nlevel = warn\n'

    def start(self, timeout=60):
        self.log = open(str(self.data) + '.log', 'ab')
        self.process = subprocess.Popen(
            [*self.program, 'serve', '--data', str(self.data), '--listen', '127.0.0.1:0', *self.options],
            stdout=subprocess.PIPE, stderr=self.log, env=self.environment, text=True)
        self.port = None
        for line in self.process.stdout:
            found = re.match(r'  key +(\S+)', line)
            if found:
                self.key = found[1]
            found = re.search(r'http://[^/]*:(\d+)/', line)
            if found:
                self.port = int(found[1])
                return self
        self.close()
        raise AssertionError(f'the server did not start: {self.log_tail()}')

    def log_tail(self):
        return Path(str(self.data) + '.log').read_text(errors='replace')[-2000:]

    def close(self):
        self.process.stdout.close()
        self.log.close()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.close()

    def stop(self, timeout=60):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout)
        self.close()
        return status

    def connection(self, timeout=60):
        return http.client.HTTPConnection('127.0.0.1', self.port, timeout=timeout)

    def call(self, method, target, body=None, headers=None, connection=None, key=None):
        """(status, JSON or bytes)"""
        own = connection or self.connection()
        headers = {'Authorization': f'Bearer {key or self.key}', **(headers or {})}
        if isinstance(body, (dict, list)):
            body, headers['Content-Type'] = json.dumps(body), 'application/json'
        own.request(method, target, body, headers)
        answer = own.getresponse()
        content = answer.read()
        if not connection:
            own.close()
        if 'json' in answer.headers.get('Content-Type', '') and 'ndjson' not in answer.headers['Content-Type']:
            content = json.loads(content)
        return answer.status, content

    def upload(self, content, headers=None, target='/api/pictures', connection=None):
        return self.call('POST', target, content, {'Content-Type': 'image/jpeg', **(headers or {})}, connection)

    def memory(self, name):
        return int(re.search(name + r':\s*(\d+) kB', Path(f'/proc/{self.process.pid}/status').read_text())[1]) / 1024

    def peak(self):
        """The most memory that the server ever held, in MiB."""
        return self.memory('VmHWM')

    def sanitized(self):
        """Built to watch its own memory, of which it then takes much more: addresses by the terabyte say so."""
        return self.memory('VmPeak') > 1 << 20

    def verify(self):
        """Findings of a deep check."""
        connection = UnixConnection(f'{self.root}{self.data}/control.sock')
        connection.request('POST', '/api/verify', json.dumps({'deep': True}), {'Content-Type': 'application/json'})
        text = connection.getresponse().read().decode()
        connection.close()
        assert 'event: done' in text, text
        return re.findall(r'event: finding\ndata: (.*)', text)


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def multiply(data, picture, count):
    """The picture with this id is there `count` times more, in a data folder that nobody has open; all with its tags."""
    database = sqlite3.connect(Path(data) / 'catalog.db')
    number, = database.execute('SELECT number FROM pictures WHERE id = ?', (picture,)).fetchone()
    last, = database.execute('SELECT max(number) FROM pictures').fetchone()
    with database:
        for table, key, others in (('pictures', 'number', {'id': "printf('%020d', n.i)", 'phash': 'NULL'}),
                                   ('ledger', 'picture', {}), ('tags', 'picture', {}),
                                   ('changes', 'number', {'id': "printf('%020d', n.i)"})):
            others[key] = 'n.i'
            names = [row[1] for row in database.execute(f'PRAGMA table_info({table})')]
            names = [name for name in names if not (name == 'seq' and table in ('ledger', 'changes'))]
            database.execute(
                f'WITH RECURSIVE n(i) AS (SELECT {last + 1} UNION ALL SELECT i + 1 FROM n WHERE i < {last + count}) '
                f'INSERT INTO {table} ({", ".join(names)}) SELECT {", ".join(others.get(name, "t." + name) for name in names)} '
                f'FROM n, {table} t WHERE t.{key} = {number}')
        line = '(SELECT max(seq) FROM ledger l WHERE l.picture = tags.picture AND l.key = tags.key)'
        database.execute(f'UPDATE tags SET seq = {line}, evidence = {line} WHERE picture > ?', (last,))
    database.close()
    return last


def review_tags(data, picture, tags):
    """Machine's tags (key, label, facet, state, confidence) of a picture, in a data folder that nobody has open."""
    database = sqlite3.connect(Path(data) / 'catalog.db')
    with database:
        number, = database.execute('SELECT number FROM pictures WHERE id = ?', (picture,)).fetchone()
        author, origin = database.execute('SELECT t.author, l.origin FROM tags t JOIN ledger l ON l.seq = t.evidence'
                                          ' JOIN authors a ON a.number = t.author WHERE a.kind = 0 LIMIT 1').fetchone()
        for key, label, facet, state, confidence in tags:
            seq = database.execute(
                'INSERT INTO ledger (picture, key, label, facet, action, author, state, confidence, raw, position, origin, at)'
                ' VALUES (?, ?, ?, ?, 0, ?, ?, ?, 0, 50, ?, 1)',
                (number, key, label, facet, author, state, confidence, origin)).lastrowid
            database.execute('INSERT INTO tags (picture, key, label, facet, state, confidence, position, action, author, seq,'
                             ' evidence, at) VALUES (?, ?, ?, ?, ?, ?, 50, 0, ?, ?, ?, 1)',
                             (number, key, label, facet, state, confidence, author, seq, seq))
    database.close()


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix='tagsmith-test-'))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.servers = []

    def server(self, *options, **more):
        server = Server(self.dir / 'data', *options, **more)
        self.servers.append(server)
        return server

    def until(self, true, seconds=30):
        end = time.monotonic() + seconds
        while not true():
            self.assertLess(time.monotonic(), end, 'it did not happen')
            time.sleep(0.02)

    def tearDown(self):
        for server in self.servers:
            if server.process and server.process.poll() is None:
                server.kill()


class Shared(Case):
    """One server for all tests of a class, which it starts with `OPTIONS` and these variables."""
    OPTIONS = ()
    ENVIRONMENT = {}

    @classmethod
    def setUpClass(cls):
        folder = Path(tempfile.mkdtemp(prefix='tagsmith-test-'))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.to = Server(folder / 'data', *cls.OPTIONS, environment=cls.ENVIRONMENT).start()
        cls.addClassCleanup(lambda: cls.to.process.poll() is None and cls.to.kill())

    @classmethod
    def tearDownClass(cls):
        assert cls.to.stop() == 0, cls.to.log_tail()

    def new_key(self, **wish):
        status, key = self.to.call('POST', '/api/keys', {'rate_per_minute': 100000, **wish})
        self.assertEqual(status, 201, key)
        return key


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], module='__main__')
