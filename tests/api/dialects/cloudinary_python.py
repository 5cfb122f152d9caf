"""The official Cloudinary SDK for Python, unmodified; CLOUDINARY_URL says where the server is."""
import unittest

import cloudinary.api

from help import CLOUD


class Journey(unittest.TestCase):
    def test_the_server_is_there(self):
        self.assertEqual(cloudinary.config().cloud_name, CLOUD)
        self.assertEqual(cloudinary.api.ping()['status'], 'ok')


if __name__ == '__main__':
    unittest.main()
