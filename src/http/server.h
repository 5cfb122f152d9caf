/* http: the server from inside: what its listeners and its connections share. Private to the room. */
#ifndef TS_HTTP_SERVER_H
#define TS_HTTP_SERVER_H

#include <microhttpd.h>
#include <pthread.h>

#include "http/hub.h"
#include "http/workers.h"

#define TS_LISTENERS_MAX 8

typedef struct ts_listener {
    struct ts_http_server *server;
    struct MHD_Daemon *daemon;
    int fd;
    int stop_fd; /* tells the thread to end */
    bool local;  /* a unix socket of our own */
    bool inherited;
    unsigned limit;
    pthread_t thread;
    bool accepts; /* the thread runs; behind what the thread reads, which compilers read in words */
} ts_listener;

struct ts_http_server {
    ts_http_core core;
    ts_workers *workers;
    ts_hub *hub;
    ts_listener listeners[TS_LISTENERS_MAX];
    size_t listener_count;
    int port;
    char *unix_path; /* to unlink at the end */
};

/* --- listen.c: sockets that listen; -1 on failure --- */
int ts_socket_port(int fd); /* 0 when it has none */
int ts_listen_tcp(const char *address, int *port, ts_error *err);
int ts_listen_unix(const char *path, ts_error *err);

/* --- accept.c: a thread that gives new connections to the library --- */
bool ts_accept_start(ts_listener *listener, ts_error *err);
/* What waits in the backlog is still taken; closes the socket. Once only. */
void ts_accept_stop(ts_listener *listener);

/* --- connection.c: the library's callbacks, each with a ts_listener as its context --- */
void *ts_connection_line(void *context, const char *uri, struct MHD_Connection *connection);
enum MHD_Result ts_connection_access(void *context, struct MHD_Connection *connection, const char *url,
                                     const char *method, const char *version, const char *data,
                                     size_t *length, void **state);
void ts_connection_completed(void *context, struct MHD_Connection *connection, void **state,
                             enum MHD_RequestTerminationCode how);
void ts_connection_changed(void *context, struct MHD_Connection *connection, void **link,
                           enum MHD_ConnectionNotificationCode what);

#endif
