/* service: words that say how many: "a", "two", "several", in seven languages. Knows no concepts. */
#include "service/amounts.h"

#include <string.h>
#include <strings.h>

#include "search/search.h"

enum { several = TS_AMOUNT_SEVERAL };

typedef struct amount {
    const char *word;
    uint8_t value;
} amount;

/* Articles are said of one thing where there are several, too, but less often. */
static const amount en[] = {{"a", 1},
                            {"an", 1},
                            {"one", 1},
                            {"single", 1},
                            {"lone", 1},
                            {"another", 1},
                            {"two", 2},
                            {"couple", 2},
                            {"pair", 2},
                            {"both", 2},
                            {"three", 3},
                            {"four", 4},
                            {"five", 5},
                            {"six", 6},
                            {"some", several},
                            {"few", several},
                            {"many", several},
                            {"several", several},
                            {"various", several},
                            {"multiple", several},
                            {"lots", several},
                            {"bunch", several},
                            {"rows", several},
                            {"herd", several},
                            {"flock", several},
                            {0}};
static const amount zh[] = {{"一", 1},       {"两", 2},       {"二", 2}, {"双", 2},       {"三", 3},
                            {"四", 4},       {"五", 5},       {"六", 6}, {"几", several}, {"些", several},
                            {"群", several}, {"多", several}, {0}};
static const amount fr[] = {{"un", 1},
                            {"une", 1},
                            {"deux", 2},
                            {"trois", 3},
                            {"quatre", 4},
                            {"cinq", 5},
                            {"six", 6},
                            {"des", several},
                            {"plusieurs", several},
                            {"quelques", several},
                            {"nombreux", several},
                            {"nombreuses", several},
                            {"beaucoup", several},
                            {"troupeau", several},
                            {0}};
static const amount de[] = {{"ein", 1},
                            {"eine", 1},
                            {"einen", 1},
                            {"einem", 1},
                            {"einer", 1},
                            {"eines", 1},
                            {"zwei", 2},
                            {"beide", 2},
                            {"paar", 2},
                            {"drei", 3},
                            {"vier", 4},
                            {"fünf", 5},
                            {"sechs", 6},
                            {"einige", several},
                            {"mehrere", several},
                            {"viele", several},
                            {"zahlreiche", several},
                            {"verschiedene", several},
                            {"herde", several},
                            {0}};
static const amount es[] = {{"un", 1},
                            {"una", 1},
                            {"uno", 1},
                            {"dos", 2},
                            {"par", 2},
                            {"tres", 3},
                            {"cuatro", 4},
                            {"cinco", 5},
                            {"seis", 6},
                            {"unos", several},
                            {"unas", several},
                            {"varios", several},
                            {"varias", several},
                            {"muchos", several},
                            {"muchas", several},
                            {"algunos", several},
                            {"algunas", several},
                            {"rebaño", several},
                            {0}};
static const amount ja[] = {{"一", 1}, {"二", 2},       {"三", 3},       {"四", 4}, {"五", 5},
                            {"六", 6}, {"数", several}, {"群", several}, {"両", 2}, {0}};
static const amount ko[] = {{"한", 1},   {"두", 2},         {"세", 3},         {"네", 4},       {"다섯", 5},
                            {"여섯", 6}, {"여러", several}, {"많은", several}, {"몇", several}, {0}};

static const amount *const languages[TS_LANGUAGE_COUNT] = {
    [TS_LANGUAGE_EN] = en, [TS_LANGUAGE_ZH] = zh, [TS_LANGUAGE_FR] = fr, [TS_LANGUAGE_DE] = de,
    [TS_LANGUAGE_ES] = es, [TS_LANGUAGE_JA] = ja, [TS_LANGUAGE_KO] = ko,
};

uint8_t ts_amount_of(ts_language language, const char *word, size_t length)
{
    if (length == 1 && *word >= '1' && *word <= '9') return (uint8_t)(*word - '0');
    for (const amount *a = languages[language]; a->word; a++)
        if (strlen(a->word) == length && strncasecmp(a->word, word, length) == 0) return a->value;
    return TS_AMOUNT_ANY;
}
