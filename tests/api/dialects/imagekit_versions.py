"""ImageKit's versions: many overwrites of one file at once lose none, restores move them about, copies and moves take them
along, folders grow into each other."""
import concurrent.futures
import unittest

import imagekitio
from imagekitio import ImageKit

from help import picture

CLIENT = ImageKit(max_retries=0)
AT_ONCE = 16


def put(name, words, **more):
    return CLIENT.files.upload(file=picture(words), file_name=name, use_unique_file_name=False, **more)


def at(path):
    folder, name = path.rsplit('/', 1)
    return next(one for one in CLIENT.assets.list(path=folder or '/') if one.name == name)


def sizes(path):
    """Of a file's versions, latest first."""
    return [one.size for one in CLIENT.files.versions.list(at(path).file_id)]


class Versions(unittest.TestCase):
    def test_overwritten_by_many_at_once(self):
        count = 80
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            made = list(pool.map(lambda number: put('same.jpg', 'x' * number), range(count)))
        self.assertEqual(len({one.file_id for one in made}), 1)
        file = made[0].file_id
        versions = CLIENT.files.versions.list(file)
        self.assertEqual({one.version_info.id for one in versions}, {one.version_info.id for one in made})
        self.assertEqual(sorted(one.size for one in versions), sorted(len(picture('x' * n)) for n in range(count)))
        self.assertEqual([one.version_info.name for one in versions], [f'Version {n}' for n in range(count, 0, -1)])
        self.assertEqual([one.type for one in versions], ['file'] + ['file-version'] * (count - 1))
        self.assertEqual({one.file_id for one in versions}, {file})
        self.check_listed('same.jpg', 1, count - 1)
        self.restore_many(file, versions)
        self.delete_many(file, versions)

    def check_listed(self, name, files, older):
        listed = CLIENT.assets.list(search_query=f'name = "{name}"', limit=1000)
        self.assertEqual([one.type for one in listed], ['file'] * files)
        listed = CLIENT.assets.list(search_query=f'name = "{name}"', type='file-version', limit=1000)
        self.assertEqual(len(listed), older)

    def restore_many(self, file, versions):
        ids = [one.version_info.id for one in versions]
        by_id = {one.version_info.id: one.size for one in versions}
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for one in pool.map(lambda version: CLIENT.files.versions.restore(version, file_id=file), ids):
                self.assertEqual((one.file_id, one.name, one.type), (file, 'same.jpg', 'file'))
        now = CLIENT.files.versions.list(file)
        self.assertEqual({one.version_info.id: one.size for one in now}, by_id)
        self.assertEqual([one.type for one in now], ['file'] + ['file-version'] * (len(ids) - 1))
        self.assertEqual(CLIENT.files.get(file).version_info.id, now[0].version_info.id)

    def delete_many(self, file, versions):
        current = CLIENT.files.get(file).version_info.id
        gone = [one.version_info.id for one in versions if one.version_info.id != current]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda version: CLIENT.files.versions.delete(version, file_id=file), gone[::2]))
        self.assertEqual(len(CLIENT.files.versions.list(file)), len(versions) - len(gone[::2]))
        CLIENT.files.delete(file)
        self.check_listed('same.jpg', 0, 0)

    def test_so_many_and_no_more(self):
        for number in range(100):
            made = put('full.jpg', f'full {number}')
        with self.assertRaises(imagekitio.BadRequestError) as caught:
            put('full.jpg', 'one too many')
        self.assertIn('maximum of 100 versions', caught.exception.body['message'])
        oldest = CLIENT.files.versions.list(made.file_id)[-1]
        self.assertEqual(oldest.version_info.id, made.file_id)
        CLIENT.files.versions.delete(oldest.version_info.id, file_id=made.file_id)
        self.assertEqual(put('full.jpg', 'now there is room').version_info.name, 'Version 101')

    def test_restored_by_its_own_id(self):
        first = put('back.jpg', 'first', tags=['one'], folder='/b')
        put('back.jpg', 'second, longer', tags=['two'], folder='/b')
        CLIENT.files.move(source_file_path='/b/back.jpg', destination_path='/c')
        back = CLIENT.files.versions.restore(first.version_info.id, file_id=first.file_id)
        self.assertEqual((back.file_id, back.tags, back.file_path), (first.file_id, ['one'], '/c/back.jpg'))
        self.assertEqual((back.version_info.id, back.version_info.name), (first.version_info.id, 'Version 1'))
        again = CLIENT.files.versions.restore(first.version_info.id, file_id=first.file_id)
        self.assertEqual(again.size, back.size)
        third = put('back.jpg', 'third', folder='/c')
        self.assertEqual((third.file_id, third.version_info.name), (first.file_id, 'Version 3'))

    def test_published_with_all_versions(self):
        file = put('open.jpg', 'one').file_id
        put('open.jpg', 'two')
        CLIENT.files.update(file, publish={'isPublished': False, 'includeFileVersions': True})
        self.assertEqual([one.is_published for one in CLIENT.files.versions.list(file)], [False, False])
        CLIENT.files.update(file, publish={'isPublished': True})
        self.assertEqual([one.is_published for one in CLIENT.files.versions.list(file)], [True, False])

    def test_copied_and_moved_with_versions(self):
        for words in ('a', 'bb', 'ccc'):
            put('v.jpg', words, folder='/from')
        CLIENT.files.copy(source_file_path='/from/v.jpg', destination_path='/plain')
        CLIENT.files.copy(source_file_path='/from/v.jpg', destination_path='/all', include_file_versions=True)
        self.assertEqual((len(sizes('/plain/v.jpg')), sizes('/all/v.jpg')), (1, sizes('/from/v.jpg')))
        put('v.jpg', 'was here before', folder='/onto')
        before = at('/onto/v.jpg')
        CLIENT.files.move(source_file_path='/from/v.jpg', destination_path='/onto')
        self.assertEqual(sizes('/onto/v.jpg'), [*sizes('/all/v.jpg'), before.size])
        self.assertEqual(at('/onto/v.jpg').file_id, before.file_id)
        self.assertEqual(CLIENT.assets.list(path='/from'), [])


class Folders(unittest.TestCase):
    def setUp(self):
        for number, words in enumerate(('one', 'two, longer')):
            put('same.jpg', words, folder=('/here/album', '/there/album')[number])
        put('only.jpg', 'only here', folder='/here/album/deep')
        CLIENT.folders.create(folder_name='empty', parent_folder_path='/here/album')
        self.addCleanup(self.empty)

    @staticmethod
    def empty():
        for path in ('/here', '/there'):
            CLIENT.folders.delete(folder_path=path)

    def check_job(self, job, kind):
        said = CLIENT.folders.job.get(job.job_id)
        self.assertEqual((said.job_id, said.type, said.status), (job.job_id, kind, 'Completed'))

    def check_merged(self):
        self.assertEqual(len(sizes('/there/album/same.jpg')), 2)
        self.assertEqual(at('/there/album/same.jpg').size, len(picture('one')))
        self.assertEqual(at('/there/album/deep/only.jpg').size, len(picture('only here')))
        folders = {one.folder_path for one in CLIENT.assets.list(search_query='type = "folder"')}
        self.assertLessEqual({'/there/album/empty', '/there/album/deep'}, folders)
        return folders

    def test_moved_into_one_that_is_there(self):
        job = CLIENT.folders.move(source_folder_path='/here/album', destination_path='/there')
        self.check_job(job, 'MOVE_FOLDER')
        self.assertNotIn('/here/album', self.check_merged())
        CLIENT.folders.create(folder_name='here', parent_folder_path='/')

    def test_copied_into_one_that_is_there(self):
        put('same.jpg', 'a third one, longest', folder='/here/album')
        put('same.jpg', 'one', folder='/here/album')
        job = CLIENT.folders.copy(source_folder_path='/here/album', destination_path='/there')
        self.check_job(job, 'COPY_FOLDER')
        self.assertIn('/here/album', self.check_merged())
        CLIENT.folders.copy(source_folder_path='/here/album', destination_path='/there/more', include_versions=True)
        self.assertEqual(sizes('/there/more/album/same.jpg'), sizes('/here/album/same.jpg'))

    def test_renamed(self):
        job = CLIENT.folders.rename(folder_path='/here/album', new_folder_name='book', purge_cache=True)
        self.check_job(job, 'RENAME_FOLDER')
        self.assertTrue(CLIENT.folders.job.get(job.job_id).purge_request_id)
        self.assertEqual(at('/here/book/deep/only.jpg').size, len(picture('only here')))
        with self.assertRaises(imagekitio.NotFoundError):
            CLIENT.folders.job.get('nobody')


if __name__ == '__main__':
    unittest.main()
