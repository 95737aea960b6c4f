#!/usr/bin/env bash
# One hot row of PostgreSQL: 50 clients, UPDATE … RETURNING, each durable. Prints `per_second N`.
# usage: hot-row.sh SECONDS
set -euo pipefail
seconds=$1
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
folder=$(mktemp -d)
run=()
if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$folder"
    run=(runuser -u postgres --)
fi
cd "$folder"
stop() {
    "${run[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
"${run[@]}" "$bin/initdb" -D "$folder/data" --auth=trust --username=peer >/dev/null
"${run[@]}" "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
    -o "-k $folder -c listen_addresses= -c max_connections=100" start >/dev/null
psql() { "${run[@]}" "$bin/psql" -h "$folder" -U peer -d postgres -qAt "$@"; }
psql -c 'CREATE TABLE budgets (id int PRIMARY KEY, used bigint NOT NULL, most bigint NOT NULL)' \
    -c "INSERT INTO budgets VALUES (1, 0, 1000000000000)"
echo 'UPDATE budgets SET used = used + 1 WHERE id = 1 AND used + 1 <= most RETURNING used;' \
    >"$folder/hold.sql"
chmod 644 "$folder/hold.sql"
"${run[@]}" pgbench -h "$folder" -U peer -n -M prepared -c 50 -j 2 -T "$seconds" \
    -f "$folder/hold.sql" postgres 2>/dev/null |
    awk '/^tps/ {print "per_second", $3}'
