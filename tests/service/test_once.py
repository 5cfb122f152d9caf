#!/usr/bin/env python3
"""service: what takes effect exactly once however often and in parallel it is asked for: repeatable requests, credits,
duplicates.

usage: test_once.py PROGRAM (one with a tagger that needs no models)
TAGSMITH_ROUNDS: how many requests are repeated (default 100).
"""
import collections
import hashlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import server

REQUESTS, RETRIES = int(os.environ.get('TAGSMITH_ROUNDS', '100')), 3


class Once(server.Shared):
    def setUp(self):
        super().setUp()
        self.local, self.before = threading.local(), 0
        self.before = self.count()

    def upload(self, content, headers=None, target='/api/pictures', key=None):
        if not hasattr(self.local, 'connection'):
            self.local.connection = self.to.connection()
        return self.to.call('POST', target, content, {'Content-Type': 'image/jpeg', **(headers or {})},
                            self.local.connection, key)

    def count(self):
        return self.to.call('GET', '/api/status')[1]['pictures'] - self.before

    def credits(self, key):
        return self.to.call('GET', f'/api/keys/{key["id"]}')[1]['credits']

    def insist(self, number):
        """Repeats a request until it is answered; returns the picture."""
        while True:
            status, answer = self.upload(f'picture {number}'.encode(), {'Idempotency-Key': f'k{number}'},
                                         '/api/pictures?duplicates=keep')
            if status != 409:
                return number, status, answer['id'] if status < 300 else answer

    def test_repeated_requests(self):
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(self.insist, [n for n in range(REQUESTS) for _ in range(RETRIES)]))
        ids = collections.defaultdict(set)
        for number, status, picture in answers:
            self.assertLess(status, 300, picture)
            ids[number].add(picture)
        self.assertEqual({len(some) for some in ids.values()}, {1})
        self.assertEqual(self.count(), REQUESTS)
        status, problem = self.upload(b'something else', {'Idempotency-Key': 'k1'})
        self.assertEqual((status, problem['code']), (422, 'refused'))
        status, problem = self.upload(b'picture 1', {'Idempotency-Key': 'k1'}, '/api/pictures?title=other')
        self.assertEqual(status, 422, 'other fields are another request')

    def test_a_request_in_flight(self):
        with ThreadPoolExecutor(12) as pool:
            statuses = list(pool.map(lambda _: self.upload(b'slow one', {'Idempotency-Key': 'same'})[0], range(12)))
        self.assertEqual(set(statuses) - {201, 409, 200}, set())
        self.assertEqual(statuses.count(201) >= 1 and self.count(), 1)

    def test_credits_never_below_zero(self):
        key = self.new_key(credits=10)
        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda n: self.upload(f'credit {n}'.encode(), key=key['key'])[0], range(40)))
        self.assertEqual(collections.Counter(statuses), {201: 10, 402: 30})
        self.assertEqual(self.credits(key), 0)
        self.assertEqual(self.count(), 10)

    def test_the_last_credit_answers_again(self):
        key = self.new_key(credits=1)
        first = self.upload(b'last', {'Idempotency-Key': 'a'}, key=key['key'])
        again = self.upload(b'last', {'Idempotency-Key': 'a'}, key=key['key'])
        self.assertEqual((first[0], again[0] in (200, 201), again[1]['id']), (201, True, first[1]['id']))
        self.assertEqual(self.upload(b'more', key=key['key'])[0], 402)

    def test_failures_cost_nothing(self):
        key = self.new_key(credits=5)
        self.assertEqual(self.upload(b'bad one', key=key['key'])[0], 422)
        self.assertEqual(self.credits(key), 5)
        status, picture = self.upload(b'bad two', None, '/api/pictures?async=true', key['key'])
        self.assertEqual(status, 202, picture)
        self.until(lambda: self.credits(key) == 5)
        for _ in range(2):  # started again it fails again, and gives nothing back that was not taken
            self.assertEqual(self.to.call('POST', f'/api/jobs/{picture["job"]}/requeue', key=key['key'])[0] // 100, 2)
            self.until(lambda: self.job(picture)['state'] in ('failed', 'quarantined'))
            time.sleep(0.05)
        self.assertEqual(self.credits(key), 5)
        self.assertEqual(self.job(picture)['error']['code'], 'corrupt')
        self.assertEqual(self.to.call('GET', f'/api/pictures/{picture["id"]}')[1]['state'], 'failed')

    def job(self, picture):
        return self.to.call('GET', f'/api/jobs/{picture["job"]}')[1]

    def test_the_same_bytes_at_once(self):
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: self.upload(b'slow twin'), range(16)))
        self.assertEqual({status for status, _ in answers}, {200, 201})
        self.assertEqual(len({picture['id'] for _, picture in answers}), 1)
        self.assertEqual(self.count(), 1)
        self.assertEqual(self.upload(b'slow twin', target='/api/pictures?duplicates=refuse')[0], 409)
        self.assertEqual(self.upload(b'slow twin', target='/api/pictures?duplicates=keep')[0], 201)
        self.assertEqual(self.count(), 2)

    def test_uploads_beside_deletions_keep_their_originals(self):
        """The same bytes come and go: whoever got a 201 or 200 has an original or was deleted."""
        def both(n):
            status, picture = self.upload(b'coming and going', target='/api/pictures?duplicates=keep')
            if status == 201 and n % 2:
                self.to.call('DELETE', f'/api/pictures/{picture["id"]}')
            return status

        with ThreadPoolExecutor(8) as pool:
            self.assertEqual(set(pool.map(both, range(120))), {201})
        self.assertEqual(self.count(), 60)
        self.assertEqual(self.to.verify(), [])
        digest = hashlib.sha256(b'coming and going').hexdigest()
        for picture in self.to.call('GET', '/api/pictures?limit=200')[1]['pictures']:
            if picture['sha256'] == digest:
                self.to.call('DELETE', picture['links']['self'])
        left = [p for d in ('originals', 'thumbnails') for p in (self.to.data / d).rglob(f'*{digest[2:]}*')]
        self.assertEqual(left, [], 'a deletion leaves no bytes')


if __name__ == '__main__':
    server.main()
