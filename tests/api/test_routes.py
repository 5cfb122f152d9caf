"""Runs tests/api/cases/*.json over real HTTP. A case is a request, the status and the shape of the answer; cases of a
file run in order and may keep what an answer says for later ones. Every answer is held against /api/openapi.json.

usage: test_routes.py SERVER SHARE [real]      SHARE holds vocab/; real: SERVER is tagsmith, the cases are cases_real/
"""
import json
import re
import sys
import urllib.parse
from pathlib import Path

from document import Document
from harness import JPEG, RealServer, Server, differences, multipart

KNOWN = {'name', 'key', 'do', 'headers', 'json', 'form', 'multipart', 'jpeg', 'bytes', 'type', 'status', 'answer', 'has',
         'save', 'text'}


def filled(value, kept):
    """With ${name} replaced by what was kept."""
    if isinstance(value, str):
        return re.sub(r'\$\{(\w+)\}', lambda m: str(kept[m[1]]), value)
    if isinstance(value, list):
        return [filled(item, kept) for item in value]
    if isinstance(value, dict):
        return {name: filled(item, kept) for name, item in value.items()}
    return value


def request_of(case):
    """(headers, body)"""
    if 'json' in case:
        return {'Content-Type': 'application/json'}, json.dumps(case['json']).encode()
    if 'form' in case:
        return ({'Content-Type': 'application/x-www-form-urlencoded'}, urllib.parse.urlencode(case['form'], True).encode())
    if 'multipart' in case:
        kind, body = multipart(case['multipart'])
        return {'Content-Type': kind}, body
    if 'jpeg' in case:
        return {'Content-Type': case.get('type', 'image/jpeg')}, JPEG + case['jpeg'].encode()
    if 'bytes' in case:
        return {'Content-Type': case.get('type', 'image/jpeg')}, case['bytes'].encode()
    return {}, None


def at_path(value, path):
    for part in path.split('.'):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def run_case(server, document, case, kept):
    """A list of complaints."""
    unknown = set(case) - KNOWN
    if unknown:
        return [f'the case has unknown members {unknown}']
    case = filled(case, kept)
    method, target = case['do'].split(' ', 1)
    headers, body = request_of(case)
    key = case.get('key', 'admin')
    status, got, answer = server.call(method, target, key, body, {**headers, **case.get('headers', {})})
    if status != case['status']:
        return [f'{status} instead of {case["status"]}: {answer[:300]!r}']
    kind = got.get('Content-Type', '')
    found = document.faults(method, target, status, kind, answer)
    for name, pattern in case.get('has', {}).items():
        if not re.search(pattern, got.get(name, '')):
            found.append(f'header {name} is {got.get(name)!r}, not {pattern}')
    if 'text' in case and not re.search(case['text'], answer.decode(errors='replace')):
        found.append(f'the body does not match {case["text"]}')
    value = json.loads(answer) if answer and 'json' in kind and 'ndjson' not in kind else None
    if 'answer' in case:
        found += differences(case['answer'], value)
    for name, path in case.get('save', {}).items():
        kept[name] = got[path[1:]] if path.startswith('@') else at_path(value, path)
    return found


def main():
    real = sys.argv[3:] == ['real']
    server = (RealServer if real else Server)(sys.argv[1], sys.argv[2])
    document = Document(server.call('GET', '/api/openapi.json', 'none')[2])
    count = failed = 0
    for path in sorted((Path(__file__).parent / ('cases_real' if real else 'cases')).glob('*.json')):
        kept = {name: key for name, key in server.keys.items() if key}
        for case in json.loads(path.read_text()):
            count += 1
            complaints = run_case(server, document, case, kept)
            if complaints:
                failed += 1
                print(f'not ok - {path.stem}: {case["name"]} ({case["do"]})', *complaints, sep='\n    ')
    missed = [operation['operationId'] for _, _, operation in document.operations()
              if not any(name == operation['operationId'] and status < 300 for name, status in document.seen)]
    if not real and sorted(missed) != ['streamEvents']:  # has its own test
        failed += 1
        print('not ok - no case shows these working:', *missed)
    status = server.stop()
    if status != 0:
        failed += 1
        print('not ok - the server ended with', status, server.text[-3000:])
    print(f'{count} cases, {failed} failed')
    return 1 if failed else 0


sys.exit(main())
