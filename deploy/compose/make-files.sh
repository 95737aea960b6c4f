#!/usr/bin/env bash
# Writes agent.yml, agent-postgres.yml and prometheus.yml of the Compose set-up from the demonstration's and the
# Prometheus example's, so that there is one of each; with --check it says whether they are current.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

agent() {
    echo "# Written by make-files.sh from ../demo/agent.yml; change it there."
    sed -e '/^# /d' -e 's|SIMULATOR_URL|http://127.0.0.1:10191|g' \
        -e 's|AGENT_ADDRESS|ai-credits-agent:10190|g' ../demo/agent.yml
}

postgres() {
    agent | sed -e 's|^  url: sqlite:ledger.db$|  url: {env: LEDGER_URL}|'
}

prometheus() {
    echo "# Written by make-files.sh from ../prometheus/prometheus.yml; change it there."
    sed -e '/^# /d' -e 's|localhost:10190|ai-credits-agent:10190|' \
        -e 's|localhost:9093|alertmanager:9093|' ../prometheus/prometheus.yml
}

case "${1:-}" in
--check)
    diff -u agent.yml <(agent) && diff -u agent-postgres.yml <(postgres) &&
        diff -u prometheus.yml <(prometheus)
    ;;
"")
    agent >agent.yml
    postgres >agent-postgres.yml
    prometheus >prometheus.yml
    ;;
*)
    echo "usage: make-files.sh [--check]" >&2
    exit 64
    ;;
esac
