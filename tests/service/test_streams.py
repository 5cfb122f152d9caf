#!/usr/bin/env python3
"""service: event streams: who hears of what. Held pictures are not there for those who may not see them, jobs only for
whom they run.

usage: test_streams.py PROGRAM (one with a tagger that needs no models)
"""
import json

import server


class Streams(server.Shared):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.to.call('PUT', '/api/presets/strict', {'moderation': {'hold': {'nsfw': 0.6}}})[0] // 100, 2)
        self.reader = self.new_key(scopes=['read', 'write'])['key']
        self.reviewer = self.new_key(scopes=['read', 'review'])['key']

    def listen(self, key, last=None):
        connection = self.to.connection(120)
        self.addCleanup(connection.close)
        headers = {'Authorization': f'Bearer {key}', **({'Last-Event-ID': str(last)} if last is not None else {})}
        connection.request('GET', '/api/events', headers=headers)
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        return answer

    def heard(self, stream, until):
        """[(kind, id)] up to that event."""
        events, kind = [], None
        while not events or events[-1] != until:
            line = stream.readline().decode()
            self.assertNotEqual(line, '', events)
            name, _, value = line.rstrip('\n').partition(': ')
            if name == 'event':
                kind = value
            elif name == 'data':
                events.append((kind, json.loads(value)['id']))
        return events

    def upload(self, content, query=''):
        status, picture = self.to.upload(content, target='/api/pictures' + query)
        self.assertIn(status, (201, 202), picture)
        return picture['id']

    def judge(self, picture, verdict):
        self.assertEqual(self.to.call('POST', f'/api/pictures/{picture}/verdict', {'verdict': verdict})[0], 200)

    def add_tag(self, picture):
        self.assertEqual(self.to.call('POST', f'/api/pictures/{picture}/tags', {'edits': [{'action': 'add', 'tag': 'seen'}]})[0], 200)

    def test_held_pictures(self):
        live = {key: self.listen(key) for key in (self.reader, self.reviewer)}
        begin = self.upload(b'the beginning')
        held = self.upload(b'rude and held', '?preset=strict')
        self.add_tag(held)
        erased = self.upload(b'rude and erased', '?preset=strict')
        self.assertEqual(self.to.call('DELETE', f'/api/pictures/{erased}')[0], 204)
        shown = self.upload(b'rude but shown', '?preset=strict')
        self.judge(shown, 'release')
        withdrawn = self.upload(b'shown, then not')
        self.judge(withdrawn, 'hold')
        self.add_tag(withdrawn)
        end = self.upload(b'the end')
        reader = self.heard(live[self.reader], ('picture', end))
        self.assertFalse({held, erased} & {name for _, name in reader}, reader)
        self.assertIn(('picture', shown), reader)
        self.assertEqual([kind for kind, name in reader if name == withdrawn and kind != 'tags'], ['picture', 'picture_deleted'])
        reviewer = self.heard(live[self.reviewer], ('picture', end))
        self.assertTrue({begin, held, erased, shown, withdrawn} <= {name for _, name in reviewer})
        self.assertNotIn(('picture_deleted', withdrawn), reviewer)
        # Who comes back is told no more than who stayed.
        again = self.heard(self.listen(self.reader, 0), ('picture', end))
        self.assertFalse({held, erased} & {name for _, name in again})

    def test_jobs_of_others(self):
        other = self.new_key(scopes=['read', 'write'])['key']
        streams = {key: self.listen(key) for key in (self.reader, other, self.reviewer)}
        status, picture = self.to.call('POST', '/api/pictures?async=true', b'a job of mine', {'Content-Type': 'image/jpeg'}, key=self.reader)
        self.assertEqual(status, 202, picture)
        self.until(lambda: self.to.call('GET', f'/api/jobs/{picture["job"]}')[1]['state'] == 'done')
        end = ('picture', self.upload(b'the end of jobs'))
        told = {key: ('job', picture['job']) in self.heard(stream, end) for key, stream in streams.items()}
        self.assertEqual(told, {self.reader: True, other: False, self.reviewer: True})

    def test_what_admins_alone_hear(self):
        streams = {key: self.listen(key) for key in (self.reviewer, self.to.key)}
        self.assertEqual(self.to.call('PUT', '/api/presets/told', {})[0] // 100, 2)
        end = ('picture', self.upload(b'the end of presets'))
        told = {key: ('document', 'preset/told') in self.heard(stream, end) for key, stream in streams.items()}
        self.assertEqual(told, {self.reviewer: False, self.to.key: True})


if __name__ == '__main__':
    server.main()
