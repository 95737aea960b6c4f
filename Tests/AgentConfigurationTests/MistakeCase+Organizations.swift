// One file for every mistake: organizations.

extension MistakeCase {
    static let organizations: [MistakeCase] = [
        MistakeCase(
            "a base allocation finer than credits are",
            "organizations: [{id: acme, base_allocation: 100.1234567}]",
            [
                "agent.yml:1:45: organizations[0].base_allocation: 100.1234567 has more than six decimals, the most that credits have; round it"
            ]),
        MistakeCase(
            "no identifier",
            """
            organizations: [{base_allocation: 100}]
            """,
            [
                "agent.yml:1:17: organizations[0]: missing required key `id`"
            ]),
        MistakeCase(
            "an empty identifier",
            """
            organizations: [{id: "", base_allocation: 100}]
            """,
            [
                "agent.yml:1:22: organizations[0].id: the identifier is empty"
            ]),
        MistakeCase(
            "a control character in an identifier",
            #"""
            organizations: [{id: "a\nb", base_allocation: 100}]
            """#,
            [
                "agent.yml:1:22: organizations[0].id: the identifier holds a control character"
            ]),
        MistakeCase(
            "an identifier of 129 bytes",
            """
            organizations: [{id: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, base_allocation: 100}]
            """,
            [
                "agent.yml:1:22: organizations[0].id: the identifier is longer than 128 bytes"
            ]),
        MistakeCase(
            "an organization defined twice",
            """
            organizations:
              - {id: acme, base_allocation: 100}
              - {base_allocation: 200, id: acme}
            """,
            [
                "agent.yml:3:32: organizations[1].id: organization `acme` is defined twice, first at agent.yml:2:5"
            ]),
        MistakeCase(
            "no base allocation",
            """
            organizations:
              - id: acme
            """,
            [
                "agent.yml:2:5: organizations[0]: missing required key `base_allocation`"
            ]),
        MistakeCase(
            "a base allocation below 0",
            """
            organizations:
              - id: acme
                base_allocation: -0.5
            """,
            [
                "agent.yml:3:22: organizations[0].base_allocation: must be 0 or more, found -0.5"
            ]),
        MistakeCase(
            "a base allocation in words",
            """
            organizations:
              - id: acme
                base_allocation: lots
            """,
            [
                #"agent.yml:3:22: organizations[0].base_allocation: expected a number such as 12.5, found "lots""#
            ]),
        MistakeCase(
            "a base allocation beyond what can be counted",
            """
            organizations:
              - id: acme
                base_allocation: 1e30
            """,
            [
                "agent.yml:3:22: organizations[0].base_allocation: 1e30 is out of range (amounts reach ±9223372036854 credits, to six decimals)"
            ]),
        MistakeCase(
            "an unknown time zone",
            """
            organizations:
              - id: acme
                base_allocation: 100
                time_zone: Mars/Olympus
            """,
            [
                #"agent.yml:4:16: organizations[0].time_zone: "Mars/Olympus" is no IANA time zone; write one such as Europe/Berlin"#
            ]),
        MistakeCase(
            "an unknown mode, with the nearest known one",
            """
            organizations:
              - id: acme
                base_allocation: 100
                limit: {mode: sof, allowance: 5}
            """,
            [
                #"agent.yml:4:19: organizations[0].limit.mode: expected one of `hard`, `soft`, found "sof"; did you mean `soft`?"#
            ]),
        MistakeCase(
            "a soft limit without allowance",
            """
            organizations:
              - id: acme
                base_allocation: 100
                limit: {mode: soft}
            """,
            [
                "agent.yml:4:12: organizations[0].limit: missing required key `allowance`"
            ]),
        MistakeCase(
            "a hard limit with allowance",
            """
            organizations:
              - id: acme
                base_allocation: 100
                limit: {mode: hard, allowance: 5}
            """,
            [
                "agent.yml:4:36: organizations[0].limit.allowance: a hard limit has no allowance; write mode: soft, or remove it"
            ]),
        MistakeCase(
            "an allowance below 0",
            """
            organizations:
              - id: acme
                base_allocation: 100
                limit: {mode: soft, allowance: -5}
            """,
            [
                "agent.yml:4:36: organizations[0].limit.allowance: must be 0 or more, found -5"
            ]),
        MistakeCase(
            "an unknown key of the limit",
            """
            organizations:
              - id: acme
                base_allocation: 100
                limit: {mode: hard, until: 2027-01-01}
            """,
            [
                "agent.yml:4:25: field `until` is not known in `organizations[0].limit`"
            ]),
        MistakeCase(
            "a limit that is no mapping",
            """
            organizations:
              - id: acme
                base_allocation: 100
                limit: hard
            """,
            [
                #"agent.yml:4:12: organizations[0].limit: expected a mapping, found "hard""#
            ]),
        MistakeCase(
            "pricing without currency",
            """
            organizations:
              - id: acme
                base_allocation: 100
                pricing: {base: 0.1, overage: 0.2}
            """,
            [
                "agent.yml:4:14: organizations[0].pricing: missing required key `currency`"
            ]),
        MistakeCase(
            "an empty currency",
            """
            organizations:
              - id: acme
                base_allocation: 100
                pricing: {currency: "", base: 0.1, overage: 0.2}
            """,
            [
                "agent.yml:4:25: organizations[0].pricing.currency: expected a currency code such as USD"
            ]),
        MistakeCase(
            "a price below 0",
            """
            organizations:
              - id: acme
                base_allocation: 100
                pricing: {currency: USD, base: 0.1, overage: -0.2}
            """,
            [
                "agent.yml:4:50: organizations[0].pricing.overage: a price is 0 or more, found -0.2"
            ]),
        MistakeCase(
            "a price that is no number",
            """
            organizations:
              - id: acme
                base_allocation: 100
                pricing: {currency: USD, base: cheap, overage: 0.2}
            """,
            [
                #"agent.yml:4:36: organizations[0].pricing.base: expected a number such as 12.5, found "cheap""#
            ]),
        MistakeCase(
            "stale_after below a second",
            """
            organizations:
              - id: acme
                base_allocation: 100
                stale_after: 999ms
            """,
            [
                "agent.yml:4:18: organizations[0].stale_after: must be 1s or more"
            ]),
        MistakeCase(
            "a settle time of more than a month",
            """
            organizations:
              - id: acme
                base_allocation: 100
                settle_after: 32d
            """,
            [
                "agent.yml:4:19: organizations[0].settle_after: expected 0s to 31d"
            ]),
        MistakeCase(
            "a duration without unit",
            """
            organizations:
              - id: acme
                base_allocation: 100
                stale_after: 30
            """,
            [
                #"agent.yml:4:18: organizations[0].stale_after: expected a duration such as 30s, found "30"; add a unit (ms, s, m, h, d, w, y)"#
            ]),
        MistakeCase(
            "an unknown word for when_stale",
            """
            organizations:
              - id: acme
                base_allocation: 100
                when_stale: deny
            """,
            [
                #"agent.yml:4:17: organizations[0].when_stale: expected one of `allow`, `block`, found "deny""#
            ]),
        MistakeCase(
            "daily_series of half days",
            """
            organizations:
              - id: acme
                base_allocation: 100
                daily_series: 36h
            """,
            [
                "agent.yml:4:19: organizations[0].daily_series: expected whole days from 1d to 400d"
            ]),
        MistakeCase(
            "daily_series of nothing",
            """
            organizations:
              - id: acme
                base_allocation: 100
                daily_series: 0d
            """,
            [
                "agent.yml:4:19: organizations[0].daily_series: expected whole days from 1d to 400d"
            ]),
        MistakeCase(
            "daily_series beyond its bound",
            """
            organizations:
              - id: acme
                base_allocation: 100
                daily_series: 401d
            """,
            [
                "agent.yml:4:19: organizations[0].daily_series: expected whole days from 1d to 400d"
            ]),
        MistakeCase(
            "a product listed twice",
            """
            organizations:
              - id: acme
                base_allocation: 100
                products:
                  - {id: chat}
                  - {id: chat}
            """,
            [
                "agent.yml:6:14: organizations[0].products[1].id: product `chat` is listed twice, first at agent.yml:5:9"
            ]),
        MistakeCase(
            "a product without identifier",
            """
            organizations:
              - id: acme
                base_allocation: 100
                products: [{name: Chat}]
            """,
            [
                "agent.yml:4:16: organizations[0].products[0]: missing required key `id`"
            ]),
        MistakeCase(
            "a flag in other words",
            """
            organizations:
              - id: acme
                base_allocation: 100
                products: [{id: chat, enabled: yes}]
            """,
            [
                #"agent.yml:4:36: organizations[0].products[0].enabled: expected true or false, found "yes"; write true"#
            ]),
        MistakeCase(
            "an unknown key of a product",
            """
            organizations:
              - id: acme
                base_allocation: 100
                products: [{id: chat, enable: true}]
            """,
            [
                "agent.yml:4:27: field `enable` is not known in `organizations[0].products[0]`; did you mean `enabled`?"
            ]),
    ]
}
