// zlib (Debian package zlib1g-dev). deflateInit2 is a macro, which Swift does not import.
#include <zlib.h>

/// Starts a deflate stream that writes a gzip wrapper.
static inline int ai_credits_deflate_init_gzip(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

/// Starts an inflate stream that reads a gzip wrapper.
static inline int ai_credits_inflate_init_gzip(z_stream *stream) {
    return inflateInit2(stream, 15 + 16);
}
