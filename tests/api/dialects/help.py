"""What the journeys in Python share: where the server is, who asks, calls of our own API, a receiver of webhooks."""
import http.server
import json
import os
import threading
import time
import urllib.error
import urllib.request

ADDRESS = os.environ['TAGSMITH_ADDRESS']
CLOUD = os.environ['TAGSMITH_CLOUD']
KEY_ID = os.environ['TAGSMITH_KEY_ID']
KEY = os.environ['TAGSMITH_KEY']
SECRET = os.environ['TAGSMITH_SECRET']


def picture(words):
    """A picture for the tagger that looks at no pixel: a JPEG by its first bytes. Which words it heeds: see
    tests/support/fake_tagger.c."""
    return b'\xff\xd8\xff\xe0' + words.encode()


def own(method, path, body=None, key=KEY):
    """Our own API: (status, JSON or None)."""
    return post(path, body, {'Authorization': f'Bearer {key}'}, method)


def post(path, body=None, headers=None, method='POST'):
    """Any call: (status, JSON or None). A dict or list is sent as JSON."""
    headers = dict(headers or {})
    if body is not None and not isinstance(body, bytes):
        body, headers['Content-Type'] = json.dumps(body).encode(), 'application/json'
    request = urllib.request.Request(ADDRESS + path, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            status, text = error.code, error.read()
    return status, json.loads(text) if text else None


def until(ask, seconds=120):
    """Asks again until `ask` gives something true: for what happens a little later."""
    end = time.monotonic() + seconds
    while not (got := ask()):
        assert time.monotonic() < end, 'it did not happen'
        time.sleep(0.02)
    return got


class Note:
    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body
        self.json = json.loads(body) if body else None


class Receiver:
    """Receives webhooks. `answer(note)` gives the status."""

    def __init__(self, answer=lambda note: 200):
        self.answer, self.notes = answer, []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
                note = Note(self.path, self.headers, body)
                receiver.notes.append(note)
                self.send_response(receiver.answer(note))
                self.send_header('Content-Length', '0')
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        self.url = f'http://127.0.0.1:{self.server.server_address[1]}/hook'
        threading.Thread(target=self.server.serve_forever, kwargs={'poll_interval': 0.05}, daemon=True).start()

    def arrived(self, fits):
        return until(lambda: next((note for note in list(self.notes) if fits(note)), None))

    def close(self):
        self.server.shutdown()
        self.server.server_close()
