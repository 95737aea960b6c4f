#!/usr/bin/env bash
# The proof of a gateway's configuration: the demonstration, an API behind the gateway, and what a
# client sees when the limit allows, blocks, resumes, and when the agent is down, hangs or answers
# something else; and that no way of writing a path leads past the gate.
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
    sed -n 's/^#   deploy/deploy/p' "$0" >&2
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

# Something in the agent's place: answers with the status in the file `answer`.
start_stub() {
    cat >"$folder/stub.py" <<'PYTHON'
import http.server, sys

class Stub(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(sys.argv[2]) as file:
            status = int(file.read())
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Location", "/elsewhere")
        self.send_header("Retry-After", "7")
        if status == 401:
            self.send_header("WWW-Authenticate", "Basic")
        self.send_header("X-AI-Credits-Reason", "stub")
        self.end_headers()
    def log_message(self, *arguments):
        pass

http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Stub).serve_forever()
PYTHON
    echo 200 >"$folder/answer"
    python3 "$folder/stub.py" "${agent##*:}" "$folder/answer" 2>"$folder/stub.log" &
    stub_pid=$!
    pids+=("$stub_pid")
    within 20 listens "${agent##*:}"
}

# The shipped configuration with this run's addresses.
adapted() {
    sed -e "s|127.0.0.1:10190|${agent#http://}|g" -e "s|127.0.0.1:8000|127.0.0.1:$api_port|g" \
        -e "s|127.0.0.1:8080|127.0.0.1:$gateway_port|g" -e "s|^:8080 {|:$gateway_port {|" \
        -e "s|127.0.0.1:9001|127.0.0.1:$inner_port|g" "$here/$1"
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

# client PATH [argument of curl …]
client() {
    local path=$1
    shift
    curl --silent --show-error --noproxy '*' --max-time 10 --include --path-as-is "$@" \
        --data '{"prompt":"hello"}' \
        "http://127.0.0.1:$gateway_port$path?organization=other" | tr -d '\r'
}

# expect WHAT PATH STATUS [TEXT …]: one request with the arguments of curl in `with`, shown, with the
# status and the texts in its answer, which took `took` milliseconds.
with=()
took=0
expect() {
    local what=$1 path=$2 status=$3 answer text begin=${EPOCHREALTIME/./}
    shift 3
    answer=$(client "$path" "${with[@]}") || fail "$what: no answer from the gateway"
    took=$(((${EPOCHREALTIME/./} - begin) / 1000))
    printf '%s\n  POST %s, answered in %s ms\n' "== $what" "$path" "$took"
    grep -iE '^HTTP/|^retry-after|^x-ai-credits' <<<"$answer" | sed 's/^/  /'
    sed -e '1,/^$/d' -e 's/^/  /' <<<"$answer"
    echo
    [[ $answer == HTTP/*" $status"* ]] || fail "$what: POST $path: not $status: $answer"
    for text in "$@"; do
        grep -qi -- "$text" <<<"$answer" || fail "$what: no $text in: $answer"
    done
    ! grep -qi '^www-authenticate' <<<"$answer" || fail "$what: asks for a name: $answer"
}

# expect_undecided WHAT: what both rules make of an agent that has not decided.
expect_undecided() {
    expect "$1, fail open" /v1/assistant/chat 200 "answered by the API"
    expect "$1, fail closed" /v1/images/draw 503 '^retry-after: 5'
}

listens() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# expect_in_time WHAT PATH STATUS [TEXT …]: the same, and one of three is answered in time. A question
# ends within 0.7 s; the rest is for a busy machine.
expect_in_time() {
    local turn
    for turn in 1 2 3; do
        expect "$@"
        ((took > 1500)) || return 0
    done
    fail "$1: the answer took $took ms"
}

# No path but those of the rules, written as in the rules.
expect_no_way_round() {
    local path
    for path in /other / /v1/other/chat /v1/assistantx //v1/assistant/chat /v1//assistant/chat \
        /v1/assistant//chat /v1/%61ssistant/chat /./v1/assistant/chat /x/../v1/images/draw \
        /v1/images%2fdraw /v1/images/..%2fassistant/chat /v1/assistant/../images/draw \
        /v1/assistant/%2e%2e/images/draw /v1/assistant/./chat /v1/assistant/.. \
        '/v1/assistant/..;/images/draw' '/v1/assistant/..\images\draw'; do
        expect "no way round" "$path" 404
    done
}

start_demo "$@"
api_port=$(free_port)
gateway_port=$(free_port)
inner_port=$(free_port)
start_api
"start_$kind"
within 20 listens "$api_port"
within 20 listens "$gateway_port"

state 20000
within 30 gate_says false
expect "within the limit" /v1/assistant/chat 200 "answered by the API"
expect "within the limit" /v1/images/draw 200 "answered by the API"
expect_no_way_round
state 130000
within 30 gate_says true
# A spent pool is no rate limit: 403, which clients do not send again by themselves.
for path in /v1/assistant/chat /v1/images/draw; do
    expect "the limit is reached" "$path" 403 '^retry-after: [1-9]' limit_reached
done
# What a client sends must not make the agent answer something else.
with=(--header "Host: ai.example.com" --header "Authorization: Bearer guess"
    --header "X-AI-Credits-Token: guess" --header "X-Long: $(printf '%7000s' | tr ' ' x)"
    --header "X-Longer: $(printf '%7000s' | tr ' ' x)")
expect "the limit is reached, whatever is sent" /v1/assistant/chat 403 limit_reached
with=(--header "Transfer-Encoding: chunked" --header "Expect: 100-continue" --request PUT)
expect "the limit is reached, whatever is sent" /v1/assistant/chat 403 limit_reached
with=()
state 20000
within 30 gate_says false
expect "resumed" /v1/assistant/chat 200 "answered by the API"
kill -TERM "$demo_pid"
wait "$demo_pid" || true
expect_undecided "the agent is down"

start_stub
for path in /v1/assistant/chat /v1/images/draw; do
    expect "200" "$path" 200 "answered by the API"
done
echo 403 >"$folder/answer"
for path in /v1/assistant/chat /v1/images/draw; do
    expect "403" "$path" 403 '^retry-after: 7' '^x-ai-credits-reason: stub'
done
for status in 302 400 401 404 405 408 418 429 431 500 501 502 503 504; do
    echo "$status" >"$folder/answer"
    expect_undecided "$status"
done
kill -STOP "$stub_pid"
expect_in_time "the agent hangs, fail open" /v1/assistant/chat 200 "answered by the API"
expect_in_time "the agent hangs, fail closed" /v1/images/draw 503 '^retry-after: 5'
{ kill -KILL "$stub_pid" && wait "$stub_pid"; } 2>/dev/null || true
echo "$kind: every answer is the right one"
