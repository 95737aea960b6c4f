#!/usr/bin/env bash
# The proof of a gateway's configuration: the demonstration, an API behind the gateway, and what a
# client sees when the limit allows, blocks, resumes, and when the agent is down.
#
#   deploy/gateways/prove.sh nginx|haproxy|caddy [arguments of deploy/demo/run.sh]
#
# Prints the transcript. Exit status: 0 when every answer is the right one, else 1.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kind=${1:-}
case $kind in
nginx | haproxy | caddy) shift ;;
*)
    sed -n '5s/^# *//p' "$0" >&2
    exit 64
    ;;
esac
source "$here/../demo/harness.bash"

# An API that answers everything.
start_api() {
    cat >"$folder/api.py" <<'PYTHON'
import http.server, sys

class API(http.server.BaseHTTPRequestHandler):
    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b"answered by the API\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = answer
    def log_message(self, *arguments):
        pass

http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), API).serve_forever()
PYTHON
    python3 "$folder/api.py" "$api_port" 2>"$folder/api.log" &
    pids+=($!)
}

# The shipped configuration with this run's addresses.
adapted() {
    sed -e "s|127.0.0.1:10190|${agent#http://}|g" -e "s|127.0.0.1:8000|127.0.0.1:$api_port|g" \
        -e "s|127.0.0.1:8080|127.0.0.1:$gateway_port|g" "$here/$1"
}

start_nginx() {
    adapted nginx.conf >"$folder/site.conf"
    mkdir "$folder/temporary"
    cat >"$folder/nginx.conf" <<NGINX
daemon off;
pid $folder/nginx.pid;
error_log $folder/gateway.log;
events {}
http {
    access_log off;
    client_body_temp_path $folder/temporary/body;
    proxy_temp_path $folder/temporary/proxy;
    fastcgi_temp_path $folder/temporary/fastcgi;
    uwsgi_temp_path $folder/temporary/uwsgi;
    scgi_temp_path $folder/temporary/scgi;
    include $folder/site.conf;
}
NGINX
    nginx -p "$folder" -c "$folder/nginx.conf" 2>>"$folder/gateway.log" &
    pids+=($!)
}

start_haproxy() {
    adapted haproxy.cfg >"$folder/haproxy.cfg"
    adapted ai-credits-gate.lua >"$folder/ai-credits-gate.lua"
    (cd "$folder" && exec haproxy -db -f haproxy.cfg 2>gateway.log) &
    pids+=($!)
}

start_caddy() {
    adapted Caddyfile >"$folder/Caddyfile"
    HOME=$folder caddy run --config "$folder/Caddyfile" --adapter caddyfile 2>"$folder/gateway.log" &
    pids+=($!)
}

client() {
    curl --silent --show-error --noproxy '*' --max-time 10 --include --data '{"prompt":"hello"}' \
        "http://127.0.0.1:$gateway_port$1?organization=other" | tr -d '\r'
}

# expect WHAT PATH STATUS [TEXT …]: one request, shown, with the status and the texts in its answer.
expect() {
    local what=$1 path=$2 status=$3 answer text
    shift 3
    answer=$(client "$path") || fail "$what: no answer from the gateway"
    printf '%s\n  POST %s\n' "== $what" "$path"
    grep -iE '^HTTP/|^retry-after|^x-ai-credits' <<<"$answer" | sed 's/^/  /'
    sed -e '1,/^$/d' -e 's/^/  /' <<<"$answer"
    echo
    [[ $answer == HTTP/*" $status"* ]] || fail "$what: not $status: $answer"
    for text in "$@"; do
        grep -qi -- "$text" <<<"$answer" || fail "$what: no $text in: $answer"
    done
}

listens() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

start_demo "$@"
api_port=$(free_port)
gateway_port=$(free_port)
start_api
"start_$kind"
within 20 listens "$api_port"
within 20 listens "$gateway_port"

# A spent pool is no rate limit: 403, which clients do not send again by themselves.
refused=403
down=503
if [[ $kind == caddy ]]; then down=502; fi
state 20000
within 30 gate_says false
expect "within the limit" /v1/assistant/chat 200 "answered by the API"
expect "within the limit" /v1/images/draw 200 "answered by the API"
state 130000
within 30 gate_says true
expect "the limit is reached" /v1/assistant/chat "$refused" '^retry-after: [1-9]' limit_reached
expect "the limit is reached" /v1/images/draw "$refused" '^retry-after: [1-9]' limit_reached
state 20000
within 30 gate_says false
expect "resumed" /v1/assistant/chat 200 "answered by the API"
kill -TERM "$demo_pid"
wait "$demo_pid" || true
expect "the agent is down, fail open" /v1/assistant/chat 200 "answered by the API"
expect "the agent is down, fail closed" /v1/images/draw "$down" '^retry-after: [1-9]'
echo "$kind: every answer is the right one"
