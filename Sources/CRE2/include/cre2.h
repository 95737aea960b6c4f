// A C face of RE2 (Debian package libre2-dev), as small as the agent needs it: compile, match
// anchored or not, capture groups, named groups. Linear time, no backtracking.
#ifndef AI_CREDITS_CRE2_H
#define AI_CREDITS_CRE2_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ai_credits_re2 ai_credits_re2;

/// One captured group: byte offsets in the text, or -1 and -1 where it took no part.
typedef struct {
    ptrdiff_t start;
    ptrdiff_t end;
} ai_credits_re2_group;

/// Compiles `pattern` (UTF-8). The result is never NULL; ask `ai_credits_re2_error`.
/// `dot_matches_newline` sets the flag `s` for the whole pattern.
ai_credits_re2 *ai_credits_re2_new(const char *pattern, size_t length, bool dot_matches_newline);
void ai_credits_re2_free(ai_credits_re2 *expression);

/// RE2's message, or NULL when the pattern compiled. Lives as long as the expression.
const char *ai_credits_re2_error(const ai_credits_re2 *expression);

/// Number of capturing groups, without group 0.
int ai_credits_re2_group_count(const ai_credits_re2 *expression);

/// The index of a named group, or -1.
int ai_credits_re2_named_group(
    const ai_credits_re2 *expression, const char *name, size_t length);

/// Searches `text` from byte `start`. `anchored` asks for a match of the whole rest.
/// Writes up to `capacity` groups (group 0 is the whole match).
bool ai_credits_re2_match(
    const ai_credits_re2 *expression, const char *text, size_t length, size_t start,
    bool anchored, ai_credits_re2_group *groups, int capacity);

#ifdef __cplusplus
}
#endif

#endif
