#!/usr/bin/env python3
"""service: webhooks as a receiver meets them: at least once, in order for each picture, under a stable id, signed; given up
after the last try, sent again on request, ended by 410.

usage: test_hooks.py PROGRAM (one with a tagger that needs no models)
"""
import json
import random

import receiver
import server

TRIES = 41  # seven failures in ten: all of them fail once in two million


class Hooks(server.Shared):
    ENVIRONMENT = {'TAGSMITH_FETCH_ALLOW': '127.0.0.0/8', 'TAGSMITH_WEBHOOKS_PAUSES': ','.join(['20ms'] * (TRIES - 1)),
                   'TAGSMITH_WEBHOOKS_TIMEOUT': '1s'}

    def setUp(self):
        super().setUp()
        self.admin = self.new_key(scopes=['admin'])

    def receiver(self, *arguments):
        one = receiver.Receiver(*arguments)
        self.addCleanup(one.close)
        return one

    def hook(self, to, *events, **more):
        status, hook = self.to.call('POST', '/api/webhooks', {'url': to.url(), 'events': list(events), 'key': self.admin['id'], **more})
        self.assertEqual(status, 201, hook)
        self.addCleanup(self.to.call, 'DELETE', f'/api/webhooks/{hook["id"]}')
        return hook

    def deliveries(self, hook, state):
        return self.to.call('GET', f'/api/webhooks/{hook["id"]}/deliveries?limit=200&state={state}')[1]['deliveries']

    def picture(self, content, target='/api/pictures'):
        status, picture = self.to.upload(content, target=target)
        self.assertEqual(status, 201, picture)
        return picture

    def add_tag(self, picture, tag):
        status, now = self.to.call('POST', f'/api/pictures/{picture["id"]}/tags', {'edits': [{'action': 'add', 'tag': tag}]})
        self.assertEqual(status, 200, now)

    def test_everything_arrives_in_the_end(self):
        dice = random.Random(20)

        def answer(_):
            number = dice.random()
            return 500 if number < 0.6 else None if number < 0.7 else 200

        to = self.receiver(answer)
        hook = self.hook(to, 'picture.tagged', 'picture.updated', 'picture.deleted')
        pictures = [self.picture(b'arrives %d' % i) for i in range(8)]
        for picture in pictures:
            self.add_tag(picture, 'first')
            self.add_tag(picture, 'second')
        self.assertEqual(self.to.call('DELETE', f'/api/pictures/{pictures[0]["id"]}')[0], 204)
        self.until(lambda: not self.deliveries(hook, 'waiting'), 120)
        self.assertEqual(self.deliveries(hook, 'dead'), [])
        tries, came = to.seen(), to.accepted()
        self.assertEqual(len(came), 8 * 3 + 1)
        self.assertGreater(len(tries), 2 * len(came))
        for picture in pictures:
            self.check_story(picture, tries, came, gone=picture is pictures[0])
        self.assertTrue(all(note.is_signed_by(self.admin['secret']) for note in tries))
        self.assertFalse(any(note.is_signed_by('tss_other') for note in tries))
        for event in {note.id for note in tries}:
            self.assertEqual(len({note.body for note in tries if note.id == event}), 1)

    def check_story(self, picture, tries, came, gone):
        """All that is told of one picture: in order, nothing begun before the one before was accepted."""
        story = [note for note in came if note.data['id'] == picture['id']]
        self.assertEqual([note.event for note in story], ['picture.tagged', 'picture.updated', 'picture.updated'] + ['picture.deleted'] * gone)
        versions = [note.data['version'] for note in story[:3]]
        self.assertEqual(versions, sorted(set(versions)))
        labels = [{tag['label'] for tag in note.data['tags']} for note in story]
        self.assertEqual([{'first', 'second'} & some for some in labels[:3]], [set(), {'first'}, {'first', 'second'}])
        done = set()
        for note in tries:
            if note.data['id'] == picture['id']:
                before = story[:[one.id for one in story].index(note.id)]
                self.assertTrue(all(one.id in done for one in before), 'a later event before an earlier one')
                if note.accepted:
                    done.add(note.id)

    def test_a_receiver_that_never_takes_it(self):
        status = {'now': 503}
        to = self.receiver(lambda note: status['now'])
        hook = self.hook(to, 'picture.tagged', 'picture.updated')
        picture = self.picture(b'never taken')
        self.add_tag(picture, 'behind it')
        self.until(lambda: len(self.deliveries(hook, 'dead')) == 2, 120)
        for dead in self.deliveries(hook, 'dead'):
            self.assertEqual((dead['attempts'], dead['last_status'], dead['next_at']), (TRIES, 503, None))
        self.assertEqual(len(to.seen()), 2 * TRIES)
        dead = [one for one in self.deliveries(hook, 'dead') if one['event'] == 'picture.tagged'][0]
        status['now'] = 200
        self.assertEqual(self.to.call('POST', f'/api/deliveries/{dead["id"]}/redeliver')[0], 204)
        self.until(lambda: to.accepted())
        again = to.accepted()[0]
        self.assertEqual((again.id, again.event, again.data['id']), (dead['id'], 'picture.tagged', picture['id']))
        self.assertEqual(again.body, to.seen()[0].body)
        self.assertTrue(again.is_signed_by(self.admin['secret']))
        self.until(lambda: len(self.deliveries(hook, 'delivered')) == 1)
        self.assertEqual(len(self.deliveries(hook, 'dead')), 1)

    def test_gone_means_gone(self):
        status = {'now': 410}
        to = self.receiver(lambda note: status['now'])
        hook = self.hook(to)
        picture = self.picture(b'gone')
        where = f'/api/webhooks/{hook["id"]}'
        self.until(lambda: self.to.call('GET', where)[1]['paused'])
        self.add_tag(picture, 'not told')
        self.assertEqual(self.deliveries(hook, 'waiting'), [])
        self.assertEqual(len(to.seen()), 1)
        status['now'] = 200
        wish = {'url': to.url(), 'events': [], 'key': self.admin['id']}
        self.assertEqual(self.to.call('PUT', where, wish)[1]['paused'], False)
        self.add_tag(picture, 'told again')
        self.until(lambda: to.accepted())
        self.assertEqual([note.event for note in to.accepted()], ['picture.updated'])

    def test_a_hook_that_is_deleted_is_not_called_again(self):
        to = self.receiver(lambda note: 500)
        hook = self.hook(to, 'picture.tagged')
        self.picture(b'deleted hook')
        self.until(lambda: to.seen())
        self.assertEqual(self.to.call('DELETE', f'/api/webhooks/{hook["id"]}')[0], 204)
        told = self.hook(self.receiver(), 'picture.tagged')
        self.picture(b'after the deleted hook')
        self.until(lambda: self.deliveries(told, 'delivered'))
        tries = len(to.seen())  # the one in hand may have ended meanwhile
        self.picture(b'long after the deleted hook')
        self.until(lambda: len(self.deliveries(told, 'delivered')) == 2)
        self.assertLessEqual(len(to.seen()) - tries, 1)

    def test_a_test_delivery(self):
        status = {'now': 200}
        to = self.receiver(lambda note: status['now'])
        hook = self.hook(to, 'job.done')
        ask = f'/api/webhooks/{hook["id"]}/test'
        self.assertEqual({**self.to.call('POST', ask)[1], 'ms': 0}, {'status': 200, 'ms': 0, 'error': ''})
        ping = to.seen()[0]
        self.assertEqual((ping.event, ping.is_signed_by(self.admin['secret'])), ('ping', True))
        status['now'] = 401
        self.assertEqual(self.to.call('POST', ask)[1]['status'], 401)
        status['now'] = None
        silent = self.to.call('POST', ask)[1]
        self.assertEqual((silent['status'], silent['error'] != ''), (0, True))
        self.assertEqual(len(to.seen()), 3)

    def test_an_address_that_comes_with_the_picture(self):
        to = self.receiver(lambda note: 500 if len(to.notes) < 3 else 200)
        own = self.new_key(scopes=['write'])
        status, picture = self.to.call('POST', f'/api/pictures?callback_url={to.url("/mine")}', b'calls back',
                                       {'Content-Type': 'image/jpeg'}, key=own['key'])
        self.assertEqual(status, 201, picture)
        self.until(lambda: to.accepted())
        self.assertEqual({(note.path, note.id, note.data['id']) for note in to.seen()}, {('/mine', to.notes[0].id, picture['id'])})
        self.assertTrue(all(note.is_signed_by(own['secret']) for note in to.seen()))

    def test_held_pictures_are_told_when_they_are_released(self):
        self.to.call('PUT', '/api/presets/strict', {'moderation': {'hold': {'nsfw': 0.6}}})
        to = self.receiver()
        self.hook(to, 'picture.tagged', 'picture.held', 'picture.released')
        picture = self.picture(b'rude and held', '/api/pictures?preset=strict')
        self.assertEqual(self.to.call('POST', f'/api/pictures/{picture["id"]}/verdict', {'verdict': 'release'})[0], 200)
        self.until(lambda: len(to.accepted()) == 2)
        self.assertEqual([note.event for note in to.accepted()], ['picture.held', 'picture.released'])

    # ---- names that are no UTF-8 ----

    def test_a_file_name_in_latin_1(self):
        to = self.receiver()
        self.hook(to, 'picture.tagged')
        body = (b'--cut\r\nContent-Disposition: form-data; name="file"; filename="caf\xe9.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
                b'named in Latin 1\r\n--cut--\r\n')
        status, picture = self.to.call('POST', '/api/pictures', body, {'Content-Type': 'multipart/form-data; boundary=cut'})
        self.assertEqual((status, picture['name']), (201, 'caf\u00e9.jpg'))
        self.until(lambda: to.accepted())
        self.assertEqual((to.accepted()[0].data['id'], to.accepted()[0].data['name']), (picture['id'], 'caf\u00e9.jpg'))

    def test_a_folder_of_such_names(self):
        to = self.receiver()
        self.hook(to, 'picture.tagged')
        folder = self.dir / 'p'
        folder.mkdir()
        for name in (b'caf\xe9.jpg', b'\xff\xfe.jpg', 'n\u00e4me.jpg'.encode()):
            with open(bytes(folder) + b'/' + name, 'wb') as file:
                file.write(b'imported ' + name)
        local = server.UnixConnection(self.to.data / 'control.sock')
        local.request('POST', '/api/import', json.dumps({'root': str(folder), 'in_place': True}), {'Content-Type': 'application/json'})
        text = local.getresponse().read().decode()
        local.close()
        self.assertIn('event: done', text)
        self.until(lambda: len(to.accepted()) == 3, 60)
        self.assertEqual({note.data['name'] for note in to.accepted()}, {'caf\ufffd.jpg', '\ufffd\ufffd.jpg', 'n\u00e4me.jpg'})
        for note in to.accepted():
            self.assertEqual(self.to.call('GET', f'/api/pictures/{note.data["id"]}/original')[0], 200)
        status, exported = self.to.call('GET', '/api/export')
        self.assertEqual(status, 200)
        for line in exported.splitlines():
            json.loads(line)


class Silent(server.Shared):
    ENVIRONMENT = {'TAGSMITH_FETCH_ALLOW': '127.0.0.0/8', 'TAGSMITH_WEBHOOKS_TIMEOUT': '50s'}

    def hook(self):
        to = receiver.Receiver()
        self.addCleanup(to.close)
        status, hook = self.to.call('POST', '/api/webhooks', {'url': to.url(), 'events': ['picture.tagged']})
        self.assertEqual(status, 201, hook)
        return to

    def test_receivers_that_are_silent_hold_up_nobody_else(self):
        silent, quick = [self.hook() for _ in range(3)], self.hook()
        for to in silent:
            to.be_silent()
        for i in range(12):
            self.assertEqual(self.to.upload(b'some are silent %d' % i)[0], 201)
        self.until(lambda: len(quick.accepted()) == 12, 40)  # before anything of the silent ones comes to its time-out
        self.assertTrue(all(1 <= len(to.seen()) <= 4 for to in silent))
        for to in silent:
            to.be_silent(False)
        self.until(lambda: all(len(to.accepted()) == 12 for to in silent), 60)


class Killed(server.Case):
    def test_what_was_in_hand_when_the_server_was_killed_goes_out_at_once(self):
        to = receiver.Receiver()
        self.addCleanup(to.close)
        one = self.server(environment={'TAGSMITH_FETCH_ALLOW': '127.0.0.0/8', 'TAGSMITH_WEBHOOKS_TIMEOUT': '50s'}).start()
        self.assertEqual(one.call('POST', '/api/webhooks', {'url': to.url(), 'events': ['picture.tagged', 'picture.updated']})[0], 201)
        to.be_silent()
        _, picture = one.upload(b'in hand')
        one.call('POST', f'/api/pictures/{picture["id"]}/tags', {'edits': [{'action': 'add', 'tag': 'behind it'}]})
        self.until(lambda: len(to.seen()) == 1)
        one.kill()
        to.be_silent(False)
        one.start()
        self.until(lambda: len(to.seen()) == 3)  # the lease of the first would end a minute after it began
        self.assertEqual([note.event for note in to.seen()], ['picture.tagged', 'picture.tagged', 'picture.updated'])
        self.assertEqual(to.seen()[0].id, to.seen()[1].id)
        self.assertEqual(one.stop(), 0)


if __name__ == '__main__':
    server.main()
