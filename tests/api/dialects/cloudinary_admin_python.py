"""Cloudinary's Admin API by its SDK for Python, unmodified: resources, tags, search, folders, presets, triggers, fields."""
import io
import unittest

import cloudinary
import cloudinary.api as api
import cloudinary.uploader
import cloudinary.utils
from cloudinary.exceptions import AlreadyExists, AuthorizationRequired, BadRequest, NotFound
from cloudinary.search import Search
from cloudinary.search_folders import SearchFolders

from help import ADDRESS, SECRET, Receiver, picture, post


def upload(words, public_id, **options):
    return cloudinary.uploader.upload(io.BytesIO(picture(words)), public_id=public_id, **options)


def ids(answer):
    return sorted(one['public_id'] for one in answer['resources'])


def pages(ask, **more):
    """All of a list, two a page; how many pages it took."""
    found, cursor, count = [], None, 0
    while True:
        page = ask(max_results=2, next_cursor=cursor, **more)
        found += page['resources']
        count += 1
        cursor = page.get('next_cursor')
        if not cursor:
            return found, count


class Admin(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        upload('rex', 'pets/dogs/rex', tags='dog,Brown', context={'alt': 'a good dog', 'price': '12'})
        upload('tom', 'pets/tom', tags=['cat', 'grey'], context={'alt': 'a cat'})
        upload('leo', 'zoo/leo', tags='cat,lion')
        upload('ann', 'ann')
        upload('bob', 'bob', moderation='manual')

    # ---- the account

    def test_account(self):
        answer = api.ping()
        self.assertEqual(answer['status'], 'ok')
        self.assertGreater(answer.rate_limit_allowed, answer.rate_limit_remaining)
        self.assertIsNotNone(answer.rate_limit_reset_at)
        self.assertTrue(answer.request_id)
        self.assertGreaterEqual(api.usage()['resources'], 5)
        self.assertEqual(api.usage(date='2020-01-02')['requests'], 0)
        self.assertEqual(api.config(settings=True)['settings']['folder_mode'], 'fixed')
        self.assertEqual(api.resource_types()['resource_types'], ['image'])

    def test_strangers_are_refused(self):
        with self.assertRaises(AuthorizationRequired):
            api.ping(api_key='tk_nobody', api_secret='wrong')
        with self.assertRaises(NotFound):
            api.call_json_api('get', ['nonsense', 'there'], {})

    # ---- lists

    def test_lists_come_in_pages(self):
        found, count = pages(api.resources)
        self.assertGreaterEqual(len(found), 5)
        self.assertEqual(count, (len(found) + 1) // 2)
        self.assertEqual(len({one['public_id'] for one in found}), len(found))
        times = [one['created_at'] for one in found]
        self.assertEqual(times, sorted(times, reverse=True))
        turned, _ = pages(api.resources, direction='asc')
        self.assertEqual([one['public_id'] for one in turned], [one['public_id'] for one in found][::-1])

    def test_lists_by_what_they_are(self):
        self.assertEqual(ids(api.resources(type='upload', prefix='pets/')), ['pets/dogs/rex', 'pets/tom'])
        self.assertEqual(ids(api.resources_by_tag('cat')), ['pets/tom', 'zoo/leo'])
        self.assertEqual(ids(api.resources_by_tag('brown')), ['pets/dogs/rex'])
        self.assertEqual(ids(api.resources_by_context('alt')), ['pets/dogs/rex', 'pets/tom'])
        self.assertEqual(ids(api.resources_by_context('alt', 'a cat')), ['pets/tom'])
        self.assertEqual(ids(api.resources_by_ids(['ann', 'nobody', 'zoo/leo'])), ['ann', 'zoo/leo'])
        asset = api.resource('ann')['asset_id']
        self.assertEqual(ids(api.resources_by_asset_ids([asset])), ['ann'])
        self.assertEqual(ids(api.resources_by_asset_folder('zoo')), ['zoo/leo'])
        self.assertEqual(ids(api.resources(resource_type='video')), [])
        self.assertEqual(ids(api.resources(start_at='2000-01-01T00:00:00Z', direction='desc')), [])
        with self.assertRaises(BadRequest):
            api.resources(max_results=5000)
        with self.assertRaises(BadRequest):
            api.resources(next_cursor='nonsense')

    def test_lists_show_what_is_asked_for(self):
        plain = api.resources(type='upload', prefix='pets/tom')['resources'][0]
        self.assertNotIn('tags', plain)
        self.assertNotIn('context', plain)
        full = api.resources(type='upload', prefix='pets/tom', tags=True, context=True)['resources'][0]
        self.assertEqual(sorted(full['tags']), ['cat', 'grey'])
        self.assertEqual(full['context'], {'custom': {'alt': 'a cat'}})
        few = api.resources(type='upload', prefix='pets/tom', fields=['tags', 'width'])['resources'][0]
        self.assertEqual(sorted(few), ['asset_id', 'public_id', 'tags', 'width'])

    def test_one(self):
        one = api.resource('pets/dogs/rex')
        self.assertEqual((one['public_id'], one['resource_type'], one['type']), ('pets/dogs/rex', 'image', 'upload'))
        self.assertEqual(sorted(one['tags']), ['Brown', 'dog'])
        self.assertEqual(api.resource_by_asset_id(one['asset_id'])['public_id'], 'pets/dogs/rex')
        self.assertNotIn('colors', one)
        self.assertIn('colors', api.resource('pets/dogs/rex', colors=True, phash=True))
        self.assertIn('phash', api.resource('pets/dogs/rex', colors=True, phash=True))
        with self.assertRaisesRegex(NotFound, 'Resource not found - pets/nobody'):
            api.resource('pets/nobody')

    def test_tags(self):
        self.assertLessEqual({'cat', 'dog', 'grey', 'lion'}, set(api.tags(max_results=500)['tags']))
        self.assertEqual(api.tags(prefix='gr')['tags'], ['grey'])
        first = api.tags(max_results=1)
        self.assertEqual(len(first['tags']), 1)
        self.assertGreater(api.tags(max_results=1, next_cursor=first['next_cursor'])['tags'], first['tags'])

    # ---- changes

    def test_update(self):
        upload('upd', 'made/upd', tags='old')
        changed = api.update('made/upd', tags='new,x y', context={'k': 'a=b|c'}, display_name='Shown')
        self.assertEqual(sorted(changed['tags']), ['new', 'x y'])
        self.assertEqual(changed['context'], {'custom': {'k': 'a=b|c'}})
        self.assertEqual(api.resource('made/upd')['display_name'], 'Shown')
        self.assertEqual(ids(api.resources_by_tag('old')), [])
        for name in ('detection', 'categorization', 'ocr', 'background_removal', 'raw_convert', 'similarity_search'):
            with self.assertRaisesRegex(BadRequest, 'Illegal value illegal', msg=name):
                api.update('made/upd', **{name: 'illegal'})
        with self.assertRaises(BadRequest):
            api.update('made/upd', auto_tagging='2')
        with self.assertRaises(NotFound):
            api.update('made/nobody', tags='x')

    def test_moderation(self):
        self.assertEqual(ids(api.resources_by_moderation('manual', 'pending')), ['bob'])
        done = api.update('bob', moderation_status='approved')
        self.assertEqual(done['moderation'][0]['status'], 'approved')
        self.assertEqual(ids(api.resources_by_moderation('manual', 'approved')), ['bob'])
        self.assertEqual(ids(api.resources_by_moderation('manual', 'pending')), [])
        with self.assertRaisesRegex(BadRequest, 'Illegal value'):
            api.update('bob', moderation_status='perhaps')

    def test_related(self):
        upload('one', 'made/one')
        upload('two', 'made/two')
        answer = api.add_related_assets('made/one', ['image/upload/made/two', 'image/upload/nobody'])
        self.assertEqual([one['asset'] for one in answer['success']], ['image/upload/made/two'])
        self.assertEqual(answer['failed'][0]['status'], 404)
        self.assertEqual(len(api.resource('made/one', related=True)['related_assets']), 1)
        api.delete_related_assets('made/one', ['image/upload/made/two'])
        self.assertEqual(api.resource('made/one', related=True)['related_assets'], [])

    def test_delete(self):
        for name in ('a', 'b', 'c', 'd', 'e'):
            upload(name, f'gone/{name}', tags='togo' if name in 'de' else '')
        asset = api.resource('gone/c')['asset_id']
        answer = api.delete_resources(['gone/a', 'gone/nobody'])
        self.assertEqual(answer['deleted'], {'gone/a': 'deleted', 'gone/nobody': 'not_found'})
        self.assertEqual(answer['deleted_counts']['gone/a']['original'], 1)
        self.assertFalse(answer['partial'])
        self.assertEqual(api.delete_resources_by_asset_ids([asset])['deleted'], {asset: 'deleted'})
        self.assertEqual(sorted(api.delete_resources_by_tag('togo')['deleted']), ['gone/d', 'gone/e'])
        self.assertEqual(list(api.delete_resources_by_prefix('gone/')['deleted']), ['gone/b'])
        self.assertEqual(api.restore(['gone/a'])['gone/a'], {'error': 'no_backup'})
        self.assertEqual(api.delete_resources(['ann'], keep_original=True)['deleted'], {})
        with self.assertRaises(BadRequest):
            api.delete_resources([])

    # ---- search

    def test_search(self):
        def found(expression):
            return ids(Search().expression(f'({expression}) AND -public_id:made/* -public_id:gone/*').execute())
        self.assertEqual(found('tags:cat'), ['pets/tom', 'zoo/leo'])
        self.assertEqual(found('tags=cat AND NOT tags=lion'), ['pets/tom'])
        self.assertEqual(found('public_id:pets/*'), ['pets/dogs/rex', 'pets/tom'])
        self.assertEqual(found('folder=zoo OR context.price>=12'), ['pets/dogs/rex', 'zoo/leo'])
        self.assertEqual(found('created_at>1d AND width>10 AND tags:(dog OR lion)'), ['pets/dogs/rex', 'zoo/leo'])
        self.assertEqual(found('nosuchfield:1'), [])
        self.assertEqual(found('resource_type:video'), [])
        with self.assertRaisesRegex(BadRequest, 'column'):
            Search().expression('tags:(cat').execute()
        with self.assertRaises(BadRequest):
            Search().expression('tags:cat').sort_by('nonsense', 'asc').execute()

    def test_search_in_order_and_in_pages(self):
        def ask(cursor=None):
            search = Search().expression('folder:pets/* OR folder=zoo').sort_by('public_id', 'desc').max_results(2)
            search = search.aggregate('resource_type').aggregate('tags').with_field('tags')
            return (search.next_cursor(cursor) if cursor else search).execute()
        first = ask()
        self.assertEqual([one['public_id'] for one in first['resources']], ['zoo/leo', 'pets/tom'])
        self.assertEqual(first['total_count'], 3)
        self.assertEqual(first['aggregations']['resource_type'], {'image': 3})
        self.assertEqual(first['aggregations']['tags']['cat'], 2)
        self.assertIn('lion', first['resources'][0]['tags'])
        self.assertIn('time', first)
        last = ask(first['next_cursor'])
        self.assertEqual([one['public_id'] for one in last['resources']], ['pets/dogs/rex'])
        self.assertNotIn('next_cursor', last)

    def test_visual_search(self):
        with self.assertRaises(BadRequest):
            api.visual_search()
        with self.assertRaises(NotFound):
            api.visual_search(image_asset_id='nobody')

    def test_search_by_a_signed_address(self):
        search = Search().expression('tags:cat AND folder:pets/*').max_results(1)
        address = search.to_url(private_cdn=True, secure=False, cname=ADDRESS.removeprefix('http://'))
        status, answer = post(address.removeprefix(ADDRESS), method='GET')
        self.assertEqual((status, ids(answer)), (200, ['pets/tom']))
        signature = address.split('/search/')[1].split('/')[0]
        status, answer = post(address.removeprefix(ADDRESS).replace(signature, '0' * 64), method='GET')
        self.assertEqual((status, list(answer)), (401, ['error']))

    # ---- folders

    def test_folders(self):
        self.assertTrue(api.create_folder('made by hand/deep')['success'])
        self.assertLessEqual({'made by hand', 'pets', 'zoo'},
                             {one['name'] for one in api.root_folders(max_results=500)['folders']})
        self.assertEqual([one['path'] for one in api.subfolders('pets')['folders']], ['pets/dogs'])
        self.assertEqual(SearchFolders().expression('name=deep').execute()['folders'][0]['path'], 'made by hand/deep')
        upload('moves', 'van/inside/it')
        self.assertEqual(api.rename_folder('van', 'car')['to']['path'], 'car')
        self.assertEqual(api.resource('car/inside/it')['public_id'], 'car/inside/it')
        with self.assertRaises(NotFound):
            api.subfolders('van')
        with self.assertRaisesRegex(BadRequest, 'not empty'):
            api.delete_folder('car')
        self.assertEqual(sorted(api.delete_folder('made by hand')['deleted']), ['made by hand', 'made by hand/deep'])
        with self.assertRaises(NotFound):
            api.delete_folder('made by hand')

    # ---- presets

    def test_presets(self):
        api.create_upload_preset(name='shop', unsigned=True, tags='a,b', auto_tagging='0.6', detection='coco')
        with self.assertRaises(AlreadyExists):
            api.create_upload_preset(name='shop')
        with self.assertRaisesRegex(BadRequest, "Detection invalid model 'illegal'"):
            api.create_upload_preset(name='bad', detection='illegal')
        one = api.upload_preset('shop')
        self.assertTrue(one['unsigned'])
        self.assertEqual(one['settings']['tags'], ['a', 'b'])
        api.update_upload_preset('shop', unsigned=False, colors=True)
        one = api.upload_preset('shop')
        self.assertFalse(one['unsigned'])
        self.assertIs(one['settings']['colors'], True)
        self.assertEqual(one['settings']['detection'], 'coco')
        self.assertIn('shop', [preset['name'] for preset in api.upload_presets()['presets']])
        self.assertEqual(api.delete_upload_preset('shop')['message'], 'deleted')
        with self.assertRaises(NotFound):
            api.upload_preset('shop')
        self.assertTrue(api.create_upload_preset()['name'])

    # ---- triggers

    def test_triggers(self):
        receiver = Receiver()
        try:
            made = api.create_trigger(receiver.url, 'upload')
            self.assertIn(made['id'], [one['id'] for one in api.triggers()['triggers']])
            self.assertEqual(api.triggers(event_type='delete')['total'], 0)
            upload('told', 'made/told')
            note = receiver.arrived(lambda note: note.json.get('public_id') == 'made/told')
            self.assertTrue(cloudinary.utils.verify_notification_signature(
                note.body.decode(), int(note.headers['X-Cld-Timestamp']), note.headers['X-Cld-Signature']))
            self.assertTrue(api.test_trigger(made['id'], {'any': 'thing'})['filter_result'])
            self.assertEqual(api.update_trigger(made['id'], receiver.url + '2')['message'], 'updated')
            self.assertEqual(api.triggers()['triggers'][0]['uri'], receiver.url + '2')
            self.assertEqual(api.delete_trigger(made['id'])['message'], 'deleted')
            with self.assertRaises(NotFound):
                api.delete_trigger(made['id'])
            with self.assertRaises(BadRequest):
                api.create_trigger('poll://*', 'upload', uri_type='poll')
        finally:
            receiver.close()

    # ---- fields

    def test_metadata_fields(self):
        api.add_metadata_field({'external_id': 'size', 'label': 'Size', 'type': 'enum', 'datasource': {
            'values': [{'external_id': 's', 'value': 'small'}, {'external_id': 'l', 'value': 'large'}]}})
        with self.assertRaises(BadRequest):
            api.add_metadata_field({'external_id': 'size', 'label': 'Other', 'type': 'string'})
        self.assertIn('size', [one['external_id'] for one in api.list_metadata_fields()['metadata_fields']])
        values = api.update_metadata_field_datasource('size', [{'external_id': 'm', 'value': 'middle'}])['values']
        self.assertEqual([one['external_id'] for one in values], ['s', 'l', 'm'])
        values = api.delete_datasource_entries('size', ['s'])['values']
        self.assertEqual(values[0]['state'], 'inactive')
        self.assertEqual(api.restore_metadata_field_datasource('size', ['s'])['values'][0]['state'], 'active')
        self.assertEqual(api.update_metadata_field('size', {'label': 'How big'})['label'], 'How big')
        self.assertEqual(api.metadata_field_by_field_id('size')['type'], 'enum')
        upload('meta', 'made/meta')
        api.update('made/meta', metadata={'size': 'l'})
        self.assertEqual(ids(Search().expression('metadata.size=l').execute()), ['made/meta'])
        self.assertEqual(api.delete_metadata_field('size')['message'], 'ok')
        with self.assertRaises(NotFound):
            api.metadata_field_by_field_id('size')

    # ---- looking, and what there is not

    def test_analysis(self):
        uri = 'data:image/jpeg;base64,/9j/4GRvZyBvbmU='
        answer = api.analyze('uri', 'captioning', uri)
        self.assertTrue(answer['data']['analysis']['data']['caption'])
        with self.assertRaisesRegex(BadRequest, 'not supported'):
            api.analyze('uri', 'lvis', uri)

    def test_what_there_is_not(self):
        self.assertEqual(api.transformations()['transformations'], [])
        self.assertEqual(api.list_streaming_profiles()['data'], [])
        self.assertEqual(api.upload_mappings()['mappings'], [])
        self.assertEqual(api.list_metadata_rules()['metadata_rules'], [])
        for call in (lambda: api.create_streaming_profile('x'), lambda: api.create_upload_mapping('x', template='y'),
                     lambda: api.create_transformation('x', 'c_fill')):
            with self.assertRaisesRegex(BadRequest, 'not supported'):
                call()

    def test_notifications_are_signed_with_the_secret(self):
        self.assertEqual(cloudinary.config().api_secret, SECRET)


if __name__ == '__main__':
    unittest.main()
