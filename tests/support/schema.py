"""The part of JSON Schema that docs/record.schema.json uses, on the standard library alone, so that the check runs on
a machine with nothing installed. Stricter in one point: a member that the schema does not document is a fault."""
import json
import re

TYPES = {
    'object': lambda v: isinstance(v, dict),
    'array': lambda v: isinstance(v, list),
    'string': lambda v: isinstance(v, str),
    'number': lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    'integer': lambda v: isinstance(v, int) and not isinstance(v, bool),
    'null': lambda v: v is None,
}
KNOWN = {'$schema', '$id', '$defs', '$ref', 'title', 'description', 'type', 'properties', 'required', 'items', 'oneOf',
         'enum', 'const', 'pattern', 'minimum', 'maximum', 'minItems', 'maxItems', 'minLength'}


class Schema:
    def __init__(self, path):
        with open(path, encoding='utf-8') as file:
            self.root = json.load(file)
        self.check_words(self.root)

    def check_words(self, schema):
        """A word that is not implemented would pass everything unseen."""
        unknown = set(schema) - KNOWN
        if unknown:
            raise ValueError(f'schema words not implemented here: {unknown}')
        parts = list(schema.get('properties', {}).values()) + list(schema.get('$defs', {}).values())
        parts += schema.get('oneOf', []) + ([schema['items']] if 'items' in schema else [])
        for part in parts:
            self.check_words(part)

    def resolve(self, schema):
        while '$ref' in schema:
            target = self.root
            for key in schema['$ref'].removeprefix('#/').split('/'):
                target = target[key]
            schema = target
        return schema

    def faults(self, value, schema=None, at='$'):
        """A list of sentences; empty when the value fits."""
        schema = self.resolve(self.root if schema is None else schema)
        if 'oneOf' in schema:
            answers = [self.faults(value, option, at) for option in schema['oneOf']]
            fitting = sum(not answer for answer in answers)
            return [] if fitting == 1 else [f'{at}: fits {fitting} of the forms'] + min(answers, key=len)
        if 'type' in schema and not TYPES[schema['type']](value):
            return [f'{at}: {value!r} is no {schema["type"]}']
        found = self.scalar_faults(value, schema, at)
        if isinstance(value, dict):
            found += self.object_faults(value, schema, at)
        if isinstance(value, list):
            found += self.array_faults(value, schema, at)
        return found

    @staticmethod
    def scalar_faults(value, schema, at):
        found = []
        if 'enum' in schema and value not in schema['enum']:
            found.append(f'{at}: {value!r} is none of the words')
        if 'const' in schema and value != schema['const']:
            found.append(f'{at}: is not {schema["const"]!r}')
        if 'pattern' in schema and not re.search(schema['pattern'], value):
            found.append(f'{at}: {value!r} is not like {schema["pattern"]}')
        if 'minimum' in schema and value < schema['minimum']:
            found.append(f'{at}: {value} is below {schema["minimum"]}')
        if 'maximum' in schema and value > schema['maximum']:
            found.append(f'{at}: {value} is above {schema["maximum"]}')
        if 'minLength' in schema and len(value) < schema['minLength']:
            found.append(f'{at}: too short')
        return found

    def object_faults(self, value, schema, at):
        properties = schema.get('properties', {})
        found = [f'{at}: {key} is missing' for key in schema.get('required', []) if key not in value]
        for key, item in value.items():
            if key not in properties:
                found.append(f'{at}: {key} is not documented')
            else:
                found += self.faults(item, properties[key], f'{at}.{key}')
        return found

    def array_faults(self, value, schema, at):
        found = []
        if not schema.get('minItems', 0) <= len(value) <= schema.get('maxItems', len(value)):
            found.append(f'{at}: {len(value)} items')
        for i, item in enumerate(value):
            found += self.faults(item, schema['items'], f'{at}[{i}]')
        return found
