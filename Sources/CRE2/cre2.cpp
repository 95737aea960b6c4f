#include "cre2.h"

#include <re2/re2.h>

#include <string>
#include <vector>

struct ai_credits_re2 {
    RE2 expression;
    std::string error;

    ai_credits_re2(const re2::StringPiece &pattern, const RE2::Options &options)
        : expression(pattern, options), error(expression.error()) {}
};

extern "C" {

ai_credits_re2 *ai_credits_re2_new(
    const char *pattern, size_t length, bool dot_matches_newline) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_dot_nl(dot_matches_newline);
    return new ai_credits_re2(re2::StringPiece(pattern, length), options);
}

void ai_credits_re2_free(ai_credits_re2 *expression) { delete expression; }

const char *ai_credits_re2_error(const ai_credits_re2 *expression) {
    return expression->expression.ok() ? nullptr : expression->error.c_str();
}

int ai_credits_re2_group_count(const ai_credits_re2 *expression) {
    return expression->expression.NumberOfCapturingGroups();
}

int ai_credits_re2_named_group(
    const ai_credits_re2 *expression, const char *name, size_t length) {
    const auto &groups = expression->expression.NamedCapturingGroups();
    auto found = groups.find(std::string(name, length));
    return found == groups.end() ? -1 : found->second;
}

bool ai_credits_re2_match(
    const ai_credits_re2 *expression, const char *text, size_t length, size_t start,
    bool anchored, ai_credits_re2_group *groups, int capacity) {
    if (!expression->expression.ok() || start > length) return false;
    std::vector<re2::StringPiece> found(static_cast<size_t>(capacity > 0 ? capacity : 1));
    const auto anchor = anchored ? RE2::ANCHOR_BOTH : RE2::UNANCHORED;
    const re2::StringPiece subject(text, length);
    if (!expression->expression.Match(subject, start, length, anchor, found.data(), capacity)) {
        return false;
    }
    for (int index = 0; index < capacity; index++) {
        const auto &group = found[static_cast<size_t>(index)];
        if (group.data() == nullptr) {
            groups[index] = {-1, -1};
        } else {
            groups[index].start = group.data() - text;
            groups[index].end = groups[index].start + static_cast<ptrdiff_t>(group.size());
        }
    }
    return true;
}

}  // extern "C"
