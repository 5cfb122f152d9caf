#!/usr/bin/env python3
"""house: what is installed stands on its own: a program outside the source tree, built with pkg-config alone, tags a
picture; the installed tagsmith finds its tables beside itself.

usage: test_install.py BUILD CC PICTURE
"""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD, CC, PICTURE = (sys.argv.pop(1) for _ in range(3))


def run(*command, **more):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.target = Path(folder.name)
        # The networks are large and not what is tested: the source tree's serve.
        environment = dict(os.environ, DESTDIR=str(cls.target), TAGSMITH_MODELS='/nonexistent')
        done = run('meson', 'install', '-C', BUILD, '--no-rebuild', env=environment)
        assert done.returncode == 0, done.stdout + done.stderr
        cls.prefix = next(cls.target.rglob('include/tagsmith.h')).parents[1]
        cls.pc = next(cls.target.rglob('tagsmith.pc')).parent
        deps = Path(os.environ.get('TAGSMITH_DEPS') or ROOT / 'deps')
        cls.environment = dict(os.environ, PKG_CONFIG_PATH=str(cls.pc), PKG_CONFIG_SYSROOT_DIR=str(cls.target),
                               LD_LIBRARY_PATH=str(cls.pc.parent), TAGSMITH_SHARE=str(cls.prefix / 'share/tagsmith'),
                               TAGSMITH_MODELS=os.environ.get('TAGSMITH_MODELS') or str(deps / 'models'))

    def test_a_program_of_ten_lines(self):
        flags = run('pkg-config', '--cflags', '--libs', 'tagsmith', env=self.environment)
        self.assertEqual(flags.returncode, 0, flags.stderr)
        program = self.target / 'tag_one'
        built = run(CC, '-std=c17', '-Wall', '-Wextra', '-Wpedantic', '-Werror', ROOT / 'examples' / 'tag_one.c',
                    *flags.stdout.split(), '-o', program)
        self.assertEqual(built.returncode, 0, built.stderr)
        done = run(program, PICTURE, env=self.environment, cwd='/')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('cat', done.stdout)
        self.assertEqual(done.stderr, '')

    def test_the_program_finds_its_tables(self):
        environment = {k: v for k, v in self.environment.items() if k != 'TAGSMITH_SHARE'}
        done = run(self.prefix / 'bin' / 'tagsmith', 'models', 'list', env=environment, cwd='/')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('efficientnet-lite2', done.stdout)
        moved = run(self.prefix / 'bin' / 'tagsmith', 'doctor', env=environment, cwd='/')
        self.assertIn('share/tagsmith', moved.stdout)

    def test_the_header_is_good_c_plus_plus_too(self):
        source = self.target / 'header.cc'
        source.write_text('#include <tagsmith.h>\nint main() { return ts_code_name(TS_OK) == nullptr; }\n')
        done = run(CC, '-x', 'c++', '-fsyntax-only', '-Wall', '-Werror', f'-I{self.prefix / "include"}', source)
        if 'cc1plus' in done.stderr:
            self.skipTest('gcc without its C++ front end')
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_library_shows_only_its_own_names(self):
        library = next(self.pc.parent.glob('libtagsmith.so.0.*'))
        names = run('nm', '-D', '--defined-only', library).stdout.split('\n')
        shown = [line.split()[-1].split('@')[0] for line in names if line.strip()]
        self.assertTrue(shown)
        self.assertEqual([n for n in shown if not n.startswith(('tagsmith', 'ts_code_', 'TAGSMITH'))], [])


if __name__ == '__main__':
    unittest.main()
