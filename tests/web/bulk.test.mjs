// Tags of many pictures changed in the browser, with a count before and a way back; pictures taken along as files.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { accessible, hostile, launch, limit, open, own, signIn, skip, upload } from './page.mjs';

let browser, page;

before(async () => {
    if (skip) return;
    browser = await launch();
    page = await open(browser, { acceptDownloads: true });
    for (let i = 0; i < 6; i++) await upload(`many ${i}.jpg`, i ? `Picture ${i}` : hostile);
}, limit);

after(async () => {
    await browser?.close();
}, limit);

const total = async (query) => (await own('GET', `/api/search?q=${encodeURIComponent(query)}&limit=1`)).body.total;
const dialog = () => page.getByRole('dialog');
const saved = async () => {
    const coming = page.waitForEvent('download');
    await dialog().getByText('Download').click();
    const file = await coming;
    return { name: file.suggestedFilename(), content: readFileSync(await file.path()) };
};

test('some are chosen: what would change is counted, done, and taken back', { skip, ...limit }, async () => {
    await signIn(page);
    await page.locator('.cell').nth(5).waitFor();
    await page.locator('.cell').first().focus();
    await page.keyboard.press(' ');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press(' ');
    await page.getByText('2 selected').waitFor();
    await page.getByRole('button', { name: 'Change tags' }).click();
    await dialog().getByRole('heading', { name: 'Change the tags of 2 pictures' }).waitFor();
    await dialog().getByRole('combobox', { name: 'Tag' }).fill(hostile);
    await dialog().getByText('Would change 2 of 2 pictures').waitFor();
    await accessible(page);
    await dialog().getByRole('combobox', { name: 'Tag' }).fill('holiday');
    await dialog().getByText('+ holiday').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Tags changed on 2 pictures.').waitFor();
    assert.equal(await total('tag:holiday'), 2);
    await accessible(page);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Tags changed on 2 pictures.').waitFor({ state: 'detached' });
    assert.equal(await total('tag:holiday'), 0);
    assert.notEqual(await page.title(), 'hit');
    assert.deepEqual(page.complaints, []);
});

test('nothing is chosen: all that were found, and several changes at once', { skip, ...limit }, async () => {
    await page.keyboard.press('Escape');
    await page.getByText('2 selected').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Change tags' }).click();
    await dialog().getByRole('heading', { name: 'Change the tags of 6 pictures' }).waitFor();
    await dialog().getByLabel('What to do').selectOption('replace');
    await dialog().getByRole('combobox', { name: 'Tag', exact: true }).fill('dog');
    await dialog().getByRole('combobox', { name: 'By which tag' }).fill('wolf');
    await dialog().getByRole('button', { name: 'Another change' }).click();
    await dialog().getByRole('combobox', { name: 'Tag', exact: true }).nth(1).fill('trip');
    await dialog().getByText('Would change 6 of 6 pictures').waitFor();
    await dialog().getByRole('button', { name: 'Change 6 pictures' }).click();
    await page.getByText('Tags changed on 6 pictures.').waitFor();
    assert.equal(await total('tag:wolf'), 6);
    assert.equal(await total('tag:trip'), 6);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Tags changed on 6 pictures.').waitFor({ state: 'detached' });
    assert.equal(await total('tag:wolf'), 0);
});

test('what was found changed meanwhile: nothing is done unseen', { skip, ...limit }, async () => {
    await page.getByRole('button', { name: 'Change tags' }).click();
    await dialog().getByRole('combobox', { name: 'Tag' }).fill('late');
    await dialog().getByText('Would change 6 of 6 pictures').waitFor();
    await upload('one more.jpg', 'One more');
    await dialog().getByRole('button', { name: 'Change 6 pictures' }).click();
    await dialog().getByText('Other pictures match now').waitFor();
    await dialog().getByText('Would change 7 of 7 pictures').waitFor();
    assert.equal(await total('tag:late'), 0);
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    assert.deepEqual(page.complaints.splice(0).filter((text) => !text.includes('412')), []);
});

test('pictures are taken along in each form', { skip, ...limit }, async () => {
    await page.getByRole('button', { name: 'Export' }).click();
    await dialog().waitFor();
    await accessible(page);
    const table = await saved();
    assert.equal(table.name, 'pictures.csv');
    assert.equal(table.content.toString().split('\r\n').length, 9);
    for (const [form, name, begin] of [['JSON', 'pictures.json', '['], ['COCO', 'pictures.coco.json', '{"info"'], ['XMP', 'sidecars.zip', 'PK']]) {
        await page.getByRole('button', { name: 'Export' }).click();
        await dialog().getByRole('radio', { name: form }).check();
        const file = await saved();
        assert.equal(file.name, name);
        assert.ok(file.content.toString('latin1').startsWith(begin), form);
    }
    await page.locator('.cell').first().focus();
    await page.keyboard.press(' ');
    await page.getByText('1 selected').waitFor();
    await page.getByRole('button', { name: 'Export' }).click();
    await dialog().getByRole('heading', { name: 'Export 1 picture' }).waitFor();
    assert.equal((await saved()).content.toString().split('\r\n').length, 3);
    assert.deepEqual(page.complaints, []);
});
