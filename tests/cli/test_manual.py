#!/usr/bin/env python3
"""cli: docs/tagsmith.1 is what the program itself prints, and the completion script is sound."""
import shutil
import subprocess
import unittest

import harness


class Manual(harness.Case):
    def test_the_man_page_is_up_to_date(self):
        printed = self.run_it('help', '--man').stdout.decode()
        written = (harness.ROOT / 'docs' / 'tagsmith.1').read_text()
        self.assertEqual(printed, written, 'write it anew: tagsmith help --man > docs/tagsmith.1')

    @unittest.skipUnless(shutil.which('man'), 'man is not installed')
    def test_man_reads_it_without_complaint(self):
        done = subprocess.run(['man', '--warnings', '-l', str(harness.ROOT / 'docs' / 'tagsmith.1')], capture_output=True,
                              env={'MANWIDTH': '100', 'LC_ALL': 'C.UTF-8', 'PATH': '/usr/bin:/bin'}, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b''))
        self.assertIn(b'--max-memory', done.stdout)

    @unittest.skipUnless(shutil.which('bash'), 'bash is not installed')
    def test_completion(self):
        script = self.run_it('help', '--completion').stdout.decode()

        def complete(words, at):
            text = script + f'\nCOMP_WORDS=(tagsmith {words}); COMP_CWORD={at}; _tagsmith; echo "${{COMPREPLY[*]}}"\n'
            return subprocess.run(['bash', '-c', text], capture_output=True, check=True, text=True).stdout.split()
        self.assertEqual(complete('mo', 1), ['models'])
        self.assertEqual(complete('tag --max-m', 2), ['--max-memory'])
        self.assertEqual(complete('tag --sidecar ""', 3), ['json', 'txt'])
        self.assertEqual(complete('find --sort -ta', 3), ['-taken'])


if __name__ == '__main__':
    harness.main()
