// libyaml's event parser (Debian package libyaml-dev).
#include <yaml.h>
