// The former ImageKit SDK for Node (6.0.0), unmodified. Uploads have an option for the address; all else goes to one that is
// fixed in its code, which its own HTTP client is told to replace here.
const assert = require('node:assert/strict');
const { before, test } = require('node:test');

const { TAGSMITH_ADDRESS: address, TAGSMITH_KEY_ID: publicKey, TAGSMITH_SECRET: privateKey } = process.env;
const ImageKit = require('imagekit');
const axios = require('axios');
for (const one of [axios, axios.default].filter(Boolean))
    one.interceptors.request.use((ask) => Object.assign(ask, { url: ask.url.replace('https://api.imagekit.io', address) }));

const client = new ImageKit({ publicKey, privateKey, urlEndpoint: address, uploadEndpoint: `${address}/api/v1/files/upload` });
const picture = (words) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(words)]);
const extensions = [{ name: 'google-auto-tagging', minConfidence: 50, maxTags: 5 }];
const put = (fileName, more) => client.upload({ file: picture(fileName), fileName, useUniqueFileName: false, ...more });
let file;

before(async () => {
    file = await put('old.jpg', { folder: '/old', tags: ['a', 'b'], extensions, responseFields: ['tags'] });
});

test('an upload', () => {
    assert.equal(file.filePath, '/old/old.jpg');
    assert.deepEqual(file.tags.toSorted(), ['a', 'b']);
    assert.equal(file.AITags[0].name, 'Dog');
    assert.deepEqual(file.extensionStatus, { 'google-auto-tagging': 'success' });
});

test('details, changes, lists', async () => {
    assert.equal((await client.getFileDetails(file.fileId)).name, 'old.jpg');
    const now = await client.updateFileDetails(file.fileId, { tags: ['c'], extensions });
    assert.deepEqual([now.tags, now.extensionStatus['google-auto-tagging']], [['c'], 'success']);
    assert.equal((await client.listFiles({ path: '/old' })).length, 1);
    assert.equal((await client.listFiles({ searchQuery: 'tags IN ["c"]' }))[0].fileId, file.fileId);
    assert.equal((await client.getFileMetadata(file.fileId)).width, 640);
});

test('callbacks and errors', async () => {
    await new Promise((done) => client.getFileDetails('nobody', (error, result) => {
        assert.match(error.message, /does not exist/);
        assert.ok(error.help && !result);
        done();
    }));
    await assert.rejects(() => client.listFiles({ searchQuery: '?' }), (error) => /column 1/.test(error.message));
});

test('tags of many, versions, places', async () => {
    assert.deepEqual((await client.bulkAddTags([file.fileId], ['d'])).successfullyUpdatedFileIds, [file.fileId]);
    assert.deepEqual((await client.bulkRemoveTags([file.fileId], ['d'])).successfullyUpdatedFileIds, [file.fileId]);
    assert.deepEqual((await client.bulkRemoveAITags([file.fileId], ['Dog'])).successfullyUpdatedFileIds, [file.fileId]);
    await client.upload({ file: picture('next').toString('base64'), fileName: 'old.jpg', folder: '/old', useUniqueFileName: false });
    const versions = await client.getFileVersions(file.fileId);
    assert.equal(versions.length, 2);
    const versionId = versions[1].versionInfo.id;
    assert.equal((await client.getFileVersionDetails({ fileId: file.fileId, versionId })).type, 'file-version');
    await client.restoreFileVersion({ fileId: file.fileId, versionId });
    await client.copyFile({ sourceFilePath: '/old/old.jpg', destinationPath: '/new' });
    await client.renameFile({ filePath: '/new/old.jpg', newFileName: 'newer.jpg' });
    await client.moveFile({ sourceFilePath: '/new/newer.jpg', destinationPath: '/third' });
    assert.equal((await client.listFiles({ path: '/third' }))[0].name, 'newer.jpg');
});

test('folders, fields, caches', async () => {
    await client.createFolder({ folderName: 'f', parentFolderPath: '/' });
    const { jobId } = await client.copyFolder({ sourceFolderPath: '/third', destinationPath: '/f' });
    assert.equal((await client.getBulkJobStatus(jobId)).status, 'Completed');
    await client.moveFolder({ sourceFolderPath: '/f/third', destinationPath: '/g' });
    await client.deleteFolder('/g');
    const field = await client.createCustomMetadataField({ name: 'n', label: 'N', schema: { type: 'Text' } });
    assert.equal((await client.getCustomMetadataFields({ includeDeleted: false })).length, 1);
    await client.updateCustomMetadataField(field.id, { label: 'M' });
    await client.deleteCustomMetadataField(field.id);
    const { requestId } = await client.purgeCache(file.url);
    assert.equal((await client.getPurgeCacheStatus(requestId)).status, 'Completed');
});

test('the end', async () => {
    const all = (await client.listFiles({})).map((one) => one.fileId);
    assert.deepEqual((await client.bulkDeleteFiles(all)).successfullyDeletedFileIds, all);
    await assert.rejects(() => client.deleteFile(file.fileId), (error) => /does not exist/.test(error.message));
});
