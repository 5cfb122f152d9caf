/* main: `tagsmith serve`: the rooms opened for others, watched over, and ended in peace. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "main/house.h"
#include "main/rooms.h"
#include "service/keys.h"

/* ---- the service manager -------------------------------------------------------------------------------------- */

enum { first_inherited = 3, inherited_max = 6 };

/* Tells systemd (or whoever set NOTIFY_SOCKET) how we are: sd_notify(3). */
static void notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    if (!path || !path[0] || strlen(path) >= sizeof to.sun_path) return;
    memcpy(to.sun_path, path, strlen(path) + 1);
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    if (to.sun_path[0] == '@') to.sun_path[0] = '\0'; /* an abstract name */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    (void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&to, length);
    (void)close(fd);
}

/* Sockets that systemd opened for us: sd_listen_fds(3). Children are not meant by these variables. */
static bool inherited_sockets(int sockets[inherited_max], size_t *count, ts_error *err)
{
    const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
    *count = 0;
    if (!pid || !fds || strtol(pid, NULL, 10) != (long)getpid()) return true;
    long given = strtol(fds, NULL, 10);
    (void)unsetenv("LISTEN_PID");
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_FDNAMES");
    if (given < 0 || given > inherited_max)
        return ts_fail(err, TS_CONFIG, "%ld sockets were handed over, %d can be taken", given, inherited_max);
    for (long i = 0; i < given; i++) sockets[i] = first_inherited + (int)i;
    *count = (size_t)given;
    return true;
}

/* ---- what people see ------------------------------------------------------------------------------------------ */

static bool means_all_addresses(const char *host, size_t length)
{
    static const char *const names[] = {"", "0.0.0.0", "[::]", "*"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == length && memcmp(names[i], host, length) == 0) return true;
    return false;
}

/* Where a browser finds it, whatever was listened on; "" on a socket without a port. */
static const char *own_url(const ts_config *config, const ts_rooms *rooms, bool all)
{
    const char *listen = ts_config_text(config, "server.listen");
    const char *colon = strrchr(listen, ':');
    int length = colon ? (int)(colon - listen) : 0;
    int port = ts_http_server_port(rooms->server);
    const char *url = port == 0 ? ""
                      : all     ? ts_arena_printf(rooms->arena, "http://localhost:%d", port)
                                : ts_arena_printf(rooms->arena, "http://%.*s:%d", length, listen, port);
    return url ? url : "";
}

static bool listens_to_all(const ts_config *config, bool inherited)
{
    const char *listen = ts_config_text(config, "server.listen");
    const char *colon = strrchr(listen, ':');
    return inherited || means_all_addresses(listen, colon ? (size_t)(colon - listen) : 0);
}

/* On standard output, so that it is not in the logs. The link's part behind "#" is sent to no server. */
static bool print_first_key(ts_rooms *rooms, const char *url, ts_error *err)
{
    ts_key_made key;
    bool made = false;
    if (!ts_service_first_key(rooms->service, rooms->arena, &made, &key, err)) return false;
    if (!made) return true;
    (void)printf("Admin key, shown this once (make others with `tagsmith keys create`):\n"
                 "  id      %s\n  key     %s\n  secret  %s\n",
                 key.id, key.key, key.secret);
    if (url[0]) (void)printf("  open    %s/#key=%s\n", url, key.key);
    return true;
}

static bool greet(const ts_config *config, ts_rooms *rooms, bool inherited, ts_error *err)
{
    const char *public_url = ts_config_text(config, "server.public_url");
    bool all = listens_to_all(config, inherited);
    const char *url = own_url(config, rooms, all);
    if (!print_first_key(rooms, public_url[0] ? public_url : url, err)) return false;
    if (url[0]) (void)printf("Tagsmith answers at %s/", url);
    else (void)printf("Tagsmith answers on the socket that it was given");
    if (all && !inherited) (void)printf(" and at every other address of this machine");
    if (public_url[0]) (void)printf("; links say %s", public_url);
    (void)printf("\n");
    (void)fflush(stdout);
    return true;
}

/* ---- beginning and end ---------------------------------------------------------------------------------------- */

static void wait_for_stop(const atomic_int *stop)
{
    while (atomic_load(stop) == 0) (void)poll(NULL, 0, 200);
}

static void serve(ts_rooms *rooms, const ts_config *config, const atomic_int *stop)
{
    unsigned patience = (unsigned)ts_config_int(config, "server.drain");
    ts_log_info(rooms->log, "ready", ts_kv_int("port", ts_http_server_port(rooms->server)));
    notify("READY=1");
    wait_for_stop(stop);
    notify("STOPPING=1");
    ts_log_info(rooms->log, "stopping", ts_kv_int("patience_ms", patience));
    if (!ts_rooms_drain(rooms, patience)) ts_log_warn(rooms->log, "some requests were cut off");
}

bool ts_main_serve(const ts_config *config, const atomic_int *stop, ts_error *err)
{
    ts_rooms rooms = {0};
    int sockets[inherited_max];
    ts_rooms_options options = {.config = config,
                                .for_others = true,
                                .socket = "control.sock",
                                .inherited = sockets,
                                .with_tagger = true};
    bool ok = inherited_sockets(sockets, &options.inherited_count, err) &&
              ts_rooms_open(&rooms, &options, err) && greet(config, &rooms, options.inherited_count > 0, err);
    if (ok) serve(&rooms, config, stop);
    ts_rooms_close(&rooms);
    return ok;
}
