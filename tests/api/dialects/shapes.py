"""Whatever is wrong, each dialect says so in its own shape: unknown paths, wrong methods and bodies, limits, keys; never HTML,
never a bare status."""
import base64
import http.client
import json
import unittest
from urllib.parse import urlsplit

from help import ADDRESS, CLOUD, KEY_ID, SECRET, own

HOST = urlsplit(ADDRESS).netloc


def is_cloudinary(body):
    return set(body) == {'error'} and isinstance(body['error']['message'], str) and body['error']['message']


def is_imagekit(body):
    return {'message', 'help'} <= set(body) and all(isinstance(body[name], str) for name in ('message', 'help')) and body['message']


def is_imagetag(body):
    return isinstance(body.get('code'), int) and body['code'] > 0 and body['message'] and body['request_id']


CLOUDINARY = (is_cloudinary, f'Basic {base64.b64encode(f"{KEY_ID}:{SECRET}".encode()).decode()}',
              {400, 401, 403, 404, 409, 420, 429, 500})
IMAGEKIT = (is_imagekit, f'Basic {base64.b64encode(f"{SECRET}:".encode()).decode()}', {400, 401, 403, 404, 405, 409, 429, 500})
# Of each prefix the shape, a way to show the key, the statuses that SDKs understand.
DIALECTS = {
    f'/v1_1/{CLOUD}': CLOUDINARY, f'/v2/{CLOUD}': CLOUDINARY, '/v1': IMAGEKIT, '/api/v1/files': IMAGEKIT, '/api/v2': IMAGEKIT,
    '/api/v1': (is_imagetag, 'Bearer tsk_wrong', {400, 401, 402, 404, 405, 415, 422, 429, 500}),
}
# A path below each prefix that takes a POST.
POSTS = {f'/v1_1/{CLOUD}': '/image/upload', f'/v2/{CLOUD}': '/analysis/analyze/uri', '/v1': '/files/addTags',
         '/api/v1/files': '/upload', '/api/v2': '/files/upload', '/api/v1': '/generate_tags'}


class Shapes(unittest.TestCase):
    def ask(self, method, path, headers=None, body=None):
        connection = http.client.HTTPConnection(HOST, timeout=300)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.headers, content

    def refused(self, prefix, method, path, headers=None, body=None):
        shape, _, statuses = DIALECTS[prefix]
        status, got, content = self.ask(method, path, headers, body)
        self.assertIn(status, statuses, (method, path, content))
        if method == 'HEAD':
            return status
        self.assertEqual(got['Content-Type'].split(';')[0], 'application/json', (method, path, content))
        self.assertTrue(shape(json.loads(content)), (method, path, content))
        return status

    def each(self):
        for prefix, (_, key, _) in DIALECTS.items():
            yield prefix, {'Authorization': key}

    def test_unknown_paths(self):
        for prefix, key in self.each():
            for path in ('', '/', '/nothing', '/nothing/at/all', '/nothing%2Fat%2Fall', '/%C3%A9', '/..%2f..%2fetc'):
                for method in ('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'):
                    self.refused(prefix, method, prefix + path, key)
                    self.refused(prefix, method, prefix + path)

    def test_paths_that_are_none(self):
        for prefix, key in self.each():
            for path in ('/%', '/%zz', '/%ff%fe', '/a%00b'):
                self.refused(prefix, 'GET', prefix + path, key)

    def test_wrong_methods(self):
        for prefix, key in self.each():
            self.refused(prefix, 'PATCH', prefix + POSTS[prefix], key)

    def test_wrong_keys(self):
        for prefix, path in POSTS.items():
            for key in ('Basic !!!', 'Basic ' + base64.b64encode(b'a:b').decode(), 'Bearer wrong', 'Nonsense', 'Basic'):
                self.assertIn(self.refused(prefix, 'POST', prefix + path, {'Authorization': key, 'Content-Type': 'application/json'},
                                           b'{}'), (400, 401), (prefix, key))

    def test_bodies_that_cannot_be_read(self):
        for prefix, key in self.each():
            for kind, body in (('application/json', b'{'), ('application/json', b'\xff'), ('application/json', b'[' * 1000),
                               ('multipart/form-data', b'x'), ('multipart/form-data; boundary=x', b'--x\r\nnothing'),
                               ('application/x-www-form-urlencoded', b'%zz=%'), ('text/html', b'<p>'), ('image/jpeg', b'\xff\xd8')):
                self.refused(prefix, 'POST', prefix + POSTS[prefix], {**key, 'Content-Type': kind}, body)

    def test_bodies_that_are_too_large(self):
        for prefix, key in self.each():
            head = {**key, 'Content-Type': 'application/json', 'Content-Length': str(1 << 40)}
            self.refused(prefix, 'POST', prefix + POSTS[prefix], head)

    def test_keys_that_come_too_often(self):
        status, key = own('POST', '/api/keys', {'name': 'slow', 'rate_per_minute': 1, 'scopes': ['admin', 'write', 'read']})
        self.assertEqual(status, 201)
        basic = 'Basic ' + base64.b64encode(f'{key["id"]}:{key["secret"]}'.encode()).decode()
        for prefix, path, shown in ((f'/v1_1/{CLOUD}', '/ping', basic), ('/v1', '/files', basic), ('/api/v1', '/generate_tags', f'Bearer {key["key"]}')):
            method = 'POST' if path == '/generate_tags' else 'GET'
            headers = {'Authorization': shown, 'Content-Type': 'application/json'}
            self.ask(method, prefix + path, headers, b'{}' if method == 'POST' else None)
            self.assertIn(self.refused(prefix, method, prefix + path, headers, b'{}' if method == 'POST' else None), (420, 429), prefix)


if __name__ == '__main__':
    unittest.main()
