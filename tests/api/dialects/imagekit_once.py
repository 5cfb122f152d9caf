"""An answer that is lost on its way, and the SDK's own retry: with an Idempotency-Key there is one file afterwards."""
import http.server
import threading
import unittest
import urllib.error
import urllib.request

import imagekitio
from imagekitio import ImageKit

from help import ADDRESS, picture


class LossyWire:
    """Stands before the server and loses the first answer to each key."""

    def __init__(self):
        wire, self.lost = self, []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                status, text = wire.pass_on(self.path, body, dict(self.headers))
                key = self.headers.get('Idempotency-Key', self.path)
                if key not in wire.lost:
                    wire.lost.append(key)
                    self.close_connection = True
                    self.connection.close()
                    return
                self.send_response(status)
                self.send_header('Content-Type', 'application/json')
                self.send_header('Content-Length', str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                pass  # a connection that was closed on purpose

        self.server = Server(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        self.address = f'http://127.0.0.1:{self.server.server_address[1]}'
        threading.Thread(target=self.server.serve_forever, kwargs={'poll_interval': 0.05}, daemon=True).start()

    @staticmethod
    def pass_on(path, body, headers):
        request = urllib.request.Request(ADDRESS + path, body, headers, method='POST')
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Once(unittest.TestCase):
    def setUp(self):
        self.wire = LossyWire()
        self.addCleanup(self.wire.close)
        self.client = ImageKit(base_url=self.wire.address, max_retries=3)
        self.direct = ImageKit(max_retries=0)

    def upload(self, key, words, **more):
        return self.client.files.upload(file=picture(words), extra_headers={'Idempotency-Key': key} if key else None,
                                        **more)

    def files(self, folder):
        return self.direct.assets.list(path=folder)

    def test_a_new_file(self):
        made = self.upload('new', 'new', file_name='new.jpg', folder='/new', tags=['once'])
        self.assertEqual([one.file_id for one in self.files('/new')], [made.file_id])
        self.assertIn('new', self.wire.lost)
        self.assertEqual(self.direct.files.get(made.file_id).tags, ['once'])

    def test_a_new_version(self):
        first = self.upload('v1', 'one', file_name='v.jpg', folder='/v', use_unique_file_name=False)
        second = self.upload('v2', 'two', file_name='v.jpg', folder='/v', use_unique_file_name=False,
                             overwrite_tags=False)
        self.assertEqual((second.file_id, second.version_info.name), (first.file_id, 'Version 2'))
        self.assertEqual(len(self.direct.files.versions.list(first.file_id)), 2)

    def test_a_file_that_may_not_be_overwritten(self):
        made = self.upload('stay', 'stay', file_name='s.jpg', folder='/s', use_unique_file_name=False,
                           overwrite_file=False)
        self.assertEqual([one.file_id for one in self.files('/s')], [made.file_id])
        with self.assertRaises(imagekitio.BadRequestError):
            self.upload('other', 'other', file_name='s.jpg', folder='/s', use_unique_file_name=False,
                        overwrite_file=False)

    def test_the_key_of_another_request(self):
        self.upload('same', 'one thing', file_name='a.jpg', folder='/k')
        with self.assertRaises(imagekitio.APIStatusError) as caught:
            self.upload('same', 'another thing', file_name='a.jpg', folder='/k')
        self.assertTrue(caught.exception.body['message'] and caught.exception.body['help'])
        self.assertEqual(len(self.files('/k')), 1)

    def test_without_a_key(self):
        """Then it is two files, as it would be at ImageKit: so the key does something."""
        self.upload(None, 'twice', file_name='t.jpg', folder='/t')
        self.assertEqual(len(self.files('/t')), 2)


if __name__ == '__main__':
    unittest.main()
