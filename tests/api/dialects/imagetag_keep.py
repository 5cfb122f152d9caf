"""The AI Image Tag API's dialect of a server that is told to keep what comes in (imagetag.keep), and to take 60 requests a
minute of a key (server.rate_per_minute)."""
import base64
import unittest

import requests

from help import ADDRESS, own, picture


class Keep(unittest.TestCase):
    def ask(self, key, words):
        body = {'image': 'data:image/jpeg;base64,' + base64.b64encode(picture(words)).decode()}
        answer = requests.post(ADDRESS + '/api/v1/generate_tags', json=body,
                               headers={'Authorization': f'Bearer {key}'}, timeout=300)
        return answer.status_code, answer.json()

    def test_pictures_stay(self):
        key = own('POST', '/api/keys', {'name': 'keep', 'credits': 2})[1]['key']
        before = own('GET', '/api/pictures')[1]['pictures']
        status, first = self.ask(key, 'kept')
        self.assertEqual((status, first['data']['credits']), (200, {'amount': 1, 'remaining': 1}))
        pictures = own('GET', '/api/pictures')[1]['pictures']
        self.assertEqual(len(pictures), len(before) + 1)
        # The same again costs nothing, and says what a person made of it.
        edits = {'edits': [{'action': 'reject', 'tag': 'object/dog'}, {'action': 'add', 'tag': 'cat'}]}
        self.assertEqual(own('POST', f'/api/pictures/{pictures[0]["id"]}/tags', edits)[0], 200)
        status, again = self.ask(key, 'kept')
        self.assertEqual((status, again['data']['credits']), (200, {'amount': 0, 'remaining': 1}))
        self.assertIn('cat', again['data']['tags']['tags'])
        self.assertNotIn('dog', again['data']['tags']['tags'])

    def test_what_the_policy_refuses_does_not_stay(self):
        policy = {'moderation': {'reject': {'nsfw': 0.6}}, 'default_for': ['imagetag']}
        self.assertEqual(own('PUT', '/api/presets/family', policy)[0] // 100, 2)
        key = own('POST', '/api/keys', {'name': 'keep'})[1]['key']
        before = own('GET', '/api/pictures?held=true')[1]
        status, answer = self.ask(key, 'rude')
        self.assertEqual((status, answer['code']), (422, 2003))
        self.assertEqual(own('GET', '/api/pictures?held=true')[1], before)

    def test_its_rate_is_counted_apart(self):
        key = own('POST', '/api/keys', {'name': 'keep'})[1]['key']
        for _ in range(20):  # of thirty
            self.assertEqual(self.ask(key, 'often')[0], 200)
        for _ in range(30):  # of sixty
            self.assertEqual(own('GET', '/api/pictures?limit=1', key=key)[0], 200)


if __name__ == '__main__':
    unittest.main()
