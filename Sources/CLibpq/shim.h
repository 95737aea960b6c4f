// libpq (Debian package libpq-dev), whose header lies in a folder of its own on Debian.
#if __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#else
#include <libpq-fe.h>
#endif
