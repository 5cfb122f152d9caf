"""The AI Image Tag API's dialect with the real networks and real photographs."""
import base64
import os
import unittest
from pathlib import Path

import requests

from help import ADDRESS, KEY

PHOTOS = Path(os.environ['TAGSMITH_SDK']).parent / 'photos'
KINDS = {'.jpg': 'image/jpeg', '.png': 'image/png', '.webp': 'image/webp'}


def ask(path, lang):
    uri = f'data:{KINDS[path.suffix]};base64,{base64.b64encode(path.read_bytes()).decode()}'
    return requests.post(ADDRESS + '/api/v1/generate_tags', json={'image': uri, 'lang': lang},
                         headers={'Authorization': f'Bearer {KEY}'}, timeout=600)


class Photographs(unittest.TestCase):
    def test_each_says_something(self):
        photos = sorted(path for path in PHOTOS.iterdir() if path.suffix in KINDS and path.stat().st_size <= 4 << 20)
        titles = 0
        for path in photos:
            answer = ask(path, 'en')
            self.assertEqual(answer.status_code, 200, (path, answer.text))
            tags = answer.json()['data']['tags']
            self.assertTrue(tags['tags'], path)
            self.assertNotIn('safe', tags['tags'])
            titles += bool(tags['title'] and tags['description'])
        # Of galaxies there is nothing to say in a sentence.
        self.assertGreater(titles, len(photos) / 2)

    def test_a_cat_in_two_languages(self):
        for lang, word in (('en', 'cat'), ('de', 'Katze')):
            tags = ask(PHOTOS / 'cat.png', lang).json()['data']['tags']
            self.assertIn(word, tags['tags'])
            self.assertIn(word, tags['title'] + tags['description'], lang)

    def test_half_a_picture_is_none(self):
        half = (PHOTOS / 'cat.png').read_bytes()[:200]
        uri = 'data:image/png;base64,' + base64.b64encode(half).decode()
        answer = requests.post(ADDRESS + '/api/v1/generate_tags', json={'image': uri},
                               headers={'Authorization': f'Bearer {KEY}'}, timeout=600)
        self.assertEqual((answer.status_code, answer.json()['code']), (400, 2005))


if __name__ == '__main__':
    unittest.main()
