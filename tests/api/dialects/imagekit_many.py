"""Many uploads at once by ImageKit's dialect to a server whose networks are held up again and again, told to receivers of which one
dawdles and one fails at first: every file is there afterwards with all that was asked for, every extension's end was told,
with signatures that are right."""
import concurrent.futures
import hashlib
import hmac
import os
import threading
import time
import unittest

import imagekitio
from imagekitio import ImageKit

import help as to
from help import picture

COUNT = int(os.environ.get('TAGSMITH_TEST_UPLOADS', '1000'))
AT_ONCE = 32
CLIENT = ImageKit(max_retries=0)
SERVICES = {'google-auto-tagging', 'ai-tasks', 'ai-auto-description'}
EXTENSIONS = [{'name': 'google-auto-tagging', 'minConfidence': 50, 'maxTags': 5}, {'name': 'ai-auto-description'},
              {'name': 'ai-tasks', 'tasks': [{'type': 'yes_no', 'instruction': 'Is there a dog?',
                                              'on_yes': {'add_tags': ['has-dog']}}]}]


class Receivers:
    """Every third file is told to one that dawdles, every third to one that refuses its first try."""

    def __init__(self):
        self.refused, self.lock = set(), threading.Lock()
        self.all = [to.Receiver(), to.Receiver(self.dawdle), to.Receiver(self.refuse)]

    @staticmethod
    def dawdle(note):
        if note.json['fileObject']['size'] % 4 == 0:
            time.sleep(0.05)
        return 200

    def refuse(self, note):
        key = note.headers['webhook-id']
        with self.lock:
            first = key not in self.refused
            self.refused.add(key)
        return 503 if first else 200

    def told(self):
        return {(note.json['fileObject']['fileId'], note.json['service']) for receiver in self.all
                for note in list(receiver.notes)}

    def close(self):
        for receiver in self.all:
            receiver.close()


def upload(number, receivers):
    hook = receivers.all[number % len(receivers.all)]
    words = f'{"snail" if number % 200 == 0 else "slow" if number % 7 == 0 else "quick"} {number}'
    while True:
        try:
            return CLIENT.files.upload(file=picture(words), file_name=f'{number}.jpg', folder='/many', tags=[f'n{number}'],
                                       use_unique_file_name=False, extensions=EXTENSIONS, webhook_url=hook.url)
        except (imagekitio.RateLimitError, imagekitio.InternalServerError):  # too busy: come again
            time.sleep(0.2)


class Many(unittest.TestCase):
    def test_nothing_is_lost(self):
        receivers = Receivers()
        self.addCleanup(receivers.close)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            made = list(pool.map(lambda number: upload(number, receivers), range(COUNT)))
        self.assertIn('pending', {one.extension_status.google_auto_tagging for one in made})
        ids = {one.file_id: number for number, one in enumerate(made)}
        self.assertEqual(len(ids), COUNT)
        wanted = {(one, service) for one in ids for service in SERVICES}
        to.until(lambda: receivers.told() >= wanted, 1200)
        self.assertEqual(receivers.told(), wanted)
        self.check_notes(receivers, ids)
        self.check_files(ids)

    def check_notes(self, receivers, ids):
        for receiver in receivers.all:
            for note in receiver.notes:
                when, given = (part.split('=', 1)[1] for part in note.headers['x-ik-signature'].split(','))
                mac = hmac.new(to.SECRET.encode(), f'{when}.'.encode() + note.body, hashlib.sha256).hexdigest()
                self.assertEqual(given, mac)
                said = note.json['fileObject']
                self.assertEqual(note.json['status'], 'SUCCESS')
                self.assertEqual(sorted(said['tags']), ['has-dog', f'n{ids[said["fileId"]]}'])
                self.assertTrue(said['description'])

    def check_files(self, ids):
        found = CLIENT.assets.list(path='/many', limit=1000)
        self.assertEqual({one.file_id for one in found}, set(ids))
        for one in found:
            self.assertEqual(sorted(one.tags), ['has-dog', f'n{ids[one.file_id]}'])
            self.assertEqual((one.ai_tags[0].name, bool(one.description)), ('Dog', True))


if __name__ == '__main__':
    unittest.main()
