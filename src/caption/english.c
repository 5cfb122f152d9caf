/* caption: English. Must not decide what is said. */
#include <string.h>

#include "caption/private.h"

static const char *const numbers[] = {"", "", "two ", "three ", "four ", "five "};

/* "an apple, an hour; a unicycle, a one-way street": the sound decides, which the first letters mostly tell. */
static bool takes_an(const ts_noun *noun)
{
    static const char *const as_you[] = {"uni", "use", "eu", "one", "ure", "uku", "ute", "Uni"};
    if (noun->traits & TS_TRAIT_AN) return true;
    if (noun->traits & TS_TRAIT_A) return false;
    for (size_t i = 0; i < sizeof as_you / sizeof *as_you; i++)
        if (ts_starts_with(noun->one, as_you[i])) return false;
    return ts_starts_with(noun->one, "hour") || strchr("aeiouAEIOU", noun->one[0]) != NULL;
}

static const char *quantity(uint32_t count)
{
    if (ts_count_is_said(count)) return numbers[count];
    if (ts_count_is_some(count)) return "";
    return ts_count_is_many(count) ? "many " : "several ";
}

static void say(const ts_group *group, ts_case grammatical_case, ts_buf *out)
{
    (void)grammatical_case;
    const ts_noun *noun = &group->noun;
    bool pair = noun->traits & TS_TRAIT_PAIR;
    if (noun->traits & (TS_TRAIT_MASS | TS_TRAIT_PLURAL)) {
        (void)ts_buf_puts(out, noun->one);
    } else if (group->count <= 1) {
        (void)ts_buf_puts(out, pair ? "a pair of " : takes_an(noun) ? "an " : "a ");
        (void)ts_buf_puts(out, noun->one);
    } else {
        (void)ts_buf_puts(out, quantity(group->count));
        (void)ts_buf_puts(out, pair ? "pairs of " : "");
        (void)ts_buf_puts(out, noun->many);
    }
}

static void list(const ts_groups *groups, ts_buf *out)
{
    ts_say_list(groups, say, TS_CASE_NOMINATIVE, ", ", " and ", out);
}

static void heading(const ts_plan *plan, ts_buf *out)
{
    bool lead = plan->lead.count > 0;
    if (lead) list(&plan->lead, out);
    else say(&plan->scene_noun, TS_CASE_NOMINATIVE, out);
    if (plan->with.count) (void)ts_buf_puts(out, " with ");
    list(&plan->with, out);
    ts_say_word(plan->activity, out);
    if (lead) ts_say_word(plan->scene, out);
    ts_say_word(plan->time, out);
}

static void statement(const ts_plan *plan, ts_buf *out)
{
    (void)ts_buf_printf(out, "%s shows ", plan->style ? plan->style : "the picture");
    heading(plan, out);
    (void)ts_buf_putc(out, '.');
}

static void also(const ts_groups *groups, ts_buf *out)
{
    list(groups, out);
    bool one = groups->count == 1 && ts_group_is_singular(&groups->items[0]);
    (void)ts_buf_puts(out, one ? " is also visible." : " are also visible.");
}

const ts_tongue ts_tongue_en = {
    .heading = heading,
    .statement = statement,
    .also = also,
    .place = "Location: ",
    .contents = "Contents: ",
    .separator = ", ",
    .colon = ": ",
    .stop = ".",
    .space = " ",
};
