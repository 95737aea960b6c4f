#!/usr/bin/env python3
"""Renders the chart with Helm's own library into the plain manifests of deploy/kubernetes.

    render.py            writes them
    render.py --check    renders, validates, and says whether the files are current

Every object is validated: built-in kinds against the schemas of Kubernetes, the Prometheus
operator's by what its definitions require. Needs the packages of requirements.txt.
"""

import pathlib
import sys

import helm_python
import kubernetes_validate
import yaml

HERE = pathlib.Path(__file__).resolve().parent
CHART = HERE / "ai-credits-agent"
MANIFESTS = HERE.parent / "kubernetes"
KUBERNETES = ["1.28", "1.32"]

# What must be rendered, and what the schema must refuse.
VARIANTS = {
    "defaults": {},
    "everything": {
        "image": {"registry": "images.internal", "digest": "sha256:" + "0" * 64},
        "imagePullSecrets": [{"name": "pull"}],
        "commonLabels": {"team": "platform"},
        "secretEnvironment": [{"name": "USAGE_TOKEN", "secretName": "vendor", "key": "token"}],
        "secretFiles": ["receivers"],
        "extraArguments": ["--log.format=json"],
        "extraEnvironment": [{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}],
        "persistence": {"storageClassName": "fast", "size": "20Gi", "whenDeleted": "Delete"},
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "tolerations": [{"key": "dedicated", "operator": "Exists"}],
        "priorityClassName": "high",
        "networkPolicy": {"ingressPods": [{"app": "gateway"}], "egressPorts": [443, 5432]},
        "serviceMonitor": {
            "enabled": True, "labels": {"release": "stack"},
            "tlsConfig": {"ca": {"secret": {"name": "scrape", "key": "ca.crt"}}},
            "basicAuth": {"username": {"name": "scrape", "key": "username"},
                          "password": {"name": "scrape", "key": "password"}},
        },
        "web": {"configSecret": "agent-web",
                "probeArguments": ["--insecure-skip-verify", "--username=probe",
                                   "--password-file=/etc/ai-credits-agent/web/probe"]},
        "prometheusRule": {"enabled": True, "labels": {"release": "stack"}},
        "dashboards": {"enabled": True},
        "config": {
            "organizations": [{"id": "acme", "base_allocation": 2500000}],
            "ledger": {"url": "sqlite:/elsewhere/ledger.db"},
        },
    },
    "without persistence, policy and account": {
        "persistence": {"enabled": False}, "networkPolicy": {"enabled": False},
        "serviceAccount": {"create": False}, "existingConfigMap": "mine",
    },
    "a ledger in PostgreSQL": {
        "ledger": {"urlSecret": {"name": "agent-ledger", "key": "uri"},
                   "certificateSecret": "agent-ledger-ca", "port": 6432},
    },
}
REFUSED = {
    "an unknown key": {"replicas": 2},
    "a wrong type": {"service": {"port": "http"}},
    "no organization": {"config": {"organizations": []}},
    "an organization without base": {"config": {"organizations": [{"id": "acme"}]}},
    "a shared volume": {"persistence": {"accessModes": ["ReadWriteMany"]}},
    "a bad digest": {"image": {"digest": "latest"}},
    "a secret without key": {"secretEnvironment": [{"name": "A", "secretName": "b"}]},
    "a ledger's URL outside of a secret": {"ledger": {"url": "postgresql://agent@db/credits"}},
    "a ledger's secret without key": {"ledger": {"urlSecret": {"name": "a", "key": ""}}},
    "a bad interval": {"serviceMonitor": {"interval": "often"}},
}


class Mistake(Exception):
    """What is wrong with the chart or its manifests."""


def rendered(chart, values):
    """The objects of a release, with the templates they came from."""
    texts = chart.render(values, name="ai-credits-agent", namespace="ai-credits")
    for path, text in sorted(texts.items()):
        if path.endswith("NOTES.txt") or "/tests/" in path:
            continue
        for document in yaml.safe_load_all(text):
            if document:
                yield path, document


def validate(document):
    """Refuses what a cluster would refuse."""
    kind, name = document["kind"], document["metadata"]["name"]
    if document["apiVersion"].startswith("monitoring.coreos.com/"):
        wanted = {"ServiceMonitor": ["endpoints", "selector"], "PrometheusRule": ["groups"]}[kind]
        for key in wanted:
            if not document["spec"].get(key):
                raise Mistake(f"{kind} {name} has no spec.{key}")
        return
    for version in KUBERNETES:
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            raise Mistake(f"{kind} {name} in Kubernetes {version}: {error}") from error


def judge(variant, documents):
    """What must hold in every variant."""
    kinds = [document["kind"] for document in documents]
    if kinds.count("StatefulSet") != 1:
        raise Mistake(f"{variant}: not one StatefulSet")
    stateful = next(one for one in documents if one["kind"] == "StatefulSet")
    pod = stateful["spec"]["template"]["spec"]
    container = pod["containers"][0]
    hardened = container["securityContext"]
    facts = {
        "one replica": stateful["spec"]["replicas"] == 1,
        "non-root": pod["securityContext"]["runAsNonRoot"] is True,
        "read-only root": hardened["readOnlyRootFilesystem"] is True,
        "no capabilities": hardened["capabilities"] == {"drop": ["ALL"]},
        "no token": pod["automountServiceAccountToken"] is False,
        "probes": {"startupProbe", "livenessProbe", "readinessProbe"} <= set(container),
        "ledger mounted": "/var/lib/ai-credits-agent" in [
            mount["mountPath"] for mount in container["volumeMounts"]],
    }
    volumes = {volume["name"] for volume in pod["volumes"]} | {
        claim["metadata"]["name"] for claim in stateful["spec"].get("volumeClaimTemplates", [])}
    facts["every mount has a volume"] = volumes == {
        mount["name"] for mount in container["volumeMounts"]}
    for fact, holds in facts.items():
        if not holds:
            raise Mistake(f"{variant}: not {fact}")


def judge_postgresql(documents):
    """What holds where the ledger is not in a volume."""
    one = {document["kind"]: document for document in documents}
    spec = one["StatefulSet"]["spec"]
    container = spec["template"]["spec"]["containers"][0]
    reference = {"secretKeyRef": {"name": "agent-ledger", "key": "uri"}}
    config = yaml.safe_load(one["ConfigMap"]["data"]["agent.yml"])
    ports = [port for rule in one["NetworkPolicy"]["spec"]["egress"] for port in rule["ports"]]
    facts = {
        "the URL from its secret": {"name": "LEDGER_URL", "valueFrom": reference}
        in container["env"] and config["ledger"] == {"url": {"env": "LEDGER_URL"}},
        "without a volume": "volumeClaimTemplates" not in spec,
        "the server allowed": {"port": 6432, "protocol": "TCP"} in ports,
        "the authority's certificate mounted": "/etc/ai-credits-agent/ledger" in [
            mount["mountPath"] for mount in container["volumeMounts"]],
    }
    for fact, holds in facts.items():
        if not holds:
            raise Mistake(f"a ledger in PostgreSQL: not {fact}")


def check_schema(chart):
    for what, values in REFUSED.items():
        try:
            chart.validate_schema(values)
        except helm_python.HelmError:
            continue
        raise Mistake(f"the schema takes {what}")


def manifests(chart):
    """File name and text of each plain manifest."""
    values = yaml.safe_load((HERE / "kubernetes-values.yaml").read_text())
    texts = {}
    for path, document in rendered(chart, values):
        labels = document["metadata"]["labels"]
        # Not installed by Helm, so not marked as if it were.
        labels.pop("helm.sh/chart")
        labels["app.kubernetes.io/managed-by"] = "kubectl"
        template = document.get("spec", {}).get("template")
        if template:
            template["metadata"]["labels"].pop("helm.sh/chart")
            template["metadata"]["labels"]["app.kubernetes.io/managed-by"] = "kubectl"
        name = pathlib.PurePath(path).name
        texts.setdefault(name, []).append(dumped(document))
    head = "# Written by deploy/helm/render.py from the chart; change it there.\n"
    return {name: head + "---\n".join(parts) for name, parts in texts.items()}


class Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, so that a person can read them."""


def block(dumper, text):
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Dumper.add_representer(str, block)


def dumped(document):
    return yaml.dump(document, Dumper=Dumper, sort_keys=False, width=100, allow_unicode=True)


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 64
    helm_python.disable_logging()
    bad = [str(one) for one in helm_python.lint(str(CHART))["errors"]]
    with helm_python.Chart.load(str(CHART)) as chart:
        for variant, values in VARIANTS.items():
            chart.validate_schema(values)
            documents = [document for _, document in rendered(chart, values)]
            for document in documents:
                validate(document)
            judge(variant, documents)
            if "PostgreSQL" in variant:
                judge_postgresql(documents)
            print(f"{variant}: {len(documents)} valid objects")
        check_schema(chart)
        print(f"the schema refuses {len(REFUSED)} mistakes")
        wanted = manifests(chart)
    if not arguments:
        for path in MANIFESTS.glob("*.yaml"):
            path.unlink()
        for name, text in wanted.items():
            (MANIFESTS / name).write_text(text)
        return 0
    there = {path.name: path.read_text() for path in MANIFESTS.glob("*.yaml")}
    stale = sorted(name for name in there.keys() | wanted.keys()
                   if there.get(name) != wanted.get(name))
    for text in bad + [f"deploy/kubernetes/{name} is not what render.py writes" for name in stale]:
        print(text, file=sys.stderr)
    return 1 if stale or bad else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Mistake as mistake:
        print(mistake, file=sys.stderr)
        sys.exit(1)
