#!/usr/bin/env bash
# Tries a package on this machine, as root: install, start as the unit would, upgrade, remove,
# purge. Nothing of it is left behind.
#
#   deploy/debian/try-package.sh PACKAGE.deb UPGRADE.deb
#
# UPGRADE.deb is the same program under a later version. Refused where the package is installed.
set -euo pipefail

(($# == 2)) || { sed -n '5s/^# *//p' "$0" >&2; exit 64; }
package=$(realpath "$1")
upgrade=$(realpath "$2")
name=ai-credits-agent
pid=
had_user=no
port=$((20000 + RANDOM % 12000))
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive

say() { printf '== %s\n' "$*"; }
fail() { printf 'try-package: %s\n' "$*" >&2; tail -n 20 "$log" >&2; exit 1; }
holds() { "$@" || fail "does not hold: $*"; }
refused() { if "$@"; then fail "should not hold: $*"; fi; }
is_installed() { [[ $(dpkg-query --show --showformat='${db:Status-Status}' $name 2>/dev/null) == installed ]]; }
mode_of() { stat --format='%a %U:%G' "$1"; }

clean_up() {
    if [[ -n $pid ]]; then kill -TERM "$pid" 2>/dev/null || true; fi
    if [[ -n $(dpkg-query --show --showformat='${db:Status-Status}' $name 2>/dev/null) ]]; then
        dpkg --purge $name >/dev/null 2>&1 || true
    fi
    # The package leaves its user on purpose; this trial does not.
    if [[ $had_user == no ]]; then userdel $name 2>/dev/null || true; fi
    rm -f "$log"
}

# ExecStart of the unit, under its user, without privileges, in its folders.
start() {
    local command user unit=/lib/systemd/system/$name.service
    command=$(sed -n 's/^ExecStart=//p' $unit)
    user=$(sed -n 's/^User=//p' $unit)
    install -d -m 0700 -o "$user" -g "$user" /var/lib/$name
    install -d -m 0750 -o "$user" -g "$user" /run/$name
    ARGUMENTS=
    . /etc/default/$name
    # shellcheck disable=SC2086
    (cd /var/lib/$name && umask 0077 && exec setpriv --reuid="$user" --regid="$user" --init-groups \
        --no-new-privs --inh-caps=-all --bounding-set=-all \
        env -i STATE_DIRECTORY=/var/lib/$name RUNTIME_DIRECTORY=/run/$name \
        ${command//\$ARGUMENTS/$ARGUMENTS} --web.listen-address=127.0.0.1:$port 2>"$log") &
    pid=$!
    local turn
    for ((turn = 0; turn < 100; turn++)); do
        if $name healthcheck --url "http://127.0.0.1:$port" 2>/dev/null; then return; fi
        kill -0 "$pid" 2>/dev/null || fail "it ended"
        sleep 0.1
    done
    fail "it is not ready"
}

stop() {
    kill -TERM "$pid"
    wait "$pid" || fail "it did not stop with 0"
    pid=
}

if is_installed; then
    echo "try-package: $name is installed on this machine; nothing is touched" >&2
    exit 1
fi
if getent passwd $name >/dev/null; then had_user=yes; fi
trap clean_up EXIT

say "install"
apt-get install --yes -qq --no-install-recommends "$package" >/dev/null
holds is_installed
holds getent passwd $name
[[ $(mode_of /etc/$name/agent.yml) == "640 root:$name" ]] || fail "agent.yml: $(mode_of /etc/$name/agent.yml)"
[[ $(mode_of /etc/$name/credentials) == "700 root:root" ]] || fail "credentials: $(mode_of /etc/$name/credentials)"
holds $name check --config.file=/etc/$name/agent.yml
holds $name --version

say "start, as the unit would"
start
holds $name usage --config.file=/etc/$name/agent.yml
holds $name limit set soft 500 --reason "trying the package" --config.file=/etc/$name/agent.yml
[[ $(stat --format=%U /proc/$pid) == "$name" ]] || fail "it runs as $(stat --format=%U /proc/$pid)"
stop
holds test -s /var/lib/$name/ledger.db
[[ $(mode_of /var/lib/$name/ledger.db) == "600 $name:$name" ]] || fail "ledger.db: $(mode_of /var/lib/$name/ledger.db)"

say "upgrade: the changed configuration and the ledger stay"
echo "# changed by hand" >>/etc/$name/agent.yml
apt-get install --yes -qq --no-install-recommends "$upgrade" >/dev/null
holds is_installed
holds grep -q "changed by hand" /etc/$name/agent.yml
dpkg --compare-versions "$(dpkg-query --show --showformat='${Version}' $name)" gt \
    "$(dpkg-deb --field "$package" Version)" || fail "the version did not rise"
start
holds $name ledger verify --config.file=/etc/$name/agent.yml
$name limit show --config.file=/etc/$name/agent.yml | grep -q 500 || fail "the limit is lost"
stop

say "remove: configuration and ledger stay"
dpkg --remove $name >/dev/null
refused test -e /usr/bin/$name
holds test -s /var/lib/$name/ledger.db
holds test -s /etc/$name/agent.yml

say "purge: nothing stays"
dpkg --purge $name >/dev/null
for path in /etc/$name /var/lib/$name /run/$name /etc/default/$name /usr/share/doc/$name; do
    refused test -e "$path"
done
say "the package installs, starts, upgrades, is removed and purged"
