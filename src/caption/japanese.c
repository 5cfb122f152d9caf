/* caption: Japanese: counters; what lives "is" another way than what does not. Must not decide what is said. */
#include <string.h>

#include "caption/private.h"

static const char *const person = "人";

/* "2人", not "2人の人". */
static bool counts_itself(const ts_noun *noun)
{
    return noun->counter && strcmp(noun->counter, noun->one) == 0;
}

static void say_counted(const ts_group *group, ts_buf *out)
{
    const ts_noun *noun = &group->noun;
    const char *counter = noun->counter ? noun->counter : "つ";
    if (ts_count_is_said(group->count)) (void)ts_buf_printf(out, "%u%s", group->count, counter);
    else if (strcmp(counter, "つ") == 0) (void)ts_buf_puts(out, "いくつか");
    else (void)ts_buf_printf(out, "数%s", counter);
    if (!counts_itself(noun)) (void)ts_buf_printf(out, "の%s", noun->one);
}

static void say(const ts_group *group, ts_case grammatical_case, ts_buf *out)
{
    (void)grammatical_case;
    const ts_noun *noun = &group->noun;
    if (group->count <= 1 || ts_count_is_some(group->count) || (noun->traits & TS_TRAIT_MASS))
        (void)ts_buf_puts(out, noun->one);
    else if (!ts_count_is_many(group->count)) say_counted(group, out);
    else
        (void)ts_buf_printf(out, "%s%s", strcmp(noun->one, person) == 0 ? "大勢の" : "たくさんの", noun->one);
}

static void list(const ts_groups *groups, ts_buf *out)
{
    ts_say_list(groups, say, TS_CASE_NOMINATIVE, "、", groups->count == 2 ? "と" : "、", out);
}

/* います, or あります: all that leads is of one sort. */
static bool leads_alive(const ts_plan *plan)
{
    ts_kind kind = plan->lead.items[0].kind;
    return kind == TS_KIND_PERSON || kind == TS_KIND_ANIMAL;
}

static void heading(const ts_plan *plan, ts_buf *out)
{
    if (plan->lead.count == 0) {
        (void)ts_buf_puts(out, plan->scene_noun.noun.one);
        return;
    }
    if (plan->activity) {
        if (plan->scene) (void)ts_buf_printf(out, "%sで", plan->scene);
        (void)ts_buf_printf(out, "%sいる", plan->activity);
    } else if (plan->scene) {
        (void)ts_buf_printf(out, "%sに%s", plan->scene, leads_alive(plan) ? "いる" : "ある");
    }
    list(&plan->lead, out);
}

static void statement(const ts_plan *plan, ts_buf *out)
{
    if (plan->lead.count == 0) {
        (void)ts_buf_printf(out, "%sの写真です。", plan->scene_noun.noun.one);
        return;
    }
    if (plan->scene) (void)ts_buf_printf(out, "%s%s", plan->scene, plan->activity ? "で" : "に");
    list(&plan->lead, out);
    if (plan->activity) (void)ts_buf_printf(out, "が%sいます。", plan->activity);
    else if (!plan->scene) (void)ts_buf_puts(out, "が写っています。");
    else (void)ts_buf_puts(out, leads_alive(plan) ? "がいます。" : "があります。");
}

static void also(const ts_groups *groups, ts_buf *out)
{
    (void)ts_buf_puts(out, "ほかに、");
    list(groups, out);
    (void)ts_buf_puts(out, "も写っています。");
}

static void setting(const ts_plan *plan, ts_buf *out)
{
    if (!plan->style && !plan->time) return;
    if (plan->time) (void)ts_buf_printf(out, "%sに撮影された", plan->time);
    (void)ts_buf_printf(out, "%sです。", plan->style ? plan->style : "写真");
}

const ts_tongue ts_tongue_ja = {
    .heading = heading,
    .statement = statement,
    .also = also,
    .setting = setting,
    .place = "撮影地：",
    .contents = "内容：",
    .separator = "、",
    .colon = "：",
    .stop = "。",
    .space = "",
    .apart = true,
};
