/* caption: French: two genders, elision, partitives. Must not decide what is said. */
#include <string.h>

#include "caption/private.h"

static const char *const numbers[] = {"", "", "deux ", "trois ", "quatre ", "cinq "};

/* "de l'eau, d'herbe", but "de la harpe, du yaourt". */
static bool elides(const ts_noun *noun)
{
    static const char *const vowels[] = {"â", "à", "é", "è", "ê", "î", "ô", "œ", "É", "Î", "Œ"};
    const char *text = noun->one;
    if (noun->traits & TS_TRAIT_ASPIRATE) return false;
    if (strchr("aeiouhAEIOUH", text[0])) return true;
    for (size_t i = 0; i < sizeof vowels / sizeof *vowels; i++)
        if (ts_starts_with(text, vowels[i])) return true;
    return false;
}

static const char *partitive(const ts_noun *noun)
{
    if (elides(noun)) return "de l'";
    return noun->traits & TS_TRAIT_F ? "de la " : "du ";
}

static const char *quantity(const ts_noun *noun, uint32_t count)
{
    if (ts_count_is_said(count)) return numbers[count];
    if (ts_count_is_some(count)) return "des ";
    if (!ts_count_is_many(count)) return "plusieurs ";
    return noun->traits & TS_TRAIT_F ? "de nombreuses " : "de nombreux ";
}

static void say(const ts_group *group, ts_case grammatical_case, ts_buf *out)
{
    (void)grammatical_case;
    const ts_noun *noun = &group->noun;
    if (noun->traits & TS_TRAIT_PLURAL) (void)ts_buf_printf(out, "des %s", noun->one);
    else if (noun->traits & TS_TRAIT_MASS) (void)ts_buf_printf(out, "%s%s", partitive(noun), noun->one);
    else if (group->count <= 1)
        (void)ts_buf_printf(out, "%s%s", noun->traits & TS_TRAIT_F ? "une " : "un ", noun->one);
    else (void)ts_buf_printf(out, "%s%s", quantity(noun, group->count), noun->many);
}

static void list(const ts_groups *groups, ts_buf *out)
{
    ts_say_list(groups, say, TS_CASE_NOMINATIVE, ", ", " et ", out);
}

static void heading(const ts_plan *plan, ts_buf *out)
{
    bool lead = plan->lead.count > 0;
    if (lead) list(&plan->lead, out);
    else say(&plan->scene_noun, TS_CASE_NOMINATIVE, out);
    if (plan->with.count) (void)ts_buf_puts(out, " avec ");
    list(&plan->with, out);
    ts_say_word(plan->activity, out);
    if (lead) ts_say_word(plan->scene, out);
    ts_say_word(plan->time, out);
}

static void statement(const ts_plan *plan, ts_buf *out)
{
    (void)ts_buf_printf(out, "%s montre ", plan->style ? plan->style : "l'image");
    heading(plan, out);
    (void)ts_buf_putc(out, '.');
}

static void also(const ts_groups *groups, ts_buf *out)
{
    (void)ts_buf_puts(out, "on voit aussi ");
    list(groups, out);
    (void)ts_buf_putc(out, '.');
}

const ts_tongue ts_tongue_fr = {
    .heading = heading,
    .statement = statement,
    .also = also,
    .place = "Lieu : ",
    .contents = "Contenu : ",
    .separator = ", ",
    .colon = " : ",
    .stop = ".",
    .space = " ",
    .gendered = true,
};
