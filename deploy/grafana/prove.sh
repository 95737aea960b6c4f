#!/usr/bin/env bash
# The proof of the dashboards: the demonstration, a real Prometheus that scrapes it, and every query
# of every dashboard asked at both.
#
#   deploy/grafana/prove.sh [--previews] [arguments of deploy/demo/run.sh]
#
# With --previews the pictures under deploy/grafana/previews are drawn anew from the same figures.
# Exit status: 0 when every query found the same data at both, else 1.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../demo/harness.bash"
python=${PYTHON:-python3}
previews=no
if [[ ${1:-} == --previews ]]; then
    previews=yes
    shift
fi

# Credits of every day from the last days of last month until yesterday, weekends slower.
state_days() {
    local back day weekday share amount
    for ((back = 1; back <= 34; back++)); do
        day=$(date -u -d "$today - $back days" +%Y-%m-%d)
        weekday=$(date -u -d "$day" +%u)
        for share in assistant:3000 image-studio:1250 code-review:850; do
            amount=$((${share#*:} * (80 + back * 37 % 45) / 100))
            if ((weekday > 5)); then amount=$((amount / 3)); fi
            if [[ ${day:0:7} != "${today:0:7}" ]]; then amount=$((amount * 4 / 5)); fi
            state "$amount.5" "${share%:*}" "$day"
        done
    done
}

# A day that grows past the allocation, is blocked for a moment and goes on.
draw_previews() {
    local step
    state_days
    for ((step = 1; step <= 60; step++)); do
        state $((step * 120)).25
        state $((step * 24)).5 image-studio
        state $((step * 17)).75 code-review
        sleep 1.5
    done
    state 28500
    within 30 gate_says true
    sleep 5
    state 8200
    within 30 gate_says false
    sleep 10
    "$python" "$here/preview.py" --url "http://$prometheus" --organization acme --seconds 110
}

prometheus_is_ready() {
    kill -0 "${pids[0]}" 2>/dev/null || fail "prometheus ended"
    ask --output /dev/null "http://$prometheus/-/ready" 2>/dev/null
}

start_demo "$@"
prometheus=127.0.0.1:$(free_port)
cp "$repository/alerts.yml" "$folder/alerts.yml"
sed -e 's|^  scrape_interval: .*|  scrape_interval: 1s|' \
    -e 's|^  scrape_timeout: .*|  scrape_timeout: 1s|' \
    -e 's|^  evaluation_interval: .*|  evaluation_interval: 1s|' \
    -e "s|localhost:10190|${agent#http://}|" -e '/^alerting:/,$d' \
    "$repository/deploy/prometheus/prometheus.yml" >"$folder/prometheus.yml"
prometheus --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/data" \
    --web.listen-address="$prometheus" >"$folder/prometheus.log" 2>&1 &
pids=($! "${pids[@]}")
within 60 prometheus_is_ready

# What ends the block and leaves more than 75 % used, so that there are alerts.
resumed=70000
if [[ $previews == yes ]]; then
    draw_previews
    resumed=8200
fi
# The month's story in seconds instead of minutes: blocked, and resumed.
state 130000
within 30 gate_says true
state "$resumed"
within 30 gate_says false
"$python" "$here/prove-dashboards.py" --prometheus "http://$prometheus" --agent "$agent"
