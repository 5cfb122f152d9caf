"""What ImageKit's page on auto-tagging prints, run as its readers would (examples/imagekit*): upload by curl, update by curl,
Node and Python, and the requests of PHP and Ruby as recorded."""
import base64
import json
import re
import tempfile
import unittest
import urllib.request
from pathlib import Path

import examples
from help import ADDRESS, SECRET, picture

SOURCES = {'google-auto-tagging', 'aws-auto-tagging'}


def recorded():
    """(language, method, path, headers, body) of each request in examples/imagekit.http."""
    text = (examples.FOLDER / 'imagekit.http').read_text()
    for part in re.finditer(r'^(\w+)\n([A-Z]+) (/\S+)\n((?:[\w-]+: .+\n)+)\n(.+)\n', text, re.M):
        yield part[1], part[2], part[3], dict(line.split(': ', 1) for line in part[4].splitlines()), part[5]


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / 'cafe_picture.jpg'
            path.write_bytes(picture('dog in a café'))
            cls.uploaded = json.loads(examples.run('imagekit_upload.sh', path))
        cls.file = cls.uploaded['fileId']

    def check_tags(self, answer):
        self.assertEqual(answer['extensionStatus'], {source: 'success' for source in SOURCES})
        self.assertEqual({tag['source'] for tag in answer['AITags']}, SOURCES)
        for source in SOURCES:
            tags = [tag for tag in answer['AITags'] if tag['source'] == source]
            self.assertLessEqual(len(tags), 5)
            self.assertIn('dog', [tag['name'].lower() for tag in tags])
            self.assertTrue(all(50 <= tag['confidence'] <= 100 for tag in tags), tags)

    def check_update(self, answer):
        self.assertEqual((answer['fileId'], answer['type'], answer['tags']), (self.file, 'file', None))
        for name in ('name', 'filePath', 'isPrivateFile', 'customCoordinates', 'url', 'thumbnail', 'fileType', 'mime', 'width',
                     'height', 'size', 'hasAlpha', 'createdAt', 'updatedAt'):
            self.assertIn(name, answer)
        self.check_tags(answer)

    def test_upload_by_curl(self):
        for name in ('name', 'url', 'thumbnailUrl', 'height', 'width', 'size', 'filePath'):
            self.assertIn(name, self.uploaded)
        self.assertEqual(self.uploaded['fileType'], 'image')
        self.check_tags(self.uploaded)

    def test_update_by_curl(self):
        self.check_update(json.loads(examples.run('imagekit_update.sh', self.file)))

    def test_update_by_node(self):
        self.check_update(json.loads(examples.run('imagekit_update.cjs', self.file)))

    def test_update_by_python(self):
        old = {'PYTHONPATH': str(examples.SDK / 'python-old')}
        self.check_update(json.loads(examples.run('imagekit_update_old.py', self.file, **old)))

    def test_update_by_other_languages(self):
        requests = list(recorded())
        self.assertEqual([request[0] for request in requests], ['PHP', 'Ruby'])
        basic = base64.b64encode(f'{SECRET}:'.encode()).decode()
        for language, method, path, headers, body in requests:
            headers = {name: value.replace('{secret:}', basic) for name, value in headers.items()}
            request = urllib.request.Request(ADDRESS + path.replace('{file}', self.file), body.encode(), headers, method=method)
            with urllib.request.urlopen(request, timeout=300) as answer:
                self.assertEqual(answer.headers['Content-Type'].split(';')[0], 'application/json', language)
                self.check_update(json.load(answer))


if __name__ == '__main__':
    unittest.main()
