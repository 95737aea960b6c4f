#!/usr/bin/env bash
# The demonstration: a simulated vendor, the agent, and a short live account of what happens.
#
#   deploy/demo/run.sh [--seconds N] [--bin-path FOLDER] [--agent PATH] [--simulator PATH]
#                      [--any-port]
#
# Both programs run on free loopback ports in a temporary folder, the agent on its usual one unless
# --any-port is given, which lets several demonstrations run at a time. Ctrl-C, SIGTERM or the end of
# --seconds ends both and removes the folder. Exit status: 0 when it ended as asked, 1 when a
# program died or did not become ready, 64 for a wrong command line.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
binaries=${BIN_PATH:-$repository/.build/debug}
agent=${AGENT:-}
simulator=${SIMULATOR:-}
seconds=0
first_port=10190
folder=
agent_pid=
simulator_pid=
sleep_pid=

complain() {
    printf 'demo: %s\n' "$*" >&2
}

usage_error() {
    complain "$1"
    complain "usage: run.sh [--seconds N] [--bin-path FOLDER] [--agent PATH] [--simulator PATH]" \
        "[--any-port]"
    exit 64
}

say() {
    printf '%sZ %s\n' "$(date -u +%H:%M:%S)" "$*"
}

ask() {
    curl --silent --show-error --noproxy '*' --max-time 5 "$@"
}

# Ends one of our own processes: politely, then after ten seconds by force.
end_process() {
    local pid=$1 turn
    [[ -n $pid ]] || return 0
    kill -TERM "$pid" 2>/dev/null || true
    for ((turn = 0; turn < 100; turn++)); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}

clean_up() {
    trap '' INT TERM
    end_process "$sleep_pid"
    end_process "$agent_pid"
    end_process "$simulator_pid"
    if [[ -n $folder ]]; then rm -rf "$folder"; fi
}

show_log() {
    complain "the last lines of its log:"
    tail -n 20 "$1" >&2 || true
}

check_alive() {
    if ! kill -0 "$simulator_pid" 2>/dev/null; then
        complain "usage-simulator ended by itself"
        show_log "$folder/simulator.log"
        exit 1
    fi
    if [[ -n $agent_pid ]] && ! kill -0 "$agent_pid" 2>/dev/null; then
        complain "ai-credits-agent ended by itself"
        show_log "$folder/agent.log"
        exit 1
    fi
}

# The agent's usual port when it is free, else another free one.
free_port() {
    local port=$first_port
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        port=$((20000 + RANDOM % 12000))
    done
    printf '%s\n' "$port"
}

start_simulator() {
    local turn
    # The story begins later, when the agent is ready; until then there is only the past.
    "$simulator" --story none --narrate --secret "$DEMO_TOKEN" \
        --address-file "$folder/simulator.address" 2>"$folder/simulator.log" &
    simulator_pid=$!
    for ((turn = 0; turn < 300; turn++)); do
        check_alive
        [[ -s $folder/simulator.address ]] && break
        sleep 0.1
    done
    simulator_url=$(cat "$folder/simulator.address" 2>/dev/null || true)
    if [[ -z $simulator_url ]]; then
        complain "usage-simulator did not begin to listen within 30 seconds"
        show_log "$folder/simulator.log"
        exit 1
    fi
}

start_agent() {
    local address turn
    address=127.0.0.1:$(free_port)
    agent_url=http://$address
    sed -e "s|SIMULATOR_URL|$simulator_url|g" -e "s|AGENT_ADDRESS|$address|g" \
        "$here/agent.yml" >"$folder/agent.yml"
    cp "$repository/alerts.yml" "$folder/alerts.yml"
    env -u STATE_DIRECTORY -u RUNTIME_DIRECTORY NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 \
        "$agent" serve --config.file "$folder/agent.yml" --web.listen-address "$address" \
        >"$folder/agent.out" 2>"$folder/agent.log" &
    agent_pid=$!
    for ((turn = 0; turn < 300; turn++)); do
        check_alive
        if ask --fail --output /dev/null "$agent_url/-/ready" 2>/dev/null; then return; fi
        sleep 0.1
    done
    complain "ai-credits-agent was not ready within 30 seconds"
    show_log "$folder/agent.log"
    exit 1
}

print_addresses() {
    cat <<ADDRESSES

  agent       $agent_url/
  metrics     $agent_url/metrics
  gate        $agent_url/api/v1/gate?organization=acme
  accounts    $agent_url/api/v1/organizations
  vendor      $simulator_url/
  webhooks    $simulator_url/sink/oncall  and  $simulator_url/sink/events
  folder      $folder

  The month runs through 75 %, 90 %, 100 %, soft overage, block and resume in two minutes.
  Ctrl-C ends everything.

ADDRESSES
}

# The first scalar member of a name in a JSON text, without quotes.
member() {
    local pattern="\"$2\" ?: ?\"?([^\",}]*)"
    if [[ $1 =~ $pattern ]]; then printf '%s' "${BASH_REMATCH[1]}"; else printf '?'; fi
}

# One line when the account's figures changed.
tell_usage() {
    local json line polls
    json=$(ask "$agent_url/api/v1/organizations" 2>/dev/null) || return 0
    line=$(printf 'used %s credits = %.1f %%, overage %s, remaining %s, blocked %s' \
        "$(member "$json" used)" "$(number "$(member "$json" usage_percent)")" \
        "$(member "$json" overage)" "$(member "$json" remaining)" "$(member "$json" blocked)")
    [[ $line != "$last_usage" ]] || return 0
    last_usage=$line
    polls=$(ask "$agent_url/metrics" 2>/dev/null |
        awk '/^ai_credits_source_polls_total[{ ]/ { sum += $NF } END { print sum + 0 }') || polls='?'
    say "usage after $polls polls: $line"
}

number() {
    if [[ $1 =~ ^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$ ]]; then
        printf '%s' "$1"
    else
        printf '0'
    fi
}

# One line when the gate decides differently.
tell_gate() {
    local json decision
    json=$(ask "$agent_url/api/v1/gate?organization=acme" 2>/dev/null) || return 0
    decision="$(member "$json" decision) ($(member "$json" reason))"
    [[ $decision != "$last_gate" ]] || return 0
    say "gate ${last_gate:+$last_gate -> }$decision"
    last_gate=$decision
}

while (($# > 0)); do
    case $1 in
    --seconds | --bin-path | --agent | --simulator)
        (($# > 1)) || usage_error "$1 needs a value"
        case $1 in
        --seconds) seconds=$2 ;;
        --bin-path) binaries=$2 ;;
        --agent) agent=$2 ;;
        --simulator) simulator=$2 ;;
        esac
        shift 2
        ;;
    --any-port)
        first_port=$((20000 + RANDOM % 12000))
        shift
        ;;
    *) usage_error "unknown argument: $1" ;;
    esac
done
[[ $seconds =~ ^[0-9]{1,6}$ ]] || usage_error "--seconds is a whole number"
agent=${agent:-$binaries/ai-credits-agent}
simulator=${simulator:-$binaries/usage-simulator}
for program in "$agent" "$simulator"; do
    if [[ ! -x $program ]]; then
        complain "$program is not there; build it with: swift build"
        exit 1
    fi
done

trap clean_up EXIT
trap 'exit 0' INT TERM
folder=$(mktemp -d "${TMPDIR:-/tmp}/ai-credits-demo.XXXXXX")
DEMO_TOKEN=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
DEMO_SIGNING_SECRET=whsec_$(head -c 24 /dev/urandom | base64)
export DEMO_TOKEN DEMO_SIGNING_SECRET
last_usage=
last_gate=

start_simulator
start_agent
print_addresses
ask --fail --output /dev/null --data '{"story":"demo"}' "$simulator_url/control/story"
began=$SECONDS
while ((seconds == 0 || SECONDS - began < seconds)); do
    check_alive
    tell_usage
    tell_gate
    # A signal ends the waiting for a sleep in the background at once, but not a sleep before it.
    sleep 2 >/dev/null 2>&1 &
    sleep_pid=$!
    wait "$sleep_pid" || true
done
say "received: $(ask "$simulator_url/sink")"
