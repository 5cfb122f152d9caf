"""What the AI Image Tag API's document prints, run as its readers would (examples/imagetag.*)."""
import json
import tempfile
import unittest
from pathlib import Path

import examples
from help import picture


class Examples(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.dir = Path(holder.name)

    def picture(self, name, words='dog'):
        path = self.dir / name
        path.write_bytes(picture(words))
        return path

    def test_curl(self):
        answer = json.loads(examples.run('imagetag.sh', self.picture('a.jpg')))
        self.assertEqual((answer['code'], answer['message']), (0, 'success'))
        self.assertIn('dog', answer['data']['tags']['tags'])

    def test_javascript(self):
        printed = examples.run('imagetag.mjs', self.picture('a.jpg'))
        self.assertRegex(printed, r"AI Generated Tags: \[[^]]*'dog'")
        self.assertRegex(printed, r'Generated Title: \w+')
        self.assertRegex(printed, r'Generated Description: \w+')

    def test_a_folder(self):
        names = ['one.jpg', 'two.jpeg', 'three.PNG', 'four.webp']
        for name in names:
            self.picture(name)
        self.picture('notes.txt')
        self.picture('broken.jpg', 'bad')
        printed = examples.run('imagetag.py', self.dir)
        for name in names:
            self.assertIn(f'Processed: {name}\n', printed)
            tags = json.loads((self.dir / name).with_suffix('.json').read_text())
            self.assertEqual(set(tags), {'tags', 'title', 'description'})
            self.assertIn('dog', tags['tags'])
        self.assertIn('Error: 400\n', printed)
        self.assertIn('Error processing broken.jpg:', printed)
        self.assertFalse((self.dir / 'notes.json').exists())


if __name__ == '__main__':
    unittest.main()
