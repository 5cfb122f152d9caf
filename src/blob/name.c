/* blob: names: hashes, and the file names made of them. Knows no folder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "blob/private.h"

bool ts_blob_is_hash(const char *text)
{
    return text && strspn(text, "0123456789abcdef") == 64 && text[64] == '\0';
}

const char *ts_blob_kind_folder(ts_blob_kind kind)
{
    return kind == TS_BLOB_ORIGINAL ? "originals" : "thumbnails";
}

void ts_blob_file_name(const ts_blob_name *name, char file[TS_BLOB_FILE])
{
    if (name->kind == TS_BLOB_ORIGINAL) (void)snprintf(file, TS_BLOB_FILE, "%.64s", name->hash);
    else (void)snprintf(file, TS_BLOB_FILE, "%.64s-%u.jpg", name->hash, name->size);
}

/* A thumbnail's size, written the one way that we write it. */
static unsigned parse_size(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 5 || text[0] == '0' || strcmp(text + digits, ".jpg") != 0) return 0;
    unsigned long size = strtoul(text, NULL, 10);
    return size <= 65535 ? (unsigned)size : 0;
}

bool ts_blob_file_parse(ts_blob_kind kind, const char *file, ts_blob_entry *entry)
{
    if (strspn(file, "0123456789abcdef") != 64) return false;
    entry->kind = kind;
    entry->size = 0;
    memcpy(entry->hash, file, 64);
    entry->hash[64] = '\0';
    if (kind == TS_BLOB_ORIGINAL) return file[64] == '\0';
    if (file[64] == '-') entry->size = parse_size(file + 65);
    return entry->size > 0;
}

EVP_MD_CTX *ts_blob_digest_new(void)
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    if (digest && EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1) return digest;
    EVP_MD_CTX_free(digest);
    return NULL;
}

bool ts_blob_digest_end(EVP_MD_CTX *digest, char hash[TS_BLOB_HASH])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    bool ok = EVP_DigestFinal_ex(digest, bytes, &length) == 1 && length == 32;
    for (size_t i = 0; ok && i < 32; i++) {
        hash[2 * i] = digits[bytes[i] >> 4];
        hash[2 * i + 1] = digits[bytes[i] & 15];
    }
    hash[ok ? 64 : 0] = '\0';
    EVP_MD_CTX_free(digest);
    return ok;
}

bool ts_blob_hash(const void *bytes, size_t length, char hash[TS_BLOB_HASH], ts_error *err)
{
    EVP_MD_CTX *digest = ts_blob_digest_new();
    if (!digest) return ts_fail_memory(err);
    bool ok = EVP_DigestUpdate(digest, bytes, length) == 1;
    ok = ts_blob_digest_end(digest, hash) && ok;
    return ok || ts_fail(err, TS_INTERNAL, "libcrypto computes no SHA-256");
}
