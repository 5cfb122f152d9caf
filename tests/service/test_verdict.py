#!/usr/bin/env python3
"""service: moderation: what a preset makes of a picture, and that nobody sees what is held before it is released.

usage: test_verdict.py PROGRAM (one with a tagger that needs no models)
"""
import time

import server

STRICT = {'moderation': {'hold': {'nsfw': 0.6}, 'concepts': {'object/animal': 'hold'}}}


class Verdict(server.Shared):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.to.call('PUT', '/api/presets/strict', {'moderation': {'hold': {'nsfw': 0.6}}})[0] // 100, 2)
        self.reader = self.new_key(scopes=['read', 'write'])['key']

    def held(self, content=b'rude picture'):
        status, picture = self.to.upload(content, target='/api/pictures?preset=strict')
        self.assertEqual((status, picture['visibility']), (201, 'held'))
        return picture

    def judge(self, picture, verdict):
        status, answer = self.to.call('POST', f'/api/pictures/{picture["id"]}/verdict', {'verdict': verdict})
        self.assertEqual(status, 200, answer)
        return answer

    def sees(self, picture):
        """By every way that a reader has."""
        one = f'/api/pictures/{picture["id"]}'
        ways = [one, one + '/original', one + '/thumbnail', one + '/history', one + '/tags']
        statuses = {self.to.call('GET', way, key=self.reader)[0] for way in ways}
        lists = ['/api/pictures', '/api/search?q=*', '/api/search?q=width%3E0', '/api/export']
        named = any(picture['id'] in str(self.to.call('GET', way, key=self.reader)[1]) for way in lists)
        self.assertEqual(len(statuses), 1, (statuses, ways))
        self.assertEqual(named, statuses == {200})
        similar = self.to.call('GET', f'/api/search?similar={picture["id"]}', key=self.reader)[0]
        self.assertEqual(named, similar != 404)
        return named

    def test_words_of_the_verdict(self):
        for body, preset, word in ((b'fine 1', {'moderation': {'hold': {'nsfw': 0.6}}}, 'allow'),
                                   (b'rude 2', {'moderation': {'hold': {'nsfw': 0.6}}}, 'hold'),
                                   (b'rude 3', {'moderation': {'hold': {'nsfw': 0.6}, 'reject': {'nsfw': 0.8}}}, 'reject'),
                                   (b'fine 4', STRICT, 'hold')):
            self.to.call('PUT', '/api/presets/now', preset)
            status, answer = self.to.call('POST', '/api/verdict?preset=now', body, {'Content-Type': 'image/jpeg'})
            self.assertEqual((status, answer['verdict']), (200, word), answer)
            self.assertEqual(answer['reason'] == '', word == 'allow')

    def verdict(self, body, preset):
        status, answer = self.to.call('POST', f'/api/verdict?preset={preset}', body, {'Content-Type': 'image/jpeg'})
        self.assertEqual(status, 200, answer)
        return answer

    def test_known_bytes_are_judged_by_the_policy_that_is_asked(self):
        self.to.call('PUT', '/api/presets/lax', {})
        self.to.call('PUT', '/api/presets/hard', {'moderation': {'reject': {'nsfw': 0.8}}})
        body = b'rude test_known_bytes'
        status, first = self.to.upload(body, target='/api/pictures?preset=lax')
        self.assertEqual((status, first['visibility']), (201, 'visible'))
        words = {preset: self.verdict(body, preset) for preset in ('lax', 'strict', 'hard', 'lax', 'strict')}
        self.assertEqual({preset: answer['verdict'] for preset, answer in words.items()}, {'lax': 'allow', 'strict': 'hold', 'hard': 'reject'})
        self.assertEqual(words['lax']['picture'], first['id'])
        self.assertEqual(len({answer['picture'] for answer in words.values()}), 3)
        self.assertEqual(self.to.call('GET', f'/api/pictures/{first["id"]}', key=self.reader)[1]['visibility'], 'visible')
        self.assertEqual(self.verdict(body, 'strict')['picture'], words['strict']['picture'])
        # The same name, but another policy by now.
        self.to.call('PUT', '/api/presets/hard', {'moderation': {'hold': {'nsfw': 0.8}}})
        self.assertEqual(self.verdict(body, 'hard')['verdict'], 'hold')
        # An upload still finds the first one.
        self.assertEqual(self.to.upload(body, target='/api/pictures?preset=strict')[1]['id'], first['id'])

    def test_what_a_person_decided_stands_for_every_policy(self):
        self.to.call('PUT', '/api/presets/lax', {})
        body = b'rude test_what_a_person_decided'
        picture = self.held(body)
        self.assertEqual(self.verdict(body, 'strict')['verdict'], 'hold')
        self.judge(picture, 'release')
        self.assertEqual(self.verdict(body, 'strict')['verdict'], 'allow')
        self.judge(picture, 'reject')
        self.assertEqual({self.verdict(body, preset)['verdict'] for preset in ('lax', 'strict')}, {'reject'})

    def test_analysers_that_were_not_chosen(self):
        def tags(preset, body):
            self.assertEqual(self.to.call('PUT', '/api/presets/some', preset)[0] // 100, 2, preset)
            answer = self.to.call('POST', '/api/tag?preset=some', body, {'Content-Type': 'image/jpeg'})[1]
            return {(tag['label'], *(evidence['analyser'] for evidence in tag['evidence'])) for tag in answer['tags']}, answer

        body = next(b'all tags %d' % i for i in range(100) if len(tags({}, b'all tags %d' % i)[0]) == 5)
        self.assertEqual(tags({'analysers': ['detect']}, body)[0], {('dog', 'detect'), ('ball', 'detect'), ('person', 'detect')})
        self.assertEqual(tags({'analysers': ['classify']}, body)[0], {('dog', 'classify'), ('beach', 'classify'), ('blue', 'classify')})
        self.assertNotIn('safety', tags({'analysers': ['detect']}, body)[1])
        # Moderation asks for safety whatever was chosen.
        self.assertEqual(tags({'analysers': ['detect'], 'moderation': {'hold': {'nsfw': 0.5}}}, b'rude analysers')[1]['visibility'], 'held')
        status, problem = self.to.call('PUT', '/api/presets/some', {'analysers': ['detect', 'smell']})
        self.assertEqual((status, 'smell' in problem['detail']), (400, True), problem)

    def test_levels(self):
        levels = {'suggestive': 'blur', 'explicit': 'review'}
        self.assertEqual(self.to.call('PUT', '/api/presets/levels', {'moderation': {'levels': levels}})[0] // 100, 2)
        seen = {}
        for word in ('fine', 'racy', 'rude'):
            status, picture = self.to.upload(f'{word} test_levels'.encode(), target='/api/pictures?preset=levels')
            self.assertEqual(status, 201, picture)
            seen[word] = picture
        self.assertEqual({word: (picture['visibility'], picture['blurred']) for word, picture in seen.items()},
                         {'fine': ('visible', False), 'racy': ('visible', True), 'rude': ('held', False)})
        self.assertIn('suggestive', seen['racy']['reason'])

        def thumbnail(word, key=None):
            return self.to.call('GET', f'/api/pictures/{seen[word]["id"]}/thumbnail', key=key)[1]

        # Readers get one on which nothing is recognised, who may review the usual one.
        self.assertLess(len(thumbnail('racy', self.reader)), len(thumbnail('racy')))
        self.assertEqual(thumbnail('fine', self.reader), thumbnail('fine'))
        self.assertTrue(self.sees(seen['racy']))
        # Another preset's retagging lifts it, a person's word stays.
        self.assertEqual(self.to.call('POST', f'/api/pictures/{seen["racy"]["id"]}/retag', {'preset': 'default'})[0], 200)
        self.assertFalse(self.to.call('GET', f'/api/pictures/{seen["racy"]["id"]}')[1]['blurred'])
        self.assertEqual(self.to.call('POST', f'/api/pictures/{seen["racy"]["id"]}/retag', {'preset': 'levels'})[0], 200)
        self.assertTrue(self.to.call('GET', f'/api/pictures/{seen["racy"]["id"]}')[1]['blurred'])
        self.judge(seen['racy'], 'release')
        self.assertEqual(self.to.call('POST', f'/api/pictures/{seen["racy"]["id"]}/retag', {'preset': 'levels'})[0], 200)
        self.assertFalse(self.to.call('GET', f'/api/pictures/{seen["racy"]["id"]}')[1]['blurred'])
        self.assertEqual(thumbnail('racy', self.reader), thumbnail('racy'))

    def test_held_until_released(self):
        picture = self.held(b'rude test_held_until_released')
        self.assertFalse(self.sees(picture))
        self.assertEqual(self.to.call('GET', '/api/pictures?held=true', key=self.reader)[0], 403)
        self.assertEqual(self.to.call('POST', f'/api/pictures/{picture["id"]}/verdict', {'verdict': 'release'}, key=self.reader)[0], 403)
        released = self.judge(picture, 'release')
        self.assertEqual(released['visibility'], 'visible')
        time.sleep(0.1)
        self.assertTrue(self.sees(picture))

    def test_a_persons_verdict_stays(self):
        picture = self.held(b'rude test_a_persons_verdict_stays')
        self.judge(picture, 'release')
        retag = f'/api/pictures/{picture["id"]}/retag'
        self.assertEqual(self.to.call('POST', retag, {'preset': 'strict'})[0], 200)
        self.assertEqual(self.to.call('GET', f'/api/pictures/{picture["id"]}')[1]['visibility'], 'visible')
        self.judge(picture, 'reject')
        self.assertEqual(self.to.call('POST', retag, {'preset': 'default'})[0], 200)
        self.assertEqual(self.to.call('GET', f'/api/pictures/{picture["id"]}?held=true')[1]['visibility'], 'rejected')

    def test_nothing_is_shown_before_it_was_seen(self):
        status, picture = self.to.upload(b'slow rude', target='/api/pictures?preset=strict&async=true')
        self.assertEqual((status, picture['visibility']), (202, 'held'))
        status, fine = self.to.upload(b'fine enough', target='/api/pictures?preset=strict&async=true')
        self.assertEqual((status, fine['visibility']), (202, 'held'))
        self.until(lambda: self.to.call('GET', f'/api/jobs/{fine["job"]}')[1]['state'] == 'done')
        time.sleep(0.2)
        self.assertTrue(self.sees(fine))
        self.assertFalse(self.sees(picture))

    def test_what_a_preset_may_not_say(self):
        for body, word in (({'max_tags': -1}, 'max_tags'), ({'min_confidence': 2}, 'min_confidence'), ({'x': 1}, 'x'),
                           ({'moderation': {'hold': {'nsfw': 'a'}}}, 'moderation'), ({'languages': ['xx']}, 'languages')):
            status, problem = self.to.call('PUT', '/api/presets/odd', body)
            self.assertIn(status, (400, 422))
            self.assertIn(word, str(problem))
        self.assertEqual(self.to.call('PUT', '/api/presets/odd%2Fname', {})[0] // 100, 4)
        self.assertEqual(self.to.upload(b'x', target='/api/pictures?preset=none')[0] // 100, 4)


if __name__ == '__main__':
    server.main()
