/* cli: `tagsmith serve`. */
#include "base/error.h"
#include "cli/cli.h"
#include "cli/server_settings.h"

typedef struct settings {
    ts_server_settings server;
    const char *listen;
} settings;

static const ts_option options[] = {
    TS_SERVER_OPTIONS(settings),
    {"listen", 0, TS_OPTION_TEXT, "ADDR:PORT", NULL, 0, 0, offsetof(settings, listen),
     "where to listen (default: 127.0.0.1:8080; port 0: any)"},
};

static int run(const ts_call *call)
{
    const settings *s = call->settings;
    ts_error err = {0};
    if (call->arg_count) {
        (void)ts_fail(&err, TS_USAGE, "serve takes no \"%s\"", call->args[0]);
        return ts_complain(&err);
    }
    ts_config *config = ts_server_config(&s->server, &err);
    bool ok = config && (!s->listen || ts_config_set(config, "server.listen", s->listen, "--listen", &err));
    ok = ok && call->house->serve(config, call->stop, &err);
    ts_config_free(config);
    return ok ? TS_EXIT_GOOD : ts_complain(&err);
}

const ts_command ts_command_serve = {
    .name = "serve",
    .summary = "keep pictures in a catalogue and answer for them over HTTP",
    .synopsis = "[OPTION]...",
    .about = "Takes pictures in by upload, address or folder, tags and keeps them, and finds them again. One "
             "process, one "
             "data\n"
             "folder, nothing else. The first start prints an admin key, once. Ends on SIGTERM or Ctrl-C "
             "when the work "
             "in\n"
             "hand is done; a second signal ends it at once. What can be set: tagsmith config template",
    .examples =
        "tagsmith serve\ton 127.0.0.1:8080, in your own data folder\n"
        "tagsmith serve --data /srv/pictures --listen 0.0.0.0:80\tfor others, in a folder of its own\n"
        "curl -H \"Authorization: Bearer $KEY\" -F file=@dog.jpg http://127.0.0.1:8080/api/pictures\tupload "
        "a "
        "picture and see its tags",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings_size = sizeof(settings),
    .run = run,
};
