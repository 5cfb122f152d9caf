"""Runs what the vendors' documents print, each a program of its own in examples/ with the smallest repair that lets it run."""
import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / 'examples'
SDK = Path(os.environ['TAGSMITH_SDK'])
RUNNERS = {'.sh': ['bash'], '.py': [sys.executable], '.mjs': [str(SDK / 'bin' / 'node')], '.cjs': [str(SDK / 'bin' / 'node')]}


def run(name, *arguments, **more):
    """What the example printed; it must end well. `more` goes into its environment."""
    words = [*RUNNERS[Path(name).suffix], str(FOLDER / name), *map(str, arguments)]
    done = subprocess.run(words, env=os.environ | more, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and not done.stderr, (name, done.stdout, done.stderr)
    return done.stdout
