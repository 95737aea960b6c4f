// One file for every mistake: sources.

extension MistakeCase {
    static let sources: [MistakeCase] = [
        MistakeCase(
            "a source without organization",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                request: {url: "https://api.example/u?from={window.start:date}"}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
            """,
            [
                "agent.yml:3:5: sources[0]: missing required key `organization`"
            ]),
        MistakeCase(
            "a source of an unknown organization",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acmee
                request: {url: "https://api.example/u?from={window.start:date}"}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
            """,
            [
                "agent.yml:4:19: sources[0].organization: there is no organization `acmee`; did you mean `acme`?"
            ]),
        MistakeCase(
            "a source defined twice",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                request: {url: "https://api.example/u?from={window.start:date}"}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
              - id: usage
                organization: acme
                request: {url: "https://api.example/u?from={window.start:date}"}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
            """,
            [
                "agent.yml:7:9: source `usage` is defined twice, first at agent.yml:3:9"
            ]),
        MistakeCase(
            "an unknown style",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                request: {url: "https://api.example/u?from={window.start:date}"}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
                style: dayly
            """,
            [
                #"agent.yml:7:12: sources[0].style: expected one of `daily`, `counter`, `events`, `balance`, `prometheus`, found "dayly"; did you mean `daily`?"#
            ]),
        MistakeCase(
            "an organization that is a path",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: {path: "$.org"}
                request: {url: "https://api.example/u?from={window.start:date}"}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
            """,
            [
                "agent.yml:4:19: sources[0].organization: must be the identifier itself; a path is not available in this version"
            ]),
        MistakeCase(
            "a pace below 100ms",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                request: {url: "https://api.example/u?from={window.start:date}"}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
                every: 50ms
            """,
            [
                "agent.yml:7:12: sources[0].every: must be from 100ms to 5w"
            ]),
        MistakeCase(
            "a deadline in words",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                request: {url: "https://api.example/u?from={window.start:date}"}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
                poll_deadline: soon
            """,
            [
                #"agent.yml:7:20: sources[0].poll_deadline: expected a duration such as 30s, found "soon""#
            ]),
        MistakeCase(
            "a source without request",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
            """,
            [
                "agent.yml:3:5: sources[0]: missing required key `request`"
            ]),
        MistakeCase(
            "a request without URL",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                request: {headers: {Accept: application/json}}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
            """,
            [
                "agent.yml:5:14: sources[0].request: missing required key `url`"
            ]),
        MistakeCase(
            "a URL of another scheme",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                request: {url: "ftp://api.example/u"}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
            """,
            [
                #"agent.yml:5:20: sources[0].request.url: the scheme must be http or https, not "ftp""#
            ]),
        MistakeCase(
            "an unknown placeholder",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                request: {url: "https://api.example/u?from={window.begin:date}"}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
            """,
            [
                "agent.yml:5:20: sources[0].request.url: `{window.begin:date}` is no placeholder; there are {window.start:date|unix|rfc3339|unix_ms|y|m|d}, {window.end:date|unix|rfc3339|unix_ms|y|m|d}, {day:date|unix|rfc3339|unix_ms|y|m|d}, {cursor}, {page}, {job.id}, {org}"
            ]),
        MistakeCase(
            "a path that is no JSONPath",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                request: {url: "https://api.example/u?from={window.start:date}"}
                map: {rows: "$.usage[", day: "$.date", product: "$.product", credits: "$.credits"}
            """,
            [
                "agent.yml:6:17: sources[0].map.rows: a selector was expected (name in quotes, index, slice, `*` or `?`), not the end of the path (column 9 of the path)"
            ]),
        MistakeCase(
            "a map without credits",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                request: {url: "https://api.example/u?from={window.start:date}"}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product"}
            """,
            [
                "agent.yml:6:10: sources[0].map: expected exactly one of `credits` and `measures`"
            ]),
        MistakeCase(
            "a map without day",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                request: {url: "https://api.example/u?from={window.start:date}"}
                map: {rows: "$.usage[*]", product: "$.product", credits: "$.credits"}
            """,
            [
                "agent.yml:6:10: sources[0].map: missing required key `day`"
            ]),
        MistakeCase(
            "a source that replaces itself",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                request: {url: "https://api.example/u?from={window.start:date}"}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
                replaces: [usage]
            """,
            [
                "agent.yml:7:16: sources[0].replaces: a source cannot replace itself"
            ]),
        MistakeCase(
            "half a day of look-back",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                request: {url: "https://api.example/u?from={window.start:date}"}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
                window: {lookback: 12h}
            """,
            [
                "agent.yml:7:24: sources[0].window.lookback: must be whole days from 0d to 400d, such as 3d"
            ]),
        MistakeCase(
            "an unknown kind of authentication",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                request:
                  url: "https://api.example/u"
                  auth: {barer: {env: TOKEN}}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
            """,
            [
                "agent.yml:7:13: sources[0].request.auth: expected exactly one of `bearer`, `header`, `basic`, `oauth2`, `jwt_bearer`, `sigv4`, `mtls`",
                "agent.yml:7:14: field `barer` is not known in `sources[0].request.auth`; did you mean `bearer`?",
            ]),
        MistakeCase(
            "a secret that names two places",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                request:
                  url: "https://api.example/u"
                  auth: {bearer: {env: TOKEN, file: token}}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
            """,
            [
                "agent.yml:7:22: sources[0].request.auth.bearer: expected exactly one of {env: NAME} and {file: PATH}"
            ]),
        MistakeCase(
            "an unknown key of a source",
            """
            organizations: [{id: acme, base_allocation: 100}]
            sources:
              - id: usage
                organization: acme
                request: {url: "https://api.example/u?from={window.start:date}"}
                map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}
                evry: 60s
            """,
            [
                "agent.yml:7:5: field `evry` is not known in `sources[0]`; did you mean `every`?"
            ]),
    ]
}
