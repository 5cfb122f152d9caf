"""What the tests of `tagsmith serve` share: a server on a loopback port with a data folder of its own, and a client."""
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import harness

# Whoever runs the tests may have settings of his own.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not re.match(r'TAGSMITH_(CONFIG|DATA|SERVER|LOG|JOBS|TAGGING|FETCH|WEBHOOKS)', name)}
ENVIRONMENT['XDG_CONFIG_HOME'] = '/nonexistent'
ENVIRONMENT['TAGSMITH_MODELS'] = '/nonexistent'  # the tagger is made up, and the model for sentences takes long to load


class Server:
    """`tagsmith serve` as a child; `out` is what it printed until it was ready."""

    def __init__(self, data, *args, program=None, env=None, **more):
        self.data = Path(data)
        self.process = subprocess.Popen(
            [program or harness.PROGRAM, 'serve', '--data', str(data), '--listen', '127.0.0.1:0', *args],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**ENVIRONMENT, **(env or {})}, **more)
        self.out = ''
        for line in self.process.stdout:
            self.out += line
            if 'answers' in line:
                break
        else:
            raise AssertionError(self.process.stderr.read())
        found = re.search(r'http://([^/]+?):(\d+)/', self.out)
        self.host, self.port = (found[1], int(found[2])) if found else (None, None)
        key = re.search(r'key +(tsk_\w+)', self.out)
        self.key = key[1] if key else None

    def connect(self, timeout=300):
        return http.client.HTTPConnection(self.host.strip('[]'), self.port, timeout=timeout)

    def ask(self, method, target, body=None, key=None, headers=None):
        """(status, JSON or bytes)"""
        connection = self.connect()
        headers = dict(headers or {})
        if key or self.key:
            headers['Authorization'] = 'Bearer ' + (key or self.key)
        if isinstance(body, dict):
            body, headers['Content-Type'] = json.dumps(body), 'application/json'
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        is_json = 'json' in answer.headers.get('Content-Type', '') and 'ndjson' not in answer.headers['Content-Type']
        return answer.status, json.loads(content) if is_json else content

    def upload(self, content, name, **fields):
        body, kind = multipart(content, name, fields)
        return self.ask('POST', '/api/pictures', body, headers={'Content-Type': kind})

    def stop(self, number=signal.SIGTERM, timeout=300):
        """(exit status, seconds)"""
        started = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.rest_out, self.err = self.process.communicate(timeout=timeout)
        return self.process.returncode, time.monotonic() - started


def multipart(content, name, fields):
    boundary = 'cut-here'
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
             for k, v in fields.items()]
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                 'Content-Type: image/jpeg\r\n\r\n'.encode() + content + b'\r\n')
    return b''.join(parts) + f'--{boundary}--\r\n'.encode(), f'multipart/form-data; boundary={boundary}'


def wait_until(true, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


class Case(harness.Case):
    """Each test has a current folder of its own; the data folder is `d` in it unless the test says otherwise."""

    def run_it(self, *args, **more):
        more.setdefault('env', ENVIRONMENT)
        return super().run_it(*args, **more)

    def serve(self, data=None, *args, **more):
        server = Server(data or self.dir / 'd', *args, **more)
        self.addCleanup(self.end, server)
        return server

    @staticmethod
    def end(server):
        if server.process.poll() is None:
            server.process.kill()
        if not server.process.stdout.closed:
            server.process.communicate()

    def lines(self, *args, **more):
        """The lines of JSON that a command prints."""
        return [json.loads(line) for line in self.run_it(*args, **more).stdout.splitlines()]

    def error(self, *args, status):
        return self.run_it(*args, status=status).stderr.decode()


class Shared(Case):
    """One server for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.holder.cleanup)
        cls.server = Server(Path(cls.holder.name) / 'd')
        cls.addClassCleanup(cls.end, cls.server)
        cls.data = str(cls.server.data)


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def main():
    unittest.main(argv=[harness.sys.argv[0], *harness.sys.argv[2:]], module='__main__')
