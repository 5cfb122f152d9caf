/* service: counters, particles and signs of plurals of languages that have no articles. Knows no concepts. */
#include "service/counters.h"

#include <string.h>

static const char *const counters_zh[] = {"个", "只", "头", "匹", "条", "张", "辆", "把", "位",
                                          "名", "艘", "架", "台", "座", "块", "片", "幅", "杯",
                                          "瓶", "盘", "碗", "本", "件", "朵", "棵", "列", NULL};
static const char *const counters_ja[] = {"人", "頭", "匹", "羽", "台", "本", "枚", "個", "つ",
                                          "冊", "艘", "隻", "機", "軒", "杯", "脚", "両", NULL};
static const char *const counters_ko[] = {"마리", "명",   "개",   "대", "척",   "권", "장", "송이",
                                          "그루", "켤레", "사람", "채", "조각", "쌍", "병", NULL};
static const char *const endings_ko[] = {
    "은",   "는",   "이",     "가",     "을",     "를",   "의",   "에",   "와",   "과",   "도",
    "로",   "으로", "에서",   "에게",   "만",     "까지", "부터", "처럼", "하고", "이나", "나",
    "한테", "에는", "에서는", "이다",   "들",     "들이", "들은", "들을", "들의", "들과", "들에",
    "들도", "들로", "들에서", "들에게", "들이다", "이고", "인",   "이며", NULL};

static size_t begins_with(const char *text, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        if (strncmp(text, words[i], strlen(words[i])) == 0) return strlen(words[i]);
    return 0;
}

size_t ts_counter_at(ts_language language, const char *text)
{
    if (language == TS_LANGUAGE_ZH) return begins_with(text, counters_zh);
    if (language == TS_LANGUAGE_JA) return begins_with(text, counters_ja);
    return language == TS_LANGUAGE_KO ? begins_with(text, counters_ko) : 0;
}

size_t ts_plural_at(ts_language language, const char *text)
{
    static const char *const zh[] = {"们", NULL}, *const ja[] = {"たち", "達", NULL},
                             *const ko[] = {"들", NULL};
    if (language == TS_LANGUAGE_ZH) return begins_with(text, zh);
    if (language == TS_LANGUAGE_JA) return begins_with(text, ja);
    return language == TS_LANGUAGE_KO ? begins_with(text, ko) : 0;
}

bool ts_is_korean_ending(const char *text, size_t length)
{
    bool found = length == 0;
    for (size_t i = 0; endings_ko[i] && !found; i++)
        found = strlen(endings_ko[i]) == length && memcmp(text, endings_ko[i], length) == 0;
    return found;
}
