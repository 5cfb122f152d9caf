/* caption: Korean: counters after the noun, particles by the last sound. Must not decide what is said. */
#include <string.h>

#include "caption/private.h"

static const char *const numbers[] = {"", "", "두", "세", "네", "다섯"};

/* True when the last syllable ends in a consonant; of Latin words only l, m and n are heard so. */
static bool has_final(const ts_buf *text)
{
    if (!text->data || text->length == 0) return false;
    const unsigned char *s = (const unsigned char *)text->data + text->length;
    if (s[-1] < 0x80) return strchr("lmnLMN", s[-1]) != NULL;
    if (text->length < 3) return false;
    unsigned code = (s[-3] & 0x0FU) << 12 | (s[-2] & 0x3FU) << 6 | (s[-1] & 0x3FU);
    return code >= 0xAC00 && code <= 0xD7A3 && (code - 0xAC00) % 28 != 0;
}

static void particle(const char *after_consonant, const char *after_vowel, ts_buf *out)
{
    (void)ts_buf_puts(out, has_final(out) ? after_consonant : after_vowel);
}

static void say(const ts_group *group, ts_buf *out)
{
    const ts_noun *noun = &group->noun;
    const char *counter = noun->counter ? noun->counter : "개";
    if (group->count <= 1 || ts_count_is_some(group->count) || (noun->traits & TS_TRAIT_MASS))
        (void)ts_buf_puts(out, noun->one);
    else if (ts_count_is_many(group->count)) (void)ts_buf_printf(out, "많은 %s", noun->one);
    else
        (void)ts_buf_printf(out, "%s %s %s", noun->one,
                            ts_count_is_said(group->count) ? numbers[group->count] : "여러", counter);
}

/* "개 두 마리와 고양이", "오븐, 냉장고, 토스터" */
static void list(const ts_groups *groups, ts_buf *out)
{
    for (size_t i = 0; i < groups->count; i++) {
        say(&groups->items[i], out);
        if (groups->count == 2 && i == 0) particle("과 ", "와 ", out);
        else if (i + 1 < groups->count) (void)ts_buf_puts(out, ", ");
    }
}

static void heading(const ts_plan *plan, ts_buf *out)
{
    if (plan->lead.count == 0) {
        (void)ts_buf_puts(out, plan->scene_noun.noun.one);
        return;
    }
    if (plan->activity) {
        if (plan->scene) (void)ts_buf_printf(out, "%s에서 ", plan->scene);
        (void)ts_buf_printf(out, "%s고 있는 ", plan->activity);
    } else if (plan->scene) {
        (void)ts_buf_printf(out, "%s에 있는 ", plan->scene);
    }
    list(&plan->lead, out);
}

static void statement(const ts_plan *plan, ts_buf *out)
{
    if (plan->lead.count == 0) {
        (void)ts_buf_printf(out, "%s의 모습입니다.", plan->scene_noun.noun.one);
        return;
    }
    if (plan->scene) (void)ts_buf_printf(out, "%s%s ", plan->scene, plan->activity ? "에서" : "에");
    list(&plan->lead, out);
    particle("이 ", "가 ", out);
    if (plan->activity) (void)ts_buf_printf(out, "%s고 있습니다.", plan->activity);
    else (void)ts_buf_puts(out, plan->scene ? "있습니다." : "보입니다.");
}

static void also(const ts_groups *groups, ts_buf *out)
{
    (void)ts_buf_puts(out, "그 밖에 ");
    list(groups, out);
    (void)ts_buf_puts(out, "도 보입니다.");
}

static void setting(const ts_plan *plan, ts_buf *out)
{
    if (!plan->style && !plan->time) return;
    if (plan->time) (void)ts_buf_printf(out, "%s 찍은 ", plan->time);
    (void)ts_buf_printf(out, "%s입니다.", plan->style ? plan->style : "사진");
}

const ts_tongue ts_tongue_ko = {
    .heading = heading,
    .statement = statement,
    .also = also,
    .setting = setting,
    .place = "장소: ",
    .contents = "내용: ",
    .separator = ", ",
    .colon = ": ",
    .stop = ".",
    .space = " ",
    .apart = true,
};
