"""Starts a server and speaks HTTP to it. Standard library only."""
import http.client
import json
import os
import re
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

JPEG = b'\xff\xd8\xff'


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__('localhost', timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Server:
    """The fake server: its first lines name the port and the keys; it ends with its standard input."""

    def __init__(self, program, share):
        self.folder = tempfile.TemporaryDirectory()
        self.log = open(Path(self.folder.name) / 'log', 'w+b')
        self.keys = {'none': None, 'local': None}
        self.start(program, share)

    def popen(self, command, **options):
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, **options)

    def start(self, program, share):
        self.socket = str(Path(self.folder.name) / 'control.sock')
        self.process = self.popen([program, str(Path(share) / 'vocab'), self.socket])
        lines = [self.process.stdout.readline().decode().strip() for _ in range(5)]
        if not lines[-1]:
            raise SystemExit('the server did not start: ' + self.log_text())
        self.port = int(lines[0])
        self.keys.update(zip(('admin', 'reader', 'poor', 'slow'), lines[1:]))

    def log_text(self):
        self.log.flush()
        return Path(self.log.name).read_text(errors='replace')

    def connect(self, key='admin'):
        return UnixConnection(self.socket) if key == 'local' else http.client.HTTPConnection('127.0.0.1', self.port, timeout=20)

    def headers(self, key):
        return {'Authorization': f'Bearer {self.keys[key]}'} if self.keys.get(key) else {}

    def call(self, method, target, key='admin', body=None, headers=None):
        """(status, headers, bytes)"""
        connection = self.connect(key)
        try:
            connection.request(method, target, body, {**self.headers(key), **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def json(self, method, target, value=None, **options):
        body = None if value is None else json.dumps(value).encode()
        headers = {'Content-Type': 'application/json'} if body else {}
        status, _, answer = self.call(method, target, body=body, headers=headers, **options)
        return status, json.loads(answer) if answer else None

    def end(self):
        self.process.stdin.close()

    def stop(self):
        """The exit status; sanitizers make it other than 0."""
        self.end()
        try:
            return self.process.wait(30)
        finally:
            self.process.kill()
            self.process.stdout.close()
            self.text = self.log_text()
            self.log.close()
            self.folder.cleanup()


class RealServer(Server):
    """`tagsmith serve` over a fresh data folder: its first lines show the admin key and the address."""

    def start(self, program, share):
        folder = Path(self.folder.name)
        config = folder / 'config'
        config.write_text('')
        self.socket = str(folder / 'data' / 'control.sock')
        self.process = self.popen(
            [program, 'serve', '--data', str(folder / 'data'), '--listen', '127.0.0.1:0'],
            env=dict(os.environ, TAGSMITH_SHARE=str(share), TAGSMITH_CACHE=str(folder / 'cache'), TAGSMITH_CONFIG=str(config)))
        self.port = None
        while self.port is None:
            line = self.process.stdout.readline().decode()
            if not line:
                raise SystemExit('the server did not start: ' + self.log_text())
            key, address = re.match(r'  key +(\S+)', line), re.search(r'http://127\.0\.0\.1:(\d+)/', line)
            if key:
                self.keys['admin'] = key[1]
            if address:
                self.port = int(address[1])
        self.make_keys()

    def make_keys(self):
        wishes = {'reader': {'scopes': ['read']}, 'poor': {'scopes': ['write'], 'credits': 0},
                  'slow': {'scopes': ['read'], 'rate_per_minute': 2}}
        for name, wish in wishes.items():
            status, made = self.json('POST', '/api/keys', {'name': name, **wish})
            if status != 201:
                raise SystemExit(f'no key could be made: {made}')
            self.keys[name] = made['key']

    def end(self):
        self.process.stdin.close()
        self.process.terminate()


def multipart(parts):
    """[{name, filename?, type?, text? | jpeg?}] as (content type, body)"""
    boundary = uuid.uuid4().hex
    lines = []
    for part in parts:
        head = f'Content-Disposition: form-data; name="{part["name"]}"'
        if 'filename' in part:
            head += f'; filename="{part["filename"]}"'
        if 'type' in part:
            head += f'\r\nContent-Type: {part["type"]}'
        data = JPEG + part['jpeg'].encode() if 'jpeg' in part else part['text'].encode()
        lines.append(f'--{boundary}\r\n{head}\r\n\r\n'.encode() + data + b'\r\n')
    return f'multipart/form-data; boundary={boundary}', b''.join(lines) + f'--{boundary}--\r\n'.encode()


WORDS = {
    '<any>': lambda v: True,
    '<text>': lambda v: isinstance(v, str) and v != '',
    '<number>': lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    '<time>': lambda v: isinstance(v, str) and re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z', v),
}


def differences(shape, value, at='$'):
    """Where the value is not of that shape. Objects may have more members; "~x" is a pattern; lists are compared item
    by item."""
    if isinstance(shape, dict) and isinstance(value, dict):
        return [d for name, part in shape.items()
                for d in (differences(part, value[name], f'{at}.{name}') if name in value else [f'{at} lacks {name}'])]
    if isinstance(shape, list) and isinstance(value, list):
        if len(shape) != len(value):
            return [f'{at} has {len(value)} items, not {len(shape)}: {value}']
        return [d for i, part in enumerate(shape) for d in differences(part, value[i], f'{at}[{i}]')]
    if isinstance(shape, str) and shape in WORDS:
        return [] if WORDS[shape](value) else [f'{at} is {value!r}, not {shape}']
    if isinstance(shape, str) and shape.startswith('~'):
        return [] if isinstance(value, str) and re.search(shape[1:], value) else [f'{at} is {value!r}, not {shape}']
    return [] if shape == value and isinstance(shape, bool) == isinstance(value, bool) else [f'{at} is {value!r}, not {shape!r}']
