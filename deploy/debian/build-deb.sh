#!/usr/bin/env bash
# Builds the Debian package from a built program.
#
#   deploy/debian/build-deb.sh --binary PATH --output FOLDER [--version VERSION]
#
# The program must carry the Swift runtime in itself (`swift build --static-swift-stdlib`); what it
# needs of Debian is found by dpkg-shlibdeps. The same program and version give the same bytes.
# DEB_COMPRESSION=gzip packs faster and larger.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
binary= output= version=

usage_error() {
    echo "build-deb: $1" >&2
    echo "usage: build-deb.sh --binary PATH --output FOLDER [--version VERSION]" >&2
    exit 64
}

while (($# > 0)); do
    (($# > 1)) || usage_error "$1 needs a value"
    case $1 in
    --binary) binary=$2 ;;
    --output) output=$2 ;;
    --version) version=$2 ;;
    *) usage_error "unknown argument: $1" ;;
    esac
    shift 2
done
[[ -n $binary && -n $output ]] || usage_error "--binary and --output are needed"
[[ -x $binary ]] || { echo "build-deb: $binary is not there" >&2; exit 1; }
if ldd "$binary" | grep -q libswiftCore; then
    echo "build-deb: $binary needs the Swift runtime from outside;" \
        "build it with: swift build --static-swift-stdlib" >&2
    exit 1
fi
if [[ -z $version ]]; then
    version=$("$binary" --version | sed -n 's/^ai-credits-agent, version \([^ ]*\).*/\1/p')
fi
[[ $version =~ ^[0-9][0-9A-Za-z.+~]*$ ]] || { echo "build-deb: no version: $version" >&2; exit 1; }

# One time for every file: that of the last commit, else of a file that every version has.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$repository" log -1 --format=%ct 2>/dev/null ||
    stat --format=%Y "$repository/Package.swift")}
export SOURCE_DATE_EPOCH
work=$(mktemp -d "${TMPDIR:-/tmp}/ai-credits-deb.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root

put() { install -D -m "$1" "$2" "$root/$3"; }

put 0755 "$binary" usr/bin/ai-credits-agent
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/ai-credits-agent"
put 0644 "$repository/deploy/systemd/ai-credits-agent.service" lib/systemd/system/ai-credits-agent.service
put 0644 "$repository/deploy/systemd/ai-credits-agent.sysusers" usr/lib/sysusers.d/ai-credits-agent.conf
put 0644 "$repository/deploy/systemd/ai-credits-agent.tmpfiles" usr/lib/tmpfiles.d/ai-credits-agent.conf
put 0644 "$here/ai-credits-agent.default" etc/default/ai-credits-agent
put 0644 "$here/agent.yml" etc/ai-credits-agent/agent.yml
put 0644 "$repository/alerts.yml" etc/ai-credits-agent/alerts.yml
share=usr/share/ai-credits-agent
put 0644 "$repository/deploy/prometheus/prometheus.yml" $share/prometheus/prometheus.yml
for file in "$repository"/deploy/grafana/dashboards/*.json; do
    put 0644 "$file" "$share/grafana/dashboards/${file##*/}"
done
for folder in datasources dashboards; do
    put 0644 "$repository/deploy/grafana/provisioning/$folder/ai-credits.yml" \
        "$share/grafana/provisioning/$folder/ai-credits.yml"
done
for file in "$repository"/deploy/runbooks/*.md; do
    put 0644 "$file" "usr/share/doc/ai-credits-agent/runbooks/${file##*/}"
done
put 0644 "$here/copyright" usr/share/doc/ai-credits-agent/copyright
sed -e "s/@VERSION@/$version/" \
    -e "s/@DATE@/$(date -u -R -d "@$SOURCE_DATE_EPOCH")/" "$here/changelog" |
    gzip -9n >"$work/changelog.gz"
put 0644 "$work/changelog.gz" usr/share/doc/ai-credits-agent/changelog.gz
gzip -9n <"$here/ai-credits-agent.1" >"$work/manual.gz"
put 0644 "$work/manual.gz" usr/share/man/man1/ai-credits-agent.1.gz

# dpkg-shlibdeps reads the list of packages from a source package's control file.
mkdir -p "$work/source/debian"
printf 'Source: ai-credits-agent\n\nPackage: ai-credits-agent\nArchitecture: any\n' \
    >"$work/source/debian/control"
libraries=$(cd "$work/source" && dpkg-shlibdeps -O "$root/usr/bin/ai-credits-agent" 2>"$work/shlibdeps.log" |
    sed -n 's/^shlibs:Depends=//p') || { cat "$work/shlibdeps.log" >&2; exit 1; }
[[ -n $libraries ]] || { cat "$work/shlibdeps.log" >&2; exit 1; }

mkdir -p "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<CONTROL
Package: ai-credits-agent
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: ai-credits-agent <maintainers@example.com>
Installed-Size: $(du -k -s --apparent-size "$root" | cut -f1)
Depends: $libraries, ca-certificates, init-system-helpers (>= 1.54~), systemd (>= 250)
Suggests: prometheus, prometheus-alertmanager
Section: net
Priority: optional
Homepage: https://github.com/ai-credits-agent/ai-credits-agent
Description: exporter and alerting agent for AI credit usage
 Polls the usage APIs of AI products, keeps an exact append-only ledger,
 enforces a hard or soft monthly limit that gateways ask for over HTTP,
 serves metrics to Prometheus, evaluates a Prometheus rule file and sends
 webhooks that are kept until they are delivered.
CONTROL
printf '/etc/ai-credits-agent/agent.yml\n/etc/ai-credits-agent/alerts.yml\n/etc/default/ai-credits-agent\n' \
    >"$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do put 0755 "$here/$script" "DEBIAN/$script"; done
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\n' | LC_ALL=C sort |
    xargs md5sum >DEBIAN/md5sums)
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$output"
file=$output/ai-credits-agent_${version}_$(dpkg --print-architecture).deb
dpkg-deb --root-owner-group -Z"${DEB_COMPRESSION:-xz}" --build "$root" "$file" >/dev/null
echo "$file"
