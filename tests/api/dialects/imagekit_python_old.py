"""The former ImageKit SDK for Python (4.2.0), unmodified; its two addresses are attributes of a class."""
import unittest

from imagekitio import ImageKit
from imagekitio.constants.url import URL
from imagekitio.exceptions.BadRequestException import BadRequestException
from imagekitio.exceptions.NotFoundException import NotFoundException
from imagekitio.exceptions.UnauthorizedException import UnauthorizedException
from imagekitio.exceptions.UnknownException import UnknownException
from imagekitio.models.CopyFileRequestOptions import CopyFileRequestOptions
from imagekitio.models.CopyFolderRequestOptions import CopyFolderRequestOptions
from imagekitio.models.CreateCustomMetadataFieldsRequestOptions import CreateCustomMetadataFieldsRequestOptions
from imagekitio.models.CreateFolderRequestOptions import CreateFolderRequestOptions
from imagekitio.models.CustomMetadataFieldsSchema import CustomMetadataFieldsSchema
from imagekitio.models.CustomMetaDataTypeEnum import CustomMetaDataTypeEnum
from imagekitio.models.DeleteFolderRequestOptions import DeleteFolderRequestOptions
from imagekitio.models.ListAndSearchFileRequestOptions import ListAndSearchFileRequestOptions
from imagekitio.models.MoveFileRequestOptions import MoveFileRequestOptions
from imagekitio.models.MoveFolderRequestOptions import MoveFolderRequestOptions
from imagekitio.models.RenameFileRequestOptions import RenameFileRequestOptions
from imagekitio.models.UpdateFileRequestOptions import UpdateFileRequestOptions
from imagekitio.models.UploadFileRequestOptions import UploadFileRequestOptions

from help import ADDRESS, KEY_ID, SECRET, picture

URL.API_BASE_URL = URL.UPLOAD_BASE_URL = ADDRESS
CLIENT = ImageKit(private_key=SECRET, public_key=KEY_ID, url_endpoint=ADDRESS)
TAGGING = [{'name': 'google-auto-tagging', 'minConfidence': 50, 'maxTags': 5}]


def put(name, **more):
    return CLIENT.upload_file(file=picture(name), file_name=name,
                              options=UploadFileRequestOptions(use_unique_file_name=False, **more))


class Journey(unittest.TestCase):
    def test_one_file(self):
        made = put('old.jpg', folder='/old', tags=['a', 'b'], extensions=TAGGING, response_fields=['tags'],
                   custom_coordinates='1,1,5,5', is_private_file=False)
        self.assertEqual((made.file_path, sorted(made.tags)), ('/old/old.jpg', ['a', 'b']))
        self.assertEqual((made.ai_tags[0].name, made.version_info.name), ('Dog', 'Version 1'))
        plain = CLIENT.upload_file(file=picture('plain'), file_name='plain.jpg')
        self.assertIsNone(plain.ai_tags[0].name)
        got = CLIENT.get_file_details(made.file_id)
        self.assertEqual((got.name, got.type), ('old.jpg', 'file'))
        now = CLIENT.update_file_details(made.file_id, options=UpdateFileRequestOptions(
            tags=['c'], custom_coordinates='1,2,3,4', extensions=TAGGING, remove_ai_tags='all'))
        self.assertEqual((now.tags, now.custom_coordinates), (['c'], '1,2,3,4'))
        CLIENT.delete_file(made.file_id)
        with self.assertRaises(UnknownException) as caught:  # it knows no 404 here
            CLIENT.get_file_details(made.file_id)
        self.assertIn('does not exist', str(caught.exception))
        self.assertTrue(caught.exception.response_help)

    def test_tags_of_many(self):
        ids = [put(f'{i}.jpg').file_id for i in range(2)]
        self.assertEqual(CLIENT.add_tags(ids, ['n']).successfully_updated_file_ids, ids)
        self.assertEqual(CLIENT.remove_tags(ids, ['n']).successfully_updated_file_ids, ids)
        self.assertEqual(CLIENT.remove_ai_tags(ids, ['Dog']).successfully_updated_file_ids, ids)
        self.assertEqual(CLIENT.bulk_file_delete(ids).successfully_deleted_file_ids, ids)
        with self.assertRaises(NotFoundException):
            CLIENT.bulk_file_delete(ids)

    def test_lists(self):
        put('list.jpg', folder='/list', tags=['x'])
        found = CLIENT.list_files(ListAndSearchFileRequestOptions(path='/list'))
        self.assertEqual([one.name for one in found.list], ['list.jpg'])
        found = CLIENT.list_files(ListAndSearchFileRequestOptions(search_query='name : "list" AND createdAt > "1d"'))
        self.assertEqual([one.name for one in found.list], ['list.jpg'])
        found = CLIENT.list_files(ListAndSearchFileRequestOptions(tags=['x', 'y'], type='file', sort='ASC_NAME'))
        self.assertEqual([one.name for one in found.list], ['list.jpg'])
        with self.assertRaises(BadRequestException):
            CLIENT.list_files(ListAndSearchFileRequestOptions(search_query='?'))

    def test_versions(self):
        file = put('v.jpg', tags=['one']).file_id
        CLIENT.upload_file(file=picture('another'), file_name='v.jpg',
                           options=UploadFileRequestOptions(use_unique_file_name=False))
        versions = CLIENT.get_file_versions(file).list
        self.assertEqual(len(versions), 2)
        old = versions[1].version_info.id
        self.assertEqual(CLIENT.get_file_version_details(file, old).tags, ['one'])
        self.assertEqual(CLIENT.restore_file_version(file, old).tags, ['one'])
        CLIENT.delete_file_version(file, CLIENT.get_file_versions(file).list[1].version_info.id)
        self.assertEqual(len(CLIENT.get_file_versions(file).list), 1)

    def test_places(self):
        put('p.jpg', folder='/p')
        CLIENT.copy_file(CopyFileRequestOptions(source_file_path='/p/p.jpg', destination_path='/q',
                                                include_file_versions=False))
        CLIENT.rename_file(RenameFileRequestOptions(file_path='/q/p.jpg', new_file_name='r.jpg', purge_cache=True))
        CLIENT.move_file(MoveFileRequestOptions(source_file_path='/q/r.jpg', destination_path='/s'))
        CLIENT.create_folder(CreateFolderRequestOptions(folder_name='t', parent_folder_path='/'))
        job = CLIENT.copy_folder(CopyFolderRequestOptions(source_folder_path='/s', destination_path='/t',
                                                          include_file_versions=False))
        self.assertEqual(CLIENT.get_bulk_job_status(job.job_id).status, 'Completed')
        CLIENT.move_folder(MoveFolderRequestOptions(source_folder_path='/t/s', destination_path='/u'))
        found = CLIENT.list_files(ListAndSearchFileRequestOptions(path='/u/s'))
        self.assertEqual([one.file_path for one in found.list], ['/u/s/r.jpg'])
        CLIENT.delete_folder(DeleteFolderRequestOptions(folder_path='/u'))
        with self.assertRaises(NotFoundException):
            CLIENT.delete_folder(DeleteFolderRequestOptions(folder_path='/u'))

    def test_fields_metadata_and_caches(self):
        schema = CustomMetadataFieldsSchema(type=CustomMetaDataTypeEnum.Number, min_value=1, max_value=9)
        field = CLIENT.create_custom_metadata_fields(
            CreateCustomMetadataFieldsRequestOptions(name='cost', label='Cost', schema=schema))
        self.assertEqual(field.name, 'cost')
        self.assertEqual([one.id for one in CLIENT.get_custom_metadata_fields(False).list], [field.id])
        made = put('m.jpg', custom_metadata={'cost': 3}, response_fields=['custom_metadata'])
        self.assertEqual(made.custom_metadata, {'cost': 3})
        CLIENT.delete_custom_metadata_field(field.id)
        self.assertEqual(CLIENT.get_file_metadata(made.file_id).width, 640)
        self.assertEqual(CLIENT.get_remote_file_url_metadata(made.url).height, 480)
        purge = CLIENT.purge_file_cache(made.url)
        self.assertEqual(CLIENT.get_purge_file_cache_status(purge.request_id).status, 'Completed')

    def test_who(self):
        wrong = ImageKit(private_key='wrong', public_key=KEY_ID, url_endpoint=ADDRESS)
        with self.assertRaises(UnauthorizedException):
            wrong.list_files()


if __name__ == '__main__':
    unittest.main()
