/* caption: Chinese: measure words; the place comes first. Must not decide what is said. */
#include <string.h>

#include "caption/private.h"

static const char *const numbers[] = {"", "一", "两", "三", "四", "五"};

static void say(const ts_group *group, ts_case grammatical_case, ts_buf *out)
{
    (void)grammatical_case;
    const ts_noun *noun = &group->noun;
    const char *counter = noun->counter ? noun->counter : "个";
    if (group->count == 0 || ts_count_is_some(group->count) || (noun->traits & TS_TRAIT_MASS))
        (void)ts_buf_puts(out, noun->one);
    else if (group->count <= TS_COUNT_SAID)
        (void)ts_buf_printf(out, "%s%s%s", numbers[group->count], counter, noun->one);
    else if (ts_count_is_many(group->count)) (void)ts_buf_printf(out, "许多%s", noun->one);
    else (void)ts_buf_printf(out, "几%s%s", counter, noun->one);
}

static void list(const ts_groups *groups, ts_buf *out)
{
    ts_say_list(groups, say, TS_CASE_NOMINATIVE, "、", "和", out);
}

static void word(const char *text, ts_buf *out)
{
    if (text) (void)ts_buf_puts(out, text);
}

/* "两个人在雪地里滑雪" */
static void doing(const ts_plan *plan, const char *progress, ts_buf *out)
{
    list(&plan->lead, out);
    word(plan->time, out);
    (void)ts_buf_puts(out, progress);
    if (plan->scene) (void)ts_buf_printf(out, "在%s", plan->scene);
    word(plan->activity, out);
}

static void heading(const ts_plan *plan, ts_buf *out)
{
    if (plan->lead.count && plan->activity) {
        doing(plan, "", out);
        return;
    }
    word(plan->time, out);
    if (plan->lead.count == 0) {
        if (plan->time) (void)ts_buf_puts(out, "的");
        (void)ts_buf_puts(out, plan->scene_noun.noun.one);
        return;
    }
    word(plan->scene, out);
    if (plan->scene || plan->time) (void)ts_buf_puts(out, "的");
    list(&plan->lead, out);
}

static void statement(const ts_plan *plan, ts_buf *out)
{
    if (plan->lead.count == 0) {
        (void)ts_buf_puts(out, "图中是");
        heading(plan, out);
    } else if (plan->activity) {
        (void)ts_buf_puts(out, "图中，");
        doing(plan, plan->scene ? "正" : "正在", out);
    } else {
        word(plan->time, out);
        if (plan->time) (void)ts_buf_puts(out, plan->scene ? "的" : "，");
        (void)ts_buf_printf(out, "%s有", plan->scene ? plan->scene : "图中");
        list(&plan->lead, out);
    }
    (void)ts_buf_puts(out, "。");
}

static void also(const ts_groups *groups, ts_buf *out)
{
    (void)ts_buf_puts(out, "画面中还有");
    list(groups, out);
    (void)ts_buf_puts(out, "。");
}

static void setting(const ts_plan *plan, ts_buf *out)
{
    if (plan->style) (void)ts_buf_printf(out, "这是%s。", plan->style);
}

const ts_tongue ts_tongue_zh = {
    .heading = heading,
    .statement = statement,
    .also = also,
    .setting = setting,
    .place = "地点：",
    .contents = "内容：",
    .separator = "、",
    .colon = "：",
    .stop = "。",
    .space = "",
    .apart = true,
};
