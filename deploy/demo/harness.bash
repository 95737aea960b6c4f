# Functions for scripts that prove something with the running demonstration; to be sourced.
#
# Sets `folder` (temporary, goes at the end), and after start_demo `agent`, `vendor` and `today`.
# Processes whose identifiers are added to `pids` end with the script.

folder=$(mktemp -d "${TMPDIR:-/tmp}/ai-credits-proof.XXXXXX")
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
pids=()

clean_up() {
    trap '' INT TERM
    local pid
    for pid in "${pids[@]}"; do
        kill -TERM "$pid" 2>/dev/null || true
        # One that was stopped ends when it goes on.
        kill -CONT "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    tail -n 20 "$folder"/*.log >&2 || true
    exit 1
}

ask() {
    curl --silent --show-error --fail --noproxy '*' --max-time 5 "$@"
}

# Tries a command until it succeeds, at most for so many seconds.
within() {
    local seconds=$1 end
    shift
    end=$((SECONDS + seconds))
    until "$@"; do
        ((SECONDS < end)) || fail "not within $seconds s: $*"
        sleep 0.2
    done
}

free_port() {
    local port=$((20000 + RANDOM % 12000))
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((20000 + RANDOM % 12000)); done
    printf '%s\n' "$port"
}

address_of() {
    sed -n "s|^  $1  *\(http://[0-9.:]*\)/.*|\1|p" "$folder/demo.log" | head -n 1
}

demo_is_up() {
    kill -0 "$demo_pid" 2>/dev/null || fail "the demonstration ended"
    [[ -n $(address_of agent) && -n $(address_of vendor) ]]
}

# Starts the demonstration with its arguments; the vendor's story is ours to tell from then on.
start_demo() {
    "$repository/deploy/demo/run.sh" --any-port "$@" >"$folder/demo.log" 2>&1 &
    demo_pid=$!
    pids+=("$demo_pid")
    within 60 demo_is_up
    agent=$(address_of agent)
    vendor=$(address_of vendor)
    today=$(ask "$vendor/control/state" | sed -n 's/.*"today":"\([0-9-]*\)".*/\1/p')
    within 30 ask --output /dev/null "$agent/api/v1/gate?organization=acme"
    # The demonstration begins its story when it has printed its addresses.
    within 30 grep -q "story growing" "$folder/demo.log"
    ask --output /dev/null --data '{"story":"none"}' "$vendor/control/story"
}

# state CREDITS [PRODUCT [DAY]]: credits of a product on a day, as the vendor states them from now on.
state() {
    ask --output /dev/null --data \
        "{\"product\":\"${2:-assistant}\",\"day\":\"${3:-$today}\",\"credits\":\"$1\"}" \
        "$vendor/control/usage"
}

gate_says() {
    ask "$agent/api/v1/organizations" | grep -q "\"blocked\":$1"
}
