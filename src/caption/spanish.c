/* caption: Spanish: two genders, "y" or "e", the personal "a". Must not decide what is said. */
#include <string.h>

#include "caption/private.h"

static const char *const numbers[] = {"", "", "dos ", "tres ", "cuatro ", "cinco "};

static const char *quantity(const ts_noun *noun, uint32_t count)
{
    bool feminine = noun->traits & TS_TRAIT_F;
    if (ts_count_is_said(count)) return numbers[count];
    if (ts_count_is_some(count)) return "";
    if (ts_count_is_many(count)) return feminine ? "muchas " : "muchos ";
    return feminine ? "varias " : "varios ";
}

static void say(const ts_group *group, ts_buf *out)
{
    const ts_noun *noun = &group->noun;
    bool feminine = noun->traits & TS_TRAIT_F;
    if (noun->traits & TS_TRAIT_PLURAL)
        (void)ts_buf_printf(out, "%s%s", feminine ? "unas " : "unos ", noun->one);
    else if (noun->traits & TS_TRAIT_MASS) (void)ts_buf_puts(out, noun->one);
    else if (group->count <= 1)
        (void)ts_buf_printf(out, "%s%s", feminine && !(noun->traits & TS_TRAIT_STRESSED) ? "una " : "un ",
                            noun->one);
    else (void)ts_buf_printf(out, "%s%s", quantity(noun, group->count), noun->many);
}

/* "e" before the sound i: "pan e hilo"; but "y hielo". */
static bool sounds_i(const char *text)
{
    if (ts_starts_with(text, "hie") || ts_starts_with(text, "hia")) return false;
    return ts_starts_with(text, "i") || ts_starts_with(text, "hi") || ts_starts_with(text, "í");
}

static void list(const ts_groups *groups, ts_buf *out)
{
    for (size_t i = 0; i < groups->count; i++) {
        ts_buf next = {0};
        say(&groups->items[i], &next);
        const char *text = next.data ? next.data : "";
        if (i > 0) (void)ts_buf_puts(out, i + 1 < groups->count ? ", " : sounds_i(text) ? " e " : " y ");
        (void)ts_buf_puts(out, text);
        out->failed = out->failed || next.failed;
        ts_buf_free(&next);
    }
}

static void heading(const ts_plan *plan, ts_buf *out)
{
    bool lead = plan->lead.count > 0;
    if (lead) list(&plan->lead, out);
    else say(&plan->scene_noun, out);
    if (plan->with.count) (void)ts_buf_puts(out, " con ");
    list(&plan->with, out);
    ts_say_word(plan->activity, out);
    if (lead) ts_say_word(plan->scene, out);
    ts_say_word(plan->time, out);
}

/* "muestra a dos personas", "muestra un perro"; a crowd or a portrait is no person. */
static bool takes_personal_a(const ts_plan *plan)
{
    const ts_group *first = &plan->lead.items[0];
    return plan->lead.count > 0 && first->kind == TS_KIND_PERSON && !(first->noun.traits & TS_TRAIT_N);
}

static void statement(const ts_plan *plan, ts_buf *out)
{
    (void)ts_buf_printf(out, "%s muestra %s", plan->style ? plan->style : "la imagen",
                        takes_personal_a(plan) ? "a " : "");
    heading(plan, out);
    (void)ts_buf_putc(out, '.');
}

static void also(const ts_groups *groups, ts_buf *out)
{
    bool one = groups->count == 1 && ts_group_is_singular(&groups->items[0]);
    (void)ts_buf_puts(out, one ? "también se ve " : "también se ven ");
    list(groups, out);
    (void)ts_buf_putc(out, '.');
}

const ts_tongue ts_tongue_es = {
    .heading = heading,
    .statement = statement,
    .also = also,
    .place = "Lugar: ",
    .contents = "Contenido: ",
    .separator = ", ",
    .colon = ": ",
    .stop = ".",
    .space = " ",
    .gendered = true,
};
