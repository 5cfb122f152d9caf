/* main (private): the rooms of an open data folder put together, from the catalogue to the sockets. */
#ifndef TS_MAIN_ROOMS_H
#define TS_MAIN_ROOMS_H

#include "api/api.h"
#include "base/config.h"
#include "base/log.h"
#include "service/service.h"

typedef struct ts_rooms_options {
    const ts_config *config;
    bool
        for_others; /* listens where the settings say and writes a log; else only on the socket in the data folder */
    const char *socket;   /* its name there; NULL: no server at all, for ts_http_dispatch */
    const int *inherited; /* sockets of the service manager */
    size_t inherited_count;
    bool with_tagger;
} ts_rooms_options;

/* Zeroed before it is opened. */
typedef struct ts_rooms {
    ts_arena *arena;
    ts_log *log; /* NULL: silent */
    ts_service *service;
    ts_api *api;
    ts_http_server *server;
    const char *data_dir, *socket_path;
    int data_fd; /* where the path of the socket is too long for one; 0 else */
} ts_rooms;

/* TS_CONFLICT: another process has the data folder. Whatever was opened is closed by ts_rooms_close, in any case. */
bool ts_rooms_open(ts_rooms *rooms, const ts_rooms_options *options, ts_error *err);
/* No new work; what is in hand has so long. False when some requests were cut off. */
bool ts_rooms_drain(ts_rooms *rooms, unsigned patience_ms);
void ts_rooms_close(ts_rooms *rooms);

#endif
