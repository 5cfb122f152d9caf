"""Holds answers against the server's own OpenAPI document: nothing may be answered that it does not say. Standard
library only; stricter than JSON Schema in one point: a member that the schema does not know is a fault."""
import json
import re

TYPES = {'object': dict, 'array': list, 'string': str, 'boolean': bool, 'null': type(None)}


def is_type(value, name):
    if name in ('number', 'integer'):
        return isinstance(value, (int, float) if name == 'number' else int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


class Document:
    def __init__(self, text):
        self.root = json.loads(text)
        self.seen = set()  # (operation, status)

    def at(self, ref):
        found = self.root
        for part in ref.removeprefix('#/').split('/'):
            found = found[part]
        return found

    def operations(self):
        """(method, pattern, operation)"""
        return [(method.upper(), path, operation) for path, item in self.root['paths'].items()
                for method, operation in item.items()]

    def operation_of(self, method, target):
        path = target.split('?')[0]
        literal_first = sorted(self.root['paths'], key=lambda p: p.count('{'))
        for pattern in literal_first:
            if re.fullmatch(re.sub(r'\{\w+\}', '[^/]+', pattern), path):
                return self.root['paths'][pattern].get(method.lower())
        return None

    def faults(self, method, target, status, content_type, body):
        operation = self.operation_of(method, target)
        if operation is None:
            return []  # no such path, or a local one
        response = operation['responses'].get(str(status))
        if response is None:
            return [f'{status} is not documented for {operation["operationId"]}']
        self.seen.add((operation['operationId'], status))
        response = self.at(response['$ref']) if '$ref' in response else response
        content = response.get('content')
        if not content:
            return ['there is a body, but none is documented'] if body else []
        kind = (content_type or '').split(';')[0]
        media = content.get(kind, content.get(kind.split('/')[0] + '/*'))
        if media is None:
            return [f'{kind!r} is not documented for {status}']
        if 'schema' not in media:
            return []
        return self.schema_faults(json.loads(body), media['schema'], '$')

    # ---- JSON Schema, as far as the document uses it ----

    def members(self, schema):
        """The properties of a schema, of what it refers to and of what it is made."""
        if '$ref' in schema:
            return self.members(self.at(schema['$ref']))
        known = dict(schema.get('properties', {}))
        for part in schema.get('allOf', []):
            known.update(self.members(part))
        return known

    def schema_faults(self, value, schema, at, whole=True):
        if '$ref' in schema:
            return self.schema_faults(value, self.at(schema['$ref']), at, whole)
        found = []
        for part in schema.get('allOf', []):
            found += self.schema_faults(value, part, at, False)
        if 'anyOf' in schema:
            answers = [self.schema_faults(value, part, at) for part in schema['anyOf']]
            if all(answers):
                found += min(answers, key=len)
        types = schema.get('type', [])
        types = [types] if isinstance(types, str) else types
        if types and not any(is_type(value, name) for name in types):
            return found + [f'{at}: {value!r} is no {types}']
        found += self.scalar_faults(value, schema, at)
        if isinstance(value, list):
            for i, item in enumerate(value):
                found += self.schema_faults(item, schema.get('items', {}), f'{at}[{i}]')
        if isinstance(value, dict):
            found += self.object_faults(value, schema, at, whole)
        return found

    @staticmethod
    def scalar_faults(value, schema, at):
        found = []
        if 'enum' in schema and value not in schema['enum']:
            found.append(f'{at}: {value!r} is none of {schema["enum"]}')
        if 'const' in schema and value != schema['const']:
            found.append(f'{at}: {value!r} is not {schema["const"]!r}')
        if is_type(value, 'number') and not schema.get('minimum', value) <= value <= schema.get('maximum', value):
            found.append(f'{at}: {value} is out of range')
        if isinstance(value, str) and 'pattern' in schema and not re.search(schema['pattern'], value):
            found.append(f'{at}: {value!r} does not match {schema["pattern"]}')
        return found

    def object_faults(self, value, schema, at, whole):
        found = [f'{at} lacks {name}' for name in schema.get('required', []) if name not in value]
        known = self.members(schema)
        others = schema.get('additionalProperties')
        for name, member in value.items():
            if name in schema.get('properties', {}):
                found += self.schema_faults(member, schema['properties'][name], f'{at}.{name}')
            elif name not in known and isinstance(others, dict):
                found += self.schema_faults(member, others, f'{at}.{name}')
            elif name not in known and known and whole and others is None:
                found.append(f'{at}: the member {name} is not documented')
        return found
