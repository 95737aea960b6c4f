// What only the build knows: a C target of its own, so that another revision recompiles one line.
#ifndef AI_CREDITS_BUILD_STAMP_H
#define AI_CREDITS_BUILD_STAMP_H

/// The source's revision as `BUILD_REVISION` said when the package was built, else `unknown`.
const char *ai_credits_build_revision(void);

/// When it was built: `Mmm dd yyyy hh:mm:ss`, local time, or that of `SOURCE_DATE_EPOCH`.
const char *ai_credits_build_date(void);

#endif
