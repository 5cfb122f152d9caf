"""More uploads by ImageKit's dialect than the networks have time for: those that get no turn are answered as pending, and the
webhook tells each one's end with all that came of it; so it is with what is asked for while a file waits. The server waits
next to nothing for a turn (see meson.build)."""
import concurrent.futures
import unittest

from imagekitio import ImageKit

from help import Receiver, picture, until

CLIENT = ImageKit(max_retries=0)
SERVICES = {'google-auto-tagging', 'ai-tasks', 'ai-auto-description'}
EXTENSIONS = [{'name': 'google-auto-tagging', 'minConfidence': 50, 'maxTags': 5}, {'name': 'ai-auto-description'},
              {'name': 'ai-tasks', 'tasks': [{'type': 'yes_no', 'instruction': 'Is there a dog?',
                                              'on_yes': {'add_tags': ['has-dog']}},
                                             {'type': 'select_metadata', 'field': 'kind', 'instruction': 'Which?'}]}]


class Pending(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        CLIENT.custom_metadata_fields.create(name='kind', label='Kind', schema={'type': 'SingleSelect',
                                                                               'selectOptions': ['cat', 'dog']})

    def setUp(self):
        self.addCleanup(self.empty)
        refused = []
        # Every tenth delivery fails at first.
        def answer(note):
            key = (note.json['service'], str(note.json)[:200])
            if len(self.hook.notes) % 10 or key in refused:
                return 200
            refused.append(key)
            return 500
        self.hook = Receiver(answer)
        self.addCleanup(self.hook.close)

    @staticmethod
    def empty():
        while files := CLIENT.assets.list(limit=100):
            CLIENT.files.bulk.delete(file_ids=[one.file_id for one in files])

    def upload(self, number, **more):
        return CLIENT.files.upload(file=picture(f'slow {number}'), file_name=f'{number}.jpg',
                                   use_unique_file_name=False, **more)

    def told(self):
        return {(note.json['fileObject']['fileId'], note.json['service']): note.json['fileObject']
                for note in list(self.hook.notes) if note.json['status'] == 'SUCCESS'}

    def check_told(self, ids):
        wanted = {(one, service) for one in ids for service in SERVICES}
        until(lambda: set(self.told()) >= wanted)
        self.assertEqual(set(self.told()), wanted)
        for (_, service), said in self.told().items():
            if service == 'google-auto-tagging':  # may have been told before the others were asked for
                continue
            self.check_done(said['AITags'][0]['name'], said['tags'], said['customMetadata'], said['description'])
        for one in ids:
            now = CLIENT.files.get(one)
            self.check_done(now.ai_tags[0].name, now.tags, now.custom_metadata, now.description)

    def check_done(self, first, tags, metadata, description):
        self.assertEqual((first, tags, metadata), ('Dog', ['has-dog'], {'kind': 'dog'}))
        self.assertIn('dog', description.lower())

    def test_each_is_told(self):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            made = list(pool.map(lambda number: self.upload(number, extensions=EXTENSIONS, webhook_url=self.hook.url),
                                 range(48)))
        states = {one.extension_status.google_auto_tagging for one in made}
        self.assertLessEqual(states, {'success', 'pending'})
        self.check_told([one.file_id for one in made])
        self.assertEqual(len(CLIENT.assets.list(search_query='tags IN ["has-dog"]', limit=100)), 48)

    def upload_and_ask(self, number):
        made = self.upload(number)
        asked = CLIENT.files.update(made.file_id, extensions=EXTENSIONS, webhook_url=self.hook.url)
        return made.file_id, {asked.extension_status.google_auto_tagging, asked.extension_status.ai_tasks}

    def test_asked_while_it_waits(self):
        ids, states = [], set()
        for turn in range(20):
            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                for one, said in pool.map(self.upload_and_ask, range(turn * 32, turn * 32 + 32)):
                    ids.append(one)
                    states |= said
            if 'pending' in states:
                break
        self.assertIn('pending', states)
        self.assertLessEqual(states, {'success', 'pending'})
        self.check_told(ids)

    def test_both_are_told(self):
        """What the upload asked for goes on beside what a change asks for."""
        def ask(number):
            one = self.upload(number, webhook_url=self.hook.url,
                              extensions=[EXTENSIONS[0], {'name': 'remove-bg'}]).file_id
            CLIENT.files.update(one, extensions=EXTENSIONS[1:], webhook_url=self.hook.url)
            return one
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            ids = list(pool.map(ask, range(32)))
        self.check_told(ids)
        until(lambda: {note.json['fileId'] for note in list(self.hook.notes)
                       if note.json['status'] == 'FAILURE'} == set(ids))


if __name__ == '__main__':
    unittest.main()
