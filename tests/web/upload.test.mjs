// Pictures brought in through the page: chosen, dropped, pasted, by folder; what becomes of each, and what can be done then.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from '../api/dialects/help.mjs';
import { accessible, hostile, launch, limit, open, own, signIn, skip } from './page.mjs';

let browser, page, folder;

before(async () => {
    if (skip) return;
    folder = mkdtempSync(join(tmpdir(), 'tagsmith-upload-'));
    browser = await launch();
    page = await open(browser);
    await signIn(page);
}, limit);

after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true });
}, limit);

const file = (name, words = `bytes of ${name}`) => ({ name, mimeType: 'image/jpeg', buffer: Buffer.from(words) });
const panel = () => page.getByRole('complementary', { name: 'Uploads' });
const row = (name) => panel().locator('li', { hasText: name });
const total = async () => (await own('GET', '/api/search?limit=1')).body.total;

async function choose(button, files) {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button.click()]);
    await chooser.setFiles(files);
}

async function ended(text) {
    await panel().locator('.head', { hasText: text }).waitFor();
}

async function closePanel() {
    await panel().getByRole('button', { name: 'Close' }).click();
    await panel().waitFor({ state: 'detached' });
}

/** Drops on the page what the browser would hand over: [name, words]. */
async function drop(files) {
    await page.evaluate((given) => {
        const data = new DataTransfer();
        for (const [name, words] of given) data.items.add(new File([words], name, { type: 'image/jpeg' }));
        const tell = (kind) => document.body.dispatchEvent(
            new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
        tell('dragenter');
        tell('dragover');
        window.shownWhileOver = new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(() => {
            told(document.querySelector('.drop-veil') !== null);
            tell('drop');
        })));
    }, files);
    assert.equal(await page.evaluate(() => window.shownWhileOver), true);
}

test('an empty library asks for pictures, and shows them once they are there', { skip, ...limit }, async () => {
    await page.getByText('There are no pictures here yet.').waitFor();
    await accessible(page);
    await choose(page.getByRole('main').getByRole('button', { name: 'Choose pictures' }), [file('one.jpg'), file('two.jpg')]);
    await ended('2 pictures added');
    await page.locator('.cell').nth(1).waitFor();
    assert.equal(await total(), 2);
    await row('one.jpg').getByRole('link').click();
    await page.waitForURL(/\/pictures\//);
    await panel().waitFor(); // it stays while one goes on working
    await page.goBack();
    await closePanel();
});

test('dropped anywhere; a name that looks like markup stays a name', { skip, ...limit }, async () => {
    await drop([[hostile, 'a dropped picture'], ['three.jpg', 'another one']]);
    await ended('2 pictures added');
    assert.equal(await row('<img src=x').count(), 1);
    await accessible(page);
    await closePanel();
    assert.equal(await total(), 4);
    assert.notEqual(await page.title(), 'hit');
    assert.deepEqual(page.complaints, []);
});

test('pasted', { skip, ...limit }, async () => {
    await page.evaluate(() => {
        const data = new DataTransfer();
        data.items.add(new File(['from the clipboard'], 'image.png', { type: 'image/png' }));
        window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }));
    });
    await ended('1 picture added');
    await panel().locator('li', { hasText: /^\d{4}-\d\d-\d\d/ }).waitFor();
    await closePanel();
});

test('the same bytes again are said to be there', { skip, ...limit }, async () => {
    await choose(page.getByRole('banner').getByRole('button', { name: 'Add pictures' }),
        [file('again.jpg', 'bytes of one.jpg'), file('four.jpg')]);
    await ended('1 picture added, 1 there before');
    await row('again.jpg').getByText('Was here already').waitFor();
    await closePanel();
});

test('what fails says why, can be tried again and taken off the list', { skip, ...limit }, async () => {
    await drop([['broken.jpg', 'bad bytes'], ['five.jpg', 'good bytes']]);
    await ended('1 picture added, 1 failed');
    await row('broken.jpg').getByText('The file is damaged.').waitFor();
    await accessible(page);
    page.complaints.splice(0).forEach((text) => assert.match(text, /422/)); // the browser's own note of the answer
    const again = page.waitForResponse((answer) => answer.url().includes('broken.jpg'));
    await row('broken.jpg').getByRole('button', { name: 'Try again' }).click();
    assert.equal((await again).status(), 422);
    await row('broken.jpg').getByText('The file is damaged.').waitFor();
    await row('broken.jpg').getByRole('button', { name: 'Take off the list' }).click();
    await row('broken.jpg').waitFor({ state: 'detached' });
    await closePanel();
    page.complaints.splice(0);
});

test('a folder, with folders in it: other files are left out; many are kept first and tagged later', { skip, ...limit }, async () => {
    const before = await total();
    mkdirSync(join(folder, 'inner'));
    for (let i = 0; i < 15; i++) writeFileSync(join(folder, i % 2 ? 'inner' : '', `f${i}.jpg`), `slow picture ${i}`);
    writeFileSync(join(folder, 'notes.txt'), 'no picture');
    writeFileSync(join(folder, 'inner', 'late.jpg'), 'bad in the end');
    const answers = [];
    page.on('response', (answer) => answer.request().method() === 'POST' && answers.push(answer.status()));
    await drop([['six.jpg', 'to open the panel']]);
    await ended('1 picture added');
    await choose(panel().getByRole('button', { name: 'Choose a folder' }), folder);
    await ended('1 failed');
    await ended('16 pictures added');
    await panel().getByText('1 file in folders left out').waitFor();
    assert.ok(answers.includes(202), answers.join());
    assert.equal((await row('late.jpg').innerText()).includes('damaged'), true);
    await row('late.jpg').getByRole('button', { name: 'Take off the list' }).click();
    await until(async () => (await total()) === before + 16);
    await closePanel();
});

test('a folder that is dropped is walked through', { skip, ...limit }, async () => {
    await page.evaluate(() => {
        const leaf = (name) => ({ isFile: true, isDirectory: false,
            file: (take) => take(new File([`leaf ${name}`], name, { type: 'image/jpeg' })) });
        const folderOf = (...inside) => ({ isFile: false, isDirectory: true,
            createReader: () => ({ readEntries: (take) => take(inside.splice(0, 1)) }) });
        const root = folderOf(leaf('deep1.jpg'), folderOf(leaf('deep2.jpg')), leaf('.hidden.jpg'));
        const own = DataTransferItem.prototype.webkitGetAsEntry;
        DataTransferItem.prototype.webkitGetAsEntry = () => root;
        const data = new DataTransfer();
        data.items.add(new File([''], 'folder'));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
        DataTransferItem.prototype.webkitGetAsEntry = own;
    });
    await ended('2 pictures added');
    await row('deep2.jpg').waitFor();
    await closePanel();
});

test('a server that is busy is given the time it asks for', { skip, ...limit }, async () => {
    let refused = 0;
    await page.route('**/api/pictures?*', (route) => (route.request().method() === 'POST' && refused++ < 2
        ? route.fulfill({ status: 503, headers: { 'Retry-After': '1' }, contentType: 'application/problem+json',
            body: '{"code":"busy","detail":"all are busy","hint":"come back"}' })
        : route.continue()));
    await drop([['patient.jpg', 'a patient picture'], ['other.jpg', 'another patient picture']]);
    await panel().getByText('The server has much to do.').waitFor();
    await ended('2 pictures added');
    assert.equal(refused, 4);
    await page.unroute('**/api/pictures?*');
    await closePanel();
    page.complaints.splice(0).forEach((text) => assert.match(text, /503/));
});

test('who leaves while pictures are on their way is asked; who stops keeps nothing waiting', { skip, ...limit }, async () => {
    await page.route('**/api/pictures?*', () => {}); // never answered
    await drop([['stuck.jpg', 'stuck']]);
    await row('stuck.jpg').waitFor();
    const [dialog] = await Promise.all([page.waitForEvent('dialog'), page.close({ runBeforeUnload: true })]);
    assert.equal(dialog.type(), 'beforeunload');
    await dialog.dismiss();
    await panel().getByRole('button', { name: 'Stop uploading' }).click();
    await panel().waitFor({ state: 'detached' });
    await page.unroute('**/api/pictures?*');
    assert.deepEqual(page.complaints, []);
});

test('who may not write is not asked for pictures', { skip, ...limit }, async () => {
    const { body } = await own('POST', '/api/keys', { name: 'reader', scopes: ['read'] });
    const reader = await open(browser);
    await reader.goto('about:blank');
    await reader.goto(`${page.url().split('/').slice(0, 3).join('/')}/#key=${body.key}`);
    await reader.locator('.cell').first().waitFor();
    assert.equal(await reader.getByRole('button', { name: 'Add pictures' }).count(), 0);
    await reader.context().close();
});

test('the preset for pages tags what comes through the page', { skip, ...limit }, async () => {
    const made = await own('PUT', '/api/presets/pages', { max_tags: 1, default_for: ['page'] });
    assert.equal(made.status, 200, JSON.stringify(made.body));
    await drop([['preset.jpg', 'for the page']]);
    await ended('1 picture added');
    const found = await own('GET', '/api/search?q=name:preset.jpg');
    assert.equal(found.body.results[0].picture.tags.length, 1);
    await own('DELETE', '/api/presets/pages');
    await closePanel();
});
