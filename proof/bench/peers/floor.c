// The floor: the least a server can do that pushes events over SSE. One thread, epoll, a log of bytes for each channel,
// a cursor for each reader, and one write for all that has gathered since the reader's last. It checks nothing, keeps
// nothing, and trusts whoever connects; what a real server costs more is what it does more.
//
//   gcc -O2 -o floor floor.c && ./floor PORT [each]      each: a write for each event, to show what gathering gains
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { INPUT_MAX = 2 << 20, EVENTS_MAX = 1024, FDS_MAX = 1 << 16, BUCKETS = 1 << 14, BEHIND_MAX = 64 << 20 };

static const char HEAD[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
static const char TAKEN[] = "HTTP/1.1 204 No Content\r\n\r\n";
static const char UNKNOWN[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

struct reader;

struct channel {
    char *name;
    struct channel *next_in_bucket, *next_dirty;
    struct reader *readers;
    char *log; // Bytes as readers get them; log[0] is at the offset `base` of all that ever was.
    uint64_t base, end, events;
    size_t room;
    int is_dirty;
};

struct reader {
    struct channel *channel;
    struct reader *next, *previous;
    uint64_t cursor;
    int fd, is_full;
};

// A connection: a reader after its request for a stream, before that a request that may be incomplete.
struct connection {
    struct reader *reader;
    char *rest;
    size_t rest_bytes;
};

static struct connection connections[FDS_MAX];
static struct channel *buckets[BUCKETS], *dirty;
static char input[INPUT_MAX + 1];
static int epoll, is_each;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void watch(int fd, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(epoll, operation, fd, &event)) fail("epoll_ctl");
}

static struct channel *channel_of(const char *name, size_t length) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)name[i]) * 16777619u;
    struct channel **bucket = &buckets[hash % BUCKETS];
    for (struct channel *c = *bucket; c; c = c->next_in_bucket)
        if (!strncmp(c->name, name, length) && !c->name[length]) return c;
    struct channel *made = calloc(1, sizeof *made);
    made->name = strndup(name, length);
    made->next_in_bucket = *bucket;
    return *bucket = made;
}

static void drop(int fd) {
    struct connection *connection = &connections[fd];
    struct reader *reader = connection->reader;
    if (reader) {
        if (reader->next) reader->next->previous = reader->previous;
        if (reader->previous) reader->previous->next = reader->next;
        else reader->channel->readers = reader->next;
        free(reader);
    }
    free(connection->rest);
    memset(connection, 0, sizeof *connection);
    close(fd);
}

static void deliver(struct channel *channel, struct reader *reader) {
    while (reader->cursor < channel->end) {
        ssize_t count = write(reader->fd, channel->log + (reader->cursor - channel->base), channel->end - reader->cursor);
        if (count > 0) {
            reader->cursor += count;
            continue;
        }
        if (errno == EAGAIN) {
            if (!reader->is_full) watch(reader->fd, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
            reader->is_full = 1;
        } else {
            drop(reader->fd);
        }
        return;
    }
    if (reader->is_full) watch(reader->fd, EPOLL_CTL_MOD, EPOLLIN);
    reader->is_full = 0;
}

// Frees what all readers have; ends those who are too far behind.
static void trim(struct channel *channel) {
    uint64_t least = channel->end;
    for (struct reader *r = channel->readers, *next; r; r = next) {
        next = r->next;
        if (channel->end - r->cursor > BEHIND_MAX) drop(r->fd);
        else if (r->cursor < least) least = r->cursor;
    }
    if (least == channel->end || least - channel->base > channel->room / 2) {
        memmove(channel->log, channel->log + (least - channel->base), channel->end - least);
        channel->base = least;
    }
}

static void deliver_all(void) {
    while (dirty) {
        struct channel *channel = dirty;
        dirty = channel->next_dirty;
        channel->is_dirty = 0;
        for (struct reader *r = channel->readers, *next; r; r = next) {
            next = r->next;
            if (!r->is_full) deliver(channel, r);
        }
        trim(channel);
    }
}

static void publish(struct channel *channel, const char *data, size_t length) {
    char block[64], size[16];
    int block_bytes = snprintf(block, sizeof block, "id: %llu\ndata: ", (unsigned long long)++channel->events);
    int size_bytes = snprintf(size, sizeof size, "%zx\r\n", block_bytes + length + 2);
    size_t used = channel->end - channel->base, more = size_bytes + block_bytes + length + 4;
    if (used + more > channel->room) {
        channel->room = (used + more) * 2;
        channel->log = realloc(channel->log, channel->room);
        if (!channel->log) fail("realloc");
    }
    char *at = channel->log + used;
    at = mempcpy(at, size, size_bytes);
    at = mempcpy(at, block, block_bytes);
    at = mempcpy(at, data, length);
    memcpy(at, "\n\n\r\n", 4);
    channel->end += more;
    if (!channel->is_dirty) {
        channel->is_dirty = 1;
        channel->next_dirty = dirty;
        dirty = channel;
    }
    if (is_each) deliver_all();
}

static void subscribe(int fd, struct channel *channel) {
    struct reader *reader = calloc(1, sizeof *reader);
    reader->fd = fd;
    reader->channel = channel;
    reader->cursor = channel->end;
    reader->next = channel->readers;
    if (reader->next) reader->next->previous = reader;
    channel->readers = reader;
    connections[fd].reader = reader;
    if (write(fd, HEAD, sizeof HEAD - 1) < 0) drop(fd);
}

static void answer(int fd, const char *bytes, size_t length) {
    if (write(fd, bytes, length) < 0 && errno != EAGAIN) drop(fd);
}

// Takes one request from the input. Returns how many bytes it had, 0 if it is not whole.
static size_t take(int fd, char *at, size_t length) {
    char *end = memmem(at, length, "\r\n\r\n", 4);
    if (!end) return 0;
    *end = 0; // For strcasestr: the head is a string.
    size_t head = end + 4 - at;
    char *path = strchr(at, '/'), *path_end = path ? strchr(path, ' ') : NULL;
    char *length_field = strcasestr(at, "\r\ncontent-length:");
    size_t body = length_field ? strtoul(length_field + 17, NULL, 10) : 0;
    int is_sub = path_end && !strncmp(path, "/sub/", 5), is_pub = path_end && !strncmp(path, "/pub/", 5);
    *end = '\r';
    if (head + body > length) return 0;
    if (is_pub) {
        publish(channel_of(path + 5, path_end - path - 5), end + 4, body);
        answer(fd, TAKEN, sizeof TAKEN - 1);
    } else if (is_sub) {
        subscribe(fd, channel_of(path + 5, path_end - path - 5));
    } else {
        answer(fd, UNKNOWN, sizeof UNKNOWN - 1);
    }
    return head + body;
}

static void receive(int fd) {
    struct connection *connection = &connections[fd];
    size_t there = connection->rest_bytes;
    memcpy(input, connection->rest, there);
    ssize_t count = read(fd, input + there, INPUT_MAX - there);
    if (count <= 0) {
        if (count == 0 || errno != EAGAIN) drop(fd);
        return;
    }
    if (connection->reader) return; // A stream has nothing more to ask.
    there += count;
    char *at = input;
    size_t taken;
    while (there && (taken = take(fd, at, there))) {
        at += taken;
        there -= taken;
    }
    if (!there && !connection->rest) return;
    connection->rest = realloc(connection->rest, there + 1);
    memcpy(connection->rest, at, connection->rest_bytes = there);
}

static void accept_all(int listener) {
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(fd, EPOLL_CTL_ADD, EPOLLIN);
    }
}

int main(int argc, char **argv) {
    if (argc < 2) return fputs("usage: floor PORT [each]\n", stderr), 64;
    is_each = argc > 2;
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {AF_INET, htons(atoi(argv[1])), {htonl(INADDR_LOOPBACK)}, {0}};
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) fail("listen");
    epoll = epoll_create1(0);
    watch(listener, EPOLL_CTL_ADD, EPOLLIN);
    static struct epoll_event events[EVENTS_MAX];
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS_MAX, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) accept_all(listener);
            else if (events[i].events & EPOLLOUT && connections[fd].reader)
                deliver(connections[fd].reader->channel, connections[fd].reader);
            else receive(fd);
        }
        deliver_all();
    }
}
