/* caption: from plan to texts: which sentences stand in which text, capitals, and the length limits. Must not know a
 * word of any language. */
#include "caption/caption.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "caption/private.h"

const ts_tongue *ts_tongue_of(ts_language language)
{
    static const ts_tongue *const tongues[TS_LANGUAGE_COUNT] = {
        [TS_LANGUAGE_EN] = &ts_tongue_en, [TS_LANGUAGE_ZH] = &ts_tongue_zh, [TS_LANGUAGE_FR] = &ts_tongue_fr,
        [TS_LANGUAGE_DE] = &ts_tongue_de, [TS_LANGUAGE_ES] = &ts_tongue_es, [TS_LANGUAGE_JA] = &ts_tongue_ja,
        [TS_LANGUAGE_KO] = &ts_tongue_ko,
    };
    return tongues[language];
}

ts_captioner *ts_captioner_open(const ts_vocab *vocab, const char *dir, uint32_t languages, ts_error *err)
{
    ts_arena *arena = ts_arena_new(0);
    ts_captioner *captioner = arena ? TS_NEW(arena, ts_captioner) : NULL;
    if (!captioner) {
        (void)ts_fail_memory(err);
        ts_arena_free(arena);
        return NULL;
    }
    *captioner = (ts_captioner){.vocab = vocab, .arena = arena};
    if (ts_grammar_load(captioner, dir, languages, err)) return captioner;
    ts_captioner_close(captioner);
    return NULL;
}

void ts_captioner_close(ts_captioner *captioner)
{
    if (captioner) ts_arena_free(captioner->arena);
}

bool ts_captioner_can_say(const ts_captioner *captioner, ts_concept concept, ts_language language)
{
    ts_noun noun;
    return captioner->rows[language] && ts_grammar_noun(captioner, language, concept, &noun);
}

/* ---- letters ----------------------------------------------------------------------------------------- */

/* The capital of the letter at `text`, for the Latin letters of our languages. */
static void make_capital(char *text)
{
    unsigned char *s = (unsigned char *)text;
    if (s[0] >= 'a' && s[0] <= 'z') s[0] = (unsigned char)(s[0] - 'a' + 'A');
    else if (s[0] == 0xC3 && s[1] >= 0xA0 && s[1] <= 0xBE && s[1] != 0xB7)
        s[1] = (unsigned char)(s[1] - 0x20);
}

static size_t characters(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++) count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

/* Where `most` characters end. */
static size_t bytes_of(const char *text, size_t most)
{
    size_t at = 0;
    while (text[at] && most > 0) {
        at++;
        while (((unsigned char)text[at] & 0xC0) == 0x80) at++;
        most--;
    }
    return at;
}

/* Cuts the text to `most` characters, at a blank where its second half has one, and says so by an ellipsis. */
static void fit(ts_buf *text, size_t most)
{
    if (!text->data || characters(text->data, text->length) <= most) return;
    size_t end = bytes_of(text->data, most - 1);
    size_t blank = end;
    while (blank > 0 && text->data[blank] != ' ') blank--;
    if (blank > end / 2) end = blank;
    while (end > 0 && strchr(" ,;:", text->data[end - 1])) end--;
    text->length = end;
    text->data[end] = '\0';
    (void)ts_buf_puts(text, "…");
}

/* ---- sentences --------------------------------------------------------------------------------------- */

static bool has_heading(const ts_plan *plan)
{
    return plan->lead.count > 0 || plan->has_scene_noun;
}

static void next_sentence(const ts_tongue *tongue, ts_buf *out)
{
    if (out->length) (void)ts_buf_puts(out, tongue->space);
}

static void capitalise(ts_buf *out, size_t from)
{
    if (out->data && out->length > from + 1) make_capital(out->data + from);
}

static void put_heading(const ts_plan *plan, const ts_tongue *tongue, ts_buf *out)
{
    size_t from = out->length;
    if (has_heading(plan)) tongue->heading(plan, out);
    else if (plan->has_style_noun) (void)ts_buf_puts(out, plan->style_noun.noun.one);
    capitalise(out, from);
}

static void put_also(const ts_groups *groups, const ts_tongue *tongue, ts_buf *out)
{
    if (groups->count == 0) return;
    next_sentence(tongue, out);
    size_t from = out->length;
    tongue->also(groups, out);
    capitalise(out, from);
}

static void put_plain(const ts_plan *plan, const ts_tongue *tongue, ts_buf *out)
{
    if (plan->plain_count == 0) return;
    next_sentence(tongue, out);
    (void)ts_buf_puts(out, tongue->contents);
    for (size_t i = 0; i < plan->plain_count; i++)
        (void)ts_buf_printf(out, "%s%s", i ? tongue->separator : "", plan->plain[i]);
    (void)ts_buf_puts(out, tongue->stop);
}

static void put_statement(const ts_plan *plan, const ts_tongue *tongue, ts_buf *out)
{
    if (has_heading(plan)) {
        tongue->statement(plan, out);
    } else if (plan->has_style_noun) {
        (void)ts_buf_puts(out, plan->style_noun.noun.one);
        (void)ts_buf_puts(out, tongue->stop);
    }
    capitalise(out, 0);
}

static void put_setting(const ts_plan *plan, const ts_tongue *tongue, ts_buf *out)
{
    if (!has_heading(plan)) return;
    ts_buf sentence = {0};
    if (tongue->setting) tongue->setting(plan, &sentence);
    if (sentence.length) {
        next_sentence(tongue, out);
        (void)ts_buf_puts(out, sentence.data);
    }
    out->failed = out->failed || sentence.failed;
    ts_buf_free(&sentence);
}

static void put_place(const ts_plan *plan, const ts_tongue *tongue, ts_buf *out)
{
    if (!plan->place || !out->length) return;
    next_sentence(tongue, out);
    (void)ts_buf_printf(out, "%s%s%s", tongue->place, plan->place, tongue->stop);
}

/* What there is beyond the first sentence: other things, or the list; then circumstances: three sentences at most. */
static void put_description(const ts_plan *plan, const ts_tongue *tongue, ts_buf *out)
{
    put_statement(plan, tongue, out);
    if (plan->also.count) put_also(&plan->also, tongue, out);
    else put_plain(plan, tongue, out);
    if (plan->place) put_place(plan, tongue, out);
    else put_setting(plan, tongue, out);
}

static void put_title(const ts_plan *plan, const ts_tongue *tongue, ts_buf *out)
{
    put_heading(plan, tongue, out);
    if (!out->length && plan->plain_count) {
        (void)ts_buf_puts(out, plan->plain[0]);
        capitalise(out, 0);
    }
    fit(out, TS_CAPTION_TITLE_MAX);
}

/* The heading, the style where it is a special one, and as much of the rest as fits whole. */
static void put_alt(const ts_plan *plan, const ts_tongue *tongue, ts_buf *out)
{
    if (has_heading(plan) && plan->has_style_noun) {
        (void)ts_buf_puts(out, plan->style_noun.noun.one);
        (void)ts_buf_puts(out, tongue->colon);
        tongue->heading(plan, out);
        capitalise(out, 0);
    } else {
        put_heading(plan, tongue, out);
    }
    if (out->length) (void)ts_buf_puts(out, tongue->stop);
    size_t end = out->length;
    ts_groups also = plan->also;
    for (; also.count > 0; also.count--) {
        put_also(&also, tongue, out);
        if (!out->data || characters(out->data, out->length) <= TS_CAPTION_ALT_MAX) break;
        out->length = end;
        out->data[end] = '\0';
    }
    if (!out->length) put_plain(plan, tongue, out);
    fit(out, TS_CAPTION_ALT_MAX);
}

/* ---- the call ---------------------------------------------------------------------------------------- */

typedef void (*put_text)(const ts_plan *plan, const ts_tongue *tongue, ts_buf *out);

static const char *text_by(put_text put, const ts_plan *plan, const ts_tongue *tongue, ts_arena *arena)
{
    ts_buf out = {0};
    put(plan, tongue, &out);
    const char *text = out.failed ? NULL : ts_arena_strndup(arena, out.data ? out.data : "", out.length);
    ts_buf_free(&out);
    return text;
}

bool ts_caption_write(const ts_captioner *captioner, const ts_caption_input *input, ts_language language,
                      ts_arena *arena, ts_caption *out, ts_error *err)
{
    if ((unsigned)language >= TS_LANGUAGE_COUNT || !captioner->rows[language])
        return ts_fail(err, TS_USAGE, "captions were not asked for in %s", ts_language_code(language));
    ts_plan plan;
    if (!ts_plan_make(captioner, input, language, arena, &plan)) return ts_fail_memory(err);
    const ts_tongue *tongue = ts_tongue_of(language);
    *out = (ts_caption){.title = text_by(put_title, &plan, tongue, arena),
                        .description = text_by(put_description, &plan, tongue, arena),
                        .alt_text = text_by(put_alt, &plan, tongue, arena)};
    return (out->title && out->description && out->alt_text) || ts_fail_memory(err);
}
