"""Many uploads at once that are tagged later, told to receivers of which one is slow and one fails now and then: every
picture is there afterwards, and every notification has come, with a signature that is right."""
import concurrent.futures
import hashlib
import io
import os
import threading
import time
import unittest

import cloudinary.api
import cloudinary.uploader as uploader

import help as to
from help import picture

COUNT = int(os.environ.get('TAGSMITH_TEST_UPLOADS', '1000'))
AT_ONCE = 32


class Receivers:
    """Every third picture is told to one that dawdles, every third to one that refuses its first try."""

    def __init__(self):
        self.refused, self.lock = set(), threading.Lock()
        self.all = [to.Receiver(), to.Receiver(self.dawdle), to.Receiver(self.refuse)]

    @staticmethod
    def dawdle(note):
        time.sleep(0.05)
        return 200

    def refuse(self, note):
        with self.lock:
            first = note.json['public_id'] not in self.refused
            self.refused.add(note.json['public_id'])
        return 503 if first else 200

    def told(self):
        return {note.json['public_id'] for receiver in self.all for note in list(receiver.notes)}

    def close(self):
        for receiver in self.all:
            receiver.close()


def upload(number, receivers):
    hook = receivers.all[number % len(receivers.all)]
    words = f'{"slow" if number % 7 == 0 else "quick"} {number}'
    while True:
        try:
            return uploader.upload(io.BytesIO(picture(words)), public_id=f'many/{number}', tags=f'n{number}',
                                   notification_url=hook.url, detection='coco', **{'async': True})
        except cloudinary.exceptions.RateLimited:  # too busy: come again
            time.sleep(0.2)


class Many(unittest.TestCase):
    def test_nothing_is_lost(self):
        receivers = Receivers()
        self.addCleanup(receivers.close)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(lambda number: upload(number, receivers), range(COUNT)))
        self.assertEqual({answer['status'] for answer in answers}, {'pending'})
        self.assertEqual(len({answer['asset_id'] for answer in answers}), COUNT)
        expected = {f'many/{number}' for number in range(COUNT)}
        to.until(lambda: receivers.told() >= expected, 1200)
        self.assertEqual(receivers.told(), expected)
        self.check_notes(receivers)
        self.check_pictures(expected)

    def check_notes(self, receivers):
        for receiver in receivers.all:
            for note in receiver.notes:
                text = note.body + note.headers['X-Cld-Timestamp'].encode() + to.SECRET.encode()
                self.assertEqual(note.headers['X-Cld-Signature'], hashlib.sha1(text).hexdigest())
                self.assertEqual(note.json['notification_type'], 'upload')
                self.assertEqual(note.json['tags'], ['n' + note.json['public_id'].split('/')[1]])

    def check_pictures(self, expected):
        found, cursor = set(), None
        while True:
            page = cloudinary.api.resources(type='upload', prefix='many/', max_results=500, next_cursor=cursor)
            found |= {resource['public_id'] for resource in page['resources']}
            cursor = page.get('next_cursor')
            if not cursor:
                break
        self.assertEqual(found, expected)


if __name__ == '__main__':
    unittest.main()
