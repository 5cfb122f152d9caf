#!/usr/bin/env python3
"""house: the layer check passes on this tree, and fails on each wrong that it promises to find."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def check(root):
    return subprocess.run([sys.executable, ROOT / 'scripts' / 'check-layers', '--root', root],
                          capture_output=True, text=True)


class OnThisTree(unittest.TestCase):
    def test_the_house_keeps_its_walls(self):
        result = check(ROOT)
        self.assertEqual(result.returncode, 0, result.stderr)


class OnAMadeUpTree(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        for room in ('base', 'vocab', 'exchange', 'tagging', 'engine'):
            self.write(f'src/{room}/{room}.h', '/* Something. */\n')
        self.write('src/vocab/inner.h', '/* Something private. */\n')

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def assertComplains(self, words):
        result = check(self.root)
        self.assertEqual(result.returncode, 1, 'nothing was found')
        self.assertIn(words, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)

    def test_allowed_arrows_pass(self):
        self.write('src/exchange/a.c', '/* exchange: a. */\n#include <stdio.h>\n#include "vocab/vocab.h"\n')
        self.assertEqual(check(self.root).returncode, 0)

    def test_a_forbidden_arrow(self):
        self.write('src/exchange/a.c', '/* exchange: a. */\n#include "tagging/tagging.h"\n')
        self.assertComplains('exchange may not include tagging')

    def test_base_may_include_no_room(self):
        self.write('src/base/a.c', '/* base: a. */\n  #  include "vocab/vocab.h"\n')
        self.assertComplains('base may not include vocab')

    def test_a_private_header(self):
        self.write('src/exchange/a.c', '/* exchange: a. */\n#include "vocab/inner.h"\n')
        self.assertComplains('vocab/inner.h is private')

    def test_a_private_header_at_home(self):
        self.write('src/vocab/a.c', '/* vocab: a. */\n#include "vocab/inner.h"\n#include "inner.h"\n')
        self.assertEqual(check(self.root).returncode, 0)

    def test_a_library_of_another_room(self):
        self.write('src/vocab/a.c', '/* vocab: a. */\n#include <openvino/c/openvino.h>\n')
        self.assertComplains('belongs to engine')

    def test_the_public_api_is_above_vocab(self):
        self.write('src/vocab/a.c', '/* vocab: a. */\n#include <tagsmith.h>\n')
        self.assertComplains('may not include the public API')

    def test_the_error_value_is_below_every_room(self):
        self.write('src/base/a.c', '/* base: a. */\n#include "tagsmith/error.h"\n')
        self.assertEqual(check(self.root).returncode, 0)

    def test_a_room_without_a_row_in_the_table(self):
        self.write('src/attic/a.c', '/* attic: a. */\n')
        self.assertComplains('room attic is not in the table')

    def test_a_file_that_says_no_job(self):
        self.write('src/vocab/a.c', '#include <stdio.h>\n')
        self.assertComplains('says no job')

    def test_a_file_that_names_another_room(self):
        self.write('src/vocab/a.c', '/* engine: a. */\n')
        self.assertComplains('begins with "/* vocab: "')

    def test_a_file_that_grew_too_long(self):
        self.write('src/vocab/a.c', '/* vocab: a. */\n' + '\n' * 700)
        self.assertComplains('701 lines')

    def test_an_empty_tree_is_no_success(self):
        with tempfile.TemporaryDirectory() as empty:
            self.assertEqual(check(Path(empty)).returncode, 1)


if __name__ == '__main__':
    unittest.main()
