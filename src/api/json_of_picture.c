/* api: pictures, tags and what happened to them as JSON. Knows records, no route. */
#include <string.h>

#include "api/internal.h"
#include "api/json_of.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/wallclock.h"

#define SCORE_DECIMALS 4
#define RAW_DECIMALS 5

ts_json_view ts_json_view_of(const ts_call *call)
{
    return (ts_json_view){.vocab = ts_service_vocab(call->service),
                          .languages = &call->languages,
                          .words = &call->words,
                          .service = call->service,
                          .arena = call->arena,
                          .base = call->api->public_url};
}

/* ---- texts and times ----------------------------------------------------------------------------- */

json_t *ts_json_of_text(const char *text)
{
    return ts_json_repaired(text);
}

json_t *ts_json_of_time(int64_t ms)
{
    char text[TS_ISO8601_SIZE];
    if (ms == 0) return json_null();
    ts_iso8601_format(ms, text);
    return json_string(text);
}

/* JSON that the catalogue keeps as text; what cannot be read is nothing. */
static json_t *kept_json(const char *text)
{
    return text ? ts_json_parse(text, strlen(text), "record", NULL) : NULL;
}

/* ---- tags ---------------------------------------------------------------------------------------- */

static json_t *json_of_author(const ts_author *author)
{
    return json_pack("{s:s, s:o, s:o}", "kind", ts_author_kind_name(author->kind), "id",
                     ts_json_of_text(author->id), "name", ts_json_of_text(author->name));
}

/* "place/fr": towns and regions have one name everywhere. */
static bool is_country(const ts_tag_row *row)
{
    return row->concept && strncmp(row->concept, "place/", 6) == 0 && strlen(row->concept) == 8;
}

/* A tag's label in a language; NULL where it has but its own. */
static const char *label_in(const ts_json_view *view, const ts_tag_row *row, ts_concept concept,
                            ts_language language)
{
    if (concept != TS_CONCEPT_NONE) return ts_vocab_label_in(view->vocab, concept, language, NULL);
    return is_country(row) && row->label ? ts_service_country(view->service, row->label, language) : NULL;
}

static json_t *json_of_labels(const ts_json_view *view, const ts_tag_row *row, ts_concept concept)
{
    json_t *labels = json_object();
    for (size_t i = 0; i < view->languages->count; i++) {
        ts_language language = view->languages->items[i];
        const char *label = label_in(view, row, concept, language);
        if (label) (void)json_object_set_new(labels, ts_language_code(language), json_string(label));
    }
    return labels;
}

/* What the catalogue keeps beside a tag: {"evidence", "count", "boxes", "ancestors"}; a person's tag has none. */
static void put_grounds(json_t *tag, const ts_tag_row *row)
{
    json_t *grounds = kept_json(row->payload);
    json_t *evidence = json_object_get(grounds, "evidence");
    (void)json_object_set_new(tag, "count", json_integer(ts_member_int(grounds, "count", 0)));
    if (evidence) {
        (void)json_object_set(tag, "evidence", evidence);
    } else if (row->analyser && row->analyser[0]) {
        (void)json_object_set_new(
            tag, "evidence",
            json_pack("[{s:o, s:o, s:o, s:o}]", "analyser", ts_json_of_text(row->analyser), "model",
                      ts_json_of_text(row->model), "version", ts_json_of_text(row->version), "raw",
                      ts_json_rounded(row->raw, RAW_DECIMALS)));
    } else {
        (void)json_object_set_new(tag, "evidence", json_array());
    }
    json_t *rule = json_object_get(grounds, "rule");
    if (rule) (void)json_object_set(tag, "rule", rule);
    static const char *const lists[] = {"boxes", "ancestors"};
    for (size_t i = 0; i < TS_COUNT_OF(lists); i++) {
        json_t *list = json_object_get(grounds, lists[i]);
        (void)json_object_set_new(tag, lists[i], list ? json_incref(list) : json_array());
    }
    json_decref(grounds);
}

json_t *ts_json_of_tag(const ts_json_view *view, const ts_tag_row *row)
{
    ts_concept concept = row->concept ? ts_vocab_find(view->vocab, row->concept) : TS_CONCEPT_NONE;
    const char *label = concept != TS_CONCEPT_NONE ? ts_vocab_label(view->vocab, concept) : row->label;
    const char *said =
        view->languages->count > 0 ? label_in(view, row, concept, view->languages->items[0]) : NULL;
    if (said) label = said;
    json_t *tag =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:o}", "key", ts_json_of_text(row->key), "concept",
                  ts_json_of_text(row->concept), "label", ts_json_of_text(label ? label : row->key), "facet",
                  ts_json_of_text(row->facet), "confidence", ts_json_rounded(row->confidence, SCORE_DECIMALS),
                  "state", ts_ledger_state_name(row->state), "source", json_of_author(&row->author));
    if (!tag) return NULL;
    if (said) (void)json_object_set_new(tag, "labels", json_of_labels(view, row, concept));
    put_grounds(tag, row);
    return tag;
}

/* ---- in the user's words ------------------------------------------------------------------------- */

static const char **ids_of(const ts_json_view *view, ts_concepts concepts)
{
    const char **ids = TS_NEW_ARRAY(view->arena, concepts.count, const char *);
    for (size_t i = 0; ids && i < concepts.count; i++) ids[i] = ts_vocab_id(view->vocab, concepts.items[i]);
    return ids;
}

static json_t *json_of_term(const ts_tag_term *term)
{
    json_t *path = json_array();
    for (size_t i = 0; i < term->path_count; i++)
        (void)json_array_append_new(path, ts_json_of_text(term->path[i]));
    return json_pack("{s:s, s:o, s:o, s:o, s:s, s:o}", "scheme", term->scheme, "id",
                     ts_json_of_text(term->id), "notation", ts_json_of_text(term->notation), "label",
                     ts_json_of_text(term->label), "relation", term->relation, "path", path);
}

/* False: the vocabularies that were asked for leave this tag out. */
static bool put_terms(const ts_json_view *view, const ts_tag_row *row, json_t *tag)
{
    const ts_tag_term *terms = NULL;
    size_t count = 0;
    bool forbidden = false;
    if (!view->words || view->words->how.count == 0) return true;
    ts_concept concept = row->concept ? ts_vocab_find(view->vocab, row->concept) : TS_CONCEPT_NONE;
    if (concept == TS_CONCEPT_NONE) return !view->words->how.only;
    ts_concepts up = ts_vocab_ancestors(view->vocab, concept);
    const char **ids = ids_of(view, up);
    if (!ids || !ts_scheme_terms(&view->words->how, row->concept, ids, up.count, (float)row->confidence,
                                 view->arena, &terms, &count, &forbidden, NULL))
        return true;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(list, json_of_term(&terms[i]));
    (void)json_object_set_new(tag, "terms", list);
    return count > 0 || (!forbidden && !view->words->how.only);
}

json_t *ts_json_of_tags(const ts_json_view *view, const ts_tag_row *tags, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *tag = ts_json_of_tag(view, &tags[i]);
        if (tag && !put_terms(view, &tags[i], tag)) json_decref(tag);
        else if (json_array_append_new(list, tag) != 0) return json_decref(list), NULL;
    }
    return list;
}

static json_t *tag_or_null(const ts_json_view *view, const ts_tag_row *tag)
{
    return tag ? ts_json_of_tag(view, tag) : json_null();
}

json_t *ts_json_of_diff(const ts_json_view *view, const ts_tag_diff *diff)
{
    json_t *entries = json_array();
    for (size_t i = 0; i < diff->count; i++) {
        const ts_diff_entry *entry = &diff->entries[i];
        (void)json_array_append_new(
            entries, json_pack("{s:s, s:o, s:o}", "kind", ts_diff_kind_name(entry->kind), "before",
                               tag_or_null(view, entry->before), "after", tag_or_null(view, entry->after)));
    }
    return json_pack("{s:i, s:i, s:i, s:i, s:o}", "added", (int)diff->added, "changed", (int)diff->changed,
                     "removed", (int)diff->removed, "kept", (int)diff->kept, "entries", entries);
}

static json_t *line_evidence(const ts_ledger_line *line)
{
    if (!line->analyser || !line->analyser[0]) return json_null();
    return json_pack("{s:o, s:o, s:o, s:o}", "analyser", ts_json_of_text(line->analyser), "model",
                     ts_json_of_text(line->model), "version", ts_json_of_text(line->version), "raw",
                     ts_json_rounded(line->raw, RAW_DECIMALS));
}

json_t *ts_json_of_line(const ts_json_view *view, const ts_ledger_line *line)
{
    ts_concept concept = line->concept ? ts_vocab_find(view->vocab, line->concept) : TS_CONCEPT_NONE;
    const char *label = concept != TS_CONCEPT_NONE ? ts_vocab_label(view->vocab, concept) : line->label;
    const ts_tag_row named = {.concept = line->concept, .label = line->label};
    const char *said =
        view->languages->count > 0 ? label_in(view, &named, concept, view->languages->items[0]) : NULL;
    if (said) label = said;
    return json_pack("{s:I, s:o, s:s, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o}", "seq",
                     (json_int_t)line->seq, "at", ts_json_of_time(line->at), "action",
                     ts_ledger_action_name(line->action), "author", json_of_author(&line->author), "key",
                     ts_json_of_text(line->key), "concept", ts_json_of_text(line->concept), "label",
                     ts_json_of_text(label ? label : line->key), "state", ts_ledger_state_name(line->state),
                     "confidence", ts_json_rounded(line->confidence, SCORE_DECIMALS), "evidence",
                     line_evidence(line), "batch", ts_json_of_text(line->batch), "restores",
                     line->restores ? json_integer(line->restores) : json_null());
}

/* ---- pictures ------------------------------------------------------------------------------------ */

static json_t *json_of_file(const ts_picture_row *row)
{
    return json_pack("{s:I, s:I, s:o, s:I, s:I}", "width", (json_int_t)row->width, "height",
                     (json_int_t)row->height, "format", ts_json_of_text(row->format), "bytes",
                     (json_int_t)row->bytes, "orientation", (json_int_t)row->orientation);
}

/* The coordinates of the row, and the names of what lies there. */
static json_t *json_of_place(const ts_picture_row *row)
{
    if (!row->has_place) return json_null();
    json_t *place = json_pack("{s:f, s:f}", "latitude", row->latitude, "longitude", row->longitude);
    json_t *extra = kept_json(row->extra);
    json_t *names = json_object_get(extra, "place");
    if (place && json_is_object(names)) (void)json_object_update_missing(place, names);
    json_decref(extra);
    return place;
}

static json_t *json_of_links(const ts_json_view *view, const char *id)
{
    ts_buf link = {0};
    json_t *links = json_object();
    static const char *const names[][2] = {
        {"self", ""}, {"original", "/original"}, {"thumbnail", "/thumbnail"}};
    for (size_t i = 0; i < TS_COUNT_OF(names); i++) {
        ts_buf_clear(&link);
        (void)ts_buf_printf(&link, "%s/api/pictures/%s%s", view->base, id, names[i][1]);
        (void)json_object_set_new(links, names[i][0], json_string(link.data));
    }
    ts_buf_free(&link);
    return links;
}

/* The measures that analysers made are members of their own; of the rest only what clients keep is shown: the server
 * keeps notes of its own there, too. */
static void put_extra(json_t *picture, const char *text)
{
    static const char *const measures[] = {"faces", "colours", "safety",   "quality",
                                           "text",  "product", "warnings", "metadata"};
    json_t *kept = kept_json(text);
    for (size_t i = 0; i < TS_COUNT_OF(measures); i++) {
        json_t *value = json_object_get(kept, measures[i]);
        if (value) (void)json_object_set(picture, measures[i], value);
    }
    if (!json_object_get(picture, "warnings")) (void)json_object_set_new(picture, "warnings", json_array());
    (void)json_object_set_new(picture, "blurred",
                              json_boolean(json_is_true(json_object_get(kept, "blurred"))));
    json_t *extra = json_object_get(kept, "extra");
    (void)json_object_set_new(picture, "extra", json_is_object(extra) ? json_incref(extra) : json_object());
    json_decref(kept);
}

/* What only a picture that is kept has. */
static void put_kept(json_t *picture, const ts_json_view *view, const ts_picture_row *row)
{
    (void)json_object_set_new(picture, "id", ts_json_of_text(row->id));
    (void)json_object_set_new(picture, "version", json_integer(row->version));
    (void)json_object_set_new(picture, "created", ts_json_of_time(row->created));
    (void)json_object_set_new(picture, "updated", ts_json_of_time(row->updated));
    (void)json_object_set_new(picture, "owner", ts_json_of_text(row->owner ? row->owner : ""));
    (void)json_object_set_new(picture, "library", ts_json_of_text(row->library));
    (void)json_object_set_new(picture, "links", json_of_links(view, row->id));
}

/* Title, description and alt: somebody's, or made from the tags in the first language asked for; "made" names these. */
static void put_said(json_t *picture, const ts_json_view *view, const ts_picture_full *full)
{
    ts_language language = view->languages->count > 0 ? view->languages->items[0] : TS_LANGUAGE_EN;
    ts_picture_texts said = {.title = "", .description = "", .alt = "", .made_by = ""};
    (void)ts_service_picture_texts(view->service, full, language, view->arena, &said, NULL);
    const struct {
        const char *name, *text;
        bool made;
    } texts[] = {{"title", said.title, said.made_title},
                 {"description", said.description, said.made_description},
                 {"alt", said.alt, said.made_alt}};
    json_t *made = json_array();
    for (size_t i = 0; i < TS_COUNT_OF(texts); i++) {
        (void)json_object_set_new(picture, texts[i].name, ts_json_of_text(texts[i].text));
        if (texts[i].made) (void)json_array_append_new(made, json_string(texts[i].name));
    }
    (void)json_object_set_new(picture, "made", made);
    (void)json_object_set_new(picture, "made_by", ts_json_of_text(said.made_by));
}

static void put_texts(json_t *picture, const ts_picture_row *row)
{
    const char *const texts[][2] = {
        {"name", row->name}, {"sha256", row->sha256}, {"preset", row->preset}, {"reason", row->reason}};
    for (size_t i = 0; i < TS_COUNT_OF(texts); i++) {
        (void)json_object_set_new(picture, texts[i][0], ts_json_of_text(texts[i][1] ? texts[i][1] : ""));
    }
}

json_t *ts_json_of_picture(const ts_json_view *view, const ts_picture_full *full)
{
    const ts_picture_row *row = &full->row;
    json_t *picture = json_object();
    if (row->id && row->id[0]) put_kept(picture, view, row);
    put_texts(picture, row);
    put_said(picture, view, full);
    (void)json_object_set_new(picture, "state", json_string(ts_picture_state_name(row->state)));
    (void)json_object_set_new(picture, "visibility", json_string(ts_visibility_name(row->visibility)));
    (void)json_object_set_new(picture, "taken", row->has_taken ? ts_json_of_time(row->taken) : json_null());
    (void)json_object_set_new(picture, "place", json_of_place(row));
    (void)json_object_set_new(picture, "picture", json_of_file(row));
    (void)json_object_set_new(picture, "tags", ts_json_of_tags(view, full->tags, full->tag_count));
    json_t *error = kept_json(row->error);
    (void)json_object_set_new(picture, "error", error ? error : json_null());
    put_extra(picture, row->extra);
    return picture;
}

json_t *ts_json_of_cell(const ts_json_view *view, const ts_picture_full *full)
{
    const ts_picture_row *row = &full->row;
    ts_language language = view->languages->count > 0 ? view->languages->items[0] : TS_LANGUAGE_EN;
    ts_picture_texts said = {.title = "", .alt = ""};
    (void)ts_service_picture_texts(view->service, full, language, view->arena, &said, NULL);
    json_t *kept = kept_json(row->extra);
    bool blurred = json_is_true(json_object_get(kept, "blurred"));
    json_decref(kept);
    const char *link = ts_arena_printf(view->arena, "%s/api/pictures/%s/thumbnail", view->base, row->id);
    return json_pack("{s:I, s:s, s:o, s:o, s:o, s:b, s:s, s:s, s:s}", "number", (json_int_t)row->number, "id",
                     row->id, "name", ts_json_of_text(row->name ? row->name : ""), "title",
                     ts_json_of_text(said.title), "alt", ts_json_of_text(said.alt), "blurred", (int)blurred,
                     "visibility", ts_visibility_name(row->visibility), "state",
                     ts_picture_state_name(row->state), "thumbnail", link ? link : "");
}
