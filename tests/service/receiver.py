"""A receiver of webhooks for tests: an HTTP server that notes what it is sent and answers as the test says. It checks
signatures by what docs/api.md promises, with no help from the program."""
import base64
import hashlib
import hmac
import http.server
import json
import threading
import time


class Note:
    """One try of a delivery."""

    def __init__(self, request, body):
        self.path, self.headers, self.body, self.at = request.path, dict(request.headers), body, time.time()
        self.id = request.headers['webhook-id']
        self.event = json.loads(body)['event']
        self.data = json.loads(body)['data']
        self.accepted = False

    def is_signed_by(self, secret):
        stamp = self.headers['webhook-timestamp']
        signed = f'{self.id}.{stamp}.'.encode() + self.body
        wanted = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
        return abs(int(stamp) - self.at) < 300 and f'v1,{wanted}' in self.headers['webhook-signature'].split(' ')


class Receiver:
    """`answer(note)` gives the status of the answer; None: no answer at all. Notes are in the order in which tries began.
    Told to be silent, it keeps whoever calls waiting."""

    def __init__(self, answer=lambda note: 204):
        self.answer, self.notes, self.lock = answer, [], threading.Lock()
        self.speaks = threading.Event()
        self.speaks.set()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_POST(self):
                receiver.take(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={'poll_interval': 0.05}, daemon=True).start()

    def url(self, path='/hook'):
        return f'http://127.0.0.1:{self.port}{path}'

    def take(self, request):
        body = request.rfile.read(int(request.headers['Content-Length']))
        note = Note(request, body)
        with self.lock:
            self.notes.append(note)
            status = self.answer(note)
            note.accepted = status is not None and 200 <= status < 300
        self.speaks.wait(120)
        if status is None:
            time.sleep(2)
            request.close_connection = True
            return
        request.send_response(status)
        request.send_header('Content-Length', '0')
        request.end_headers()

    def seen(self):
        with self.lock:
            return list(self.notes)

    def accepted(self):
        """Of each delivery the first try that was accepted."""
        first = {}
        for note in self.seen():
            if note.accepted:
                first.setdefault(note.id, note)
        return list(first.values())

    def be_silent(self, silent=True):
        (self.speaks.clear if silent else self.speaks.set)()

    def close(self):
        self.speaks.set()
        self.server.shutdown()
        self.server.server_close()
