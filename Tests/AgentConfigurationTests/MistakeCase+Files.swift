// One file for every mistake: the file as a whole.

extension MistakeCase {
    static let files: [MistakeCase] = [
        MistakeCase(
            "a file of nothing but comments",
            """
            # nothing yet
            """,
            [
                "agent.yml:1:1: the file is empty; it needs at least `organizations`"
            ]),
        MistakeCase(
            "a list where a mapping is needed",
            """
            - organizations
            """,
            [
                "agent.yml:1:1: expected a mapping, found a list"
            ]),
        MistakeCase(
            "an unknown key, with the nearest known one",
            """
            organizations: [{id: acme, base_allocation: 100}]
            source: []
            """,
            [
                "agent.yml:2:1: field `source` is not known at the top level; did you mean `sources`?"
            ]),
        MistakeCase(
            "an unknown key that resembles none",
            """
            organizations: [{id: acme, base_allocation: 100}]
            colour: red
            """,
            [
                "agent.yml:2:1: field `colour` is not known at the top level"
            ]),
        MistakeCase(
            "a repeated key names both places",
            """
            organizations: [{id: acme, base_allocation: 100}]
            evaluation_interval: 15s
            evaluation_interval: 30s
            """,
            [
                #"agent.yml:3:1: key "evaluation_interval" is repeated; it is first written at 2:1"#
            ]),
        MistakeCase(
            "a tab as indentation",
            """
            organizations:
            	- id: acme
            """,
            [
                "agent.yml:2:1: a tab cannot indent YAML; use spaces (found character that cannot start any token)"
            ]),
        MistakeCase(
            "a text that never ends",
            """
            organizations: [{id: acme, base_allocation: 100}]
            scrape_labels: {job: "agent}
            """,
            [
                "agent.yml:2:29: found unexpected end of stream while scanning a quoted scalar that begins at 2:22; a closing quote may be missing"
            ]),
        MistakeCase(
            "no organizations",
            """
            evaluation_interval: 15s
            """,
            [
                "agent.yml:1:1: missing required key `organizations`"
            ]),
        MistakeCase(
            "an empty list of organizations",
            """
            organizations: []
            """,
            [
                "agent.yml:1:16: organizations: at least one is needed"
            ]),
        MistakeCase(
            "a mapping where a list is needed",
            """
            organizations: {id: acme}
            """,
            [
                "agent.yml:1:16: organizations: expected a list, found a mapping"
            ]),
        MistakeCase(
            "a required key without a value",
            """
            organizations:
            """,
            [
                "agent.yml:1:1: organizations: a value is required"
            ]),
        MistakeCase(
            "an alias that grows without bound",
            """
            a: &a [x, x, x, x, x, x, x, x, x, x]
            b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
            c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
            d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
            e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
            f: [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
            """,
            [
                "agent.yml:5:36: aliases expand to more than 100000 nodes"
            ]),
        MistakeCase(
            "every mistake at once, in the order of the file",
            """
            organizations:
              - {id: acme, base_allocation: -1}
            sources: 5
            evaluation_interval: 15
            query_retention: 1s
            colour: red
            """,
            [
                "agent.yml:2:33: organizations[0].base_allocation: must be 0 or more, found -1",
                #"agent.yml:3:10: sources: expected a list, found "5"; write [5]"#,
                #"agent.yml:4:22: evaluation_interval: expected a duration such as 30s, found "15"; add a unit (ms, s, m, h, d, w, y)"#,
                "agent.yml:5:18: query_retention: must be from 1m to 400d",
                "agent.yml:6:1: field `colour` is not known at the top level",
            ]),
    ]
}
