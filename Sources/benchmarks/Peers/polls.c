/* The least that polls on libcurl's multi interface can cost: requests at an even pace, their
   bodies kept in memory and then dropped.

   polls BASE SOURCES EVERY ROUNDS: asks BASE/usage/0 to BASE/usage/SOURCES-1 every EVERY seconds,
   one round to warm up and ROUNDS that count; prints their number and processor seconds. */

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct body {
    char *bytes;
    size_t length;
};

static size_t collect(char *data, size_t size, size_t count, void *context) {
    struct body *body = context;
    char *bytes = realloc(body->bytes, body->length + size * count);
    if (bytes == NULL) return 0;
    memcpy(bytes + body->length, data, size * count);
    body->bytes = bytes;
    body->length += size * count;
    return size * count;
}

static double seconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    if (count != 5) return 2;
    long sources = atol(arguments[2]), rounds = atol(arguments[4]);
    double every = atof(arguments[3]);
    curl_global_init(CURL_GLOBAL_ALL);
    CURLM *multi = curl_multi_init();
    double start = seconds(CLOCK_MONOTONIC), used = 0;
    long next = 0, done = 0, failed = 0, all = sources * (rounds + 1);
    while (done < all) {
        double now = seconds(CLOCK_MONOTONIC) - start;
        for (; next < all && next * every / sources <= now; next++) {
            char url[256];
            snprintf(url, sizeof url, "%s/usage/%ld", arguments[1], next % sources);
            CURL *easy = curl_easy_init();
            struct body *body = calloc(1, sizeof *body);
            curl_easy_setopt(easy, CURLOPT_URL, url);
            curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, collect);
            curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
            curl_easy_setopt(easy, CURLOPT_PRIVATE, body);
            curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 10000L);
            curl_multi_add_handle(multi, easy);
        }
        int running, left;
        curl_multi_perform(multi, &running);
        CURLMsg *message;
        while ((message = curl_multi_info_read(multi, &left)) != NULL) {
            if (message->msg != CURLMSG_DONE) continue;
            CURL *easy = message->easy_handle;
            struct body *body;
            long status = 0;
            curl_easy_getinfo(easy, CURLINFO_PRIVATE, &body);
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
            if (message->data.result != CURLE_OK || status != 200) failed++;
            curl_multi_remove_handle(multi, easy);
            curl_easy_cleanup(easy);
            free(body->bytes);
            free(body);
            if (++done == sources) used = seconds(CLOCK_PROCESS_CPUTIME_ID);
        }
        double wait = next < all ? next * every / sources - (seconds(CLOCK_MONOTONIC) - start) : 1;
        if (wait > 0) curl_multi_poll(multi, NULL, 0, (int)(wait * 1000) + 1, NULL);
    }
    printf("requests %ld\n", all - sources);
    printf("failed %ld\n", failed);
    printf("seconds %f\n", seconds(CLOCK_PROCESS_CPUTIME_ID) - used);
    return 0;
}
