/* packs: SHA-256 through libcrypto. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <unistd.h>

#include "packs/packs.h"

static bool finish(EVP_MD_CTX *context, char hex[65])
{
    unsigned char digest[32];
    unsigned int length = 0;
    if (EVP_DigestFinal_ex(context, digest, &length) != 1 || length != sizeof digest) return false;
    for (size_t i = 0; i < sizeof digest; i++) (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return true;
}

static bool update_from_file(EVP_MD_CTX *context, int fd)
{
    unsigned char chunk[64 * 1024];
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n == 0;
        if (EVP_DigestUpdate(context, chunk, (size_t)n) != 1) return false;
    }
}

static EVP_MD_CTX *start(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1) return context;
    EVP_MD_CTX_free(context);
    return NULL;
}

bool ts_sha256_file(const char *path, char hex[65], ts_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return ts_fail_errno(err, "cannot open %s", path);
    EVP_MD_CTX *context = start();
    bool ok = context != NULL;
    if (!ok) (void)ts_fail_memory(err);
    if (ok && !update_from_file(context, fd)) ok = ts_fail_errno(err, "cannot read %s", path);
    if (ok && !finish(context, hex)) ok = ts_fail(err, TS_INTERNAL, "SHA-256 failed");
    EVP_MD_CTX_free(context);
    close(fd);
    return ok;
}

bool ts_sha256_bytes(const void *bytes, size_t length, char hex[65], ts_error *err)
{
    EVP_MD_CTX *context = start();
    bool ok = context && EVP_DigestUpdate(context, bytes, length) == 1 && finish(context, hex);
    EVP_MD_CTX_free(context);
    return ok || ts_fail(err, TS_INTERNAL, "SHA-256 failed");
}
