/* image: the program around a worker process. It is started by the pool and is of no use by hand. */
#include <stdio.h>
#include <sys/socket.h>

#include "image/wire.h"

int main(void)
{
    int type = 0;
    socklen_t size = sizeof type;
    if (getsockopt(TS_WIRE_FD_SOCKET, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_SEQPACKET) {
        (void)fputs("tagsmith-decoder is started by tagsmith; it does nothing on its own\n", stderr);
        return 2;
    }
    return ts_worker_main();
}
