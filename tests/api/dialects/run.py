#!/usr/bin/env python3
"""Runs one journey, a script in Node or Python that uses a vendor's SDK, against a server of its own.

usage: run.py PROGRAM DEPS JOURNEY [--models] [SETTING=VALUE...]
PROGRAM is a tagsmith, usually with a tagger that needs no models; --models: with the networks that are installed.
SETTING is one of the server's environment, such as TAGSMITH_SERVER_WORKERS. DEPS holds sdk/ (scripts/setup --dev). A journey's last name decides what runs it: .mjs and .cjs Node, .py Python; with
"_old" in its name it gets the former ImageKit client for Python. help.mjs and help.py say what it is given.
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / 'service'))
import server  # noqa: E402

SKIPPED = 77
CLOUD = 'home'
# Journeys have receivers and pictures on this machine; a webhook that failed is tried again soon; the networks fail on
# pictures of the made-up tagger's "sick" kind.
SETTINGS = {'TAGSMITH_FETCH_ALLOW': '127.0.0.0/8', 'TAGSMITH_WEBHOOKS_PAUSES': ','.join(['50ms'] * 40),
            'TAGSMITH_FAKE_TROUBLE': __file__}


def command(journey, deps):
    """What runs it, or None where set-up has not brought that."""
    sdk = deps / 'sdk'
    if journey.suffix in ('.mjs', '.cjs'):
        program, folder, how = sdk / 'bin' / 'node', sdk / 'node_modules', ['--test-reporter=tap']
    else:
        program, folder, how = deps / 'venv' / 'bin' / 'python', sdk / packages(journey), []
    return [str(program), *how, str(journey)] if program.exists() and folder.is_dir() else None


def packages(journey):
    return 'python-old' if '_old' in journey.name else 'python'


def environment(to, journey, deps):
    """A key of each kind of right; the addresses as each SDK wants to be told."""
    status, key = to.call('POST', '/api/keys', {'name': 'journey', 'scopes': ['admin', 'write', 'read'],
                                                'rate_per_minute': 1000000})
    assert status == 201, key
    sdk = deps / 'sdk'
    address = f'http://127.0.0.1:{to.port}'
    return dict(os.environ, TAGSMITH_ADDRESS=address, TAGSMITH_KEY_ID=key['id'], TAGSMITH_KEY=key['key'],
                TAGSMITH_SECRET=key['secret'], TAGSMITH_SDK=str(sdk), TAGSMITH_CLOUD=CLOUD,
                CLOUDINARY_URL=f'cloudinary://{key["id"]}:{key["secret"]}@{CLOUD}?upload_prefix={address}',
                IMAGE_KIT_BASE_URL=address, IMAGEKIT_PRIVATE_KEY=key['secret'],
                IMAGEKIT_WEBHOOK_SECRET=key['secret'], NODE_PATH=str(sdk / 'node_modules'),
                PYTHONPATH=os.pathsep.join([str(HERE), str(sdk / packages(journey))]))


def run(program, deps, journey, options):
    words = command(journey, deps)
    if not words:
        print(f'SKIP: {journey.name} needs the SDKs in {deps / "sdk"}; scripts/setup --dev brings them')
        return SKIPPED
    server.PROGRAM = os.path.abspath(program)
    settings = SETTINGS | dict(option.split('=', 1) for option in options if '=' in option)
    if '--models' in options:
        settings['TAGSMITH_MODELS'] = os.environ.get('TAGSMITH_MODELS', '')
    with tempfile.TemporaryDirectory(prefix='tagsmith-test-') as folder:
        to = server.Server(Path(folder) / 'data', environment=settings).start()
        try:
            status = subprocess.run(words, env=environment(to, journey, deps), cwd=folder).returncode
            if to.stop() != 0:
                status = status or 1
            if status:
                print(to.log_tail(), file=sys.stderr)
            return status
        finally:
            if to.process.poll() is None:
                to.kill()


if __name__ == '__main__':
    sys.exit(run(sys.argv[1], Path(sys.argv[2]).absolute(), Path(sys.argv[3]).resolve(), sys.argv[4:]))
