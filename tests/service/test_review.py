#!/usr/bin/env python3
"""service: the review queue: two people never get the same question, answers count once, and what was said can be taken back.

usage: test_review.py PROGRAM (one with a tagger that needs no models)
"""
import json
import threading

import server


class Review(server.Case):
    def setUp(self):
        super().setUp()
        self.to = self.server().start()
        self.request = 0

    def fill(self, count):
        """Pictures whose suggestions wait: the made-up tagger suggests object/ball and people/person to some."""
        self.ids = [self.to.upload(b'review %d' % i)[1]['id'] for i in range(count)]

    def reviewer(self, name='Ann'):
        status, key = self.to.call('POST', '/api/keys', {'name': name, 'scopes': ['read', 'review'], 'rate_per_minute': 100000})
        self.assertEqual(status, 201, key)
        return key['key']

    def next(self, key=None, desk='one', **more):
        status, batch = self.to.call('POST', '/api/review/next', {'desk': desk, **more}, key=key)
        self.assertEqual(status, 200, batch)
        return batch

    def answer(self, answers, key=None, desk='one', request=None):
        self.request += 1
        body = {'desk': desk, 'id': request or f'request-{self.request}',
                'answers': [{'picture': p, 'tag': t, 'answer': a} for p, t, a in answers]}
        status, taken = self.to.call('POST', '/api/review/answers', body, key=key)
        self.assertEqual(status, 200, taken)
        return taken

    def undo(self, request, key=None, desk='one'):
        return self.to.call('POST', '/api/review/undo', {'desk': desk, 'id': request}, key=key)

    def tag(self, picture, key):
        tags = self.to.call('GET', f'/api/pictures/{picture}?rejected=true')[1]['tags']
        return next((tag for tag in tags if tag['key'] == key), None)

    def progress(self, key=None):
        return self.to.call('GET', '/api/review', key=key)[1]

    @staticmethod
    def questions(batch):
        return [(item['picture']['id'], tag) for item in batch['items'] for tag in item['tags']]

    def test_a_day_of_review(self):
        self.fill(12)
        ann = self.reviewer()
        concepts = self.to.call('GET', '/api/review/concepts?lang=de', key=ann)[1]['concepts']
        waiting = {one['tag']: one['waiting'] for one in concepts}
        self.assertEqual(set(waiting), {'object/ball', 'people/person'})
        self.assertEqual({one['label'] for one in concepts}, {'ball', 'Person'})
        open_ = sum(waiting.values())
        self.assertEqual(self.progress(ann), {'open': open_, 'done': 0, 'mine': 0, 'skipped': 0})

        batch = self.next(ann, mode='concept', tag='object/ball', count=50)
        self.assertEqual(len(batch['items']), waiting['object/ball'])
        self.assertTrue(batch['until'])
        for item in batch['items']:
            self.assertEqual(item['tags'], ['object/ball'])
            self.assertTrue(any(tag['key'] == 'object/ball' and tag['boxes'] for tag in item['picture']['tags']))
        (yes, ball), (no, _), (unsure, _), (skip, _) = self.questions(batch)[:4]
        taken = self.answer([(yes, ball, 'yes'), (no, ball, 'no'), (unsure, ball, 'unsure'), (skip, ball, 'skip')], ann, request='first')
        self.assertEqual(taken, {'repeated': False, 'outcomes': ['counted'] * 4})
        self.assertEqual((self.tag(yes, ball)['state'], self.tag(yes, ball)['source']['kind']), ('accepted', 'person'))
        self.assertEqual((self.tag(no, ball)['state'], self.tag(no, ball)['source']['name']), ('rejected', 'Ann'))
        self.assertEqual(self.tag(unsure, ball)['state'], 'suggested')
        self.assertEqual(self.progress(ann), {'open': open_ - 2, 'done': 3, 'mine': 3, 'skipped': 1})
        self.assertEqual(self.progress(), {'open': open_ - 2, 'done': 3, 'mine': 0, 'skipped': 0})

        # The same call again, and after a restart: once is once.
        version = self.to.call('GET', f'/api/pictures/{yes}')[1]['version']
        self.to.kill()
        self.to.start()
        again = [(yes, ball, 'yes'), (no, ball, 'no'), (unsure, ball, 'unsure'), (skip, ball, 'skip')]
        self.assertEqual(self.answer(again, ann, request='first'), {'repeated': True, 'outcomes': ['counted'] * 4})
        self.assertEqual(self.to.call('GET', f'/api/pictures/{yes}')[1]['version'], version)
        self.assertEqual(self.progress(ann)['mine'], 3)

        # Skipped: not now, unless asked for. Unsure: not this person again, but others. The leases outlived the restart.
        rest = self.questions(self.next(ann, desk='two', mode='concept', tag=ball, count=50))
        self.assertEqual(rest, [])
        mine = self.questions(self.next(ann, mode='concept', tag=ball, count=50, fresh=True))
        self.assertEqual(len(mine), waiting[ball] - 4)
        self.assertIn((skip, ball), self.questions(self.next(ann, mode='concept', tag=ball, count=50, fresh=True, skipped=True)))
        self.assertEqual(self.to.call('POST', '/api/review/release', {'desk': 'one'}, key=ann)[0], 204)
        bob = self.reviewer('Bob')
        theirs = self.questions(self.next(bob, mode='concept', tag=ball, count=50))
        self.assertEqual({(unsure, ball), (skip, ball)} - set(theirs), set())

        # Taken back: the questions are Ann's again, unless Bob has them.
        self.assertEqual(self.undo('first', bob)[0], 404)
        self.assertEqual(self.undo('first', ann), (200, {'undone': 2, 'skipped': 0}))
        self.assertEqual(self.undo('first', ann), (200, {'undone': 0, 'skipped': 0}))
        self.assertEqual((self.tag(yes, ball)['state'], self.tag(no, ball)['state']), ('suggested', 'suggested'))
        self.assertEqual(self.progress(ann), {'open': open_, 'done': 0, 'mine': 0, 'skipped': 0})
        self.assertEqual(self.to.verify(), [])

    def test_two_people_race(self):
        self.fill(30)
        keys = [self.reviewer('Ann'), self.reviewer('Bob')]
        seen, complaints = [], []

        def work(number):
            try:
                for round_ in range(100):
                    batch = self.next(keys[number], mode='concept' if round_ % 2 else 'picture', count=3)
                    questions = self.questions(batch)
                    seen.extend(questions)
                    if not questions:
                        return
                    body = {'desk': 'one', 'id': f'round-{round_}',
                            'answers': [{'picture': p, 'tag': t, 'answer': 'yes' if number else 'no'} for p, t in questions]}
                    for repeated in (False, True):
                        status, taken = self.to.call('POST', '/api/review/answers', body, key=keys[number])
                        assert (status, taken['repeated'], set(taken['outcomes'])) == (200, repeated, {'counted'}), taken
            except BaseException as trouble:
                complaints.append(trouble)

        before = self.progress()['open']
        people = [threading.Thread(target=work, args=(i,)) for i in range(2)]
        for person in people:
            person.start()
        for person in people:
            person.join()
        self.assertEqual(complaints, [])
        self.assertEqual(len(seen), len(set(seen)), 'a question went to both')
        self.assertEqual(len(seen), before)
        after = self.progress()
        self.assertEqual((after['open'], after['done']), (0, before))
        self.assertEqual(self.next(keys[0], mode='concept'), {'mode': 'concept', 'tag': None, 'items': [], 'until': None})

    def test_late_answers_overrule_nobody(self):
        self.fill(24)
        ann = self.reviewer()
        mine = self.questions(self.next(ann, mode='concept', tag='people/person', count=50))
        (picture, tag), (other, its) = mine[:2]
        self.to.call('POST', f'/api/pictures/{picture}/tags', {'edits': [{'action': 'accept', 'tag': tag}]})
        taken = self.answer([(picture, tag, 'no'), (picture, 'object/unicorn', 'no'), ('nowhere', tag, 'no')], ann)
        self.assertEqual(taken['outcomes'], ['decided', 'gone', 'gone'])
        self.assertEqual(self.tag(picture, tag)['state'], 'accepted')
        # Another desk of the same key gets what this one has only after it was given back.
        self.assertNotIn((other, its), self.questions(self.next(ann, desk='two', count=50)))
        self.assertEqual(self.answer([(other, its, 'no')], ann, desk='two')['outcomes'], ['counted'])
        self.assertEqual(self.tag(other, its)['state'], 'rejected')

    def test_sensitive_first_and_own_words_as_they_are(self):
        self.fill(6)
        picture = self.ids[0]
        self.to.stop()
        server.review_tags(self.to.data, picture, [('safety/weapons', None, 'safety', 1, 0.99), ('safety/safe', None, 'safety', 1, 0.9),
                                                   ('word/hot dog', 'Hot Dog', 'word', 0, 0.5)])
        self.to.start()
        batch = self.next(mode='picture', count=2)
        self.assertEqual(batch['items'][0]['picture']['id'], picture)
        self.assertIn('safety/weapons', batch['items'][0]['tags'])
        self.assertNotIn('safety/safe', batch['items'][0]['tags'])
        self.assertEqual(self.next(desk='two', mode='concept')['tag'] != 'safety/weapons', True)
        self.assertEqual(self.answer([(picture, 'safety/weapons', 'yes'), (picture, 'word/hot dog', 'yes')])['outcomes'], ['counted'] * 2)
        self.assertEqual(self.tag(picture, 'safety/weapons')['source']['kind'], 'person')
        self.assertEqual(self.tag(picture, 'word/hot dog')['label'], 'Hot Dog')
        self.assertNotIn('safety/weapons', [one['tag'] for one in self.to.call('GET', '/api/review/concepts')[1]['concepts']])

    def test_who_may(self):
        status, key = self.to.call('POST', '/api/keys', {'scopes': ['read', 'write']})
        self.assertEqual(status, 201)
        self.assertEqual(self.to.call('GET', '/api/review', key=key['key'])[0], 403)
        self.assertEqual(self.to.call('POST', '/api/review/next', {'desk': 'a'}, key=key['key'])[0], 403)
        body = {'desk': 'a', 'id': 'b', 'answers': [{'picture': 'p', 'tag': 't', 'answer': 'yes'}] * 2}
        self.assertEqual(self.to.call('POST', '/api/review/answers', body)[0], 400)
        self.assertEqual(json.dumps(self.next()['items']), '[]')


server.main()
