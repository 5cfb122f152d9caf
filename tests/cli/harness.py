"""What the tests of the command line share: a folder of made-up pictures, and running the program on it."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests' / 'support'))
from schema import Schema  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ''
SCHEMA = Schema(ROOT / 'docs' / 'record.schema.json')


class Case(unittest.TestCase):
    """Each test has a folder of its own as current folder of the program."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.dir = Path(holder.name)

    def picture(self, path, content=b'picture'):
        path = self.dir / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def pictures(self, count, folder='p', name='{:04}.jpg'):
        for i in range(count):
            self.picture(f'{folder}/{name.format(i)}', b'%d' % i)

    def command(self, *args):
        return [PROGRAM, *map(os.fsencode, args)]

    def run_it(self, *args, status=0, stdin=b'', **more):
        done = subprocess.run(self.command(*args), cwd=self.dir, input=stdin, capture_output=True, timeout=300, **more)
        self.assertEqual(done.returncode, status, (args, done.stdout[-500:], done.stderr[-1500:]))
        return done

    def records(self, *args, status=0, stdin=b''):
        """The NDJSON of a run, every line checked against the schema."""
        return self.parse(self.run_it('tag', '--json', '-q', *args, status=status, stdin=stdin).stdout)

    def parse(self, text):
        lines = text.split(b'\n')
        self.assertEqual(lines.pop(), b'', 'the last line is not ended')
        records = [json.loads(line) for line in lines]
        for record in records:
            self.assertEqual(SCHEMA.faults(record), [])
        return records

    def paths(self, *args, **more):
        return [record['path'] for record in self.records('-j1', *args, **more)]


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], module='__main__')
