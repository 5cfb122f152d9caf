"""More uploads by ImageKit's dialect than the networks have time for: those that get no turn are answered as pending, and the
webhook tells each one's end. The server waits next to nothing for a turn (see meson.build)."""
import concurrent.futures
import unittest

from imagekitio import ImageKit

from help import Receiver, picture, until

CLIENT = ImageKit(max_retries=0)
EXTENSIONS = [{'name': 'google-auto-tagging', 'minConfidence': 50, 'maxTags': 5},
              {'name': 'ai-tasks', 'tasks': [{'type': 'yes_no', 'instruction': 'Is there a dog?',
                                              'on_yes': {'add_tags': ['has-dog']}}]}]


class Pending(unittest.TestCase):
    def upload(self, number):
        return CLIENT.files.upload(file=picture(f'slow {number}'), file_name=f'{number}.jpg', extensions=EXTENSIONS,
                                   webhook_url=self.hook.url, use_unique_file_name=False)

    def setUp(self):
        first = []
        # Every tenth delivery fails at first.
        def answer(note):
            key = (note.json['service'], str(note.json)[:200])
            if len(self.hook.notes) % 10 or key in first:
                return 200
            first.append(key)
            return 500
        self.hook = Receiver(answer)
        self.addCleanup(self.hook.close)

    def test_each_is_told(self):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            made = list(pool.map(self.upload, range(48)))
        states = {one.extension_status.google_auto_tagging for one in made}
        self.assertLessEqual(states, {'success', 'pending'})
        wanted = {(one.file_id, service) for one in made for service in ('google-auto-tagging', 'ai-tasks')}

        def told():
            return {(note.json['fileObject']['fileId'], note.json['service']) for note in list(self.hook.notes)
                    if note.json['status'] == 'SUCCESS'}
        until(lambda: told() >= wanted)
        self.assertEqual(told(), wanted)
        note = next(note for note in self.hook.notes if note.json['service'] == 'ai-tasks')
        self.assertIn('has-dog', note.json['fileObject']['tags'])
        for one in made:
            now = CLIENT.files.get(one.file_id)
            self.assertEqual((now.ai_tags[0].name, now.tags), ('Dog', ['has-dog']))
        self.assertEqual(len(CLIENT.assets.list(search_query='tags IN ["has-dog"]', limit=100)), 48)



if __name__ == '__main__':
    unittest.main()
