#!/usr/bin/env bash
# The steps of the Dockerfile, one word each; they also run without a container engine.
#
#   build-steps.sh packages           Debian packages for building
#   build-steps.sh build              builds both programs, the Swift runtime inside them
#   build-steps.sh stage FOLDER       lays out the images' files: FOLDER/agent, simulator, state
#   build-steps.sh runtime-packages   Debian packages that the programs need
#   build-steps.sh verify FOLDER      the staged programs find their libraries, start and answer
#
# CONFIGURATION is release unless set. Run in the folder of the repository, except runtime-packages.
set -euo pipefail

configuration=${CONFIGURATION:-release}
scratch=.build/static
runtime_packages=(
    ca-certificates libcrypt1 libcurl4 libpq5 libre2-9 libsqlite3-0 libstdc++6 libyaml-0-2
    zlib1g
)

build() {
    local product
    for product in ai-credits-agent usage-simulator; do
        swift build --configuration "$configuration" --static-swift-stdlib \
            --scratch-path "$scratch" --product "$product"
    done
}

put() { install -D -m "$1" "$2" "$3"; }

stage() {
    local to=$1 binaries=$scratch/$configuration
    rm -rf "$to/agent" "$to/simulator" "$to/state"
    put 0755 "$binaries/ai-credits-agent" "$to/agent/usr/bin/ai-credits-agent"
    put 0755 "$binaries/usage-simulator" "$to/simulator/usr/bin/usage-simulator"
    strip --strip-unneeded "$to/agent/usr/bin/ai-credits-agent" "$to/simulator/usr/bin/usage-simulator"
    put 0644 deploy/image/agent.yml "$to/agent/etc/ai-credits-agent/agent.yml"
    put 0644 alerts.yml "$to/agent/etc/ai-credits-agent/alerts.yml"
    put 0644 LICENSE "$to/agent/usr/share/doc/ai-credits-agent/LICENSE"
    install -d -m 0700 "$to/state/var/lib/ai-credits-agent"
    install -d -m 0750 "$to/state/run/ai-credits-agent"
}

# What the image will do, on this machine: the same program and arguments, its own state folders.
verify() {
    local stage=$1 binary=$1/agent/usr/bin/ai-credits-agent port pid turn
    for binary in "$1"/agent/usr/bin/* "$1"/simulator/usr/bin/*; do
        if ldd "$binary" | grep -E 'not found|libswift'; then
            echo "build-steps: $binary does not stand on the runtime packages alone" >&2
            return 1
        fi
    done
    binary=$1/agent/usr/bin/ai-credits-agent
    "$binary" check --config.file "$stage/agent/etc/ai-credits-agent/agent.yml"
    port=$((20000 + RANDOM % 12000))
    STATE_DIRECTORY=$(realpath "$stage/state/var/lib/ai-credits-agent") \
    RUNTIME_DIRECTORY=$(realpath "$stage/state/run/ai-credits-agent") \
        "$binary" serve --config.file="$stage/agent/etc/ai-credits-agent/agent.yml" \
        --web.listen-address="127.0.0.1:$port" 2>"$stage/verify.log" &
    pid=$!
    for ((turn = 0; turn < 100; turn++)); do
        if "$binary" healthcheck --url "http://127.0.0.1:$port" 2>/dev/null; then break; fi
        sleep 0.1
    done
    kill -TERM "$pid"
    wait "$pid" || { cat "$stage/verify.log" >&2; return 1; }
    ((turn < 100)) || { cat "$stage/verify.log" >&2; return 1; }
    echo "the staged agent started, was healthy and stopped"
}

runtime() {
    apt-get update -qq
    apt-get install --yes -qq --no-install-recommends "${runtime_packages[@]}"
    rm -rf /var/lib/apt/lists/*
}

case "${1:-} ${2:-}" in
"packages ") ./.ci/install-packages build ;;
"build ") build ;;
"stage "?*) stage "$2" ;;
"runtime-packages ") runtime ;;
"verify "?*) verify "$2" ;;
*)
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 64
    ;;
esac
