/* api: the readable page: the same document as HTML, without a script, so that the strictest policy lets it through. */
#include <stdlib.h>
#include <string.h>

#include "api/openapi.h"

static void put_escaped(ts_buf *out, const char *text)
{
    for (; text && *text; text++) {
        switch (*text) {
        case '<':
            (void)ts_buf_puts(out, "&lt;");
            break;
        case '>':
            (void)ts_buf_puts(out, "&gt;");
            break;
        case '&':
            (void)ts_buf_puts(out, "&amp;");
            break;
        case '"':
            (void)ts_buf_puts(out, "&quot;");
            break;
        default:
            (void)ts_buf_putc(out, *text);
        }
    }
}

/* <tag>text</tag> */
static void put_element(ts_buf *out, const char *tag, const char *text)
{
    (void)ts_buf_printf(out, "<%s>", tag);
    put_escaped(out, text);
    (void)ts_buf_printf(out, "</%s>", tag);
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* ---- what a schema says, in a few words ---------------------------------------------------------- */

static const char *name_in_ref(const json_t *schema)
{
    const char *ref = json_string_value(json_object_get(schema, "$ref"));
    const char *slash = ref ? strrchr(ref, '/') : NULL;
    return slash && !strstr(ref, "/properties/") ? slash + 1 : NULL;
}

static void put_link(ts_buf *out, const char *name)
{
    (void)ts_buf_printf(out, "<a href=\"#%s\">%s</a>", name, name);
}

static void put_type(ts_buf *out, const json_t *schema)
{
    const char *name = name_in_ref(schema);
    const json_t *type = json_object_get(schema, "type");
    if (name) {
        put_link(out, name);
        return;
    }
    if (json_is_string(type)) put_escaped(out, json_string_value(type));
    for (size_t i = 0; i < json_array_size(type); i++) {
        if (i) (void)ts_buf_puts(out, " or ");
        put_escaped(out, json_string_value(json_array_get(type, i)));
    }
    const json_t *items = json_object_get(schema, "items");
    if (items) {
        (void)ts_buf_puts(out, " of ");
        put_type(out, items);
    }
}

static void put_limits(ts_buf *out, const json_t *schema)
{
    static const char *const limits[][2] = {{"minimum", " at least "}, {"maximum", " at most "},
                                            {"maxLength", " up to "},  {"maxItems", " up to "},
                                            {"default", " default "},  {"pattern", " pattern "},
                                            {"enum", " one of "},      {"format", " "}};
    for (size_t i = 0; i < TS_COUNT_OF(limits); i++) {
        const json_t *value = json_object_get(schema, limits[i][0]);
        if (!value) continue;
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6));
        (void)ts_buf_puts(out, limits[i][1]);
        put_element(out, "code", text);
        free(text);
    }
}

/* ---- one operation ------------------------------------------------------------------------------- */

static void put_parameters(const ts_api *api, ts_buf *out, const json_t *parameters)
{
    if (json_array_size(parameters) == 0) return;
    (void)ts_buf_puts(out, "<table><tr><th>Parameter</th><th>In</th><th>Type</th><th></th></tr>\n");
    for (size_t i = 0; i < json_array_size(parameters); i++) {
        const json_t *parameter = json_array_get(parameters, i);
        const json_t *schema = ts_schema_resolve(api->schemas, json_object_get(parameter, "schema"));
        (void)ts_buf_puts(out, "<tr><td>");
        put_element(out, "code", text_of(parameter, "name"));
        if (json_is_true(json_object_get(parameter, "required"))) (void)ts_buf_puts(out, " *");
        put_element(out, "td", text_of(parameter, "in"));
        (void)ts_buf_puts(out, "<td>");
        put_type(out, schema);
        put_limits(out, schema);
        put_element(out, "td", text_of(parameter, "description"));
        (void)ts_buf_puts(out, "</tr>\n");
    }
    (void)ts_buf_puts(out, "</table>\n");
}

static void put_bodies(ts_buf *out, const json_t *body)
{
    const char *type;
    const json_t *media;
    json_t *content = json_object_get(body, "content");
    if (!content) return;
    (void)ts_buf_puts(out, "<p>Body: ");
    json_object_foreach (content, type, media) {
        const char *name = name_in_ref(json_object_get(media, "schema"));
        put_element(out, "code", type);
        (void)ts_buf_putc(out, ' ');
        if (name) put_link(out, name);
        (void)ts_buf_puts(out, " ");
    }
    (void)ts_buf_puts(out, "</p>\n");
}

static void put_answers(ts_buf *out, const json_t *document, json_t *responses)
{
    const char *status, *type;
    const json_t *response, *media;
    const json_t *shared = json_object_get(json_object_get(document, "components"), "responses");
    (void)ts_buf_puts(out, "<table><tr><th>Answer</th><th></th><th></th></tr>\n");
    json_object_foreach (responses, status, response) {
        const char *name = name_in_ref(response);
        if (name) response = json_object_get(shared, name);
        (void)ts_buf_puts(out, "<tr>");
        put_element(out, "td", status);
        (void)ts_buf_puts(out, "<td>");
        json_object_foreach (json_object_get(response, "content"), type, media) {
            const char *schema = name_in_ref(json_object_get(media, "schema"));
            if (schema) put_link(out, schema);
            else put_element(out, "code", type);
        }
        put_element(out, "td", text_of(response, "description"));
        (void)ts_buf_puts(out, "</tr>\n");
    }
    (void)ts_buf_puts(out, "</table>\n");
}

static void put_operation(const ts_api *api, ts_buf *out, const json_t *document, const ts_route *route)
{
    char method[8] = "";
    for (size_t c = 0; route->method[c] && c < sizeof method - 1; c++)
        method[c] = (char)(route->method[c] | 0x20);
    const json_t *path = json_object_get(json_object_get(document, "paths"), route->pattern);
    const json_t *operation = json_object_get(path, method);
    if (!operation) return; /* local */
    (void)ts_buf_printf(out, "<section id=\"%s\"><h3><b class=\"%s\">%s</b> <code>%s</code></h3>\n",
                        route->doc->id, method, route->method, route->pattern);
    (void)ts_buf_puts(out, "<p>");
    put_element(out, "strong", route->doc->summary);
    (void)ts_buf_putc(out, ' ');
    put_escaped(out, route->doc->about);
    const char *scope = text_of(operation, "x-scope");
    (void)ts_buf_puts(out, "</p>\n<p class=\"scope\">");
    if (scope[0]) (void)ts_buf_printf(out, "Scope %s.", scope);
    else (void)ts_buf_puts(out, route->flags & TS_ROUTE_PUBLIC ? "Needs no key." : "Any key.");
    (void)ts_buf_puts(out, "</p>\n");
    put_parameters(api, out, json_object_get(operation, "parameters"));
    put_bodies(out, json_object_get(operation, "requestBody"));
    put_answers(out, document, json_object_get(operation, "responses"));
    (void)ts_buf_puts(out, "</section>\n");
}

/* ---- schemas ------------------------------------------------------------------------------------- */

static void put_schema(const ts_api *api, ts_buf *out, const char *name, const json_t *schema)
{
    const char *member;
    const json_t *property;
    (void)ts_buf_printf(out, "<section id=\"%s\"><h3>%s</h3>\n<p>", name, name);
    put_escaped(out, text_of(schema, "description"));
    const json_t *base = json_array_get(json_object_get(schema, "allOf"), 0);
    if (base) {
        (void)ts_buf_puts(out, " All of ");
        put_link(out, name_in_ref(base));
        (void)ts_buf_puts(out, ", and:");
    }
    put_limits(out, schema);
    (void)ts_buf_puts(out, "</p>\n");
    json_t *properties = json_object_get(schema, "properties");
    if (properties) (void)ts_buf_puts(out, "<table><tr><th>Member</th><th>Type</th><th></th></tr>\n");
    json_object_foreach (properties, member, property) {
        const json_t *resolved = name_in_ref(property) ? property : ts_schema_resolve(api->schemas, property);
        (void)ts_buf_puts(out, "<tr><td>");
        put_element(out, "code", member);
        (void)ts_buf_puts(out, "<td>");
        put_type(out, resolved);
        put_limits(out, resolved);
        put_element(out, "td", text_of(resolved, "description"));
        (void)ts_buf_puts(out, "</tr>\n");
    }
    if (properties) (void)ts_buf_puts(out, "</table>\n");
    (void)ts_buf_puts(out, "</section>\n");
}

/* ---- the page ------------------------------------------------------------------------------------ */

static void put_contents(ts_buf *out)
{
    (void)ts_buf_puts(out, "<nav><ul>\n");
    for (size_t f = 0; f < ts_family_count(); f++) {
        const ts_family *family = ts_family_at(f);
        for (size_t i = 0; i < family->count; i++) {
            const ts_route *route = &family->routes[i];
            if (route->flags & TS_ROUTE_LOCAL) continue;
            (void)ts_buf_printf(out, "<li><a href=\"#%s\"><b>%s</b> %s</a></li>\n", route->doc->id,
                                route->method, route->pattern);
        }
    }
    (void)ts_buf_puts(out, "</ul></nav>\n");
}

static void put_family(const ts_api *api, ts_buf *out, const json_t *document, const ts_family *family)
{
    const char *heading = "";
    for (size_t i = 0; i < family->count; i++) {
        const ts_route *route = &family->routes[i];
        if (route->flags & TS_ROUTE_LOCAL) continue;
        if (strcmp(heading, route->doc->family) != 0) put_element(out, "h2", heading = route->doc->family);
        put_operation(api, out, document, route);
    }
}

bool ts_docs_page_write(const ts_api *api, ts_buf *out, ts_error *err)
{
    const char *name;
    const json_t *schema;
    json_t *document = ts_openapi_json(api);
    if (!document) return ts_fail_memory(err);
    (void)ts_buf_puts(
        out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Tagsmith API</title>\n"
             "<meta name=\"viewport\" content=\"width=device-width\">\n"
             "<link rel=\"stylesheet\" href=\"/api/docs.css\"></head><body>\n<header><h1>Tagsmith API</h1>\n"
             "<p>The same as <a href=\"/api/openapi.json\">openapi.json</a>. Send a key with "
             "<code>Authorization: Bearer KEY</code>.</p></header>\n");
    put_contents(out);
    (void)ts_buf_puts(out, "<main>\n");
    for (size_t f = 0; f < ts_family_count(); f++) put_family(api, out, document, ts_family_at(f));
    (void)ts_buf_puts(out, "<h2>Schemas</h2>\n");
    json_object_foreach (json_object_get(json_object_get(document, "components"), "schemas"), name, schema) {
        put_schema(api, out, name, schema);
    }
    (void)ts_buf_puts(out, "</main></body></html>\n");
    json_decref(document);
    return !out->failed || ts_fail_memory(err);
}
