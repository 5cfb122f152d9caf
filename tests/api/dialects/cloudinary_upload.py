"""Cloudinary's Upload API by the official SDK for Python, unmodified; and by hand what no SDK does: wrong, old and smuggled
signatures, replays, parts out of order."""
import base64
import hashlib
import http.client
import io
import json
import os
import time
import unittest
import urllib.parse
import urllib.request

import cloudinary
import cloudinary.api
import cloudinary.exceptions
import cloudinary.uploader as uploader
import cloudinary.utils

import help as to
from help import picture

PART = 5_000_000


def put(words, **options):
    return uploader.upload(io.BytesIO(picture(words)), **options)


def form(fields, content=None, action='image/upload', headers=None):
    """A call by hand: (status, JSON)."""
    boundary = 'cut-here'
    parts = []
    for name, value in fields:
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    if content is not None:
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'.encode()
                     + content + b'\r\n')
    body = b''.join(parts) + f'--{boundary}--\r\n'.encode()
    return to.post(f'/v1_1/{to.CLOUD}/{action}', body,
                   {'Content-Type': f'multipart/form-data; boundary={boundary}', **(headers or {})})


def signed(params, version=2, algorithm='sha1', key=None, secret=None):
    """The parameters with a signature, as a list of pairs."""
    params = {'timestamp': str(int(time.time())), **params}
    pairs = sorted(f'{k}={v}' for k, v in params.items())
    if version == 2:
        pairs = [pair.replace('&', '%26') for pair in pairs]
    text = '&'.join(pairs) + (secret or to.SECRET)
    signature = hashlib.new(algorithm, text.encode()).hexdigest()
    return [*params.items(), ('api_key', key or to.KEY_ID), ('signature', signature)]


class Uploads(unittest.TestCase):
    def refused(self, call, *words, error=cloudinary.exceptions.BadRequest):
        with self.assertRaises(error) as caught:
            call()
        for word in words:
            self.assertIn(word, str(caught.exception))

    def test_an_upload_has_the_documented_shape(self):
        got = put('shape', public_id='docs/shape', tags=['one', 'two'], context={'alt': 'A | B', 'x': 'a=b'},
                  display_name='Shape')
        self.assertEqual(got['public_id'], 'docs/shape')
        for name, kind in {'asset_id': str, 'version': int, 'version_id': str, 'signature': str, 'width': int,
                           'height': int, 'format': str, 'resource_type': str, 'created_at': str, 'tags': list,
                           'pages': int, 'bytes': int, 'type': str, 'etag': str, 'placeholder': bool, 'url': str,
                           'secure_url': str, 'folder': str, 'access_mode': str, 'original_filename': str,
                           'api_key': str}.items():
            self.assertIsInstance(got[name], kind, name)
        self.assertEqual((got['format'], got['resource_type'], got['type'], got['folder']), ('jpg', 'image', 'upload', 'docs'))
        self.assertEqual(got['tags'], ['one', 'two'])
        self.assertEqual(got['context'], {'custom': {'alt': 'A | B', 'x': 'a=b'}})
        self.assertEqual(got['display_name'], 'Shape')
        self.assertTrue(cloudinary.utils.verify_api_response_signature(got['public_id'], got['version'], got['signature']))

    def test_addresses_of_answers_give_the_original_to_whoever_has_them(self):
        got = put('original bytes', public_id='with space.and dot/ünï')
        self.assertEqual(urllib.request.urlopen(got['url']).read(), picture('original bytes'))
        self.assertEqual(urllib.request.urlopen(got['secure_url']).headers['Content-Type'], 'image/jpeg')
        forged, bare = got['url'].replace('s--', 's--0', 1), got['url'].split('/s--')[0] + '/' + got['url'].rsplit('/', 1)[1]
        for address, expected in ((forged, 404), (bare, 401)):
            status, body = to.post(address.replace(to.ADDRESS, ''), method='GET')
            self.assertEqual(status, expected)
            self.assertIn('message', body['error'])
        self.assertEqual(to.post('/res/home/image/upload/nobody', method='GET', headers={'Authorization': 'Bearer ' + to.KEY})[0], 404)

    def test_pictures_come_by_every_way(self):
        content = picture('every way')
        self.assertEqual(put('every way')['bytes'], len(content))
        uri = 'data:image/jpeg;base64,' + base64.b64encode(content).decode()
        self.assertEqual(uploader.upload(uri)['bytes'], len(content))
        receiver = Files(content)
        self.addCleanup(receiver.close)
        got = uploader.upload(receiver.url + '/My%20dog.jpg?x=1', use_filename=True, unique_filename=False)
        self.assertEqual((got['bytes'], got['public_id']), (len(content), 'My_20dog'))
        self.refused(lambda: uploader.upload(receiver.url + '/missing'), 'Error in loading')
        self.refused(lambda: uploader.upload('ftp://127.0.0.1/a.jpg'), 'Unsupported source')
        self.refused(lambda: uploader.upload('s3://bucket/a.jpg'), 'Unsupported source')
        self.assertEqual(uploader.upload_image(io.BytesIO(content)).metadata['bytes'], len(content))

    def test_names_come_from_the_caller_the_file_or_by_chance(self):
        named = io.BytesIO(picture('names'))
        named.name = 'Holiday photo.JPG'
        got = uploader.upload(named, use_filename=True, unique_filename=False)
        self.assertEqual((got['public_id'], got['original_filename']), ('Holiday_photo', 'Holiday photo'))
        named.seek(0)
        self.assertRegex(uploader.upload(named, use_filename=True)['public_id'], r'^Holiday_photo_[a-z0-9]{6}$')
        self.assertRegex(put('names')['public_id'], r'^[a-z0-9]{20}$')
        self.assertEqual(put('names', public_id='x', folder='a/b')['public_id'], 'a/b/x')
        self.assertEqual(put('names', public_id='x', public_id_prefix='pre')['public_id'], 'pre/x')
        got = put('names', public_id='y', asset_folder='elsewhere')
        self.assertEqual((got['public_id'], got['asset_folder']), ('y', 'elsewhere'))
        for bad in ('/a', 'a/', ' a', 'a?b', 'a%20b', 'x' * 256):
            self.refused(lambda bad=bad: put('names', public_id=bad), 'public_id', 'invalid')

    def test_a_name_is_overwritten_or_stays(self):
        first = put('first', public_id='again', tags='old')
        second = put('second', public_id='again')
        self.assertEqual(second['asset_id'], first['asset_id'])
        self.assertNotEqual(second['etag'], first['etag'])
        self.assertEqual(second['tags'], [])
        third = put('third', public_id='again', overwrite=False)
        self.assertTrue(third['existing'])
        self.assertEqual(third['etag'], second['etag'])
        twin = put('second', public_id='twin')
        self.assertNotEqual(twin['asset_id'], second['asset_id'])

    def test_detection(self):
        got = put('dog', detection='coco_v1,captioning,tagsmith')['info']['detection']
        coco = got['object_detection']['data']['coco']
        self.assertEqual((got['object_detection']['status'], coco['model_name'], coco['model_version']), ('complete', 'coco', 1))
        for finds in coco['tags'].values():
            for find in finds:
                self.assertEqual(len(find['bounding-box']), 4)
                self.assertTrue(0 <= find['confidence'] <= 1)
                self.assertIsInstance(find['attributes'], dict)
                self.assertIsInstance(find['categories'], list)
        self.assertIn('dog', got['object_detection']['data']['tagsmith']['tags'])
        self.assertTrue(got['captioning']['data']['caption'])
        for bad in ('illegal', 'coco_v9', 'coco_vx', 'lvis', 'unidet', 'cld-fashion_v3', 'coco,nonsense'):
            self.refused(lambda bad=bad: put('dog', detection=bad), 'Detection invalid model')
        self.refused(lambda: put('dog', detection='illegal'), "Detection invalid model 'illegal'")

    def test_auto_tagging(self):
        self.assertEqual(put('dog', detection='coco')['tags'], [])
        self.assertEqual(put('dog', detection='coco', auto_tagging=0.9, tags='mine')['tags'], ['dog', 'mine'])
        self.assertIn('beach', put('dog', detection='coco', auto_tagging='0.5')['tags'])
        self.assertEqual(put('dog', detection='coco', auto_tagging=1)['tags'], [])
        self.assertIn('dog', put('dog', detection='coco', auto_tagging='default')['tags'])
        for bad in (-1, 2, 'abc', 'NaN', 'inf', '0x1', '1e9'):
            self.refused(lambda bad=bad: put('dog', detection='coco', auto_tagging=bad), 'Invalid auto_tagging')

    def test_the_other_add_ons(self):
        got = put('sign', ocr='adv_ocr', colors=True, phash=True, faces=True, quality_analysis=True,
                  categorization='google_tagging,aws_rek_tagging,imagga_tagging')
        annotation = got['info']['ocr']['adv_ocr']['data'][0]['textAnnotations']
        self.assertEqual(annotation[0]['description'], 'Mind the platypus\n')
        self.assertEqual(len(annotation[1]['boundingPoly']['vertices']), 4)
        for name in ('google_tagging', 'aws_rek_tagging', 'imagga_tagging'):
            kind = got['info']['categorization'][name]
            self.assertEqual(kind['status'], 'complete')
            self.assertTrue(all(set(tag) == {'tag', 'confidence'} for tag in kind['data']))
        self.assertRegex(got['colors'][0][0], '^#[0-9A-F]{6}$')
        self.assertEqual(got['predominant']['google'][0][0], 'blue')
        self.assertEqual(got['faces'], [[10, 20, 30, 40]])
        self.assertIn('focus', got['quality_analysis'])
        self.assertIn('phash', got)
        self.refused(lambda: put('x', categorization='illegal'), 'Categorization', 'is not valid')
        self.refused(lambda: put('x', ocr='illegal'), 'is invalid')
        self.refused(lambda: put('x', raw_convert='illegal'), 'Raw convert is invalid')
        self.refused(lambda: put('x', background_removal='illegal'), 'is invalid')
        self.refused(lambda: put('x', moderation='illegal'), 'Moderation illegal moderation is not valid')

    def test_moderation_states(self):
        def states(**options):
            return [(step['kind'], step['status']) for step in put(options.pop('words'), **options)['moderation']]
        self.assertEqual(states(words='fine', moderation='manual'), [('manual', 'pending')])
        self.assertEqual(states(words='fine', moderation='aws_rek|duplicate:0.9|manual'),
                         [('aws_rek', 'approved'), ('duplicate', 'pending'), ('manual', 'queued')])
        self.assertEqual(states(words='rude', moderation='webpurify|manual'),
                         [('webpurify', 'rejected'), ('manual', 'aborted')])
        self.assertEqual(states(words='fine', moderation='manual|aws_rek'), [('manual', 'pending'), ('aws_rek', 'queued')])
        got = put('fine', public_id='moderated', moderation='manual')
        updated = cloudinary.api.update('moderated', moderation_status='approved')
        self.assertEqual(updated['moderation'][0]['status'], 'approved')
        self.assertEqual(got['public_id'], updated['public_id'])

    def test_duplicates_are_found_and_told(self):
        def status(public_id):
            steps = cloudinary.api.resource(public_id)['moderation']
            return next(step for step in steps if step['kind'] == 'duplicate')
        receiver = to.Receiver()
        self.addCleanup(receiver.close)
        told = dict(moderation='duplicate:0.8', notification_url=receiver.url)
        self.assertEqual(put('unlike anything', public_id='dup/first', **told)['moderation'][0]['status'], 'pending')
        note = receiver.arrived(lambda note: note.json['notification_type'] == 'moderation')
        self.assertEqual((note.json['moderation_status'], note.json['moderation_kind']), ('approved', 'duplicate'))
        self.assertEqual(status('dup/first')['status'], 'approved')
        # The same bytes; bytes of a picture that looks much like it; one that looks like neither.
        put('unlike anything', public_id='dup/same', **told)
        note = receiver.arrived(lambda note: note.json['public_id'] == 'dup/same' and 'moderation_status' in note.json)
        self.assertEqual(note.json['moderation_status'], 'rejected')
        self.assertEqual(note.json['moderation_response'], [{'public_id': 'dup/first', 'confidence': 1.0}])
        self.assertEqual(status('dup/same')['status'], 'rejected')
        put('hash=ff00ff00ff00ff00', public_id='dup/look')
        put('hash=ff00ff00ff00ff0f', public_id='dup/alike', **{'async': True}, **told)
        note = receiver.arrived(lambda note: note.json['public_id'] == 'dup/alike' and 'moderation_status' in note.json)
        self.assertEqual(note.json['moderation_response'], [{'public_id': 'dup/look', 'confidence': 0.9375}])
        put('hash=00ff00ff00ff00ff', public_id='dup/other', **told)
        receiver.arrived(lambda note: note.json['public_id'] == 'dup/other' and 'moderation_status' in note.json)
        found = cloudinary.api.resources_by_moderation('duplicate', 'rejected')['resources']
        self.assertEqual(sorted(one['public_id'] for one in found), ['dup/alike', 'dup/same'])
        found = cloudinary.api.resources_by_moderation('duplicate', 'approved')['resources']
        self.assertLessEqual({'dup/first', 'dup/other'}, {one['public_id'] for one in found})
        # A picture that is there already.
        put('hash=ff00ff00ff00ff01', public_id='dup/later')
        uploader.explicit('dup/later', type='upload', moderation='duplicate:0.8|manual')
        to.until(lambda: status('dup/later')['status'] == 'rejected')
        steps = [step['status'] for step in cloudinary.api.resource('dup/later')['moderation']]
        self.assertEqual(steps, ['rejected', 'aborted'])

    def test_explicit_in_the_background(self):
        receiver = to.Receiver()
        self.addCleanup(receiver.close)
        put('dog', public_id='behind')
        got = uploader.explicit('behind', type='upload', detection='coco', auto_tagging=0.6, notification_url=receiver.url,
                                **{'async': True})
        self.assertEqual((got['status'], got['public_id']), ('pending', 'behind'))
        note = receiver.arrived(lambda note: note.json['notification_type'] == 'explicit')
        self.assertIn('dog', note.json['tags'])
        self.assertIn('coco', note.json['info']['detection']['object_detection']['data'])
        self.assertNotIn('status', note.json)
        self.assertIn('dog', cloudinary.api.resource('behind')['tags'])
        self.assertEqual([n.json['notification_type'] for n in receiver.notes], ['explicit'])
        self.refused(lambda: uploader.explicit('behind', type='upload', detection='illegal', **{'async': True}),
                     "invalid model 'illegal'")

    def test_changes_are_told_as_changes(self):
        receiver = to.Receiver()
        self.addCleanup(receiver.close)
        trigger, only = (cloudinary.api.create_trigger(receiver.url + where, kind)['id']
                         for where, kind in (('', 'all'), ('/renames', 'rename')))
        asset = put('dog', public_id='told/old', tags='a,b', context={'k': 'v', 'gone': '1'})['asset_id']

        def told(kind, path='/hook'):
            note = receiver.arrived(lambda note: note.json['notification_type'] == kind and note.path == path)
            self.assertTrue(cloudinary.utils.verify_notification_signature(
                note.body.decode(), int(note.headers['X-Cld-Timestamp']), note.headers['X-Cld-Signature']))
            return note.json
        named = {'asset_id': asset, 'public_id': 'told/old', 'resource_type': 'image', 'type': 'upload'}
        uploader.replace_tag('b,c', ['told/old'])
        self.assertEqual(told('resource_tags_changed')['resources'], [{**named, 'added': ['c'], 'removed': ['a']}])
        cloudinary.api.update('told/old', context={'k': 'w', 'new': '2'}, display_name='Shown')
        self.assertEqual(told('resource_context_changed')['resources'], [{
            **named, 'added': [{'name': 'new', 'value': '2'}], 'removed': [{'name': 'gone', 'value': '1'}],
            'updated': [{'name': 'k', 'previous_value': 'v', 'new_value': 'w'}]}])
        shown = told('resource_display_name_changed')
        self.assertEqual(shown['resources'][0]['display_name'], 'Shown')
        self.assertNotIn('tags', shown)
        uploader.rename('told/old', 'told/new')
        for path in ('/hook', '/hook/renames'):
            note = told('rename', path)
            self.assertEqual((note['from_public_id'], note['to_public_id']), ('told/old', 'told/new'))
        for one in (trigger, only):
            cloudinary.api.delete_trigger(one)
        self.assertEqual({n.json['notification_type'] for n in receiver.notes if n.path == '/hook/renames'}, {'rename'})
        self.assertNotIn('resource_updated', {n.json['notification_type'] for n in receiver.notes})

    def test_rates_are_said(self):
        status, key = to.own('POST', '/api/keys', {'name': 'slow', 'scopes': ['read', 'write'], 'rate_per_minute': 7})
        self.assertEqual(status, 201, key)

        def rate(path, fields=None, **more):
            body = urllib.parse.urlencode(fields).encode() if fields else None
            request = urllib.request.Request(to.ADDRESS + path, body, **more)
            try:
                answer = urllib.request.urlopen(request, timeout=300)
            except urllib.error.HTTPError as error:
                answer = error
            with answer:
                head = answer.headers
            self.assertRegex(head['X-FeatureRateLimit-Reset'], r'^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$')
            return answer.status, int(head['X-FeatureRateLimit-Limit']), int(head['X-FeatureRateLimit-Remaining'])

        def sign(**params):
            return signed(params, key=key['id'], secret=key['secret'])
        data = 'data:image/jpeg;base64,' + base64.b64encode(picture('dog')).decode()
        upload = f'/v1_1/{to.CLOUD}/image/upload'
        first = rate(upload, [*sign(public_id='rated'), ('file', data)])
        self.assertEqual(first[:2], (200, 7))
        self.assertEqual(rate(f'/v1_1/{to.CLOUD}/image/tags', [
            *sign(command='add', tag='x', public_ids='rated'), ])[1], 7)
        basic = base64.b64encode(f"{key['id']}:{key['secret']}".encode()).decode()
        there = rate(f'/v1_1/{to.CLOUD}/ping', headers={'Authorization': 'Basic ' + basic})
        self.assertEqual(there[:2], (200, 7))
        self.assertLess(there[2], first[2])
        self.assertEqual(rate(upload, [*sign(detection='illegal'), ('file', data)])[:2], (400, 7))
        last = [rate(f'/v1_1/{to.CLOUD}/ping', headers={'Authorization': 'Basic ' + basic}) for _ in range(8)][-1]
        self.assertEqual(last, (429, 7, 0))

    def test_errors_of_pictures_and_kinds(self):
        self.refused(lambda: put('bad'), 'Invalid image file')
        self.refused(lambda: put('x', allowed_formats=['png', 'webp']), 'not allowed')
        self.assertEqual(put('x', allowed_formats=['jpg'])['format'], 'jpg')
        self.refused(lambda: put('x', resource_type='raw'), 'not supported')
        self.refused(lambda: put('x', resource_type='video'), 'not supported')
        self.refused(lambda: put('x', type='private'), 'Invalid type')
        self.refused(lambda: put('x', upload_preset='nobody'), 'Upload preset not found')
        self.refused(lambda: put('x', notification_url='file:///etc/passwd'))
        self.assertEqual(put('x', resource_type='auto')['resource_type'], 'image')
        self.refused(lambda: uploader.text('Hello'), 'not supported')
        self.refused(lambda: uploader.multi('tag'), 'not supported')
        self.refused(lambda: uploader.explode('x'), 'not supported')
        self.refused(lambda: uploader.generate_sprite('tag'), 'not supported')

    def test_what_would_change_pixels_is_said_not_to_be_done(self):
        got = put('pixels', eager=[{'width': 10, 'crop': 'fit'}], transformation={'angle': 90}, format='png')
        self.assertEqual(got['format'], 'jpg')
        self.assertEqual(got['eager'][0]['status'], 'failed')
        self.assertEqual(set(got['ignored']), {'eager', 'transformation', 'format'})

    def test_explicit(self):
        put('dog', public_id='explicit', tags='a')
        got = uploader.explicit('explicit', type='upload', tags='b,c', context={'k': 'v'}, detection='coco', auto_tagging=0.9)
        self.assertEqual(sorted(got['tags']), ['b', 'c', 'dog'])
        self.assertEqual(got['context']['custom'], {'k': 'v'})
        self.assertIn('coco', got['info']['detection']['object_detection']['data'])
        self.assertEqual(uploader.explicit('explicit', type='upload', **{'async': True})['status'], 'pending')
        self.refused(lambda: uploader.explicit('nobody', type='upload'), 'Resource not found', error=cloudinary.exceptions.NotFound)
        self.refused(lambda: uploader.explicit('explicit', type='upload', detection='illegal'), "invalid model 'illegal'")
        self.refused(lambda: uploader.explicit('explicit', type='upload', raw_convert='illegal'), 'is invalid')

    def test_rename_and_destroy(self):
        put('one', public_id='from')
        put('two', public_id='taken')
        self.assertEqual(uploader.rename('from', 'to/there')['public_id'], 'to/there')
        self.refused(lambda: uploader.rename('to/there', 'taken'), 'already exists')
        self.assertEqual(uploader.rename('to/there', 'taken', overwrite=True)['public_id'], 'taken')
        self.refused(lambda: uploader.rename('from', 'x'), 'Resource not found', error=cloudinary.exceptions.NotFound)
        self.assertEqual(uploader.destroy('taken')['result'], 'ok')
        self.assertEqual(uploader.destroy('taken')['result'], 'not found')

    def test_tags(self):
        for name in ('t1', 't/2'):
            put(name, public_id=name, tags='start')
        ids = ['t1', 't/2', 'nobody']
        self.assertEqual(uploader.add_tag('more', ids)['public_ids'], ['t1', 't/2'])
        self.assertEqual(sorted(self.tags('t1')), ['more', 'start'])
        uploader.remove_tag('start', ['t1'])
        self.assertEqual(self.tags('t1'), ['more'])
        uploader.replace_tag('only', ids)
        self.assertEqual(self.tags('t/2'), ['only'])
        uploader.add_tag('chief', ['t1'])
        to.until(lambda: cloudinary.api.resources_by_tag('chief')['resources'])
        uploader.add_tag('chief', ['t/2'], exclusive=True)
        self.assertEqual((sorted(self.tags('t/2')), self.tags('t1')), (['chief', 'only'], ['only']))
        uploader.remove_all_tags(ids)
        self.assertEqual((self.tags('t1'), self.tags('t/2')), ([], []))
        self.refused(lambda: uploader.call_tags_api('nonsense', 'x', ['t1']), 'Invalid command')
        self.refused(lambda: uploader.add_tag('x', []), 'public_ids')

    @staticmethod
    def tags(name):
        return cloudinary.api.resource(name)['tags']

    def test_context_and_metadata(self):
        put('context', public_id='context')
        self.assertEqual(uploader.add_context({'a': '1|2', 'b': '2'}, ['context'])['public_ids'], ['context'])
        uploader.add_context({'c': '3'}, ['context'])
        self.assertEqual(cloudinary.api.resource('context')['context']['custom'], {'a': '1|2', 'b': '2', 'c': '3'})
        uploader.remove_all_context(['context'])
        self.assertNotIn('context', cloudinary.api.resource('context'))
        cloudinary.api.add_metadata_field({'external_id': 'sku', 'type': 'string', 'label': 'SKU'})
        cloudinary.api.add_metadata_field({'external_id': 'stock', 'type': 'integer', 'label': 'Stock'})
        uploader.update_metadata({'sku': 'A-1', 'stock': 7}, ['context'])
        self.assertEqual(put('m', metadata={'sku': 'B', 'stock': 3})['metadata'], {'sku': 'B', 'stock': 3})
        self.refused(lambda: put('m', metadata={'nobody': '1'}))
        self.refused(lambda: put('m', metadata={'stock': 'many'}))

    def test_async_tells_when_it_is_done(self):
        receiver = to.Receiver()
        self.addCleanup(receiver.close)
        got = put('later', public_id='later', notification_url=receiver.url, detection='coco', tags='soon', **{'async': True})
        self.assertEqual((got['status'], got['public_id'], got['resource_type']), ('pending', 'later', 'image'))
        self.assertTrue(got['batch_id'])
        note = receiver.arrived(lambda note: note.json['public_id'] == 'later')
        self.assertEqual(note.json['notification_type'], 'upload')
        self.assertEqual((note.json['asset_id'], note.json['tags'], note.json['signature_key']), (got['asset_id'], ['soon'], to.KEY_ID))
        self.assertIn('coco', note.json['info']['detection']['object_detection']['data'])
        self.check_note(note)
        put('bad', public_id='broken', notification_url=receiver.url, **{'async': True})
        note = receiver.arrived(lambda note: note.json.get('public_id') == 'broken')
        self.assertIn('message', note.json['error'])
        uploader.explicit('later', type='upload', tags='x', notification_url=receiver.url)
        note = receiver.arrived(lambda note: note.json.get('notification_type') == 'explicit')
        self.assertEqual(note.json['tags'], ['x'])

    def check_note(self, note):
        stamp, signature = int(note.headers['X-Cld-Timestamp']), note.headers['X-Cld-Signature']
        text = note.body.decode()
        self.assertTrue(cloudinary.utils.verify_notification_signature(text, stamp, signature))
        self.assertFalse(cloudinary.utils.verify_notification_signature(text + ' ', stamp, signature))
        self.assertFalse(cloudinary.utils.verify_notification_signature(text, stamp + 1, signature))

    def test_triggers_hear_of_all_pictures(self):
        receiver = to.Receiver()
        self.addCleanup(receiver.close)
        made = cloudinary.api.create_trigger(uri=receiver.url, event_type='all') if hasattr(cloudinary.api, 'create_trigger') else None
        if not made:
            self.skipTest('this SDK knows no triggers')
        put('told', public_id='told')
        self.check_note(receiver.arrived(lambda note: note.json.get('public_id') == 'told'))
        uploader.destroy('told')
        note = receiver.arrived(lambda note: note.json['notification_type'] == 'delete')
        self.assertEqual(note.json['resources'][0]['public_id'], 'told')
        cloudinary.api.delete_trigger(made['id'])

    def test_presets(self):
        cloudinary.api.create_upload_preset(name='shop', unsigned=True, tags='from preset', folder='shop', detection='coco',
                                            auto_tagging='0.9')
        cloudinary.api.create_upload_preset(name='inner', tags='inside')
        got = uploader.unsigned_upload(io.BytesIO(picture('unsigned')), 'shop', public_id='free')
        self.assertEqual((got['public_id'], sorted(got['tags'])), ('shop/free', ['dog', 'from preset']))
        again = uploader.unsigned_upload(io.BytesIO(picture('other bytes')), 'shop', public_id='free')
        self.assertTrue(again['existing'])
        self.assertEqual(again['etag'], got['etag'])
        self.assertEqual(put('signed', upload_preset='inner')['tags'], ['inside'])
        self.assertEqual(put('signed', upload_preset='inner', tags='mine')['tags'], ['mine'])
        self.refused(lambda: uploader.unsigned_upload(io.BytesIO(picture('x')), 'inner'), 'whitelisted')
        self.refused(lambda: uploader.unsigned_upload(io.BytesIO(picture('x')), 'nobody'), 'not found')
        self.refused(lambda: uploader.unsigned_upload(io.BytesIO(picture('x')), 'shop', overwrite=True), 'not allowed')
        self.refused(lambda: uploader.unsigned_upload(io.BytesIO(picture('x')), ''), 'Upload preset must be specified')

    def test_delete_tokens(self):
        token = put('token', public_id='token', return_delete_token=True)['delete_token']
        for bad in (token[:-1] + ('0' if token[-1] != '0' else '1'), 'x', token.replace('.', '.9', 2)):
            self.assertEqual(form([('token', bad)], action='image/delete_by_token')[0], 400)
        self.assertEqual(form([('token', token)], action='delete_by_token'), (200, {'result': 'ok'}))
        self.assertEqual(form([('token', token)], action='image/delete_by_token'), (200, {'result': 'not found'}))

    def test_large_uploads_come_in_parts(self):
        content = picture('large') + os.urandom(2 * PART + 1000)
        got = uploader.upload_large(io.BytesIO(content), public_id='large', resource_type='image', chunk_size=PART,
                                    filename='large.jpg')
        self.assertEqual((got['bytes'], got['public_id']), (len(content), 'large'))
        self.assertEqual(urllib.request.urlopen(got['url']).read(), content)
        self.refused(lambda: uploader.upload_large(io.BytesIO(content), resource_type='image', chunk_size=PART - 1), 'must be larger than 5mb')

    def part(self, name, content, first, total, **params):
        last = first + len(content) - 1
        return form(signed(params), content, headers={'X-Unique-Upload-Id': name, 'Content-Range': f'bytes {first}-{last}/{total}'})

    def test_parts_out_of_order_and_again(self):
        content = picture('parts') + bytes(PART)
        head, tail = content[:PART], content[PART:]
        self.assertEqual(self.part('p', head, 0, -1), (200, {'done': False, 'resource_type': 'image'}))
        self.assertEqual(self.part('p', head, 0, -1)[0], 200)
        self.assertEqual(self.part('p', tail, PART + 1, len(content) + 1)[0], 400)
        self.assertEqual(self.part('p', tail, PART, len(content) - 1)[0], 400)
        status, got = self.part('p', tail, PART, len(content))
        self.assertEqual((status, got['bytes']), (200, len(content)))
        for total in ('x', '-2'):
            self.assertEqual(self.part('q', head, 0, total)[0], 400)
        self.assertEqual(self.part('never begun', tail, PART, len(content))[0], 400)
        self.assertEqual(self.part('huge', head, 0, 10 ** 15)[0], 400)

    def test_signatures(self):
        content = picture('signed by hand')
        for version in (1, 2):
            for algorithm in ('sha1', 'sha256'):
                fields = signed({'tags': 'a&b', 'public_id': f'sign/{version}{algorithm}'}, version, algorithm)
                status, got = form(fields, content)
                self.assertEqual((status, got.get('tags')), (200, ['a&b']), (version, algorithm))
                # The same signature may come again.
                self.assertEqual(form(fields, content)[1]['asset_id'], got['asset_id'])
        fields = signed({'tags': 'a'})
        self.assertEqual(form([('tags', 'b'), *fields[1:]], content)[0], 401)
        self.assertEqual(form([*fields, ('public_id', 'extra')], content)[0], 401)
        status, got = form(fields[:-1] + [('signature', 'f' * 40)], content)
        self.assertEqual(status, 401)
        self.assertRegex(got['error']['message'], r"^Invalid Signature f{40}\. String to sign - 'tags=a&timestamp=\d+'\.$")
        self.assertNotIn(to.SECRET, json.dumps(got))
        self.assertEqual(form(fields[:-1] + [('signature', '')], content)[0], 400)
        self.assertEqual(form(signed({}, key='tk_nobody'), content), (401, {'error': {'message': 'Unknown API key tk_nobody'}}))
        now = int(time.time())
        for stamp, words in ((now - 3700, 'Stale request'), (now + 3600, 'Stale request'), ('soon', 'Invalid timestamp')):
            status, got = form(signed({'timestamp': str(stamp)}), content)
            self.assertEqual(status, 400)
            self.assertIn(words, got['error']['message'])
        self.assertEqual(form([], content)[1]['error']['message'], 'Upload preset must be specified when using unsigned upload')
        self.assertEqual(form(signed({}))[1]['error']['message'], 'Missing required parameter - file')
        self.assertEqual(form(signed({}), b'')[1]['error']['message'], 'Empty file')

    def test_keys_that_are_strict_take_no_old_signatures(self):
        status, key = to.own('POST', '/api/keys', {'name': 'strict', 'strict_signatures': True})
        self.assertEqual((status, key['strict_signatures']), (201, True))
        who = {'key': key['id'], 'secret': key['secret']}
        url = 'https://example.org/?a=1&tags=x'
        self.assertEqual(form(signed({'context': f'u={url}'}, 2, **who), picture('s'))[0], 200)
        self.assertEqual(form(signed({'context': f'u={url}'}, 1, **who), picture('s'))[0], 401)
        to.own('PATCH', f'/api/keys/{key["id"]}', {'strict_signatures': False})
        self.assertEqual(form(signed({'context': f'u={url}'}, 1, **who), picture('s'))[0], 200)

    def test_other_ways_to_show_a_key(self):
        content = picture('bearer')
        self.assertEqual(form([('tags', 'a')], content, headers={'Authorization': f'Bearer {to.KEY}'})[1]['tags'], ['a'])
        self.assertEqual(form([], content, headers={'Authorization': 'Bearer tsk_nobody'})[0], 401)
        _, reader = to.own('POST', '/api/keys', {'name': 'reader', 'scopes': ['read']})
        status, got = form(signed({}, key=reader['id'], secret=reader['secret']), content)
        self.assertEqual((status, list(got)), (401, ['error']))
        _, poor = to.own('POST', '/api/keys', {'name': 'poor', 'credits': 0})
        self.assertEqual(form(signed({}, key=poor['id'], secret=poor['secret']), content)[0], 420)
        uri = 'data:image/jpeg;base64,' + base64.b64encode(content).decode()
        fields = urllib.parse.urlencode([*signed({}), ('file', uri)]).encode()
        status, got = to.post(f'/v1_1/{to.CLOUD}/image/upload', fields, {'Content-Type': 'application/x-www-form-urlencoded'})
        self.assertEqual((status, got['bytes']), (200, len(content)))
        status, got = to.post(f'/v1_1/{to.CLOUD}/image/upload', {**dict(signed({'tags': 'j'})), 'file': uri, 'eager': None})
        self.assertEqual((status, got['tags']), (200, ['j']))

    def test_unknown_calls_and_oversize_are_answered_in_the_dialect(self):
        for path in ('/v1_1/home/image/nonsense', '/v1_1/home', '/v1_1/home/a/b/c/d'):
            status, got = to.post(path, b'', {'Content-Type': 'application/x-www-form-urlencoded'})
            self.assertIn(status, (400, 404, 405))
            self.assertIn('message', got['error'])
        connection = http.client.HTTPConnection(to.ADDRESS.split('//')[1])
        connection.putrequest('POST', '/v1_1/home/image/upload')
        connection.putheader('Content-Type', 'multipart/form-data; boundary=x')
        connection.putheader('Content-Length', str(10 ** 12))
        connection.endheaders()
        answer = connection.getresponse()
        self.assertEqual(answer.status, 400)
        self.assertIn('message', json.loads(answer.read())['error'])
        connection.close()


class Files:
    """Serves one file under any name but /missing."""

    def __init__(self, content):
        import http.server
        import threading

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                found = self.path != '/missing'
                self.send_response(200 if found else 404)
                self.send_header('Content-Length', str(len(content) if found else 0))
                self.end_headers()
                if found:
                    self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.server.server_address[1]}'
        threading.Thread(target=self.server.serve_forever, kwargs={'poll_interval': 0.05}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


if __name__ == '__main__':
    unittest.main()
