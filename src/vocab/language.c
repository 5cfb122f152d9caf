/* vocab: the one list of languages. Must not know any concept. */
#include <string.h>
#include <strings.h>

#include "vocab/vocab.h"

static const struct {
    const char *code;
    const char *name;
} languages[TS_LANGUAGE_COUNT] = {
    [TS_LANGUAGE_EN] = {"en", "English"},  [TS_LANGUAGE_ZH] = {"zh", "中文"},
    [TS_LANGUAGE_FR] = {"fr", "Français"}, [TS_LANGUAGE_DE] = {"de", "Deutsch"},
    [TS_LANGUAGE_ES] = {"es", "Español"},  [TS_LANGUAGE_JA] = {"ja", "日本語"},
    [TS_LANGUAGE_KO] = {"ko", "한국어"},
};

const char *ts_language_code(ts_language language)
{
    return (unsigned)language < TS_LANGUAGE_COUNT ? languages[language].code : "unknown";
}

const char *ts_language_name(ts_language language)
{
    return (unsigned)language < TS_LANGUAGE_COUNT ? languages[language].name : "unknown";
}

bool ts_language_find(const char *tag, ts_language *language)
{
    size_t length = strcspn(tag, "-_");
    for (unsigned i = 0; i < TS_LANGUAGE_COUNT; i++) {
        if (strlen(languages[i].code) != length || strncasecmp(tag, languages[i].code, length) != 0) continue;
        *language = (ts_language)i;
        return true;
    }
    return false;
}
