"""What Cloudinary's page on automatic image tagging speaks of, by its two SDKs (examples/cloudinary_tagging.*)."""
import json
import tempfile
import unittest
from pathlib import Path

import cloudinary.utils

import examples
from help import Receiver, picture


class Examples(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.dir = Path(holder.name)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)

    def check_boxes(self, result):
        """Of each thing its confidence and its box: x, y, width, height."""
        found = result['info']['detection']['object_detection']
        self.assertEqual(found['status'], 'complete')
        (model,) = found['data']
        self.assertTrue(model.startswith('coco'))
        things = found['data'][model]['tags']
        self.assertIn('domestic dog', things)  # the model's own word
        for thing in things['domestic dog']:
            self.assertTrue(0 < thing['confidence'] <= 1, thing)
            self.assertEqual(len(thing['bounding-box']), 4)

    def check_later(self, pending):
        self.assertEqual(pending['status'], 'pending')
        note = self.receiver.arrived(lambda note: note.json.get('notification_type') == 'upload')
        self.assertEqual(note.json['public_id'], 'later')
        self.assertIn('dog', note.json['tags'])
        headers = {name.lower(): value for name, value in note.headers.items()}
        self.assertTrue(cloudinary.utils.verify_notification_signature(
            note.body.decode(), int(headers['x-cld-timestamp']), headers['x-cld-signature']))

    def check(self, program):
        paths = [self.dir / name for name in ('winter_fashion.jpg', 'puppy.jpg')]
        for path in paths:
            path.write_bytes(picture(path.name))
        printed = examples.run(program, *paths, self.receiver.url).splitlines()
        said = {line['what']: line['result'] for line in map(json.loads, printed)}
        self.check_boxes(said['detected'])
        self.assertEqual(said['detected']['tags'], [])
        self.assertEqual(said['fashion']['http_code'], 400)
        self.assertIn("Detection invalid model 'cld-fashion'", said['fashion']['message'])
        for what in ('tagged', 'by default', 'updated'):
            self.assertIn('dog', said[what]['tags'], what)
        self.check_boxes(said['tagged'])
        for what in ('by tag', 'found'):
            self.assertLessEqual({'puppy', 'other', 'winter_fashion'}, {one['public_id'] for one in said[what]['resources']})
        self.check_later(said['pending'])

    def test_node(self):
        self.check('cloudinary_tagging.cjs')

    def test_python(self):
        self.check('cloudinary_tagging.py')


if __name__ == '__main__':
    unittest.main()
