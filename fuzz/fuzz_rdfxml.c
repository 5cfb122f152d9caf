/* Fuzzes the reader of RDF/XML as its process runs it: any bytes, no bytes beyond them, every block given back. */
#include <stdint.h>
#include <string.h>

#include "ontology/rdfxml_child.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

typedef struct input {
    const uint8_t *at;
    size_t left;
} input;

static long hand_out(void *context, char *piece, size_t size)
{
    input *in = context;
    size_t length = in->left < size ? in->left : size;
    memcpy(piece, in->at, length);
    in->at += length;
    in->left -= length;
    return (long)length;
}

static void drop(void *context, const char *bytes, size_t length)
{
    (void)context, (void)bytes, (void)length;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static ts_speaker speaker;
    static bool open;
    char why[TS_RDFXML_WHY];
    if (!open) open = ts_pool_open((size_t)256 << 20);
    speaker = (ts_speaker){.write = drop, .line = 1};
    input in = {bytes, length};
    (void)ts_rdfxml_read(hand_out, &in, 1, &speaker, why);
    return 0;
}
