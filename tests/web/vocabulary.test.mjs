// The vocabulary in a real browser: the tree and its languages; a shop's own words brought in, matched, renamed, found.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, address, launch, limit, open, own, signIn, skip, upload } from './page.mjs';

const hostile = '<img src=x onerror="document.title=1">';
const shop = `id,notation,label@de,label@en,broader,matches
1,P,Haustierkram,Pet things,,
2,P1,Hundekram,Dog things,Haustierkram,exact object/dog
3,P2,"${hostile.replaceAll('"', '""')}","${hostile.replaceAll('"', '""')}",Haustierkram,
`;
let browser, page;

before(async () => {
    if (skip) return;
    browser = await launch();
    page = await open(browser);
    await upload('one.jpg', 'One');
    await signIn(page);
}, limit);

after(async () => {
    await browser?.close();
}, limit);

const link = (name) => page.getByRole('link', { name, exact: true });
const button = (name) => page.getByRole('button', { name, exact: true });

test('the tree is opened, a concept shown in all languages', { skip, ...limit }, async () => {
    await page.getByRole('link', { name: 'Vocabulary' }).first().click();
    await button('Open: animal').click();
    await link('dog').or(link('pet')).or(link('mammal')).first().waitFor();
    await page.goto(`${address}/vocabulary/object/dog`);
    await page.getByRole('heading', { level: 2, name: 'dog' }).waitFor();
    await page.getByRole('cell', { name: 'Hund', exact: true }).waitFor();
    await page.getByRole('cell', { name: '犬' }).waitFor();
    await page.getByText('1 picture', { exact: true }).waitFor();
    await accessible(page);
});

test('a concept is found by its name in another language', { skip, ...limit }, async () => {
    await page.goto(`${address}/vocabulary`);
    await page.getByLabel('Find a concept').fill('chien');
    await page.getByLabel('Find a concept').press('Enter');
    await page.waitForURL(/object\/dog/);
});

test('a shop brings its own words', { skip, ...limit }, async () => {
    await page.goto(`${address}/vocabulary/own`);
    await button('Bring in a vocabulary').click();
    await page.getByLabel('File').setInputFiles({ name: 'Shop 2026.csv', mimeType: 'text/csv', buffer: Buffer.from(shop) });
    assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'shop-2026');
    await accessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Bring in a vocabulary' }).click();
    await page.locator('tr', { hasText: 'shop-2026' }).getByText('3 concepts').waitFor();
    await accessible(page);
});

test('its concepts are found, renamed and switched off', { skip, ...limit }, async () => {
    await page.goto(`${address}/vocabulary/own/shop-2026`);
    await button('Open: Pet things').click();
    await link('Dog things').click();
    await page.getByRole('heading', { level: 2, name: 'Dog things' }).waitFor();
    await page.getByRole('textbox', { name: 'English', exact: true }).fill('Doggy things');
    await page.getByLabel('Only from this confidence').fill('0.25');
    await accessible(page);
    await button('Save').click();
    await page.getByText('Saved.').waitFor();
    await page.getByRole('heading', { level: 2, name: 'Doggy things' }).waitFor();
    const { body } = await own('GET', '/api/schemes/shop-2026/concept?concept=P1');
    assert.deepEqual([body.label, body.settings.threshold, body.matches[0].core], ['Doggy things', 0.25, 'object/dog']);
    await page.getByLabel('Find a concept').fill('img');
    await link(hostile).click();
    await page.getByLabel(/Never tag with it/).check();
    await button('Save').click();
    await page.getByText('Saved.').waitFor();
    assert.equal((await own('GET', '/api/schemes/shop-2026/concept?concept=P2')).body.settings.never, true);
    assert.notEqual(await page.title(), '1');
});

test('and is deleted again', { skip, ...limit }, async () => {
    await page.goto(`${address}/vocabulary/own`);
    const row = page.locator('tr', { hasText: 'shop-2026' });
    await row.getByRole('button', { name: 'Propose matches' }).click();
    await row.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
    assert.equal((await own('GET', '/api/schemes/shop-2026')).status, 404);
    assert.deepEqual(page.complaints, []);
});
