/* service: looking at the processor and the memory through /proc. Knows nothing of tagging. */
#include "service/doctor_machine.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct feature {
    const char *name;  /* as people say it */
    const char *flags; /* as /proc/cpuinfo says it; any of these words */
} feature;

/* x86-64 first, then what Arm calls the same. */
static const feature features[] = {
    {"avx2", "avx2"},
    {"avx512", "avx512f"},
    {"vnni", "avx512_vnni avx_vnni"},
    {"bf16", "avx512_bf16 bf16"},
    {"amx", "amx_tile"},
    {"neon", "asimd"},
};

#define FEATURES (sizeof features / sizeof *features)

static bool has_word(const char *line, const char *word, size_t length)
{
    for (const char *at = line; (at = strstr(at, word)) != NULL; at++) {
        bool begins = at == line || at[-1] == ' ' || at[-1] == '\t';
        if (begins && strchr(" \n", at[length])) return true;
    }
    return false;
}

static bool has_any(const char *line, const char *words)
{
    while (*words) {
        char word[32];
        size_t length = strcspn(words, " ");
        (void)snprintf(word, sizeof word, "%.*s", (int)length, words);
        if (has_word(line, word, length)) return true;
        words += length + (words[length] == ' ');
    }
    return false;
}

typedef struct machine {
    char model[96];
    unsigned cores;
    bool has[FEATURES];
} machine;

static void take_line(machine *m, const char *line)
{
    const char *colon = strchr(line, ':');
    if (!colon) return;
    if (strncmp(line, "processor", 9) == 0) m->cores++;
    if (strncmp(line, "model name", 10) == 0)
        (void)snprintf(m->model, sizeof m->model, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
    if (strncmp(line, "flags", 5) == 0 || strncmp(line, "Features", 8) == 0)
        for (size_t i = 0; i < FEATURES; i++) m->has[i] = has_any(colon, features[i].flags);
}

static machine look(void)
{
    machine m = {.model = "unknown processor"};
    FILE *file = fopen("/proc/cpuinfo", "re");
    char *line = NULL;
    size_t size = 0;
    while (file && getline(&line, &size, file) > 0) take_line(&m, line);
    free(line);
    if (file) (void)fclose(file);
    return m;
}

void ts_machine_describe(ts_buf *out)
{
    machine m = look();
    bool arm = m.has[FEATURES - 1];
    cpu_set_t set;
    unsigned ours = sched_getaffinity(0, sizeof set, &set) == 0 ? (unsigned)CPU_COUNT(&set) : m.cores;
    (void)ts_buf_printf(out, "%s, %u of %u cores:", m.model, ours, m.cores);
    for (size_t i = 0; i < FEATURES; i++)
        if (m.has[i]) (void)ts_buf_printf(out, " %s", features[i].name);
    const char *separator = "; without ";
    for (size_t i = 0; i + 1 < FEATURES && !arm; i++) {
        if (m.has[i]) continue;
        (void)ts_buf_printf(out, "%s%s", separator, features[i].name);
        separator = ", ";
    }
}

bool ts_machine_is_fast(void)
{
    machine m = look();
    return m.has[0] || m.has[FEATURES - 1];
}

unsigned long ts_machine_free_mib(void)
{
    FILE *file = fopen("/proc/meminfo", "re");
    char line[256];
    unsigned long kib = 0;
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "MemAvailable: %lu kB", &kib) == 1) break;
    if (file) (void)fclose(file);
    return kib / 1024;
}
