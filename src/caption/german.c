/* caption: German: three genders, three cases. Must not decide what is said. */
#include <string.h>

#include "caption/private.h"

static const char *const numbers[] = {"", "", "zwei ", "drei ", "vier ", "fünf "};

static const char *article(const ts_noun *noun, ts_case grammatical_case)
{
    bool feminine = noun->traits & TS_TRAIT_F, masculine = noun->traits & TS_TRAIT_M;
    switch (grammatical_case) {
    case TS_CASE_DATIVE:
        return feminine ? "einer " : "einem ";
    case TS_CASE_ACCUSATIVE:
        return feminine ? "eine " : masculine ? "einen " : "ein ";
    default:
        return feminine ? "eine " : "ein ";
    }
}

/* "mit zwei Hunden", "mit Skiern"; but "mit Autos, mit Personen". */
static const char *dative_plural(const char *plural, ts_case grammatical_case)
{
    if (grammatical_case != TS_CASE_DATIVE) return "";
    return ts_ends_with(plural, "e") || ts_ends_with(plural, "el") || ts_ends_with(plural, "er") ? "n" : "";
}

/* "einen Elefanten, einem Affen": all cases but the nominative. */
static const char *weak_ending(const ts_noun *noun, ts_case grammatical_case)
{
    if (!(noun->traits & TS_TRAIT_WEAK) || grammatical_case == TS_CASE_NOMINATIVE) return "";
    return ts_ends_with(noun->one, "e") ? "n" : "en";
}

static const char *quantity(uint32_t count, ts_case grammatical_case)
{
    bool dative = grammatical_case == TS_CASE_DATIVE;
    if (ts_count_is_said(count)) return numbers[count];
    if (ts_count_is_some(count)) return "";
    if (ts_count_is_many(count)) return dative ? "vielen " : "viele ";
    return dative ? "mehreren " : "mehrere ";
}

static void say(const ts_group *group, ts_case grammatical_case, ts_buf *out)
{
    const ts_noun *noun = &group->noun;
    if (noun->traits & TS_TRAIT_MASS) (void)ts_buf_puts(out, noun->one);
    else if (noun->traits & TS_TRAIT_PLURAL)
        (void)ts_buf_printf(out, "%s%s", noun->one, dative_plural(noun->one, grammatical_case));
    else if (group->count <= 1)
        (void)ts_buf_printf(out, "%s%s%s", article(noun, grammatical_case), noun->one,
                            weak_ending(noun, grammatical_case));
    else
        (void)ts_buf_printf(out, "%s%s%s", quantity(group->count, grammatical_case), noun->many,
                            dative_plural(noun->many, grammatical_case));
}

static void list(const ts_groups *groups, ts_case grammatical_case, ts_buf *out)
{
    ts_say_list(groups, say, grammatical_case, ", ", " und ", out);
}

static void phrase(const ts_plan *plan, ts_case grammatical_case, ts_buf *out)
{
    bool lead = plan->lead.count > 0;
    if (lead) list(&plan->lead, grammatical_case, out);
    else say(&plan->scene_noun, grammatical_case, out);
    if (plan->with.count) (void)ts_buf_puts(out, " mit ");
    list(&plan->with, TS_CASE_DATIVE, out);
    ts_say_word(plan->activity, out);
    if (lead) ts_say_word(plan->scene, out);
    ts_say_word(plan->time, out);
}

static void heading(const ts_plan *plan, ts_buf *out)
{
    phrase(plan, TS_CASE_NOMINATIVE, out);
}

static void statement(const ts_plan *plan, ts_buf *out)
{
    (void)ts_buf_printf(out, "%s zeigt ", plan->style ? plan->style : "das Bild");
    phrase(plan, TS_CASE_ACCUSATIVE, out);
    (void)ts_buf_putc(out, '.');
}

static void also(const ts_groups *groups, ts_buf *out)
{
    bool one = groups->count == 1 && ts_group_is_singular(&groups->items[0]);
    (void)ts_buf_puts(out, one ? "außerdem ist " : "außerdem sind ");
    list(groups, TS_CASE_NOMINATIVE, out);
    (void)ts_buf_puts(out, " zu sehen.");
}

const ts_tongue ts_tongue_de = {
    .heading = heading,
    .statement = statement,
    .also = also,
    .place = "Ort: ",
    .contents = "Inhalt: ",
    .separator = ", ",
    .colon = ": ",
    .stop = ".",
    .space = " ",
    .gendered = true,
};
