/* api: concepts, presets, webhooks, keys, jobs and changes as JSON. Knows records, no route. */
#include <string.h>

#include "api/json_of.h"
#include "base/json.h"

static json_t *texts_of(const char *const *texts, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(list, ts_json_of_text(texts[i]));
    return list;
}

static json_t *kept_json(const char *text)
{
    json_t *value = text ? ts_json_parse(text, strlen(text), "record", NULL) : NULL;
    return value ? value : json_null();
}

/* ---- vocabulary ---------------------------------------------------------------------------------- */

static json_t *ids_of(const ts_vocab *vocab, ts_concepts concepts)
{
    json_t *list = json_array();
    for (size_t i = 0; i < concepts.count; i++) {
        (void)json_array_append_new(list, json_string(ts_vocab_id(vocab, concepts.items[i])));
    }
    return list;
}

static json_t *all_labels(const ts_vocab *vocab, ts_concept concept)
{
    json_t *labels = json_object();
    for (int i = 0; i < TS_LANGUAGE_COUNT; i++) {
        bool fallback = false;
        const char *label = ts_vocab_label_in(vocab, concept, (ts_language)i, &fallback);
        if (!fallback)
            (void)json_object_set_new(labels, ts_language_code((ts_language)i), json_string(label));
    }
    return labels;
}

/* The vocabulary has some thousand concepts, an answer some hundred: counting is quicker than keeping count. */
static json_int_t narrower_of(const ts_vocab *vocab, ts_concept concept)
{
    json_int_t count = 0;
    for (size_t i = 0; i < ts_vocab_count(vocab); i++) {
        ts_concepts parents = ts_vocab_parents(vocab, (ts_concept)i);
        bool hidden = ts_vocab_flags(vocab, (ts_concept)i) & TS_CONCEPT_HIDDEN;
        count += !hidden && parents.count > 0 && parents.items[0] == concept;
    }
    return count;
}

json_t *ts_json_of_concept(const ts_json_view *view, ts_concept concept)
{
    const ts_vocab *vocab = view->vocab;
    ts_language language = view->languages->count > 0 ? view->languages->items[0] : TS_LANGUAGE_EN;
    const char *const *synonyms = NULL;
    size_t count = ts_vocab_synonyms_in(vocab, concept, language, &synonyms);
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:I, s:o}", "id", ts_vocab_id(vocab, concept),
                     "facet", ts_facet_name(ts_vocab_facet(vocab, concept)), "label",
                     ts_vocab_label_in(vocab, concept, language, NULL), "plural",
                     ts_vocab_plural_in(vocab, concept, language, NULL), "synonyms",
                     texts_of(synonyms, count), "parents", ids_of(vocab, ts_vocab_parents(vocab, concept)),
                     "ancestors", ids_of(vocab, ts_vocab_ancestors(vocab, concept)), "narrower",
                     narrower_of(vocab, concept), "labels", all_labels(vocab, concept));
}

static const char *facet_label(const ts_json_view *view, const ts_facet_count *value, ts_concept concept)
{
    ts_language language = view->languages->items[0];
    const char *country = NULL;
    if (concept != TS_CONCEPT_NONE) return ts_vocab_label_in(view->vocab, concept, language, NULL);
    if (strcmp(value->facet, ts_facet_name(TS_FACET_PLACE)) == 0)
        country = ts_service_country(view->service, value->label, language);
    return country ? country : value->label;
}

/* In the order of the index, facet by facet. */
json_t *ts_json_of_facets(const ts_json_view *view, const ts_facet_count *facets, size_t count)
{
    json_t *all = json_object();
    for (size_t i = 0; i < count; i++) {
        const ts_facet_count *value = &facets[i];
        ts_concept concept = value->concept ? ts_vocab_find(view->vocab, value->concept) : TS_CONCEPT_NONE;
        const char *label = value->label;
        if (view->languages->count > 0) label = facet_label(view, value, concept);
        json_t *list = json_object_get(all, value->facet);
        if (!list) {
            list = json_array();
            if (json_object_set_new(all, value->facet, list) != 0) break;
        }
        (void)json_array_append_new(
            list, json_pack("{s:o, s:o, s:I}", "concept", ts_json_of_text(value->concept), "label",
                            ts_json_of_text(label), "pictures", (json_int_t)value->pictures));
    }
    return all;
}

/* ---- presets and webhooks ------------------------------------------------------------------------ */

json_t *ts_json_of_preset(const ts_preset *preset)
{
    json_t *body =
        json_is_object(preset->body) ? json_copy((json_t *)(uintptr_t)preset->body) : json_object();
    (void)json_object_set_new(body, "name", ts_json_of_text(preset->name));
    (void)json_object_set_new(body, "version", json_integer(preset->version));
    return body;
}

json_t *ts_json_of_hook(const ts_hook *hook)
{
    return json_pack("{s:o, s:I, s:o, s:o, s:o, s:o, s:b}", "id", ts_json_of_text(hook->id), "version",
                     (json_int_t)hook->version, "url", ts_json_of_text(hook->url), "events",
                     texts_of(hook->events, hook->event_count), "key",
                     ts_json_of_text(hook->key_id ? hook->key_id : ""), "dialect",
                     ts_json_of_text(hook->dialect ? hook->dialect : ""), "paused", (int)hook->paused);
}

json_t *ts_json_of_delivery(const ts_delivery_row *row)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:s, s:I, s:I, s:o, s:o, s:o, s:o}", "id", ts_json_of_text(row->id), "webhook",
        ts_json_of_text(row->hook), "url", ts_json_of_text(row->url), "event", ts_json_of_text(row->event),
        "state", ts_delivery_state_name(row->state), "attempts", (json_int_t)row->attempts, "last_status",
        (json_int_t)row->last_status, "last_error", ts_json_of_text(row->last_error ? row->last_error : ""),
        "next_at", row->state == TS_DELIVERY_WAITING ? ts_json_of_time(row->next_at) : json_null(), "created",
        ts_json_of_time(row->created), "finished", ts_json_of_time(row->finished));
}

/* ---- keys ---------------------------------------------------------------------------------------- */

json_t *ts_json_of_scopes(uint32_t scopes)
{
    static const struct {
        uint32_t bit;
        const char *name;
    } names[] = {{TS_SCOPE_READ, "read"},
                 {TS_SCOPE_WRITE, "write"},
                 {TS_SCOPE_REVIEW, "review"},
                 {TS_SCOPE_ADMIN, "admin"}};
    json_t *list = json_array();
    for (size_t i = 0; i < TS_COUNT_OF(names); i++) {
        if (scopes & names[i].bit) (void)json_array_append_new(list, json_string(names[i].name));
    }
    return list;
}

json_t *ts_json_of_key(const ts_key_row *row)
{
    json_t *origins = kept_json(row->origins);
    if (!json_is_array(origins)) {
        json_decref(origins);
        origins = json_array();
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
                     ts_json_of_text(row->id), "name", ts_json_of_text(row->name), "prefix",
                     ts_json_of_text(row->key_prefix), "scopes", ts_json_of_scopes(row->scopes),
                     "rate_per_minute", (json_int_t)row->rate_per_min, "credits",
                     row->credits >= 0 ? json_integer(row->credits) : json_null(), "origins", origins,
                     "created", ts_json_of_time(row->created), "expires", ts_json_of_time(row->expires),
                     "revoked", ts_json_of_time(row->revoked), "last_used", ts_json_of_time(row->last_used));
}

json_t *ts_json_of_usage(const ts_usage_row *row)
{
    return json_pack("{s:o, s:o, s:I, s:I, s:I, s:I}", "key", ts_json_of_text(row->key_id), "day",
                     ts_json_of_time(row->day), "requests", (json_int_t)row->requests, "pictures",
                     (json_int_t)row->pictures, "credits", (json_int_t)row->credits, "errors",
                     (json_int_t)row->errors);
}

/* ---- jobs and changes ---------------------------------------------------------------------------- */

/* When it will be done if it goes on as fast as it went so far. */
static int64_t expected_end(const ts_job_row *row, int64_t now_ms)
{
    if (row->state != TS_JOB_RUNNING || row->done <= 0 || row->total <= row->done || row->started <= 0)
        return 0;
    double spent = (double)(now_ms - row->started);
    return now_ms + (int64_t)(spent * (double)(row->total - row->done) / (double)row->done);
}

json_t *ts_json_of_job(const ts_job_full *job, int64_t now_ms)
{
    const ts_job_row *row = &job->row;
    const char *picture = job->picture && job->picture[0] ? job->picture : NULL;
    return json_pack("{s:o, s:o, s:s, s:o, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
                     ts_json_of_text(row->id), "kind", ts_json_of_text(row->kind), "state",
                     ts_job_state_name(row->state), "picture", ts_json_of_text(picture), "done",
                     (json_int_t)row->done, "total", (json_int_t)row->total, "attempts",
                     (json_int_t)row->attempts, "max_attempts", (json_int_t)row->max_attempts, "error",
                     kept_json(row->error), "result", kept_json(row->result), "created",
                     ts_json_of_time(row->created), "started", ts_json_of_time(row->started), "finished",
                     ts_json_of_time(row->finished), "eta", ts_json_of_time(expected_end(row, now_ms)));
}

json_t *ts_json_of_change(const ts_change *change)
{
    return json_pack("{s:I, s:s, s:o, s:o}", "seq", (json_int_t)change->seq, "kind",
                     ts_change_kind_name(change->kind), "id", ts_json_of_text(change->id), "at",
                     ts_json_of_time(change->at));
}

json_t *ts_json_of_error(const ts_error *err)
{
    return json_pack("{s:s, s:o, s:o}", "code", ts_code_name(err->code), "message",
                     ts_json_of_text(err->message), "hint", ts_json_of_text(err->hint));
}
