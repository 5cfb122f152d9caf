"""ImageKit's checks of what only a decoder knows: with the real one."""
import os
import unittest
from pathlib import Path

import imagekitio
from imagekitio import ImageKit

PHOTOS = Path(os.environ['TAGSMITH_SDK']).parent / 'photos'
CLIENT = ImageKit(max_retries=0)


def put(check):
    return CLIENT.files.upload(file=(PHOTOS / 'cat.png').read_bytes(), file_name='cat.png', checks=check)


class Checks(unittest.TestCase):
    def test_width_and_height(self):
        cat = put('"mediaMetadata.width" >= 1 AND "mediaMetadata.height" >= 1 AND "file.mime" = "image/png"')
        exact = f'"mediaMetadata.width" = {cat.width} AND "mediaMetadata.height" = {cat.height}'
        self.assertEqual(put(exact).width, cat.width)
        for check in (f'"mediaMetadata.width" < {cat.width}', f'"mediaMetadata.height" > {cat.height}',
                      f'NOT ({exact})', '"mediaMetadata.duration" >= 0'):
            with self.assertRaises(imagekitio.BadRequestError) as caught:
                put(check)
            self.assertIn('failed server side checks', caught.exception.body['message'])


if __name__ == '__main__':
    unittest.main()
