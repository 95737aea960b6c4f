// libcurl (Debian package libcurl4-openssl-dev). Its option and information calls are variadic,
// which Swift cannot call: one typed wrapper per kind of argument, nothing else.
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>

/// Prepares libcurl for the whole process.
static inline CURLcode ai_credits_curl_global_init(void) {
    return curl_global_init(CURL_GLOBAL_DEFAULT);
}

/// Sets a `long` option: numbers, switches and bit masks.
static inline CURLcode ai_credits_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

/// Sets a `curl_off_t` option, those whose name ends in `_LARGE`.
static inline CURLcode ai_credits_curl_set_offset(
    CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

/// Sets a text option, which libcurl copies; NULL restores libcurl's absence of a value.
static inline CURLcode ai_credits_curl_set_string(
    CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

/// Sets a pointer option: callback data, buffers; libcurl keeps the pointer.
static inline CURLcode ai_credits_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

/// Sets an option that takes bytes, which libcurl copies.
static inline CURLcode ai_credits_curl_set_blob(
    CURL *easy, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return curl_easy_setopt(easy, option, &blob);
}

/// Sets a list option; libcurl keeps the pointer.
static inline CURLcode ai_credits_curl_set_list(
    CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

/// Sets a callback that takes bytes: CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION.
static inline CURLcode ai_credits_curl_set_data_callback(
    CURL *easy, CURLoption option, curl_write_callback callback) {
    return curl_easy_setopt(easy, option, callback);
}

/// Sets the callback that opens a socket for an address.
static inline CURLcode ai_credits_curl_set_open_socket_callback(
    CURL *easy, curl_opensocket_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
}

/// Sets the callback that runs once a new or reused connection is ready, before the request.
static inline CURLcode ai_credits_curl_set_prerequest_callback(
    CURL *easy, curl_prereq_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
}

/// Reads a `long` of a transfer.
static inline CURLcode ai_credits_curl_get_long(CURL *easy, CURLINFO information, long *value) {
    return curl_easy_getinfo(easy, information, value);
}

/// Reads a `curl_off_t` of a transfer.
static inline CURLcode ai_credits_curl_get_offset(
    CURL *easy, CURLINFO information, curl_off_t *value) {
    return curl_easy_getinfo(easy, information, value);
}

/// Reads a text of a transfer; libcurl owns it until the handle is reset.
static inline CURLcode ai_credits_curl_get_string(
    CURL *easy, CURLINFO information, char **value) {
    return curl_easy_getinfo(easy, information, value);
}

/// Reads a pointer of a transfer.
static inline CURLcode ai_credits_curl_get_pointer(
    CURL *easy, CURLINFO information, void **value) {
    return curl_easy_getinfo(easy, information, value);
}

/// Sets a `long` option of a multi handle.
static inline CURLMcode ai_credits_curl_multi_set_long(
    CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// The version of the library in use, such as `7.88.1`.
static inline const char *ai_credits_curl_version(void) {
    return curl_version_info(CURLVERSION_NOW)->version;
}
