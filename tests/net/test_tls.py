"""Tests that certificates are checked: for whom, by whom, until when; nothing is sent to who has none that is good.
usage: test_tls.py PROBE"""
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import unittest

from servers import Server, answer, probe

PROGRAM = os.path.abspath(sys.argv.pop(1))


@unittest.skipUnless(shutil.which('openssl'), 'the openssl program makes the certificates')
class Certificates(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def make(self, name, days=2):
        key, certificate = (os.path.join(self.folder.name, f'{name}.{kind}') for kind in ('key', 'pem'))
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
                        '-keyout', key, '-out', certificate, '-days', str(days), '-subj', f'/CN={name}',
                        '-addext', f'subjectAltName=DNS:{name}'], check=True, capture_output=True)
        return key, certificate

    def serve(self, name):
        key, certificate = self.make(name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)

        def talk(connection, _):
            with context.wrap_socket(connection, server_side=True) as secure:
                self.seen.append(secure.recv(65536))
                secure.sendall(answer(b'secure'))
        self.seen = []
        return Server(talk, reads=False), certificate

    def test_a_good_one(self):
        server, certificate = self.serve('localhost')
        with server:
            got, = probe(PROGRAM, 'fetch', '--private', '--ca', certificate, f'https://localhost:{server.port}/')
            self.assertEqual((got['ok'], got['start']), (True, 'secure'))
            got, = probe(PROGRAM, 'post', '--private', '--ca', certificate, f'https://localhost:{server.port}/')
            self.assertEqual((got['ok'], got['status']), (True, 200))

    def test_bad_ones(self):
        server, certificate = self.serve('example.org')
        with server:
            for options in (['--ca', certificate], []):  # for another name; by nobody we know
                for command in ('fetch', 'post'):
                    got, = probe(PROGRAM, command, '--private', *options, f'https://localhost:{server.port}/')
                    self.assertEqual((got['ok'], got['code']), (False, 'io'))
                    self.assertIn('certificate', got['message'])
            self.assertEqual(b''.join(self.seen), b'')


if __name__ == '__main__':
    unittest.main()
