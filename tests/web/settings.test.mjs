// Settings in a real browser: keys shown once, people by invitation, presets, webhooks with their deliveries, jobs, usage.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, address, launch, limit, open, own, signIn, skip, upload } from './page.mjs';
import { receiver, until } from '../api/dialects/help.mjs';

const hostile = '<img src=x onerror="document.title=1"><script>'; // a key's name holds 60 characters

let browser, page, hooks;

before(async () => {
    if (skip) return;
    browser = await launch();
    page = await open(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
    hooks = await receiver();
    await upload('one.jpg', 'One');
    await signIn(page);
}, limit);

after(async () => {
    await browser?.close();
    await hooks?.close();
}, limit);

const part = async (name) => {
    await page.goto(`${address}/settings/${name.toLowerCase()}`);
    await page.getByRole('heading', { level: 1, name }).waitFor();
};
const button = (name) => page.getByRole('button', { name, exact: true }).first();
const dialog = () => page.getByRole('dialog');
const row = (text) => page.locator('tr', { hasText: text });

test('health says how it is', { skip, ...limit }, async () => {
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { level: 1, name: 'Health' }).waitFor();
    await page.getByText('Searchable', { exact: true }).waitFor();
    await accessible(page);
});

test('a key is shown once, works, is changed and revoked', { skip, ...limit }, async () => {
    await part('Keys');
    await button('New key').click();
    await accessible(page);
    await page.getByLabel('Name').fill(hostile);
    await page.getByLabel('Credits').fill('5');
    await dialog().getByRole('button', { name: 'New key' }).click();
    const code = await dialog().locator('code').first().innerText();
    const answer = await fetch(`${address}/api/me`, { headers: { Authorization: `Bearer ${code}` } });
    assert.equal((await answer.json()).name, hostile);
    await page.getByLabel('Copy: key').click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), code);
    await dialog().locator('button.main').click();
    assert.equal(await page.getByText(code).count(), 0);
    await row('<img').getByRole('button', { name: 'Change' }).click();
    await page.getByLabel('Name').fill('phone');
    await page.getByLabel('Add credits').fill('7');
    await button('Save').click();
    await row('phone').getByText('12', { exact: true }).waitFor();
    await row('phone').getByRole('button', { name: 'Revoke' }).click();
    await dialog().getByRole('button', { name: 'Revoke' }).click();
    await row('phone').getByText('revoked').waitFor();
    const refused = await fetch(`${address}/api/me`, { headers: { Authorization: `Bearer ${code}` } });
    assert.equal(refused.status, 401);
});

test('somebody is invited, makes an account, and is locked out', { skip, ...limit }, async () => {
    await part('People');
    await button('Invite somebody').click();
    await page.getByLabel('Role').selectOption('reviewer');
    await dialog().getByRole('button', { name: 'Invite somebody' }).click();
    const link = await dialog().locator('code').innerText();
    const guest = await open(browser);
    await guest.goto(link);
    await guest.getByLabel('Your name').fill('Ann');
    await guest.getByLabel('Email').fill('ann@example.org');
    await guest.getByLabel('Password').fill('correct horse battery');
    await accessible(guest);
    await guest.getByRole('button', { name: 'Make the account' }).click();
    await guest.getByRole('banner').waitFor();
    assert.equal(new URL(guest.url()).hash, '');
    await guest.context().close();
    await page.getByLabel('Close').click();
    await page.getByLabel('Role: Ann').selectOption('viewer');
    await row('Ann').getByRole('button', { name: 'Lock out' }).click();
    await row('Ann').getByRole('button', { name: 'Let in again' }).waitFor();
    const { body } = await own('GET', '/api/people');
    const ann = body.people.find((person) => person.name === 'Ann');
    assert.deepEqual([ann.role, ann.disabled], ['viewer', true]);
    await accessible(page);
});

test('a preset by its fields and as a document', { skip, ...limit }, async () => {
    await part('Presets');
    await button('New preset').click();
    await page.getByLabel('Name').fill('shop');
    await page.getByLabel('Show tags from').fill('95%');
    await page.getByLabel('Most tags a picture').fill('12');
    await page.getByRole('checkbox', { name: 'Deutsch' }).check();
    const text = page.getByLabel('The whole document');
    assert.deepEqual(JSON.parse(await text.inputValue()), { threshold: '95%', max_tags: 12, languages: ['de'] });
    await text.fill('{');
    await page.getByText('This is not JSON yet.').waitFor();
    await text.fill('{"threshold": "95%", "max_tags": 12, "only": ["dog"]}');
    await accessible(page);
    await button('Save').click();
    await row('shop').getByText('≥ 95%').waitFor();
    const { body } = await own('GET', '/api/presets/shop');
    assert.deepEqual([body.threshold, body.max_tags, body.only], ['95%', 12, ['dog']]);
    await row('shop').getByRole('button', { name: 'Delete' }).click();
    await dialog().getByRole('button', { name: 'Delete' }).click();
    await row('shop').waitFor({ state: 'detached' });
});

test('a webhook is tested; what it was sent can be sent again', { skip, ...limit }, async () => {
    await part('Webhooks');
    await button('New webhook').click();
    await page.getByLabel('Address').fill(hooks.url);
    await page.getByLabel('picture.tagged').check();
    await button('Save').click();
    await row('/hook').getByRole('button', { name: 'Test' }).click();
    await row('/hook').getByText(/Answered 200/).waitFor();
    const before = hooks.notes.length;
    await upload('two.jpg', 'Two');
    await until(() => hooks.notes.length > before);
    await row('/hook').getByRole('button', { name: 'Deliveries' }).click();
    await dialog().locator('td', { hasText: 'delivered' }).first().waitFor();
    await accessible(page);
    const sent = hooks.notes.length;
    await dialog().getByRole('button', { name: 'Send again' }).first().click();
    await until(() => hooks.notes.length > sent);
});

test('a job that failed is tried again', { skip, ...limit }, async () => {
    const bytes = Buffer.from('bad picture').toString('base64');
    await own('POST', '/api/pictures', { data_uri: `data:image/jpeg;base64,${bytes}`, async: true });
    const failed = async () => (await own('GET', '/api/jobs?state=failed')).body.jobs[0];
    const { finished } = await until(failed);
    await part('Jobs');
    await button(/^failed/).click();
    await page.getByText(/damaged beyond use/).waitFor();
    await accessible(page);
    await button('Try again').click();
    await until(async () => ![undefined, finished].includes((await failed())?.finished));
});

test('usage and models', { skip, ...limit }, async () => {
    await part('Usage');
    await page.getByRole('button', { name: /Pictures$/ }).waitFor();
    await page.getByRole('button', { name: /Requests$/ }).click();
    assert.equal(await page.locator('.bars rect').count(), 30);
    await accessible(page);
    await part('Models');
    await page.locator('tbody tr').first().waitFor();
    await accessible(page);
    assert.deepEqual(page.complaints, []);
});
