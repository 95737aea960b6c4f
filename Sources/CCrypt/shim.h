// libxcrypt's re-entrant call, with its scratch space measured here: Swift cannot import a structure
// of that size.

#pragma once

#include <crypt.h>
#include <stddef.h>

static inline size_t ai_credits_crypt_scratch_bytes(void) { return sizeof(struct crypt_data); }
