"""The official ImageKit SDK for Python, unmodified: IMAGE_KIT_BASE_URL and IMAGEKIT_PRIVATE_KEY say all it needs."""
import asyncio
import time
import unittest
import urllib.error
import urllib.request

import imagekitio
import requests
from imagekitio import AsyncImageKit, ImageKit

from help import ADDRESS, KEY_ID, SECRET, Receiver, own, picture, until

CLIENT = ImageKit(max_retries=0, webhook_secret=SECRET)


def tagging(least, most, name='google-auto-tagging'):
    return {'name': name, 'minConfidence': least, 'maxTags': most}


def put(name, words=None, **more):
    return CLIENT.files.upload(file=picture(words or name), file_name=name, use_unique_file_name=False, **more)


class Journey(unittest.TestCase):
    def setUp(self):
        self.addCleanup(self.empty)

    @staticmethod
    def empty():
        files = CLIENT.assets.list(limit=1000)
        if files:
            CLIENT.files.bulk.delete(file_ids=[one.file_id for one in files])

    def refused(self, kind, call, words):
        with self.assertRaises(kind) as caught:
            call()
        self.assertRegex(caught.exception.body['message'], words)
        self.assertTrue(caught.exception.body['help'])

    def test_upload_and_webhooks(self):
        hook = Receiver()
        self.addCleanup(hook.close)
        made = put('first.jpg', 'first', folder='/a/b', tags=['t-shirt', 'big sale'], custom_coordinates='1,2,3,4',
                   extensions=[tagging(50, 5), {'name': 'remove-bg'}], description='d', webhook_url=hook.url,
                   response_fields=['tags', 'customCoordinates', 'isPublished'])
        self.assertEqual((made.file_path, sorted(made.tags)), ('/a/b/first.jpg', ['big sale', 't-shirt']))
        self.assertEqual((made.custom_coordinates, made.is_published, made.width), ('1,2,3,4', True, 640))
        self.assertEqual(made.extension_status.google_auto_tagging, 'success')
        self.assertEqual(made.extension_status.remove_bg, 'failed')
        self.assertEqual((made.ai_tags[0].name, made.ai_tags[0].source), ('Dog', 'google-auto-tagging'))
        note = hook.arrived(lambda note: note.json['service'] == 'google-auto-tagging')
        body = note.body.decode()
        self.assertTrue(CLIENT.webhooks.unwrap(body, headers=dict(note.headers), key=SECRET))
        with self.assertRaises(Exception):
            CLIENT.webhooks.unwrap(body + ' ', headers=dict(note.headers), key=SECRET)
        self.assertEqual(note.json['fileObject']['fileId'], made.file_id)
        failure = hook.arrived(lambda note: note.json['service'] == 'remove-bg').json
        self.assertEqual((failure['status'], failure['fileId']), ('FAILURE', made.file_id))
        with urllib.request.urlopen(made.url) as answer:
            self.assertEqual(answer.read(), picture('first'))
        with urllib.request.urlopen(made.thumbnail_url) as answer:
            self.assertEqual(answer.headers['Content-Type'], 'image/jpeg')

    def test_details_and_changes(self):
        file = put('change.jpg').file_id
        self.assertEqual(CLIENT.files.get(file).name, 'change.jpg')
        now = CLIENT.files.update(file, tags=['x'], description='new', extensions=[tagging(0, 30)])
        self.assertEqual((now.tags, now.description, now.extension_status.google_auto_tagging), (['x'], 'new', 'success'))
        self.assertTrue(now.ai_tags)
        now = CLIENT.files.update(file, remove_ai_tags=['Dog'])
        self.assertNotIn('Dog', [tag.name for tag in now.ai_tags or []])
        self.assertIsNone(CLIENT.files.update(file, remove_ai_tags='all').ai_tags)
        self.assertFalse(CLIENT.files.update(file, publish={'is_published': False}).is_published)
        with self.assertRaises(urllib.error.HTTPError):
            urllib.request.urlopen(now.url)
        self.refused(imagekitio.NotFoundError, lambda: CLIENT.files.get('nobody'), 'does not exist')
        self.refused(imagekitio.BadRequestError, lambda: CLIENT.files.update(file, extensions=[tagging(101, 1)]), 'extensions')
        CLIENT.files.delete(file)
        self.refused(imagekitio.NotFoundError, lambda: CLIENT.files.delete(file), 'does not exist')

    def test_lists(self):
        for name in ('one.jpg', 'two.jpg', 'three.jpg'):
            put(name, folder='/list', tags=[name[:3]])
        names = [one.name for one in CLIENT.assets.list(path='/list', sort='ASC_NAME')]
        self.assertEqual(names, ['one.jpg', 'three.jpg', 'two.jpg'])
        found = CLIENT.assets.list(search_query='tags IN ["one", "two"] AND createdAt > "7d"', sort='DESC_NAME')
        self.assertEqual([one.name for one in found], ['two.jpg', 'one.jpg'])
        self.assertEqual([one.name for one in CLIENT.assets.list(limit=1, skip=1, sort='ASC_NAME')], ['three.jpg'])
        self.assertIn('/list', [one.folder_path for one in CLIENT.assets.list(type='folder')])
        self.refused(imagekitio.BadRequestError, lambda: CLIENT.assets.list(search_query='name ~ 1'), 'column 6')

    def test_many(self):
        ids = [put(f'{i}.jpg', f'many {i}').file_id for i in range(3)]
        bulk = CLIENT.files.bulk
        self.assertEqual(bulk.add_tags(file_ids=ids, tags=['p', 'q']).successfully_updated_file_ids, ids)
        self.assertEqual(bulk.remove_tags(file_ids=[*ids[:1], 'nobody'], tags=['p']).successfully_updated_file_ids, ids[:1])
        self.assertEqual(CLIENT.files.get(ids[0]).tags, ['q'])
        self.assertEqual(bulk.remove_ai_tags(file_ids=ids, ai_tags=['Dog']).successfully_updated_file_ids, ids)
        self.assertEqual(bulk.delete(file_ids=ids).successfully_deleted_file_ids, ids)
        self.refused(imagekitio.NotFoundError, lambda: bulk.delete(file_ids=ids), 'does not exist')

    def test_versions_and_places(self):
        file = put('v.jpg', 'v one', tags=['old']).file_id
        self.assertEqual(put('v.jpg', 'v two').file_id, file)
        old = CLIENT.files.versions.list(file)[1].version_info.id
        self.assertEqual(CLIENT.files.versions.get(old, file_id=file).tags, ['old'])
        self.assertEqual(CLIENT.files.versions.restore(old, file_id=file).tags, ['old'])
        last = CLIENT.files.versions.list(file)[1].version_info.id
        CLIENT.files.versions.delete(last, file_id=file)
        self.assertEqual(len(CLIENT.files.versions.list(file)), 1)
        CLIENT.files.copy(source_file_path='/v.jpg', destination_path='/c')
        CLIENT.files.rename(file_path='/c/v.jpg', new_file_name='w.jpg')
        CLIENT.files.move(source_file_path='/c/w.jpg', destination_path='/d')
        self.assertEqual([one.file_path for one in CLIENT.assets.list(path='/d')], ['/d/w.jpg'])
        CLIENT.folders.create(folder_name='e', parent_folder_path='/')
        job = CLIENT.folders.copy(source_folder_path='/d', destination_path='/e')
        self.assertEqual(CLIENT.folders.job.get(job.job_id).status, 'Completed')
        CLIENT.folders.move(source_folder_path='/e/d', destination_path='/f')
        CLIENT.folders.rename(folder_path='/f/d', new_folder_name='g')
        self.assertEqual([one.file_path for one in CLIENT.assets.list(path='/f/g')], ['/f/g/w.jpg'])
        CLIENT.folders.delete(folder_path='/f')
        self.assertEqual(CLIENT.assets.list(path='/f/g'), [])

    def test_custom_metadata(self):
        field = CLIENT.custom_metadata_fields.create(name='price', label='Price', schema={'type': 'Number', 'minValue': 1})
        self.assertEqual([one.id for one in CLIENT.custom_metadata_fields.list()], [field.id])
        CLIENT.custom_metadata_fields.update(field.id, label='Cost', schema={'maxValue': 9})
        made = put('priced.jpg', custom_metadata={'price': 5}, response_fields=['customMetadata'])
        self.assertEqual(made.custom_metadata, {'price': 5})
        self.assertEqual(len(CLIENT.assets.list(search_query='"customMetadata.price" = 5')), 1)
        self.refused(imagekitio.BadRequestError,
                     lambda: CLIENT.files.update(made.file_id, custom_metadata={'price': 10}), 'maximum')
        task = {'name': 'ai-tasks', 'tasks': [
            {'type': 'yes_no', 'instruction': 'Is it a dog?', 'on_yes': {'set_metadata': [{'field': 'price', 'value': 9}]}}]}
        self.assertEqual(CLIENT.files.update(made.file_id, extensions=[task]).custom_metadata, {'price': 9})
        CLIENT.custom_metadata_fields.delete(field.id)

    def test_saved_and_account(self):
        saved = CLIENT.saved_extensions.create(name='n', description='d', config=tagging(0, 1))
        self.assertEqual(CLIENT.saved_extensions.update(saved.id, name='m').name, 'm')
        self.assertEqual(CLIENT.saved_extensions.get(saved.id).config.max_tags, 1)
        self.assertEqual(len(CLIENT.saved_extensions.list()), 1)
        made = put('saved.jpg', extensions=[{'name': 'saved-extension', 'id': saved.id}])
        self.assertEqual(len(made.ai_tags), 1)
        CLIENT.saved_extensions.delete(saved.id)
        self.assertEqual(CLIENT.files.metadata.get(made.file_id).height, 480)
        self.assertEqual(CLIENT.files.metadata.get_from_url(url=made.url).width, 640)
        usage = CLIENT.accounts.usage.get(start_date='2026-01-01', end_date='2026-02-01')
        self.assertEqual(usage.bandwidth_bytes, 0)
        purge = CLIENT.cache.invalidation.create(url=made.url)
        self.assertEqual(CLIENT.cache.invalidation.get(purge.request_id).status, 'Completed')
        self.assertEqual(CLIENT.accounts.origins.list(), [])
        self.assertEqual([one.url_prefix for one in CLIENT.accounts.url_endpoints.list()], ['ik'])
        self.refused(imagekitio.PermissionDeniedError, lambda: CLIENT.accounts.origins.get('any'), 'not available')

    def test_checks(self):
        field = CLIENT.custom_metadata_fields.create(name='rating', label='Rating', schema={'type': 'Number'})
        self.addCleanup(CLIENT.custom_metadata_fields.delete, field.id)
        more = {'folder': '/marketing/summer', 'tags': ['sale', 'new'], 'custom_metadata': {'rating': 4}}
        for number, check in enumerate((
                '"file.size" < "1mb" AND "file.size" >= 5', '"file.mime" : image', '"file.mime" IN ["image/jpg", "image/png"]',
                '"request.folder" : "marketing/"', '"request.folder" = "marketing/summer"',
                '"request.folder" NOT = marketing', '"request.tags" IN ["sale"]', '"request.tags" HAS "new"',
                '"request.tags" NOT IN ["big-banner"]', '"request.fileName" : "fits"', '"request.isPrivateFile" = false',
                '"request.overwriteFile" = true AND "request.useUniqueFileName" = false',
                '"request.customMetadata.rating" > 3', '"request.customMetadata.rating" IN [3, 4]',
                '"file.mime" = "image/gif" OR ("file.mime" : image AND NOT ("file.size" > "1kb"))')):
            put(f'fits{number}.jpg', **more, checks=check)
        for check in ('"file.size" > "1mb"', '"file.mime" = image/webp', '"request.folder" : "engineering/"',
                      '"request.folder" = marketing', '"request.tags" NOT IN ["sale"]', '"request.isPublished" = false',
                      '"request.customMetadata.rating" > 4', '"mediaMetadata.videoCodec" = "h264"',
                      '"file.mime" : image AND ("file.size" > "1mb" OR "request.tags" IN ["x"])'):
            self.refused(imagekitio.BadRequestError, lambda check=check: put('no.jpg', **more, checks=check),
                         'failed server side checks')
        for check in ('file.size', '"file.size" < ', '("file.size" < 5', '"file.colour" = "red"', '"file.size" < "big"',
                      '"file.mime" > 3', 'what?'):
            self.refused(imagekitio.BadRequestError, lambda check=check: put('no.jpg', **more, checks=check),
                         'invalid syntax for the checks parameter')
        self.assertEqual(len(CLIENT.assets.list(path='/marketing/summer')), 15)
        address = CLIENT.assets.list(path='/marketing/summer')[0].url
        for check, status in (('"file.size" < 50', 200), ('"file.size" > 50', 400), ('"file.mime" : image', 200)):
            answer = requests.post(f'{ADDRESS}/api/v1/files/upload', auth=(SECRET, ''), timeout=300,
                                   data={'file': address, 'fileName': 'there.jpg', 'checks': check})
            self.assertEqual(answer.status_code, status, answer.text)

    def test_rate(self):
        status, key = own('POST', '/api/keys', {'name': 'slow', 'scopes': ['read'], 'rate_per_minute': 3})
        self.assertEqual(status, 201)
        answers = [requests.get(f'{ADDRESS}/v1/files', auth=(key['secret'], ''), timeout=300) for _ in range(12)]
        refused = [answer for answer in answers if answer.status_code == 429]
        self.assertTrue(refused)
        self.assertTrue(all('X-RateLimit-Limit' not in answer.headers for answer in answers if answer.status_code == 200))
        for answer in refused:
            said = {name: int(answer.headers[f'X-RateLimit-{name}']) for name in ('Limit', 'Reset', 'Interval')}
            self.assertEqual((said['Limit'], said['Interval']), (3, 60000))
            self.assertEqual(said['Reset'], int(answer.headers['Retry-After']) * 1000)
            self.assertTrue(0 < said['Reset'] <= 60000)
            self.assertTrue(answer.json()['message'] and answer.json()['help'])

    def test_who(self):
        wrong = ImageKit(private_key='private_wrong', max_retries=0)
        self.refused(imagekitio.AuthenticationError, wrong.assets.list, '.')
        self.refused(imagekitio.AuthenticationError, lambda: wrong.files.upload(file=b'a', file_name='a'), '.')
        proof = CLIENT.helper.get_authentication_parameters(expire=int(time.time()) + 60)
        self.assertEqual(set(proof), {'token', 'expire', 'signature'})
        form = {'publicKey': KEY_ID, 'fileName': 'browser.jpg', **proof}
        statuses = [requests.post(f'{ADDRESS}/api/v1/files/upload', data=form, timeout=300,
                                  files={'file': ('b.jpg', picture('browser'), 'image/jpeg')}).status_code for _ in range(2)]
        self.assertEqual(statuses, [200, 400])

    def test_async_client_and_beta(self):
        async def go():
            async with AsyncImageKit(max_retries=0) as client:
                made = await client.beta.v2.files.upload(file=picture('beta'), file_name='beta.jpg', tags=['z'])
                return await client.files.get(made.file_id)
        self.assertEqual(asyncio.run(go()).tags, ['z'])
        until(lambda: CLIENT.assets.list(search_query='tags = "z"'))


if __name__ == '__main__':
    unittest.main()
