/* Fuzzes what decides where a request may go: URLs and entries of the allow-list. Besides not crashing: a URL that passes
 * the default guard names no address that the guard itself would not let through. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "net/net.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_literal(const ts_net *net, const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(80)};
    char url[64] = "http://";
    if (strlen(text) > 40 || inet_pton(AF_INET, text, &v4.sin_addr) != 1) return;
    strcat(url, text);
    bool allowed = ts_net_address_allowed(ts_net_guard_of(net), (const struct sockaddr *)&v4, sizeof(v4));
    if (ts_net_check_url(net, url, NULL) != allowed) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ts_net *net;
    if (!net) net = ts_net_new(NULL, NULL);
    char *text = malloc(size + 1);
    if (!net || !text) abort();
    memcpy(text, data, size);
    text[size] = '\0';
    ts_error err = {0};
    if (!ts_net_check_url(net, text, &err) && err.code == TS_OK) abort();
    check_literal(net, text);
    const char *entry = text;
    ts_net_guard_free(ts_net_guard_new(&(ts_net_guard_options){.allowed = &entry, .allowed_count = 1}, NULL));
    free(text);
    return 0;
}
