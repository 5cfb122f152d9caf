"""The library from outside: its symbols, its header in other compilers' modes, and its examples.

usage: test_outside.py LIBTAGSMITH TAG_ONE -- COMPILER...
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HEADER = ROOT / 'include' / 'tagsmith.h'
ERROR_HEADER = ROOT / 'include' / 'tagsmith' / 'error.h'
DEPS = Path(os.environ.get('TAGSMITH_DEPS') or ROOT / 'deps')
split = sys.argv.index('--')
LIBRARY, TAG_ONE = (Path(argument) for argument in sys.argv[1:split])
COMPILER = sys.argv[split + 1:]


def run(*command, **settings):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=100, **settings)


def declared_functions():
    """Names of all functions that the public headers declare."""
    text = ''.join(path.read_text() for path in (HEADER, ERROR_HEADER))
    text = re.sub(r'/\*.*?\*/', '', text, flags=re.S)
    return set(re.findall(r'\b(\w+)\([^()]*\)\s*;', text))


class Outside(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix='tagsmith-test-')
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.environment = dict(os.environ, TAGSMITH_CACHE=str(self.folder / 'cache'), TAGSMITH_SHARE=str(ROOT),
                                TAGSMITH_MODELS=str(DEPS / 'models'), LD_LIBRARY_PATH=str(LIBRARY.parent))

    def test_the_library_shows_what_the_headers_declare_and_nothing_else(self):
        listing = run('nm', '-D', '--defined-only', '--format=posix', LIBRARY)
        self.assertEqual(listing.returncode, 0, listing.stderr)
        shown = {line.split()[0].split('@')[0] for line in listing.stdout.splitlines() if line}
        # A sanitizer's own entries begin with two underscores.
        shown = {name for name in shown if not name.startswith('__')}
        self.assertEqual(shown, declared_functions())
        self.assertIn('tagsmith_open', shown)

    def test_the_library_has_a_version_in_its_name(self):
        dynamic = run('readelf', '-d', LIBRARY).stdout
        self.assertIn('[libtagsmith.so.0]', dynamic)

    def compile_header(self, *options, suffix='.c'):
        source = self.folder / f'include{suffix}'
        source.write_text('#include <tagsmith.h>\nint main(void) { return tagsmith_version() == 0; }\n')
        result = run(*options, '-Wall', '-Wextra', '-pedantic', '-Werror', '-fsyntax-only', '-I', ROOT / 'include', source)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_the_header_is_fine_for_old_and_new_compilers(self):
        for standard in ('c99', 'c11', 'c17', 'gnu17'):
            with self.subTest(standard):
                self.compile_header(*COMPILER, f'-std={standard}')

    def test_the_header_is_fine_for_cxx(self):
        cxx = shutil.which('c++') or shutil.which('clang++') or shutil.which('clang++-14')
        if not cxx:
            self.skipTest('no C++ compiler')
        self.compile_header(cxx, '-std=c++11', suffix='.cpp')

    def test_the_example_in_the_header_works_as_it_stands(self):
        comment = HEADER.read_text().split('*/')[0]
        lines = [line[7:] for line in comment.splitlines() if line.startswith(' *     ')]
        code = '\n'.join(lines) + '\n'
        self.assertIn('int main', code)
        self.assertLessEqual(len(lines), 20)
        source, program = self.folder / 'example.c', self.folder / 'example'
        source.write_text(code)
        built = run(*COMPILER, '-std=c17', '-Wall', '-Wextra', '-Werror', '-I', ROOT / 'include', source, LIBRARY, '-o', program)
        self.assertEqual(built.returncode, 0, built.stderr)
        answer = run(program, DEPS / 'photos' / 'cat.png', env=self.environment)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertRegex(answer.stdout, r'(?m)^cat (0\.9\d|1\.00)$')

    def test_tag_one_prints_tags(self):
        answer = run(TAG_ONE, DEPS / 'photos' / 'coffee.png', env=self.environment)
        self.assertEqual((answer.returncode, answer.stderr), (0, ''))
        self.assertRegex(answer.stdout, r'(?m)^object +espresso +\d+ %$')

    def test_tag_one_says_what_is_wrong(self):
        answer = run(TAG_ONE, self.folder / 'missing.jpg', env=self.environment)
        self.assertEqual((answer.returncode, answer.stdout), (1, ''))
        self.assertIn('missing.jpg', answer.stderr)
        self.assertEqual(run(TAG_ONE, env=self.environment).returncode, 2)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
