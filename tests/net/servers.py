"""Servers for the tests of src/net: small TCP and unix-socket servers that behave badly on purpose."""
import json
import socket
import subprocess
import threading


class Server:
    """Listens, and hands each connection to `handler(connection, head)` on a thread of its own; head is the request up
    to the empty line (and what came with it), b'' for servers that speak first."""

    def __init__(self, handler, address='127.0.0.1', port=0, path=None, reads=True):
        self.handler, self.reads = handler, reads
        self.visits, self.heads, self.lock = 0, [], threading.Lock()
        if path:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.bind(path)
        else:
            self.socket = socket.socket()
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.socket.bind((address, port))
            self.port = self.socket.getsockname()[1]
        self.socket.listen(256)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with self.lock:
                self.visits += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            with connection:
                self.handler(connection, self.head(connection) if self.reads else b'')
        except OSError:
            pass

    def head(self, connection):
        got = b''
        while b'\r\n\r\n' not in got:
            more = connection.recv(65536)
            if not more:
                break
            got += more
        with self.lock:
            self.heads.append(got)
        return got

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def answer(body=b'hello', status='200 OK', headers=()):
    lines = [f'HTTP/1.1 {status}', f'Content-Length: {len(body)}', 'Connection: close', *headers]
    return '\r\n'.join(lines).encode() + b'\r\n\r\n' + body


def says(data, **options):
    """A server that always answers with these bytes."""
    return Server(lambda connection, head: connection.sendall(data), **options)


def redirect(to, status='302 Found'):
    return answer(b'moved', status, [f'Location: {to}'])


def path_of(head):
    return head.split(b' ')[1].decode()


def rest_of(connection, head):
    """The body of a request with a Content-Length."""
    start, _, body = head.partition(b'\r\n\r\n')
    length = 0
    for line in start.split(b'\r\n'):
        if line.lower().startswith(b'content-length:'):
            length = int(line.split(b':')[1])
    body = bytearray(body)
    while len(body) < length:
        more = connection.recv(1 << 20)
        if not more:
            break
        body += more
    return bytes(body)


def probe(program, command, *arguments, timeout=60):
    """Runs the probe; the objects that it printed."""
    done = subprocess.run([program, command, *map(str, arguments)], capture_output=True, text=True, timeout=timeout)
    if done.returncode != 0:
        raise AssertionError(f'probe {command} {arguments}: {done.returncode} {done.stderr}')
    return [json.loads(line) for line in done.stdout.splitlines()]
