// One file for every mistake: rule files and the rest.

extension MistakeCase {
    static let rules: [MistakeCase] = [
        MistakeCase(
            "a rule file that is not there",
            """
            organizations: [{id: acme, base_allocation: 100}]
            rule_files: [alerts.yml, missing.yml]
            """,
            rules: """
                groups:
                  - name: usage
                    rules:
                      - {alert: A, expr: up}
                """,
            [
                "agent.yml:2:26: rule_files: ./missing.yml cannot be read: no such file"
            ]),
        MistakeCase(
            "one rule file without a list",
            """
            organizations: [{id: acme, base_allocation: 100}]
            rule_files: alerts.yml
            """,
            [
                #"agent.yml:2:13: rule_files: expected a list, found "alerts.yml"; write [alerts.yml]"#
            ]),
        MistakeCase(
            "an error inside an expression",
            """
            organizations: [{id: acme, base_allocation: 100}]
            rule_files: [alerts.yml]
            """,
            rules: """
                groups:
                  - name: usage
                    rules:
                      - alert: High
                        expr: sum(ai_credits_used_credits >= 5
                """,
            [
                #"./alerts.yml:5:47: group "usage", rule 1, "High": expr: could not parse expression: 1:33: parse error: unclosed left parenthesis"#
            ]),
        MistakeCase(
            "an unknown function",
            """
            organizations: [{id: acme, base_allocation: 100}]
            rule_files: [alerts.yml]
            """,
            rules: """
                groups:
                  - name: usage
                    rules:
                      - alert: High
                        expr: |
                          max(
                            rat(ai_credits_used_total[5m])
                          )
                """,
            [
                #"./alerts.yml:7:13: group "usage", rule 1, "High": expr: could not parse expression: 2:3: parse error: unknown function with name "rat""#
            ]),
        MistakeCase(
            "an unknown key of a rule",
            """
            organizations: [{id: acme, base_allocation: 100}]
            rule_files: [alerts.yml]
            """,
            rules: """
                groups:
                  - name: usage
                    rules:
                      - {alert: High, expr: up, fro: 5m}
                """,
            [
                "./alerts.yml:4:33: field `fro` is not known in `groups[0].rules[0]`; did you mean `for`?"
            ]),
        MistakeCase(
            "a template that does not parse",
            """
            organizations: [{id: acme, base_allocation: 100}]
            rule_files: [alerts.yml]
            """,
            rules: """
                groups:
                  - name: usage
                    rules:
                      - alert: High
                        expr: up
                        annotations:
                          summary: "{{ $value }"
                """,
            [
                #"./alerts.yml:7:20: group "usage", rule 1, "High": annotation "summary": template: __alert_High:1: unexpected "}" in operand"#
            ]),
        MistakeCase(
            "a rule without expression",
            """
            organizations: [{id: acme, base_allocation: 100}]
            rule_files: [alerts.yml]
            """,
            rules: """
                groups:
                  - name: usage
                    rules:
                      - alert: High
                """,
            [
                "./alerts.yml:4:9: groups[0].rules[0]: missing required key `expr`"
            ]),
        MistakeCase(
            "a bad label of a rule",
            """
            organizations: [{id: acme, base_allocation: 100}]
            rule_files: [alerts.yml]
            """,
            rules: """
                groups:
                  - name: usage
                    rules:
                      - alert: High
                        expr: up
                        labels: {0severity: info}
                """,
            [
                #"./alerts.yml:6:18: group "usage", rule 1, "High": invalid label name: 0severity"#
            ]),
        MistakeCase(
            "two groups of one name",
            """
            organizations: [{id: acme, base_allocation: 100}]
            rule_files: [alerts.yml]
            """,
            rules: """
                groups:
                  - {name: usage, rules: []}
                  - {name: usage, rules: []}
                """,
            [
                #"./alerts.yml:3:12: groups[1].name: groupname "usage" is repeated in the same file; the first is in line 2"#
            ]),
        MistakeCase(
            "an evaluation interval below a second",
            """
            organizations: [{id: acme, base_allocation: 100}]
            evaluation_interval: 999ms
            """,
            [
                "agent.yml:2:22: evaluation_interval: must be from 1s to 1d"
            ]),
        MistakeCase(
            "an evaluation interval in words",
            """
            organizations: [{id: acme, base_allocation: 100}]
            evaluation_interval: often
            """,
            [
                #"agent.yml:2:22: evaluation_interval: expected a duration such as 30s, found "often""#
            ]),
        MistakeCase(
            "too short a retention",
            """
            organizations: [{id: acme, base_allocation: 100}]
            query_retention: 59s
            """,
            [
                "agent.yml:2:18: query_retention: must be from 1m to 400d"
            ]),
        MistakeCase(
            "a label name that begins with a digit",
            """
            organizations: [{id: acme, base_allocation: 100}]
            scrape_labels: {0job: agent}
            """,
            [
                #"agent.yml:2:17: scrape_labels: "0job" is no label name"#
            ]),
        MistakeCase(
            "the name as a label",
            """
            organizations: [{id: acme, base_allocation: 100}]
            external_labels: {__name__: agent}
            """,
            [
                #"agent.yml:2:19: external_labels: "__name__" is no label name"#
            ]),
        MistakeCase(
            "labels as a list",
            """
            organizations: [{id: acme, base_allocation: 100}]
            external_labels: [job]
            """,
            [
                "agent.yml:2:18: external_labels: expected a mapping, found a list"
            ]),
        MistakeCase(
            "an unknown word of anonymous_access",
            """
            organizations: [{id: acme, base_allocation: 100}]
            anonymous_access: [metrics, everything]
            """,
            [
                #"agent.yml:2:29: anonymous_access: "everything" is not known; there are metrics, gate, read"#
            ]),
        MistakeCase(
            "a hash that is too short",
            """
            organizations: [{id: acme, base_allocation: 100}]
            api_tokens: [{name: ci, role: admin, sha256: abc}]
            """,
            [
                "agent.yml:2:46: api_tokens[0].sha256: expected 64 hexadecimal digits: the SHA-256 of the token"
            ]),
        MistakeCase(
            "a hash that is not hexadecimal",
            """
            organizations: [{id: acme, base_allocation: 100}]
            api_tokens: [{name: ci, role: admin, sha256: +1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1}]
            """,
            [
                "agent.yml:2:46: api_tokens[0].sha256: expected 64 hexadecimal digits: the SHA-256 of the token"
            ]),
        MistakeCase(
            "an unknown role",
            """
            organizations: [{id: acme, base_allocation: 100}]
            api_tokens: [{name: ci, role: amin, sha256: abababababababababababababababababababababababababababababababab}]
            """,
            [
                #"agent.yml:2:31: api_tokens[0].role: expected one of `viewer`, `gate`, `admin`, `owner`, found "amin"; did you mean `admin`?"#
            ]),
        MistakeCase(
            "a token that is named as another author",
            """
            organizations: [{id: acme, base_allocation: 100}]
            api_tokens: [{name: "user:ada", role: admin, sha256: abababababababababababababababababababababababababababababababab}]
            """,
            [
                "agent.yml:2:21: api_tokens[0].name: `file` and names that begin with `user:` mean other authors of changes"
            ]),
        MistakeCase(
            "two tokens of one name",
            """
            organizations: [{id: acme, base_allocation: 100}]
            api_tokens:
              - {name: ci, role: admin, sha256: abababababababababababababababababababababababababababababababab}
              - {name: ci, role: viewer, sha256: cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd}
            """,
            [
                "agent.yml:4:12: api_tokens[1].name: there are two tokens named `ci`"
            ]),
        MistakeCase(
            "one token under several names",
            """
            organizations: [{id: acme, base_allocation: 100}]
            api_tokens:
              - {name: ci, role: admin, sha256: abababababababababababababababababababababababababababababababab}
              - {name: grafana, role: viewer, sha256: ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB}
              - {name: proxy, role: gate, sha256: abababababababababababababababababababababababababababababababab}
            """,
            [
                "agent.yml:4:43: api_tokens[1].sha256: this is the token of `ci`, agent.yml:3:37; make another one with `token new`",
                "agent.yml:5:39: api_tokens[2].sha256: this is the token of `ci`, agent.yml:3:37; make another one with `token new`",
            ]),
        MistakeCase(
            "a PostgreSQL ledger that cannot be reached as written",
            """
            ledger: {url: "postgresql://agent@db:70000/ledger?sslmod=require&ssl%zz=1&options"}
            organizations: [{id: acme, base_allocation: 100}]
            """,
            [
                "agent.yml:1:15: ledger.url: `70000` is no port; it lies between 1 and 65535",
                "agent.yml:1:15: ledger.url: libpq has no parameter `sslmod`; did you mean `sslmode`?",
                "agent.yml:1:15: ledger.url: libpq has no parameter `ssl%zz`",
                "agent.yml:1:15: ledger.url: the parameter `options` has no value; write options=…",
                "agent.yml:1:15: ledger.url: a `%` begins no escape; write %25",
            ]),
        MistakeCase(
            "a ledger of another kind",
            """
            ledger: {url: mysql://db/ledger}
            organizations: [{id: acme, base_allocation: 100}]
            """,
            [
                "agent.yml:1:15: ledger.url: expected sqlite:PATH, such as sqlite:ledger.db, or postgresql://USER@HOST/DATABASE"
            ]),
        MistakeCase(
            "a ledger without a path",
            """
            ledger: {url: "sqlite:"}
            organizations: [{id: acme, base_allocation: 100}]
            """,
            [
                "agent.yml:1:15: ledger.url: expected sqlite:PATH, such as sqlite:ledger.db"
            ]),
        MistakeCase(
            "a ledger on another host",
            """
            ledger: {url: "sqlite://host/ledger.db"}
            organizations: [{id: acme, base_allocation: 100}]
            """,
            [
                "agent.yml:1:15: ledger.url: expected sqlite:PATH, such as sqlite:ledger.db"
            ]),
        MistakeCase(
            "a ledger without URL",
            """
            ledger: {}
            organizations: [{id: acme, base_allocation: 100}]
            """,
            [
                "agent.yml:1:9: ledger: missing required key `url`"
            ]),
        MistakeCase(
            "an unknown key of the ledger",
            """
            ledger: {url: sqlite:ledger.db, path: x}
            organizations: [{id: acme, base_allocation: 100}]
            """,
            [
                "agent.yml:1:33: field `path` is not known in `ledger`"
            ]),
    ]
}
