// The official ImageKit SDK for Node, unmodified; IMAGE_KIT_BASE_URL says where the server is, uploads included.
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { address, keyId, own, picture, receiver, refusal, sdk, secret, until } from './help.mjs';

const { ImageKit, toFile } = sdk('@imagekit/nodejs');
const client = new ImageKit({ privateKey: secret, maxRetries: 0 });
const tagging = (least, most, name = 'google-auto-tagging') => ({ name, minConfidence: least, maxTags: most });
let hook, file;

/** A picture under exactly this name. */
const put = async (name, words = name, more = {}) => client.files.upload({
    file: await toFile(picture(words), name), fileName: name, useUniqueFileName: false, ...more });
const form = (fields) => Object.entries(fields).reduce((f, [k, v]) => (f.set(k, v), f), new FormData());
/** A bare upload, as a browser does it. */
async function post(fields, headers = {}, version = 1) {
    const answer = await fetch(`${address}/api/v${version}/files/upload`, { method: 'POST', body: form(fields), headers });
    return { status: answer.status, body: await answer.json() };
}
const blob = (words) => new Blob([picture(words)], { type: 'image/jpeg' });
async function refused(call, status, words) {
    const error = await refusal(call);
    assert.equal(error.status, status, error.message);
    assert.match(error.error?.message ?? error.message, words);
    assert.ok(error.error.help, 'an error says what to do');
    return error;
}

before(async () => { hook = await receiver(); });
after(() => hook.close());

test('upload of bytes, with every field', async () => {
    file = await client.files.upload({
        file: await toFile(picture('first'), 'first.jpg'), fileName: 'first picture.jpg', folder: '/shop/pets/',
        useUniqueFileName: false, tags: ['t-shirt', 'sneakers'], isPrivateFile: false, isPublished: true,
        customCoordinates: '10,10,100,100', description: 'a first', overwriteTags: true, webhookUrl: hook.url,
        extensions: [tagging(50, 5), tagging(50, 2, 'aws-auto-tagging'), { name: 'remove-bg' }],
        responseFields: ['tags', 'customCoordinates', 'isPrivateFile', 'isPublished', 'customMetadata', 'metadata'],
        transformation: { pre: 'w-100' }, checks: '"file.size" < "1mb"',
    });
    assert.match(file.fileId, /^[a-z0-9]{20,24}$/);
    assert.equal(file.name, 'first_picture.jpg');
    assert.equal(file.filePath, '/shop/pets/first_picture.jpg');
    assert.deepEqual(file.tags.toSorted(), ['sneakers', 't-shirt']);
    assert.equal(file.customCoordinates, '10,10,100,100');
    assert.equal(file.fileType, 'image');
    assert.equal(file.size, picture('first').length);
    assert.deepEqual([file.width, file.height], [640, 480]);
    assert.equal(file.description, 'a first');
    assert.equal(file.metadata.format, 'jpg');
    assert.ok(file.url.startsWith(`${address}/`) && file.thumbnailUrl.includes('tr:n-media_library_thumbnail'));
    assert.equal(file.versionInfo.name, 'Version 1');
    assert.deepEqual(file.extensionStatus,
        { 'google-auto-tagging': 'success', 'aws-auto-tagging': 'success', 'remove-bg': 'failed' });
    assert.deepEqual(file.AITags[0], { name: 'Dog', confidence: 93.75, source: 'google-auto-tagging' });
    assert.ok(file.AITags.every((tag) => tag.confidence >= 50));
    assert.ok(file.AITags.filter((tag) => tag.source === 'aws-auto-tagging').length <= 2);
});

test('webhooks of extensions, verified by the SDK of today and as the former one does', async () => {
    const good = await hook.arrived((note) => note.json.service === 'aws-auto-tagging');
    const bad = await hook.arrived((note) => note.json.service === 'remove-bg');
    assert.equal(good.json.status, 'SUCCESS');
    assert.equal(good.json.fileObject.fileId, file.fileId);
    assert.equal(good.json.fileObject.filePath, file.filePath);
    assert.ok(good.json.fileObject.AITags.some((tag) => tag.name === 'Dog'));
    assert.deepEqual([bad.json.status, bad.json.fileId], ['FAILURE', file.fileId]);
    assert.match(bad.json.error.message, /backgrounds/);
    for (const note of [good, bad]) {
        assert.ok(client.webhooks.unwrap(note.body, { headers: note.headers, key: secret }));
        assert.throws(() => client.webhooks.unwrap(`${note.body} `, { headers: note.headers, key: secret }));
        const old = new (sdk('imagekit'))({ publicKey: keyId, privateKey: secret, urlEndpoint: address });
        const { event } = old.verifyWebhookEvent(note.body, note.headers['x-ik-signature'], secret);
        assert.equal(event.service, note.json.service);
        assert.throws(() => old.verifyWebhookEvent(`${note.body} `, note.headers['x-ik-signature'], secret));
    }
});

test('uploads by base64, data URI and address', async () => {
    const bytes = picture('three ways');
    for (const from of [bytes.toString('base64'), `data:image/jpeg;base64,${bytes.toString('base64')}`, file.url]) {
        const made = await client.files.upload({ file: from, fileName: 'way.jpg' });
        assert.match(made.name, /^way_[a-z0-9]{9}\.jpg$/);
        await client.files.delete(made.fileId);
    }
});

test('details, and what they cannot be', async () => {
    const got = await client.files.get(file.fileId);
    assert.deepEqual([got.fileId, got.type, got.mime], [file.fileId, 'file', 'image/jpeg']);
    assert.ok(Date.parse(got.createdAt) <= Date.now() + 1000 && got.thumbnail);
    await refused(() => client.files.get('598821f949c0a938d57563bd'), 404, /file does not exist/);
});

test('changes', async () => {
    let now = await client.files.update(file.fileId, { tags: ['red', 'big sale'], description: 'another',
        customCoordinates: '1,2,3,4' });
    assert.deepEqual(now.tags.toSorted(), ['big sale', 'red']);
    assert.deepEqual([now.description, now.customCoordinates], ['another', '1,2,3,4']);
    assert.equal(now.extensionStatus, undefined);
    now = await client.files.update(file.fileId, { tags: null, customCoordinates: null });
    assert.deepEqual([now.tags, now.customCoordinates], [null, null]);
    now = await client.files.update(file.fileId, { removeAITags: 'all' });
    assert.equal(now.AITags, null);
    now = await client.files.update(file.fileId, { extensions: [tagging(0, 1), { name: 'ai-auto-description' }],
        webhookUrl: hook.url });
    assert.equal(now.AITags.length, 1);
    assert.deepEqual(now.extensionStatus, { 'google-auto-tagging': 'success', 'ai-auto-description': 'success' });
    const told = await hook.arrived((note) => note.json.service === 'ai-auto-description');
    assert.equal(told.json.fileObject.fileId, file.fileId);
    now = await client.files.update(file.fileId, { publish: { isPublished: false } });
    assert.equal(now.isPublished, false);
    assert.equal((await fetch(now.url)).status, 404, 'what is not published is not shown to anybody');
    assert.equal((await client.files.update(file.fileId, { publish: { isPublished: true } })).isPublished, true);
    assert.equal((await fetch(now.url)).status, 200);
    assert.equal((await fetch(now.thumbnail)).headers.get('content-type'), 'image/jpeg');
});

test('tasks, decided by tags', async () => {
    const shown = await put('tasks.jpg', 'one', { extensions: [{ name: 'ai-tasks', tasks: [
        { type: 'select_tags', instruction: 'What is it?', vocabulary: ['animal', 'car', 'dog'], max_selections: 2 },
        { type: 'yes_no', instruction: 'Is there a dog in the picture?', on_yes: { add_tags: ['has-dog'] } },
        { type: 'yes_no', instruction: 'Is there a bicycle?', on_no: { add_tags: ['no-bicycle'] } },
        { type: 'yes_no', instruction: 'Would my aunt like it?', on_unknown: { add_tags: ['ask-her'] } },
    ] }], responseFields: ['tags'] });
    assert.deepEqual(shown.tags.toSorted(), ['animal', 'ask-her', 'dog', 'has-dog', 'no-bicycle']);
    assert.deepEqual(shown.extensionStatus, { 'ai-tasks': 'success' });
    await client.files.delete(shown.fileId);
});

test('saved extensions', async () => {
    const saved = await client.savedExtensions.create({ name: 'one tag', description: 'x', config: tagging(0, 1) });
    assert.deepEqual(saved.config, tagging(0, 1));
    assert.equal((await client.savedExtensions.get(saved.id)).name, 'one tag');
    assert.equal((await client.savedExtensions.update(saved.id, { name: 'two' })).name, 'two');
    assert.ok((await client.savedExtensions.list()).some((one) => one.id === saved.id && one.name === 'two'));
    const now = await client.files.update(file.fileId, { extensions: [{ name: 'saved-extension', id: saved.id }] });
    assert.deepEqual(now.extensionStatus, { 'google-auto-tagging': 'success' });
    await client.savedExtensions.delete(saved.id);
    await refused(() => client.savedExtensions.get(saved.id), 404, /does not exist/);
    await refused(() => client.files.update(file.fileId, { extensions: [{ name: 'saved-extension', id: saved.id }] }), 400, /exist/);
});

test('custom metadata', async () => {
    const price = await client.customMetadataFields.create({ name: 'price', label: 'Price', schema:
        { type: 'Number', minValue: 1, maxValue: 100 } });
    const size = await client.customMetadataFields.create({ name: 'size', label: 'Size', schema:
        { type: 'SingleSelect', selectOptions: ['small', 'large'] } });
    assert.deepEqual(price.schema, { type: 'Number', minValue: 1, maxValue: 100 });
    await refused(() => client.customMetadataFields.create({ name: 'price', label: 'P', schema: { type: 'Text' } }), 400, /exists/);
    await refused(() => client.customMetadataFields.create({ name: 'x', label: 'X', schema: { type: 'Colour' } }), 400, /schema/);
    const now = await client.files.update(file.fileId, { customMetadata: { price: 7, size: 'large' } });
    assert.deepEqual(now.customMetadata, { price: 7, size: 'large' });
    await refused(() => client.files.update(file.fileId, { customMetadata: { price: 101 } }), 400, /maximum/);
    await refused(() => client.files.update(file.fileId, { customMetadata: { colour: 'red' } }), 400, /no custom metadata field/);
    const found = await client.assets.list({ searchQuery: '"customMetadata.price" >= 7 AND "customMetadata.size" IN ["large"]' });
    assert.deepEqual(found.map((one) => one.fileId), [file.fileId]);
    assert.equal((await client.customMetadataFields.update(price.id, { schema: { maxValue: 200 } })).schema.maxValue, 200);
    await client.customMetadataFields.delete(price.id);
    assert.deepEqual((await client.customMetadataFields.list()).map((one) => one.name), ['size']);
    assert.equal((await client.customMetadataFields.list({ includeDeleted: true })).length, 2);
    await client.customMetadataFields.delete(size.id);
});

test('lists, sorted and searched', async () => {
    for (const name of ['b.jpg', 'a.jpg', 'c.jpg']) await put(name, `list ${name} long`.slice(0, 6 + name.length), { folder: 'list', tags: [`is-${name[0]}`] });
    const names = async (ask) => (await client.assets.list({ path: '/list', ...ask })).map((one) => one.name);
    assert.deepEqual(await names({}), ['b.jpg', 'a.jpg', 'c.jpg']);
    assert.deepEqual(await names({ sort: 'DESC_CREATED' }), ['c.jpg', 'a.jpg', 'b.jpg']);
    assert.deepEqual(await names({ sort: 'ASC_NAME' }), ['a.jpg', 'b.jpg', 'c.jpg']);
    assert.deepEqual(await names({ sort: 'ASC_NAME', skip: 1, limit: 1 }), ['b.jpg']);
    assert.deepEqual(await names({ searchQuery: 'name = "a.jpg" OR tags IN ["is-c"]', sort: 'DESC_NAME' }), ['c.jpg', 'a.jpg']);
    assert.deepEqual(await names({ searchQuery: 'createdAt > "1d" AND NOT name : "a" AND size < "1mb"', sort: 'ASC_NAME' }), ['b.jpg', 'c.jpg']);
    assert.deepEqual(await names({ searchQuery: 'createdAt < "1d"' }), []);
    assert.deepEqual(await names({ fileType: 'non-image' }), []);
    const folders = await client.assets.list({ type: 'folder' });
    assert.ok(folders.some((one) => one.folderPath === '/shop/pets' && one.type === 'folder'));
    const error = await refused(() => client.assets.list({ searchQuery: 'size < 2zb' }), 400, /column 8/);
    assert.match(error.error.help, /createdAt/);
    await refused(() => client.assets.list({ sort: 'BEST' }), 400, /sort/);
    await refused(() => client.assets.list({ limit: 1001 }), 400, /limit/);
});

test('tags of many files', async () => {
    const ids = (await client.assets.list({ path: '/list' })).map((one) => one.fileId);
    assert.deepEqual((await client.files.bulk.addTags({ fileIds: ids, tags: ['new'] })).successfullyUpdatedFileIds, ids);
    assert.deepEqual((await client.assets.list({ searchQuery: 'tags IN ["new"]' })).length, ids.length);
    const some = await client.files.bulk.removeTags({ fileIds: [ids[0], 'nobody'], tags: ['new'] }).withResponse();
    assert.equal(some.response.status, 207);
    assert.deepEqual(some.data.successfullyUpdatedFileIds, [ids[0]]);
    assert.equal(some.data.errors[0].fileId, 'nobody');
    await client.files.update(ids[1], { extensions: [tagging(0, 30)] });
    await client.files.bulk.removeAITags({ fileIds: [ids[1]], AITags: ['Dog'] });
    const left = await client.files.get(ids[1]);
    assert.ok(!left.AITags?.some((tag) => tag.name === 'Dog'));
    await refused(() => client.files.bulk.addTags({ fileIds: ['nobody'], tags: ['x'] }), 404, /does not exist/);
    await refused(() => client.files.bulk.addTags({ fileIds: [], tags: ['x'] }), 400, /fileIds/);
    await refused(() => client.files.bulk.addTags({ fileIds: ids, tags: ['50%'] }), 400, /tags/);
    await refused(() => client.files.bulk.addTags({ fileIds: ids, tags: ['x'.repeat(501)] }), 400, /tags/);
    await refused(() => client.files.bulk.addTags({ fileIds: Array(51).fill('a'), tags: ['x'] }), 400, /fileIds/);
});

test('versions', async () => {
    const first = await put('version.jpg', 'version one', { tags: ['old'] });
    const second = await put('version.jpg', 'version two, longer', { tags: ['new'], responseFields: ['tags'] });
    assert.equal(second.fileId, first.fileId, 'the file stays the same');
    assert.equal(second.versionInfo.name, 'Version 2');
    assert.deepEqual(second.tags, ['new']);
    const versions = await client.files.versions.list(first.fileId);
    assert.deepEqual(versions.map((one) => [one.type, one.size]),
        [['file', picture('version two, longer').length], ['file-version', picture('version one').length]]);
    const old = versions[1].versionInfo.id;
    assert.deepEqual((await client.files.versions.get(old, { fileId: first.fileId })).tags, ['old']);
    const restored = await client.files.versions.restore(old, { fileId: first.fileId });
    assert.deepEqual([restored.fileId, restored.size, restored.tags], [first.fileId, picture('version one').length, ['old']]);
    const after = await client.files.versions.list(first.fileId);
    assert.equal(after.length, 2);
    await refused(() => client.files.versions.delete(after[0].versionInfo.id, { fileId: first.fileId }), 400, /current/);
    await client.files.versions.delete(after[1].versionInfo.id, { fileId: first.fileId });
    assert.equal((await client.files.versions.list(first.fileId)).length, 1);
    await refused(() => client.files.versions.get('nobody', { fileId: first.fileId }), 404, /version/);
    await refused(() => put('version.jpg', 'three', { overwriteFile: false }), 400, /already exists/);
    const kept = await put('version.jpg', 'four', { overwriteTags: false, responseFields: ['tags'] });
    assert.deepEqual(kept.tags, ['old']);
    assert.ok(!(await client.assets.list()).some((one) => one.type === 'file-version'));
    assert.equal((await client.assets.list({ type: 'file-version' })).length, 1);
});

test('files copied, moved and renamed', async () => {
    await client.files.copy({ sourceFilePath: '/version.jpg', destinationPath: '/copies' });
    const [copy] = await client.assets.list({ path: '/copies' });
    assert.deepEqual([copy.name, copy.tags], ['version.jpg', ['old']]);
    await client.files.rename({ filePath: '/copies/version.jpg', newFileName: 'other.jpg' });
    await client.files.move({ sourceFilePath: '/copies/other.jpg', destinationPath: '/moved/here/' });
    const moved = await client.files.get(copy.fileId);
    assert.equal(moved.filePath, '/moved/here/other.jpg');
    await client.files.copy({ sourceFilePath: '/version.jpg', destinationPath: '/moved/here' });
    await refused(() => client.files.rename({ filePath: '/moved/here/version.jpg', newFileName: 'other.jpg' }), 409, /already exists/);
    await refused(() => client.files.copy({ sourceFilePath: '/nobody.jpg', destinationPath: '/x' }), 404, /No file/);
    assert.ok((await client.files.rename({ filePath: '/moved/here/version.jpg', newFileName: 'v.jpg', purgeCache: true })).purgeRequestId);
});

test('folders', async () => {
    await client.folders.create({ folderName: 'summer sale', parentFolderPath: '/seasons/2026' });
    assert.ok((await client.assets.list({ type: 'folder' })).some((one) => one.folderPath === '/seasons/2026/summer_sale'));
    const copied = await client.folders.copy({ sourceFolderPath: '/moved', destinationPath: '/seasons' });
    assert.deepEqual(await client.folders.job.get(copied.jobId), { jobId: copied.jobId, type: 'COPY_FOLDER', status: 'Completed' });
    assert.equal((await client.assets.list({ path: '/seasons/moved/here' })).length, 2);
    await client.folders.move({ sourceFolderPath: '/seasons/moved', destinationPath: '/' + 'away' });
    await client.folders.rename({ folderPath: '/away/moved', newFolderName: 'gone-away' });
    assert.equal((await client.assets.list({ path: '/away/gone-away/here' })).length, 2);
    await client.folders.delete({ folderPath: '/away' });
    assert.equal((await client.assets.list({ searchQuery: 'path : "/away"' })).length, 0);
    await refused(() => client.folders.delete({ folderPath: '/away' }), 404, /No folder/);
    await refused(() => client.folders.job.get('nobody'), 404, /job/);
});

test('metadata, usage, caches, and what there is not', async () => {
    const metadata = await client.files.metadata.get(file.fileId);
    assert.deepEqual([metadata.width, metadata.format], [640, 'jpg']);
    assert.equal((await client.files.metadata.getFromURL({ url: file.url })).height, 480);
    const days = { startDate: '2026-01-01', endDate: '2026-03-01' };
    assert.equal((await client.accounts.usage.get(days)).bandwidthBytes, 0);
    assert.deepEqual((await client.accounts.usageAnalytics.get(days)).country, { byBandwidth: [], byRequests: [] });
    await refused(() => client.accounts.usage.get({ startDate: '2026-03-01', endDate: '2026-01-01' }), 400, /endDate/);
    const { requestId } = await client.cache.invalidation.create({ url: file.url });
    assert.equal((await client.cache.invalidation.get(requestId)).status, 'Completed');
    const named = await client.namedTransformations.create({ name: 'small', transformation: 'w-100' });
    assert.equal((await client.namedTransformations.get(named.id)).transformation, 'w-100');
    assert.equal((await client.namedTransformations.update(named.id, { enabled: false })).enabled, false);
    assert.equal((await client.namedTransformations.list()).length, 1);
    await client.namedTransformations.delete(named.id);
    assert.deepEqual(await client.accounts.origins.list(), []);
    const [endpoint] = await client.accounts.urlEndpoints.list();
    assert.deepEqual([endpoint.urlPrefix, await client.accounts.urlEndpoints.get(endpoint.id)], ['ik', endpoint]);
    await refused(() => client.accounts.urlEndpoints.get('other'), 404, /URL endpoint/);
    await refused(() => client.accounts.urlEndpoints.create({ description: 'd' }), 403, /not available/);
    await refused(() => client.accounts.urlEndpoints.delete(endpoint.id), 403, /not available/);
    await refused(() => client.accounts.origins.get('any'), 403, /not available/);
    await refused(() => client.get('/v1/nothing'), 404, /nothing/);
    await refused(() => client.post('/v1/files'), 405, /method/);
});

test('uploads that are refused', async () => {
    const basic = { Authorization: `Basic ${Buffer.from(`${secret}:`).toString('base64')}` };
    for (const [fields, words] of [
        [{ fileName: 'a.jpg' }, /Missing file/],
        [{ file: blob('a') }, /Missing fileName/],
        [{ file: blob('a'), fileName: 'a.jpg', tags: '50%' }, /tags/],
        [{ file: blob('a'), fileName: 'a.jpg', extensions: '[{"name":"paint-it"}]' }, /extensions/],
        [{ file: blob('a'), fileName: 'a.jpg', extensions: 'what?' }, /extensions/],
        ...[-1, 101, '"abc"', 'null'].map((least) => [{ file: blob('a'), fileName: 'a.jpg', extensions:
            `[{"name":"google-auto-tagging","minConfidence":${least},"maxTags":3}]` }, /extensions/]),
        [{ file: blob('a'), fileName: 'a.jpg', extensions: '[{"name":"google-auto-tagging","minConfidence":1,"maxTags":31}]' }, /extensions/],
        [{ file: blob('a'), fileName: 'a.jpg', customCoordinates: '1,2,3' }, /customCoordinates/],
        [{ file: blob('a'), fileName: 'a.jpg', customMetadata: '[]' }, /customMetadata/],
        [{ file: blob('a'), fileName: 'a.jpg', isPrivateFile: 'perhaps' }, /isPrivateFile/],
        [{ file: blob('a'), fileName: 'a.jpg', checks: '"file.size" > "1mb"' }, /checks/],
        [{ file: blob('a'), fileName: 'a.jpg', checks: 'what?' }, /checks/],
        [{ file: 'http://169.254.169.254/a.jpg', fileName: 'a.jpg' }, /./],
        [{ file: 'no picture at all', fileName: 'a.jpg' }, /file/],
        [{ file: blob('a'), fileName: 'a.jpg', webhookUrl: 'http://169.254.169.254/', extensions: '[{"name":"remove-bg"}]' }, /./],
    ]) {
        const { status, body } = await post(fields, basic);
        assert.equal(status, 400, JSON.stringify([fields, body]));
        assert.match(body.message, words);
        assert.ok(body.help);
    }
    const bad = await post({ file: blob('bad one'), fileName: 'a.jpg' }, basic);
    assert.equal(bad.status, 400, bad.body.message);
});

test('who may upload', async () => {
    const wrong = new ImageKit({ privateKey: 'private_wrong', maxRetries: 0 });
    await refused(() => wrong.files.upload({ file: 'aGk=', fileName: 'a' }), 401, /./);
    await refused(() => wrong.assets.list(), 401, /./);
    assert.equal((await post({ file: blob('a'), fileName: 'a.jpg' })).status, 401);
    const fresh = (more = {}) => ({ file: blob('token'), fileName: 'token.jpg', publicKey: keyId,
        ...client.helper.getAuthenticationParameters(), ...more });
    const proof = fresh();
    const first = await post(proof);
    assert.equal(first.status, 200, first.body.message);
    const again = await post(proof);
    assert.deepEqual([again.status, /used before/.test(again.body.message)], [400, true]);
    const now = Math.floor(Date.now() / 1000);
    for (const [expire, words] of [[now - 1, /expired/], [now + 7200, /hour/]]) {
        const signed = client.helper.getAuthenticationParameters(randomUUID(), expire);
        const { status, body } = await post(fresh(signed));
        assert.equal(status, 400);
        assert.match(body.message, words);
    }
    assert.equal((await post(fresh({ signature: 'a'.repeat(40) }))).status, 401);
    assert.equal((await post(fresh({ publicKey: 'tk_nobody' }))).status, 401);
    const { signature, ...unsigned } = fresh();
    assert.equal(signature.length, 40);
    assert.equal((await post(unsigned)).status, 400);
});

test('version 2: JSON Web Tokens', async () => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(Date.now() / 1000);
    const jwt = (claims, key = secret, header = { alg: 'HS256', typ: 'JWT', kid: keyId }) => {
        const text = `${part(header)}.${part({ iat: now, exp: now + 600, ...claims })}`;
        return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
    };
    const claims = { fileName: 'jwt.jpg', tags: 'by-token', useUniqueFileName: 'false', responseFields: 'tags' };
    const token = jwt(claims);
    const good = await post({ file: blob('jwt'), fileName: 'jwt.jpg', token }, {}, 2);
    assert.deepEqual([good.status, good.body.tags, good.body.name], [200, ['by-token'], 'jwt.jpg'], good.body.message);
    const tries = [[token, 400], [jwt(claims, 'wrong'), 401], [jwt({ ...claims, exp: now - 1 }), 400],
        [jwt({ ...claims, exp: now + 7200 }), 400], [jwt(claims, secret, { alg: 'none', kid: keyId }), 401],
        [jwt({ ...claims, fileName: 'other.jpg' }), 400], ['a.b.c', 401]];
    for (const [given, status] of tries)
        assert.equal((await post({ file: blob('jwt'), fileName: 'jwt.jpg', token: given }, {}, 2)).status, status);
    const beta = await client.beta.v2.files.upload({ file: await toFile(picture('beta'), 'b.jpg'), fileName: 'beta.jpg' });
    assert.match(beta.name, /^beta_/);
});

test('the curl of the document, as it is typed', async () => {
    const basic = { Authorization: `Basic ${Buffer.from(`${secret}:do_not_set`).toString('base64')}` };
    const typed = '"[\n  {\n      \\"name\\": \\"google-auto-tagging\\",\n      \\"minConfidence\\": 50,\n      \\"maxTags\\": 5\n  },\n'
        + '  {\n      \\"name\\": \\"aws-auto-tagging\\",\n      \\"minConfidence\\": 50,\n      \\"maxTags\\": 5\n  },\n]"';
    for (const extensions of [typed, typed.slice(1, -1).replaceAll('\\"', '"')]) {
        const { status, body } = await post({ file: blob('cafe'), fileName: 'my_file_name.jpg', extensions }, basic);
        assert.equal(status, 200, body.message);
        assert.deepEqual(body.extensionStatus, { 'google-auto-tagging': 'success', 'aws-auto-tagging': 'success' });
    }
});

test('what came in by another way is there, too', async () => {
    const answer = await fetch(`${address}/api/pictures?name=plain.jpg`, { method: 'POST', body: picture('plain'),
        headers: { Authorization: `Basic ${Buffer.from(`${secret}:`).toString('base64')}`, 'Content-Type': 'image/jpeg' } });
    const { id } = await answer.json();
    const seen = await client.files.get(id);
    assert.deepEqual([seen.fileId, seen.filePath, seen.versionInfo.id], [id, '/plain.jpg', id]);
    assert.equal((await fetch(seen.url)).status, 404, 'nobody opened it to the world');
    await client.files.rename({ filePath: '/plain.jpg', newFileName: 'plainer.jpg' }).catch(() => {});
    const listed = await client.assets.list({ searchQuery: 'fileId = "' + id + '"' });
    assert.equal(listed.length, 1);
    const ours = await own('GET', `/api/pictures/${file.fileId}`);
    assert.equal(ours.status, 200);
});

test('the end', async () => {
    const all = await client.assets.list({ limit: 1000 });
    assert.ok(all.length > 3);
    const gone = await client.files.bulk.delete({ fileIds: all.map((one) => one.fileId) });
    assert.equal(gone.successfullyDeletedFileIds.length, all.length);
    await refused(() => client.files.delete(all[0].fileId), 404, /does not exist/);
    assert.deepEqual(await client.assets.list(), []);
    await until(async () => (await own('GET', '/api/pictures')).body.pictures?.length === 0);
});
