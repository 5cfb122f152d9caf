#!/usr/bin/env python3
"""service: originals that somebody removed or damaged behind the server's back: named with their pictures, answered for
honestly, brought back by the same bytes; and nothing is named that was only deleted as it should be.

usage: test_originals.py PROGRAM (one with a tagger that needs no models)
"""
import shutil
import sqlite3
import threading

import server


class Originals(server.Case):
    def setUp(self):
        super().setUp()
        self.to = self.server().start()

    def take_in(self, count):
        """[(content, picture)]"""
        contents = [f'picture {i}'.encode() * 30 for i in range(count)]
        made = [self.to.upload(content) for content in contents]
        self.assertEqual({status for status, _ in made}, {201})
        return list(zip(contents, [picture for _, picture in made]))

    def file(self, picture):
        return self.to.data / 'originals' / picture['sha256'][:2] / picture['sha256']

    def original(self, picture):
        return self.to.call('GET', f'/api/pictures/{picture["id"]}/original')

    def test_removed(self):
        made = self.take_in(12)
        removed, kept = made[:4], made[4:]
        for _, picture in removed[:-1]:
            self.file(picture).unlink()
        gone = self.file(removed[-1][1]).parent
        removed += [one for one in kept if self.file(one[1]).parent == gone]
        kept = [one for one in kept if one not in removed]
        shutil.rmtree(gone)
        findings = self.to.verify()
        self.assertEqual(len(findings), len(removed), findings)
        for _, picture in removed:
            self.assertEqual(sum(picture['id'] in text and picture['sha256'] in text for text in findings), 1, findings)
        for content, picture in kept:
            self.assertEqual(self.original(picture), (200, content))
        for content, picture in removed:
            status, problem = self.original(picture)
            self.assertEqual((status, problem['code']), (404, 'not_found'))
            self.assertIn('not in the data folder', problem['detail'])
            self.assertEqual(self.to.call('GET', f'/api/pictures/{picture["id"]}/thumbnail')[0], 200)
            status, problem = self.to.call('POST', f'/api/pictures/{picture["id"]}/retag')
            self.assertEqual((status, problem['code']), (404, 'not_found'))
            now = self.to.call('GET', f'/api/pictures/{picture["id"]}')[1]
            self.assertEqual(now['tags'], picture['tags'], 'what is known of it stays')
        for content, picture in removed:
            status, again = self.to.upload(content)
            self.assertEqual((status, again['id']), (200, picture['id']))
            self.assertEqual(self.original(picture), (200, content))
        self.assertEqual(self.to.verify(), [])

    def test_damaged(self):
        (short, cut), (long, changed), _ = self.take_in(3)
        self.assertEqual(len(short), len(long))
        for picture, content in ((cut, short[:7]), (changed, b'x' * len(short))):
            self.file(picture).chmod(0o600)
            self.file(picture).write_bytes(content)
        findings = self.to.verify()
        self.assertEqual(len(findings), 2, findings)
        for picture in (cut, changed):
            self.assertEqual(sum('blob changed' in text and picture['id'] in text for text in findings), 1, findings)
        self.assertEqual(self.to.upload(short)[1]['id'], cut['id'])
        self.assertEqual(self.original(cut), (200, short))
        self.assertEqual(len(self.to.verify()), 1)
        self.assertEqual(self.to.upload(long)[1]['id'], changed['id'])  # of its full length, but not its bytes
        self.assertEqual(self.original(changed), (200, long))
        self.assertEqual(self.to.verify(), [])

    def test_a_job_whose_original_is_gone(self):
        """It fails and says why; the jobs behind it are done."""
        status, slow = self.to.upload(b'slow ' * 99, target='/api/pictures?async=true')
        self.assertEqual(status, 202, slow)
        self.to.stop()
        database = sqlite3.connect(self.to.data / 'catalog.db')
        with database:
            database.execute('UPDATE jobs SET state = 0 WHERE picture <> 0')
            database.execute('UPDATE job_counts SET count = 0')
            database.execute("INSERT OR REPLACE INTO job_counts SELECT kind, state, count(*) FROM jobs GROUP BY kind, state")
        database.close()
        shutil.rmtree(self.to.data / 'originals')
        self.to.start()
        status, other = self.to.upload(b'another', target='/api/pictures?async=true')
        self.assertEqual(status, 202, other)
        self.until(lambda: self.to.call('GET', f'/api/pictures/{other["id"]}')[1]['state'] == 'ready', 60)
        self.until(lambda: any('not in the data folder' in str(job.get('error'))
                               for job in self.to.call('GET', '/api/jobs')[1]['jobs']), 60)

    def test_what_is_deleted_during_a_check_is_no_finding(self):
        made, stop, failures = self.take_in(300), threading.Event(), []

        def churn():
            connection = self.to.connection()
            for content, picture in made * 10:
                if stop.is_set():
                    break
                status, _ = self.to.call('DELETE', f'/api/pictures/{picture["id"]}', connection=connection)
                status, again = self.to.upload(content, connection=connection)
                if status != 201:
                    failures.append((status, again))
                picture['id'] = again.get('id')
            connection.close()

        thread = threading.Thread(target=churn, daemon=True)
        thread.start()
        findings = [self.to.verify() for _ in range(40)]
        stop.set()
        thread.join(60)
        self.assertEqual((failures, [some for some in findings if some]), ([], []))
        self.assertEqual(self.to.verify(), [])


if __name__ == '__main__':
    server.main()
