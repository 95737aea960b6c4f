/* One load for two servers: the agent's gate over HTTP/1.1 and Redis over RESP, with the same
   connections, the same thread and the same waiting, so that the client costs both the same.

   gate http|redis PORT CONNECTIONS SECONDS RATE TARGETS [SHA]
   Every connection has one request under way at a time and none is pipelined. With RATE 0 the
   next request follows the answer; otherwise requests fall due at that many a second, and the time
   of one counts from when it was due, also while it waits for a free connection (no coordinated
   omission). Requests go round organizations org-0 to org-(TARGETS-1). Prints `name value` lines. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

struct connection {
    int descriptor, is_busy;
    int64_t since;
    size_t length;
    char answer[4096];
};

static int is_http;
static struct connection *connections;
static int *idle, idle_count;
static char (*texts)[512];
static size_t *lengths;
static long targets, turn, sent, allowed, refused;
static uint32_t *times;
static size_t time_count, time_room;

static void give_up(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Sends the next request; its time counts from `since`. */
static void ask(struct connection *connection, int64_t since) {
    long target = turn++ % targets;
    connection->is_busy = 1;
    connection->since = since;
    connection->length = 0;
    sent++;
    if (send(connection->descriptor, texts[target], lengths[target], MSG_NOSIGNAL)
        != (ssize_t)lengths[target])
        give_up("send");
}

static void judge(int is_allowed, int is_refused, const char *answer) {
    if (is_allowed) allowed++;
    else if (is_refused) refused++;
    else {
        fprintf(stderr, "an answer of neither kind: %.200s\n", answer);
        exit(1);
    }
}

/* Whether a whole answer is there; judges it. */
static int is_complete(struct connection *connection) {
    char *text = connection->answer;
    text[connection->length] = 0;
    if (!is_http) {
        if (connection->length < 4 || text[connection->length - 1] != '\n') return 0;
        judge(strcmp(text, ":1\r\n") == 0, strcmp(text, ":0\r\n") == 0, text);
        return 1;
    }
    char *end = memmem(text, connection->length, "\r\n\r\n", 4);
    if (end == NULL) return 0;
    char *field = memmem(text, (size_t)(end - text), "\r\nContent-Length: ", 18);
    if (field == NULL) judge(0, 0, text);
    size_t size = (size_t)(end - text) + 4 + strtoul(field + 18, NULL, 10);
    if (connection->length < size) return 0;
    if (connection->length > size) judge(0, 0, text);
    judge(strncmp(text, "HTTP/1.1 200 ", 13) == 0, strncmp(text, "HTTP/1.1 403 ", 13) == 0, text);
    return 1;
}

/* Whether the answer under way has ended. */
static int take(struct connection *connection) {
    size_t room = sizeof connection->answer - 1 - connection->length;
    if (room == 0) judge(0, 0, connection->answer);
    ssize_t count =
        recv(connection->descriptor, connection->answer + connection->length, room, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (count <= 0) give_up("the server closed a connection");
    connection->length += (size_t)count;
    if (!connection->is_busy) judge(0, 0, connection->answer);
    return is_complete(connection);
}

static void note(int64_t elapsed) {
    if (time_count == time_room) {
        time_room = time_room ? time_room * 2 : 1 << 20;
        times = realloc(times, time_room * sizeof *times);
        if (times == NULL) give_up("realloc");
    }
    times[time_count++] = elapsed > UINT32_MAX ? UINT32_MAX : (uint32_t)elapsed;
}

static int compare(const void *left, const void *right) {
    uint32_t one = *(const uint32_t *)left, other = *(const uint32_t *)right;
    return one < other ? -1 : one > other;
}

static double microseconds(double share) {
    if (time_count == 0) return 0;
    size_t place = (size_t)(share * (double)time_count);
    return times[place < time_count ? place : time_count - 1] / 1000.0;
}

static void write_requests(const char *sha) {
    texts = calloc((size_t)targets, sizeof *texts);
    lengths = calloc((size_t)targets, sizeof *lengths);
    for (long target = 0; target < targets; target++) {
        char key[32];
        int size = snprintf(key, sizeof key, "org-%ld", target);
        int length = is_http
            ? snprintf(texts[target], sizeof *texts,
                  "GET /api/v1/gate?organization=%s&product=chat HTTP/1.1\r\n"
                  "Host: 127.0.0.1\r\nUser-Agent: gateway\r\nAccept: */*\r\n\r\n", key)
            : snprintf(texts[target], sizeof *texts,
                  "*5\r\n$7\r\nEVALSHA\r\n$%zu\r\n%s\r\n$1\r\n1\r\n$%d\r\n%s\r\n$1\r\n1\r\n",
                  strlen(sha), sha, size, key);
        lengths[target] = (size_t)length;
    }
}

static int connect_to(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0)
        give_up("connect");
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
    return descriptor;
}

/* Rings at an instant of the monotonic clock. */
static void set(int timer, int64_t at) {
    struct itimerspec when = {.it_value = {at / 1000000000, at % 1000000000}};
    if (timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL) != 0) give_up("timerfd_settime");
}

int main(int count, char **arguments) {
    if (count < 7) return 2;
    is_http = strcmp(arguments[1], "http") == 0;
    int port = atoi(arguments[2]), size = atoi(arguments[3]);
    double seconds = atof(arguments[4]), rate = atof(arguments[5]);
    targets = atol(arguments[6]);
    if (size < 1 || targets < 1 || (!is_http && count != 8)) return 2;
    write_requests(count == 8 ? arguments[7] : "");
    connections = calloc((size_t)size, sizeof *connections);
    idle = calloc((size_t)size, sizeof *idle);
    int poller = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)size};
    epoll_ctl(poller, EPOLL_CTL_ADD, timer, &event);
    for (int index = 0; index < size; index++) {
        connections[index].descriptor = connect_to(port);
        event.data.u32 = (uint32_t)index;
        epoll_ctl(poller, EPOLL_CTL_ADD, connections[index].descriptor, &event);
        idle[idle_count++] = index;
    }
    int64_t start = now(), end = start + (int64_t)(seconds * 1e9);
    double gap = rate > 0 ? 1e9 / rate : 0;
    long due = 0;
    int64_t last = start;
    while (1) {
        int64_t instant = now();
        if (rate > 0) {
            /* Those that are due and found no free connection wait with their time running. */
            int64_t next = start + (int64_t)((double)due * gap);
            while (next <= instant && next < end && idle_count > 0) {
                ask(&connections[idle[--idle_count]], next);
                next = start + (int64_t)((double)++due * gap);
            }
            if (next >= end && idle_count == size) break;
            if (next < end && next > instant) set(timer, next);
        } else {
            while (instant < end && idle_count > 0) ask(&connections[idle[--idle_count]], instant);
            if (instant >= end && idle_count == size) break;
        }
        struct epoll_event events[256];
        int ready = epoll_wait(poller, events, 256, 5000);
        if (ready == 0) {
            fprintf(stderr, "no answer in 5 seconds\n");
            return 1;
        }
        for (int index = 0; index < ready; index++) {
            uint32_t number = events[index].data.u32;
            if (number == (uint32_t)size) {
                uint64_t rings;
                if (read(timer, &rings, sizeof rings) < 0 && errno != EAGAIN) give_up("read");
                continue;
            }
            struct connection *connection = &connections[number];
            if (!take(connection)) continue;
            last = now();
            note(last - connection->since);
            connection->is_busy = 0;
            if (rate == 0 && last < end) ask(connection, last);
            else idle[idle_count++] = (int)number;
        }
    }
    double elapsed = (double)(last - start) / 1e9;
    qsort(times, time_count, sizeof *times, compare);
    printf("requests %ld\nseconds %f\nper_second %f\nallowed %ld\nrefused %ld\n", sent, elapsed,
        (double)sent / elapsed, allowed, refused);
    printf("p50_us %f\np99_us %f\np999_us %f\nmax_us %f\n", microseconds(0.5), microseconds(0.99),
        microseconds(0.999), microseconds(1));
    return 0;
}
