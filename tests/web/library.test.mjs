// The page in a real browser (Debian's Chromium, driven by playwright-core): from the link of the first start to a picture
// found, looked at and corrected, by mouse and by keyboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, address, hostile, launch, limit, open, own, skip, upload } from './page.mjs';

let browser, page, complaints;

before(async () => {
    if (skip) return;
    browser = await launch();
    page = await open(browser);
    ({ complaints } = page);
}, limit);

after(async () => {
    await browser?.close();
}, limit);

const cells = () => page.locator('.cell');
const heading = (text) => page.getByRole('heading', { name: text, exact: false });

test('nobody is signed in: the page asks', { skip, ...limit }, async () => {
    await page.goto(address);
    await page.getByLabel('Key', { exact: true }).fill('tsk_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    assert.match(await page.getByRole('alert').innerText(), /not known/);
    assert.deepEqual(complaints.splice(0).filter((text) => !text.includes('401')), []);
});

test('the link of the first start signs in, and the key leaves the address', { skip, ...limit }, async () => {
    await page.goto('about:blank');
    await page.goto(`${address}/#key=${process.env.TAGSMITH_KEY}`);
    await page.getByText('There are no pictures here yet.').waitFor();
    assert.equal(page.url(), `${address}/`);
    assert.deepEqual(complaints, []);
});

test('pictures are there, and are found', { skip, ...limit }, async () => {
    for (const name of ['one.jpg', 'two.jpg', 'three.jpg']) await upload(name, `Picture ${name}`);
    await upload('hostile.jpg', hostile);
    await page.reload();
    await cells().nth(3).waitFor();
    assert.equal(await cells().count(), 4);
    await page.getByText('4 pictures').waitFor();
    const box = page.getByRole('combobox', { name: 'Search' });
    await box.fill('"Picture two.jpg"');
    await box.press('Enter');
    await page.getByText('1 picture', { exact: true }).waitFor();
    assert.equal(await cells().count(), 1);
    await box.fill('tag:"no such thing"');
    await box.press('Enter');
    await page.getByText('No picture matches.').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await cells().nth(3).waitFor();
    assert.deepEqual(complaints, []);
});

test('a facet narrows, and the address says so', { skip, ...limit }, async () => {
    await page.getByRole('button', { name: /^dog/ }).first().click();
    await page.waitForURL(/f=tag/);
    await cells().first().waitFor();
    await page.getByRole('button', { name: 'Take away: dog' }).click();
    await page.waitForURL(`${address}/`);
});

test('arrows go from picture to picture, Enter opens, back comes back', { skip, ...limit }, async () => {
    await cells().first().focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.activeElement?.dataset.index === '1');
    await page.keyboard.press(' ');
    await page.getByText('1 selected').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/pictures\//);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.goBack();
    // Back at the picture that was opened, which has the focus again.
    await page.waitForFunction(() => document.activeElement?.dataset.index === '1');
    assert.deepEqual(complaints, []);
});

test('the focus stays with its picture while other answers come', { skip, ...limit }, async () => {
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    const slow = await page.context().newCDPSession(page);
    await slow.send('Emulation.setCPUThrottlingRate', { rate: 6 });
    for (let turn = 0; turn < 3; turn++) {
        await page.getByRole('button', { name: /^dog/ }).first().click();
        await page.waitForURL(/f=tag/);
        await page.getByRole('button', { name: 'Take away: dog' }).click();
        await page.waitForURL(`${address}/`);
        await cells().nth(turn).focus(); // the answer is still under way
        await page.keyboard.press('ArrowRight');
        await page.waitForFunction((index) => document.activeElement?.dataset.index === index, String(turn + 1));
    }
    const name = await focused();
    await page.getByLabel('Order').selectOption('created'); // the same order, another question
    await page.waitForURL(/sort=created/);
    await cells().nth(3).focus();
    await page.locator('.library:not(.busy)').waitFor();
    assert.ok(name && (await focused()));
    await slow.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    await page.goBack();
    await page.waitForURL(`${address}/`);
});

test('a tag is rejected and taken back; what strangers wrote stays text', { skip, ...limit }, async () => {
    const found = await own('GET', '/api/search?q=name:hostile.jpg');
    const { id } = found.body.results[0].picture;
    await page.goto(`${address}/pictures/${id}`);
    await heading('<img src=x').waitFor();
    await page.getByRole('button', { name: 'Reject: dog' }).click();
    await heading('rejected').waitFor();
    const after = await own('GET', `/api/pictures/${id}?rejected=true`);
    assert.equal(after.body.tags.find((tag) => tag.concept === 'object/dog').state, 'rejected');
    await page.getByRole('button', { name: 'Accept: dog' }).click();
    await page.getByRole('button', { name: 'Reject: dog' }).waitFor();
    await page.getByLabel('Add a tag').fill(hostile);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText(hostile, { exact: false }).nth(1).waitFor();
    assert.notEqual(await page.title(), 'hit');
    assert.deepEqual(complaints, []);
});

test('other languages', { skip, ...limit }, async () => {
    await page.getByLabel('Language').selectOption('de');
    await page.locator('.tag .name', { hasText: 'Hund' }).first().waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
});

test('for everybody: the picture, the library', { skip, ...limit }, async () => {
    await accessible(page);
    await page.goto(address);
    await cells().nth(3).waitFor();
    await accessible(page);
});
