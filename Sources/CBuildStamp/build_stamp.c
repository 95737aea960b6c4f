#include "CBuildStamp.h"

const char *ai_credits_build_revision(void) { return BUILD_REVISION; }

const char *ai_credits_build_date(void) { return __DATE__ " " __TIME__; }
