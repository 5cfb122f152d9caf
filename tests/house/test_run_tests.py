#!/usr/bin/env python3
"""house: the counting of test cases, on outputs as cmocka and unittest print them."""
import importlib.util
import unittest
from importlib.machinery import SourceFileLoader
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / 'scripts' / 'run-tests'
loader = SourceFileLoader('run_tests', str(SCRIPT))
loader_spec = importlib.util.spec_from_loader('run_tests', loader)
run_tests = importlib.util.module_from_spec(loader_spec)
loader.exec_module(run_tests)


def count(result, stdout='', stderr=''):
    return run_tests.count_program({'result': result, 'stdout': stdout, 'stderr': stderr})


class Counting(unittest.TestCase):
    def test_tap(self):
        self.assertEqual(count('OK', '1..3\nok 1 - a\nok 2 - b\nok 3 # SKIP c\n'), (2, 0, 1))
        self.assertEqual(count('OK', '1..2\nok 1 - a\nnot ok 2 # SKIP b\n'), (1, 0, 1))
        self.assertEqual(count('FAIL', '1..2\nok 1 - a\nnot ok 2 - b\n# why\n'), (1, 1, 0))

    def test_two_groups_in_one_program(self):
        self.assertEqual(count('OK', '1..1\nok 1 - a\n1..2\nok 1 - b\nok 2 - c\n'), (3, 0, 0))

    def test_unittest(self):
        self.assertEqual(count('OK', stderr='....\nRan 4 tests in 0.1s\n\nOK (skipped=1)\n'), (3, 0, 1))
        self.assertEqual(count('FAIL', stderr='Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=2)\n'), (2, 3, 0))

    def test_plain_programs_count_as_one(self):
        self.assertEqual(count('OK', 'fine\n'), (1, 0, 0))
        self.assertEqual(count('SKIP'), (0, 0, 1))
        self.assertEqual(count('TIMEOUT'), (0, 1, 0))

    def test_a_crash_after_good_cases_is_a_failure(self):
        self.assertEqual(count('FAIL', '1..3\nok 1 - a\nok 2 - b\n'), (2, 1, 0))


if __name__ == '__main__':
    unittest.main()
