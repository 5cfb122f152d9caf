#!/usr/bin/env python3
"""service: pictures that fail in the background: tried again, put into quarantine with the last error, started anew by a
person; and whose jobs a key sees and counts.

usage: test_jobs.py PROGRAM (one with a tagger that needs no models)
"""
import tempfile
from pathlib import Path

import receiver
import server

STATES = ['cancelled', 'done', 'failed', 'quarantined', 'queued', 'running']


class Jobs(server.Shared):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.trouble = Path(folder.name) / 'trouble'
        cls.ENVIRONMENT = {'TAGSMITH_FAKE_TROUBLE': str(cls.trouble), 'TAGSMITH_JOBS_ATTEMPTS': '2', 'TAGSMITH_FETCH_ALLOW': '127.0.0.0/8',
                           'TAGSMITH_WEBHOOKS_PAUSES': '100ms, 100ms, 100ms'}
        super().setUpClass()

    def later(self, content, key=None):
        """(picture, job) of an upload that is tagged by a job."""
        status, picture = self.to.call('POST', '/api/pictures?async=true', content, {'Content-Type': 'image/jpeg'}, key=key)
        self.assertEqual(status, 202, picture)
        return picture['id'], picture['job']

    def job(self, job, key=None):
        return self.to.call('GET', f'/api/jobs/{job}', key=key)[1]

    def ends(self, job):
        self.until(lambda: self.job(job)['state'] not in ('queued', 'running'), 60)
        return self.job(job)

    def jobs(self, query='', key=None):
        status, page = self.to.call('GET', f'/api/jobs?{query}', key=key)
        self.assertEqual(status, 200, page)
        self.assertEqual(sorted(page['counts']), STATES)
        return page

    def test_quarantine_and_back(self):
        to = receiver.Receiver()
        self.addCleanup(to.close)
        status, hook = self.to.call('POST', '/api/webhooks', {'url': to.url(), 'events': ['picture.tagged', 'picture.failed', 'job.done']})
        self.assertEqual(status, 201, hook)
        poor = self.new_key(scopes=['write', 'read'], credits=5)
        self.trouble.write_text('')
        self.addCleanup(self.trouble.unlink, missing_ok=True)
        picture, job = self.later(b'sick picture', poor['key'])
        well, fine = self.later(b'a picture in good health', poor['key'])
        ended = self.ends(job)
        self.assertEqual((ended['state'], ended['attempts'], ended['max_attempts'], ended['picture']), ('quarantined', 2, 2, picture))
        self.assertEqual((ended['error']['code'], ended['error']['message']), ('engine', 'the network has a bad day'))
        self.assertEqual(self.ends(fine)['state'], 'done')
        listed = self.jobs('state=quarantined')
        self.assertEqual([(one['id'], one['error']['message']) for one in listed['jobs']], [(job, 'the network has a bad day')])
        self.assertEqual(listed['counts']['quarantined'], 1)
        self.until(lambda: self.to.call('GET', f'/api/pictures/{picture}')[1]['state'] == 'failed')
        failed = self.to.call('GET', f'/api/pictures/{picture}')[1]
        self.assertEqual(failed['error']['message'], 'the network has a bad day')
        self.assertEqual(self.to.call('GET', f'/api/keys/{poor["id"]}')[1]['credits'], 4)
        self.trouble.unlink()
        self.assertEqual(self.to.call('POST', f'/api/jobs/{job}/requeue', key=poor['key'])[0], 200)
        self.assertEqual(self.ends(job)['state'], 'done')
        now = self.to.call('GET', f'/api/pictures/{picture}')[1]
        self.assertEqual((now['state'], now['error']), ('ready', None))
        self.assertGreater(len(now['tags']), 0)
        self.assertEqual(self.jobs('state=quarantined')['counts']['quarantined'], 0)
        self.assertEqual(self.to.call('POST', f'/api/jobs/{job}/requeue')[0], 409)
        self.until(lambda: len([note for note in to.accepted() if note.data.get('id') == picture or note.data.get('picture') == picture]) == 3)
        told = [(note.event, note.data.get('error', {}).get('message')) for note in to.accepted()
                if picture in (note.data.get('id'), note.data.get('picture'))]
        self.assertEqual(told, [('picture.failed', 'the network has a bad day'), ('picture.tagged', None), ('job.done', None)])

    def test_what_no_try_mends_is_not_tried_again(self):
        _, job = self.later(b'bad picture')
        ended = self.ends(job)
        self.assertEqual((ended['state'], ended['attempts']), ('failed', 1))
        self.assertEqual(ended['error']['code'], 'corrupt')

    def test_a_key_counts_its_own_jobs(self):
        mine, other = self.new_key(scopes=['read', 'write'])['key'], self.new_key(scopes=['read', 'write'])['key']
        reviewer = self.new_key(scopes=['read', 'review'])['key']
        own = [self.ends(self.later(b'mine %d' % i, mine)[1])['id'] for i in range(3)]
        theirs = self.ends(self.later(b'theirs', other)[1])['id']
        page = self.jobs(key=mine)
        self.assertEqual({one['id'] for one in page['jobs']}, set(own))
        self.assertEqual(page['counts'], {**dict.fromkeys(STATES, 0), 'done': 3})
        self.assertEqual(self.jobs(key=other)['counts']['done'], 1)
        self.assertGreaterEqual(self.jobs(key=reviewer)['counts']['done'], 4)
        self.assertEqual(self.to.call('GET', f'/api/jobs/{theirs}', key=mine)[0], 404)
        self.assertEqual(self.to.call('POST', f'/api/jobs/{theirs}/requeue', key=mine)[0], 404)
        self.assertEqual(self.job(theirs, reviewer)['state'], 'done')


if __name__ == '__main__':
    server.main()
