"""What the tests of the HTTP room share: the small server as a child, and raw sockets to it."""
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import zlib

PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ''


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


class Server:
    def __init__(self, *options):
        self.process = subprocess.Popen([PROGRAM, *map(str, options)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        assert line, 'the server did not start'
        self.port = json.loads(line)['port']

    def stop(self, expect=True):
        """Ends it: the server drains, and must end clean."""
        if self.process.poll() is None:
            self.process.stdin.close()
            out = self.process.stdout.read()
            code = self.process.wait(timeout=60)
            self.process.stdout.close()
            assert code == 0, f'the server ended with {code}'
            assert json.loads(out)['drained'] or not expect, 'not drained'

    def connect(self, timeout=20):
        return socket.create_connection(('127.0.0.1', self.port), timeout=timeout)

    def raw(self, data, timeout=20):
        """All that comes back until the server closes. Fails when it does not close in time."""
        with self.connect(timeout) as s:
            try:
                s.sendall(data)
            except (BrokenPipeError, ConnectionResetError):
                pass
            return read_all(s)

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            return take(connection)
        finally:
            connection.close()

    def get(self, path, headers=None):
        return self.request('GET', path, None, headers)

    def figures(self):
        return self.get('/figures').json()

    def pid_file(self, name):
        with open(f'/proc/{self.process.pid}/{name}') as f:
            return f.read()

    def rss(self):
        for line in self.pid_file('status').splitlines():
            if line.startswith('VmRSS'):
                return int(line.split()[1]) * 1024
        return 0

    def fds(self):
        return len(os.listdir(f'/proc/{self.process.pid}/fd'))


def take(connection):
    answer = connection.getresponse()
    return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())


def read_all(s):
    out = b''
    while True:
        try:
            piece = s.recv(65536)
        except ConnectionResetError:
            return out
        if not piece:
            return out
        out += piece


def read_until(s, mark, limit=1 << 20):
    out = b''
    while mark not in out and len(out) < limit:
        piece = s.recv(65536)
        if not piece:
            break
        out += piece
    return out


def status_of(data):
    return int(data.split(b' ', 2)[1]) if data.startswith(b'HTTP/1.1 ') else 0


def adler(data):
    return zlib.adler32(data)


def multipart(parts, boundary='X-boundary'):
    """parts: (header lines, content)"""
    out = b''
    for header, content in parts:
        out += b'--' + boundary.encode() + b'\r\n' + header.encode() + b'\r\n\r\n' + content + b'\r\n'
    return out + b'--' + boundary.encode() + b'--\r\n'


def form_part(name, content, filename=None, kind=None):
    header = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        header += f'; filename="{filename}"'
    if kind:
        header += f'\r\nContent-Type: {kind}'
    return header, content


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


class Case(unittest.TestCase):
    """One server a class; `options` are its flags."""
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.spool = cls.holder.name
        cls.server = Server('--spool', cls.spool, *cls.options)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.holder.cleanup()


def main():
    unittest.main(argv=sys.argv[:1] + sys.argv[2:], verbosity=2)
