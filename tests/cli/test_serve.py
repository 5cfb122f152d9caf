#!/usr/bin/env python3
"""cli: `tagsmith serve` as its owner meets it: first key, address, requests, a peaceful end, clear refusals."""
import os
import signal
import socket
import subprocess
import threading
import time
import unittest

import harness
import server


class Serving(server.Shared):
    def test_the_first_start_prints_a_key_that_may_everything(self):
        self.assertIn('Admin key, shown this once', self.server.out)
        status, me = self.server.ask('GET', '/api/me')
        self.assertEqual((status, sorted(me['scopes'])), (200, ['admin', 'read', 'review', 'write']))

    def test_upload_find_and_delete(self):
        status, picture = self.server.upload(b'a picture of a dog', 'dog.jpg')
        self.assertEqual((status, picture['state']), (201, 'ready'))
        labels = [tag['label'] for tag in picture['tags']]
        self.assertIn('dog', labels)
        status, found = self.server.ask('GET', '/api/search?q=dog')
        self.assertEqual((status, [row['picture']['id'] for row in found['results']]), (200, [picture['id']]))
        self.assertEqual(self.server.ask('GET', picture['links']['original'])[1], b'a picture of a dog')
        self.assertEqual(self.server.ask('DELETE', '/api/pictures/' + picture['id'])[0], 204)
        self.assertEqual(self.server.ask('GET', '/api/search?q=dog')[1]['results'], [])

    def test_without_a_key_there_is_nothing_but_health(self):
        self.assertEqual(self.server.ask('GET', '/api/pictures', key='tsk_wrong')[0], 401)
        for target in ('/healthz', '/readyz'):
            self.assertEqual(self.server.ask('GET', target)[0], 200)

    def test_local_routes_are_not_for_the_network(self):
        self.assertEqual(self.server.ask('POST', '/api/import', {'root': '/'})[0], 404)

    def test_the_socket_is_for_the_owner_alone(self):
        self.assertEqual((self.server.data / 'control.sock').stat().st_mode & 0o777, 0o600)
        self.assertEqual((self.server.data / 'secret.key').stat().st_mode & 0o777, 0o600)

    def test_a_second_server_on_the_folder_is_refused(self):
        started = time.monotonic()
        text = self.error('serve', '--data', self.data, '--listen', '127.0.0.1:0', status=3)
        self.assertIn(f'in use by process {self.server.process.pid}', text)
        self.assertLess(time.monotonic() - started, 10)

    def test_a_taken_port_is_one_clear_error(self):
        text = self.error('serve', '--data', 'other', '--listen', f'127.0.0.1:{self.server.port}', status=3)
        self.assertIn(f'tagsmith: cannot listen on 127.0.0.1:{self.server.port}: Address already in use', text)
        self.assertEqual(text.count('tagsmith:'), 1, text)
        self.assertFalse((self.dir / 'other' / 'control.sock').exists())

    def test_words_and_addresses_that_make_no_sense(self):
        self.assertIn('serve takes no "now"', self.error('serve', 'now', status=2))
        self.assertIn('is no address', self.error('serve', '--data', 'x', '--listen', 'here', status=3))


class Ending(server.Case):
    def test_what_was_begun_is_answered_and_then_it_ends(self):
        one = self.serve()
        body, kind = server.multipart(b'slow', 'slow.jpg', {})
        connection = one.connect()
        connection.putrequest('POST', '/api/pictures')
        for name, value in (('Authorization', 'Bearer ' + one.key), ('Content-Type', kind),
                            ('Content-Length', str(len(body)))):
            connection.putheader(name, value)
        connection.endheaders()
        connection.send(body[:20])
        time.sleep(0.2)
        ended = []
        thread = threading.Thread(target=lambda: ended.append(one.stop()))
        thread.start()
        time.sleep(0.5)
        with self.assertRaises(OSError):
            socket.create_connection((one.host, one.port), timeout=2).close()
        connection.send(body[20:])
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.headers['Connection'].lower()), (201, 'close'))
        answer.read()
        thread.join()
        self.assertEqual(ended[0][0], 0)
        self.assertFalse((one.data / 'control.sock').exists())
        again = self.serve()
        again.key = one.key
        self.assertNotIn('Admin key', again.out)
        self.assertEqual(again.ask('GET', '/api/search?q=dog')[1]['total'], 1)

    def test_patience_ends_and_so_does_the_server(self):
        one = self.serve(env={'TAGSMITH_SERVER_DRAIN': '1s'})
        connection = one.connect()
        connection.putrequest('POST', '/api/pictures')
        for name, value in (('Authorization', 'Bearer ' + one.key), ('Content-Type', 'image/jpeg'),
                            ('Content-Length', '1000')):
            connection.putheader(name, value)
        connection.endheaders(b'part of a picture')
        time.sleep(0.2)
        status, seconds = one.stop()
        self.assertEqual(status, 0)
        self.assertTrue(0.8 < seconds < 10, seconds)
        self.assertIn('cut off', one.err)
        connection.close()

    def test_a_second_signal_ends_it_at_once(self):
        one = self.serve(env={'TAGSMITH_SERVER_DRAIN': '60s'})
        connection = one.connect()
        connection.putrequest('POST', '/api/pictures')
        for name, value in (('Authorization', 'Bearer ' + one.key), ('Content-Type', 'image/jpeg'),
                            ('Content-Length', '1000')):
            connection.putheader(name, value)
        connection.endheaders(b'part of a picture')
        time.sleep(0.2)
        one.process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        self.assertIsNone(one.process.poll())
        status, seconds = one.stop(signal.SIGTERM)
        self.assertEqual(status, -signal.SIGTERM)
        self.assertLess(seconds, 5)
        connection.close()

    def test_after_a_kill_the_next_one_just_starts(self):
        one = self.serve()
        self.assertEqual(one.upload(b'first', 'a.jpg')[0], 201)
        one.stop(signal.SIGKILL)
        self.assertTrue((one.data / 'control.sock').exists())
        self.assertEqual(self.run_it('find', '--count', '--data', 'd').stdout, b'1\n')
        again = self.serve()
        again.key = one.key
        self.assertEqual(again.ask('GET', '/api/search')[1]['total'], 1)


class Manager(server.Case):
    """systemd's side, played by the test."""

    def test_it_tells_when_it_is_ready_and_when_it_stops(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(str(self.dir / 'notify'))
            told.settimeout(20)
            one = self.serve(env={'NOTIFY_SOCKET': str(self.dir / 'notify')})
            self.assertEqual(told.recv(100), b'READY=1')
            one.stop()
            self.assertEqual(told.recv(100), b'STOPPING=1')

    def test_a_socket_that_was_handed_over_is_listened_on(self):
        given = socket.socket()
        given.bind(('127.0.0.1', 0))
        given.listen()
        os.dup2(given.fileno(), 3, inheritable=True)
        if given.fileno() == 3:
            given.set_inheritable(True)
        shell = f'LISTEN_PID=$$ LISTEN_FDS=1 exec {harness.PROGRAM} "$@"'
        process = subprocess.Popen(['sh', '-c', shell, 'sh', 'serve', '--data', str(self.dir / 'd')], pass_fds=[3],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=server.ENVIRONMENT)
        port = given.getsockname()[1]
        if given.fileno() != 3:
            os.close(3)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        out = [next(process.stdout) for _ in range(5)]
        self.assertIn(f'localhost:{port}/', out[-1])
        with socket.create_connection(('127.0.0.1', port), timeout=10) as client:
            client.sendall(b'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
            self.assertIn(b'200 OK', client.recv(1000))
        process.terminate()
        self.assertEqual(process.wait(60), 0)
        given.close()


class Places(server.Case):
    def test_a_data_folder_with_a_long_path(self):
        deep = self.dir / ('long' * 20) / ('longer' * 10)
        deep.mkdir(parents=True)
        one = self.serve(deep / 'd')
        self.assertEqual(one.upload(b'first', 'a.jpg')[0], 201)
        self.assertEqual(self.run_it('find', '--count', '--data', str(deep / 'd')).stdout, b'1\n')
        self.assertEqual(one.stop()[0], 0)

    def test_the_address_that_is_printed_can_be_opened(self):
        for listen, shown in (('0.0.0.0:0', 'http://localhost:'), (':0', 'http://localhost:'),
                              ('127.0.0.1:0', 'http://127.0.0.1:')):
            one = self.serve(self.dir / shown[7:16], '--listen', listen)
            self.assertIn(shown, one.out)
            self.assertEqual('every other address' in one.out, 'localhost' in shown)
            self.assertEqual(one.ask('GET', '/healthz')[0], 200)
            self.assertEqual(one.stop()[0], 0)

    @unittest.skipUnless(socket.has_ipv6 and os.path.exists('/proc/net/if_inet6'), 'no IPv6 here')
    def test_ipv6(self):
        one = self.serve(self.dir / 'd', '--listen', '[::1]:0')
        self.assertIn('http://[::1]:', one.out)
        self.assertEqual(one.ask('GET', '/healthz')[0], 200)


if __name__ == '__main__':
    server.main()
