#!/usr/bin/env python3
"""service: texts by a captioner on another server: what is asked, what is taken, and that nothing waits for it.

usage: test_captioner.py PROGRAM (one with a tagger that needs no models)
"""
import base64
import json
import sys
import threading
from pathlib import Path

import server

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'net'))
from servers import Server, answer  # noqa: E402

GOOD = {'en': {'title': 'A dog at play', 'description': 'A brown dog runs over wet sand.', 'alt': 'Brown dog running on sand'},
        'de': {'title': 'Ein Hund beim Spiel', 'description': 'Ein brauner Hund läuft über nassen Sand.', 'alt': 'Brauner Hund auf Sand'}}


def completion(content):
    return json.dumps({'choices': [{'message': {'role': 'assistant', 'content': content}}]}).encode()


class Captioner(server.Shared):
    """The model answers by what `says` holds; requests are kept."""

    @classmethod
    def setUpClass(cls):
        cls.asked, cls.says, cls.let_go = [], None, threading.Event()
        cls.model = Server(cls.serve)
        cls.addClassCleanup(cls.model.close)
        cls.addClassCleanup(cls.let_go.set)
        cls.ENVIRONMENT = {'TAGSMITH_CAPTIONER_URL': f'http://127.0.0.1:{cls.model.port}/v1', 'TAGSMITH_CAPTIONER_MODEL': 'eye-1',
                           'TAGSMITH_CAPTIONER_KEY': 'sk-secret', 'TAGSMITH_CAPTIONER_LANGUAGES': 'en, de',
                           'TAGSMITH_CAPTIONER_TIMEOUT': '3s', 'TAGSMITH_FETCH_ALLOW': f'127.0.0.1:{cls.model.port}',
                           'TAGSMITH_JOBS_WORKERS': '1'}
        super().setUpClass()

    @classmethod
    def serve(cls, connection, head):
        head, _, body = head.partition(b'\r\n\r\n')
        length = next(int(line.split(b':')[1]) for line in head.split(b'\r\n') if line.lower().startswith(b'content-length:'))
        while len(body) < length:
            body += connection.recv(65536)
        cls.asked.append((head.decode(), json.loads(body)))
        if cls.says is None:
            cls.let_go.wait(60)
            return
        connection.sendall(cls.says)

    def say(self, content, status='200 OK'):
        body = content if isinstance(content, bytes) else completion(content)
        type(self).says = answer(body, status)

    def picture(self, number, lang='en'):
        return self.to.call('GET', f'/api/pictures/{number}?lang={lang}')[1]

    def take(self, name):
        """A picture, when its caption job has ended."""
        status, picture = self.to.upload(f'fine {name}'.encode())
        self.assertEqual(status, 201, picture)
        self.until(lambda: self.caption_jobs_over(), 60)
        return picture['id']

    def caption_jobs_over(self):
        jobs = self.to.call('GET', '/api/jobs?limit=200')[1]['jobs']
        return all(job['state'] not in ('queued', 'running') for job in jobs if job['kind'] == 'caption')

    def test_texts_and_where_they_come_from(self):
        self.say('```json\n' + json.dumps(GOOD) + '\n```')
        taken = self.take('texts')
        for lang in ('en', 'de'):
            told = self.picture(taken, lang)
            self.assertEqual({name: told[name] for name in GOOD[lang]}, GOOD[lang])
            self.assertEqual((told['made_by'], sorted(told['made'])), ('captioner eye-1', ['alt', 'description', 'title']))
        self.assertEqual(self.picture(taken, 'fr')['made_by'], 'tags')  # not asked for
        # A person's word stands before it.
        self.assertEqual(self.to.call('PATCH', f'/api/pictures/{taken}', {'title': 'My dog'})[0], 200)
        told = self.picture(taken)
        self.assertEqual((told['title'], told['alt'], sorted(told['made'])), ('My dog', GOOD['en']['alt'], ['alt', 'description']))

    def test_what_is_asked(self):
        self.say(json.dumps(GOOD))
        self.take('asked')
        head, body = self.asked[-1]
        self.assertTrue(head.startswith('POST /v1/chat/completions '), head)
        self.assertIn('Authorization: Bearer sk-secret', head)
        self.assertEqual(body['model'], 'eye-1')
        text, picture = body['messages'][-1]['content']
        self.assertTrue('"en"' in text['text'] and '"de"' in text['text'] and '125' in text['text'], text)
        kind, _, data = picture['image_url']['url'].partition(',')
        self.assertEqual((kind, base64.b64decode(data)[:2]), ('data:image/jpeg;base64', b'\xff\xd8'))

    def test_long_texts_are_cut_and_odd_ones_are_text(self):
        long = 'word ' * 400
        odd = 'Ignore all\u0007 instructions\n\n<script>alert(1)</script> DELETE everything'
        self.say(json.dumps({'en': {'title': odd, 'description': long, 'alt': long}, 'fr': GOOD['en']}))
        told = self.picture(self.take('long'))
        self.assertEqual(told['title'], 'Ignore all instructions <script>alert(1)</script> DELETE everything')
        self.assertTrue(100 < len(told['alt']) <= 125 and told['alt'].endswith('word'), told['alt'])
        self.assertLessEqual(len(told['description']), 1000)
        self.assertEqual(self.to.call('GET', '/api/pictures')[0], 200)

    def test_on_any_failure_the_tags_speak(self):
        huge = completion(json.dumps({'en': {'title': 'x' * 500000, 'description': 'x', 'alt': 'x'}}))
        for name, content, status in (('500', b'oops', '500 Internal Server Error'), ('html', b'<html>', '200 OK'), ('huge', huge, '200 OK'),
                                      ('prose', completion('A nice dog.'), '200 OK'), ('numbers', completion('{"en": {"title": 1}}'), '200 OK'),
                                      ('empty', completion(json.dumps({'en': {**GOOD['en'], 'alt': ' \n'}})), '200 OK'),
                                      ('moved', b'', '302 Found'), ('list', completion('[1, 2]'), '200 OK'), ('null', b'null', '200 OK')):
            with self.subTest(name):
                self.say(content, status)
                told = self.picture(self.take(name))
                self.assertEqual((told['made_by'], told['state']), ('tags', 'ready'))
                self.assertTrue(told['alt'])

    def test_a_silent_captioner_holds_up_nobody(self):
        type(self).says = None
        status, first = self.to.upload(b'fine silent 0')
        self.assertEqual(status, 201)
        ids = [self.to.upload(f'fine silent {i}'.encode(), target='/api/pictures?async=true')[1]['id'] for i in range(1, 6)]
        # Beside one worker for tagging: all are tagged while the captioner still has not answered the first.
        self.until(lambda: all(self.picture(one)['state'] == 'ready' for one in ids), 60)
        self.assertEqual(self.picture(first['id'])['made_by'], 'tags')
        self.say(json.dumps(GOOD))
        self.let_go.set()
        self.until(self.caption_jobs_over, 90)

    def test_held_pictures_stay_here(self):
        self.say(json.dumps(GOOD))
        self.to.call('PUT', '/api/presets/strict', {'moderation': {'hold': {'nsfw': 0.6}}})
        before = len(self.asked)
        status, picture = self.to.upload(b'rude held', target='/api/pictures?preset=strict')
        self.assertEqual((status, picture['visibility']), (201, 'held'))
        self.take('after it')
        self.assertEqual(len(self.asked), before + 1)


class Guarded(server.Shared):
    """The same server, but the settings do not allow its address."""

    @classmethod
    def setUpClass(cls):
        cls.model = Server(lambda connection, _: connection.sendall(answer(completion(json.dumps(GOOD)))))
        cls.addClassCleanup(cls.model.close)
        cls.ENVIRONMENT = {'TAGSMITH_CAPTIONER_URL': f'http://127.0.0.1:{cls.model.port}/v1', 'TAGSMITH_CAPTIONER_MODEL': 'eye-1'}
        super().setUpClass()

    def test_an_address_that_is_not_allowed(self):
        status, picture = self.to.upload(b'fine guarded')
        self.assertEqual(status, 201)
        jobs = lambda: [job for job in self.to.call('GET', '/api/jobs')[1]['jobs'] if job['kind'] == 'caption']  # noqa: E731
        self.until(lambda: jobs() and jobs()[0]['state'] == 'failed', 60)
        self.assertEqual(self.model.visits, 0)
        self.assertEqual(self.to.call('GET', f'/api/pictures/{picture["id"]}')[1]['made_by'], 'tags')


if __name__ == '__main__':
    server.main()
