"""The AI Image Tag API's dialect over real HTTP: its envelope, every code, seven languages, credits, the rate, browsers of
other origins. There is no SDK of it: requests and urllib are what its users have."""
import base64
import concurrent.futures
import http.client
import json
import socket
import unittest
import urllib.parse
import urllib.request

import requests

from help import ADDRESS, SECRET, own, picture

PATH = '/api/v1/generate_tags'
URL = ADDRESS + PATH
PNG = b'\x89PNG\r\n\x1a\n'
WEBP = b'RIFF\x40\x01\x01\x01WEBPVP8 '
MESSAGES = {1002: 'Unauthorized', 1003: 'Invalid API Key', 1004: 'Too Many Requests', 1005: 'Invalid Parameters',
            2002: 'Insufficient Credits', 2003: 'Content Blocked by Filter', 2004: 'Invalid Image Format',
            2005: 'Image Upload Failed', 5050: 'Internal Server Error'}
MORE_THAN_ANYBODY_HAS = 10 ** 8


def uri(content, kind='image/jpeg'):
    return f'data:{kind};base64,' + base64.b64encode(content).decode()


def new_key(**wish):
    status, key = own('POST', '/api/keys', {'name': 'tags', **wish})
    assert status == 201, key
    return key


def ask(key, body=None, **more):
    """The answer to a call with this body, by default a picture that can be tagged."""
    headers = {'Authorization': f'Bearer {key}'} if key else {}
    body = {'image': uri(picture('a walk'))} if body is None else body
    return requests.post(URL, json=body, headers=headers, timeout=300, **more)


class Case(unittest.TestCase):
    def refused(self, answer, status, code):
        body = answer.json()
        self.assertEqual((answer.status_code, body['code'], body['message']), (status, code, MESSAGES[code]), body)
        self.assertEqual(body['request_id'], answer.headers['X-Request-Id'])
        self.assertNotIn('data', body)
        return body


class Answers(Case):
    @classmethod
    def setUpClass(cls):
        cls.key = new_key(rate_per_minute=100000)['key']

    def test_the_envelope(self):
        answer = ask(self.key, {'image': uri(picture('envelope')), 'lang': 'en'})
        body = answer.json()
        self.assertEqual(answer.status_code, 200, body)
        self.assertEqual(set(body), {'code', 'message', 'request_id', 'data'})
        self.assertEqual((body['code'], body['message']), (0, 'success'))
        self.assertEqual(body['request_id'], answer.headers['X-Request-Id'])
        self.assertEqual(set(body['data']), {'tags', 'credits'})
        self.assertEqual(set(body['data']['tags']), {'tags', 'title', 'description'})
        self.assertEqual(set(body['data']['credits']), {'amount', 'remaining'})
        self.assertIn('dog', body['data']['tags']['tags'])
        self.assertIn('dog', body['data']['tags']['title'].lower())
        self.assertTrue(body['data']['tags']['description'].endswith('.'))

    def test_request_ids_differ(self):
        self.assertNotEqual(*(ask(self.key).json()['request_id'] for _ in range(2)))

    def test_urllib_speaks_it_too(self):
        request = urllib.request.Request(URL, json.dumps({'image': uri(picture('urllib'))}).encode(),
                                         {'content-type': 'application/json', 'authorization': f'Bearer {self.key}'})
        with urllib.request.urlopen(request, timeout=300) as answer:
            self.assertIn('dog', json.load(answer)['data']['tags']['tags'])

    def test_seven_languages(self):
        dogs = {'en': 'dog', 'zh': '狗', 'fr': 'chien', 'de': 'Hund', 'es': 'perro', 'ja': '犬', 'ko': '개'}
        titles = set()
        for lang, dog in dogs.items():
            tags = ask(self.key, {'image': uri(picture('languages')), 'lang': lang}).json()['data']['tags']
            self.assertIn(dog, tags['tags'], lang)
            self.assertTrue(tags['title'] and tags['description'], lang)
            titles.add(tags['title'])
        self.assertEqual(len(titles), len(dogs))
        for body in ({}, {'lang': None}):
            tags = ask(self.key, {'image': uri(picture('languages')), **body}).json()['data']['tags']
            self.assertIn('dog', tags['tags'])

    def test_formats_are_told_by_content(self):
        for start in (picture(''), PNG, WEBP):
            for kind in ('image/jpeg', 'image/png', 'application/octet-stream'):
                self.assertEqual(ask(self.key, {'image': uri(start + b'formats', kind)}).status_code, 200, (start, kind))
        for content in (b'GIF89a', b'BM\x46\x01\x01\x01', b'%PDF-1.7', b'<svg xmlns="http://www.w3.org/2000/svg">', b'no picture'):
            self.refused(ask(self.key, {'image': uri(content + b' ' * 64)}), 415, 2004)

    def test_bare_base64_is_taken(self):
        bare = base64.b64encode(picture('bare')).decode()
        self.assertEqual(ask(self.key, {'image': bare}).status_code, 200)

    def test_nothing_is_kept(self):
        before = own('GET', '/api/pictures')[1]
        self.assertEqual(ask(self.key, {'image': uri(picture('forget me'))}).status_code, 200)
        self.assertEqual(own('GET', '/api/pictures')[1], before)


class Refusals(Case):
    @classmethod
    def setUpClass(cls):
        cls.key = new_key(rate_per_minute=100000)['key']

    def test_1002_no_key(self):
        self.refused(ask(None), 401, 1002)
        self.assertEqual(ask(None).headers['WWW-Authenticate'], 'Bearer')
        body = {'image': uri(picture('x'))}
        for line in ('Basic ' + base64.b64encode(f'id:{SECRET}'.encode()).decode(), 'Token abc', self.key, 'Bearer'):
            self.refused(requests.post(URL, json=body, headers={'Authorization': line}, timeout=300), 401, 1002)

    def test_refused_before_a_byte_of_the_body(self):
        address = urllib.parse.urlsplit(ADDRESS)
        for line, code in (('Authorization: Bearer tk_nobody\r\n', 1003), ('', 1002), (f'X-API-Key: {self.key}x\r\n', 1003)):
            with socket.create_connection((address.hostname, address.port), timeout=300) as wire:
                wire.sendall(f'POST {PATH} HTTP/1.1\r\nHost: {address.netloc}\r\n{line}Content-Type: application/json\r\n'
                             f'Content-Length: {5 << 20}\r\n\r\n'.encode())
                answer = http.client.HTTPResponse(wire)
                answer.begin()
                body = json.loads(answer.read())
            self.assertEqual((answer.status, body['code'], body['message']), (401, code, MESSAGES[code]))
            self.assertEqual(body['request_id'], answer.headers['X-Request-Id'])

    def test_1002_a_key_that_may_not(self):
        self.refused(ask(new_key(scopes=['read'])['key']), 401, 1002)

    def test_1003_a_key_that_is_none(self):
        gone = new_key()
        self.assertEqual(own('DELETE', f'/api/keys/{gone["id"]}')[0] // 100, 2)
        for key in ('tsk_wrong', gone['key'], 'your_api_key', SECRET):
            self.refused(ask(key), 401, 1003)

    def test_1004_thirty_a_minute(self):
        key = new_key()['key']
        body = {'image': uri(b'GIF89a')}  # what is refused counts, too
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: ask(key, body), range(60)))
        fast = [answer for answer in answers if answer.status_code == 429]
        # Two seconds give one back.
        passed = len(answers) - len(fast)
        self.assertGreaterEqual(passed, 30)
        self.assertLess(passed, 60)
        self.refused(fast[0], 429, 1004)
        self.assertGreater(int(fast[0].headers['Retry-After']), 0)
        self.assertEqual(fast[0].headers['RateLimit-Limit'], '30')

    def test_1004_a_key_may_have_its_own_rate(self):
        self.assertEqual(ask(new_key(rate_per_minute=2)['key']).headers['RateLimit-Limit'], '2')

    def test_1005_parameters(self):
        image = uri(picture('x'))
        for body in ({}, [], 'text', {'image': None}, {'image': ''}, {'image': 5}, {'image': [image]}, {'lang': 'en'},
                     {'image': image, 'lang': 'it'}, {'image': image, 'lang': 'EN-us'}, {'image': image, 'lang': 7},
                     {'image': image, 'lang': ''}):
            self.refused(ask(self.key, body), 400, 1005)

    def test_1005_bodies(self):
        headers = {'Authorization': f'Bearer {self.key}'}
        kinds = {'application/json': [b'', b'{', b'{"image": "a", "image": "b"}', b'\xff'],
                 'text/plain': [b'{}'], 'application/x-www-form-urlencoded': [b'image=x'], 'image/jpeg': [picture('x')]}
        for kind, bodies in kinds.items():
            for body in bodies:
                self.refused(requests.post(URL, data=body, headers={**headers, 'Content-Type': kind}, timeout=300), 400, 1005)

    def test_1005_other_paths_and_methods(self):
        for method, path, status in (('GET', PATH, 405), ('PUT', PATH, 405), ('DELETE', PATH, 405), ('POST', PATH + '/x', 404),
                                     ('POST', '/api/v1/generate_tag', 404), ('GET', '/api/v1', 404), ('GET', '/api/v1/', 404)):
            self.refused(requests.request(method, ADDRESS + path, headers={'Authorization': f'Bearer {self.key}'},
                                          timeout=300), status, 1005)

    def test_2003_the_safety_policy(self):
        key = new_key(credits=2, rate_per_minute=100000)['key']
        rude = {'image': uri(picture('rude'))}
        self.assertEqual(ask(key, rude).json()['data']['credits'], {'amount': 1, 'remaining': 1})
        for member in ({'hold': {'nsfw': 0.6}}, {'reject': {'nsfw': 0.6}}):
            status, preset = own('PUT', '/api/presets/family', {'moderation': member, 'default_for': ['imagetag']})
            self.assertEqual(status // 100, 2, preset)
            body = self.refused(ask(key, rude), 422, 2003)
            self.assertIn('0.90', body['detail'])
        # It cost nothing, and other pictures pass.
        self.assertEqual(ask(key).json()['data']['credits'], {'amount': 1, 'remaining': 0})
        self.assertEqual(own('DELETE', '/api/presets/family')[0], 204)

    def test_2005_what_did_not_arrive(self):
        for image in (uri(picture('bad data')), 'data:image/jpeg;base64,/9j/4AAQ*', 'data:image/jpeg;base64,', 'data:,',
                      'data:image/jpeg;base64', 'https://example.org/a.jpg', 'AAA=A'):
            self.refused(ask(self.key, {'image': image}), 400, 2005)

    def test_2005_four_megabytes(self):
        most = 4 << 20
        fits = picture('large').ljust(most, b'.')
        self.assertEqual(ask(self.key, {'image': uri(fits)}).status_code, 200)
        self.refused(ask(self.key, {'image': uri(fits + b'.')}), 400, 2005)
        for megabytes in (5, 12):
            self.refused(ask(self.key, {'image': uri(picture('').ljust(megabytes << 20, b'.'))}), 400, 2005)

    def test_5050_our_own_fault(self):
        key = new_key(credits=1)['key']
        body = self.refused(ask(key, {'image': uri(picture('sick'))}), 500, 5050)
        self.assertTrue(body['detail'])
        self.assertEqual(ask(key).json()['data']['credits']['remaining'], 0)


class Credits(Case):
    def test_they_are_spent(self):
        key = new_key(credits=3, rate_per_minute=100000)
        for left in (2, 1, 0):
            self.assertEqual(ask(key['key']).json()['data']['credits'], {'amount': 1, 'remaining': left})
        self.refused(ask(key['key']), 402, 2002)
        self.assertEqual(own('POST', f'/api/keys/{key["id"]}/credit', {'amount': 1})[0], 200)
        self.assertEqual(ask(key['key']).json()['data']['credits'], {'amount': 1, 'remaining': 0})

    def test_what_fails_costs_nothing(self):
        key = new_key(credits=1, rate_per_minute=100000)['key']
        for image, code in ((picture('bad'), 2005), (b'GIF89a', 2004), (b'', 2005)):
            self.assertEqual(ask(key, {'image': uri(image)}).json()['code'], code)
        self.assertEqual(ask(key, {'image': uri(picture('x')), 'lang': 'xx'}).json()['code'], 1005)
        self.assertEqual(ask(key).json()['data']['credits'], {'amount': 1, 'remaining': 0})

    def test_without_a_limit_they_are_many(self):
        credits = ask(new_key()['key']).json()['data']['credits']
        self.assertEqual(credits['amount'], 0)
        self.assertGreater(credits['remaining'], MORE_THAN_ANYBODY_HAS)

    def test_many_at_once(self):
        have, asked = 25, 60
        key = new_key(credits=have, rate_per_minute=100000)['key']
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda i: ask(key, {'image': uri(picture(f'slow {i}'))}).json(), range(asked)))
        codes = [answer['code'] for answer in answers]
        self.assertEqual((codes.count(0), codes.count(2002)), (have, asked - have), set(codes))
        left = sorted(answer['data']['credits']['remaining'] for answer in answers if answer['code'] == 0)
        self.assertEqual(left, list(range(have)))
        self.assertEqual(len({answer['request_id'] for answer in answers}), asked)


class Origins(Case):
    SHOP, OTHER = 'https://shop.example', 'https://other.example'

    def preflight(self, origin):
        return requests.options(URL, headers={'Origin': origin, 'Access-Control-Request-Method': 'POST',
                                              'Access-Control-Request-Headers': 'authorization,content-type'}, timeout=300)

    def test_preflight_and_answer(self):
        key = new_key(origins=[self.SHOP])['key']
        answer = self.preflight(self.SHOP)
        self.assertEqual(answer.status_code, 204)
        self.assertEqual(answer.headers['Access-Control-Allow-Origin'], self.SHOP)
        self.assertIn('POST', answer.headers['Access-Control-Allow-Methods'])
        self.assertIn('authorization', answer.headers['Access-Control-Allow-Headers'])
        self.assertNotIn('Access-Control-Allow-Origin', self.preflight(self.OTHER).headers)
        body = {'image': uri(picture('page'))}
        for origin, name, allowed in ((self.SHOP, key, True), (self.OTHER, key, False), (self.SHOP, new_key()['key'], False)):
            headers = {'Authorization': f'Bearer {name}', 'Origin': origin}
            answer = requests.post(URL, json=body, headers=headers, timeout=300)
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.headers.get('Access-Control-Allow-Origin') == origin, allowed)

    def test_a_page_can_read_why_not(self):
        new_key(origins=[self.SHOP])
        answer = requests.post(URL, json={}, headers={'Origin': self.SHOP}, timeout=300)
        self.refused(answer, 401, 1002)
        self.assertEqual(answer.headers['Access-Control-Allow-Origin'], self.SHOP)


if __name__ == '__main__':
    unittest.main()
