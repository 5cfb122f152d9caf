"""Makes up requests from the server's own OpenAPI document, good ones and bad ones: no fault of the server, no answer
that is not documented. Skipped (77) where scripts/setup --dev has not put the tools there.

usage: test_schemathesis.py SERVER SHARE TOOLS [real]
"""
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import RealServer, Server

EXAMPLES = '15'
# Not the stream that never ends.
LEFT_OUT = '/api/events'
# They would take the key from under its own feet.
OPERATIONS_LEFT_OUT = ('revokeKey', 'changeKey')
# test_streams.py asks every route for its keys.
CHECK_LEFT_OUT = 'ignored_auth'


def main():
    program, share, tools = sys.argv[1:4]
    real = sys.argv[4:] == ['real']
    tool, checker = Path(tools) / 'schemathesis', Path(tools) / 'openapi-spec-validator'
    if not tool.exists() or not checker.exists():
        print('skipped: run scripts/setup --dev')
        return 77
    server = (RealServer if real else Server)(program, share)
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / 'openapi.json'
        document.write_bytes(server.call('GET', '/api/openapi.json', 'none')[2])
        valid = subprocess.run([checker, document]).returncode == 0
        config = Path(__file__).parent / 'schemathesis.toml'
        # A seed, so that a build that passed passes again.
        result = subprocess.run(
            [tool, '--config-file', config, 'run', f'http://127.0.0.1:{server.port}/api/openapi.json', '--checks', 'all',
             '--header', f'Authorization: Bearer {server.keys["admin"]}', '--exclude-path', LEFT_OUT,
             *(word for name in OPERATIONS_LEFT_OUT for word in ('--exclude-operation-id', name)),
             '--exclude-checks', CHECK_LEFT_OUT, '--max-examples', EXAMPLES, '--seed', '1',
             '--generation-database', 'none', '--no-color'], cwd=folder)
    status = server.stop()
    if status != 0:
        print('the server ended with', status, server.text[-3000:])
    return 0 if valid and result.returncode == 0 and status == 0 else 1


sys.exit(main())
