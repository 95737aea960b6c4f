// Templates that Prometheus 2.42 refuses, with its words.

extension TemplateCase {
    static let refusals: [TemplateCase] = [
        TemplateCase(
            #"{{ 1 }} {{ 1.5 }} {{ 1e3 }} {{ 0x1F }} {{ 0b11 }} {{ 0o17 }} {{ 017 }} {{ 1_000 }} {{ 'a' }} {{ '\n' }} {{ -5 }} {{ +5 }} {{ 1e400 }}"#,
            gives: #"1: illegal number syntax: "1e400""#),
        TemplateCase(
            "{{ 99999999999999999999 }}",
            gives: #"1: integer overflow: "99999999999999999999""#),
        TemplateCase(
            "{{ 0x }}",
            gives: #"1: illegal number syntax: "0x""#),
        TemplateCase(
            "{{ 1.5.6 }}",
            gives: #"1: unexpected ".6" in operand"#),
        TemplateCase(
            "{{ 5x }}",
            gives: #"1: bad number syntax: "5x""#),
        TemplateCase(
            #"{{ "unterminated }}"#,
            gives: "1: unterminated quoted string"),
        TemplateCase(
            "{{ `unterminated }}",
            gives: "1: unterminated raw quoted string"),
        TemplateCase(
            "{{ 'x }}",
            gives: "1: unterminated character constant"),
        TemplateCase(
            #"{{ "bad\qescape" }}"#,
            gives: "1: invalid syntax"),
        TemplateCase(
            "{{ 'ab' }}",
            gives: "1: malformed character constant: 'ab'"),
        TemplateCase(
            "{{ '' }}",
            gives: "1: invalid syntax"),
        TemplateCase(
            "{{ $nope }}",
            gives: #"1: undefined variable "$nope""#),
        TemplateCase(
            "{{ if true }}{{ $x := 5 }}{{ end }}{{ $x }}",
            gives: #"1: undefined variable "$x""#),
        TemplateCase(
            "{{ $x, $y := 1 }}",
            gives: "1: too many declarations in command"),
        TemplateCase(
            #"{{ range $x, $y, $z := query "src" }}{{ end }}"#,
            gives: "1: too many declarations in range"),
        TemplateCase(
            #"{{ range $x, 5 := query "src" }}{{ end }}"#,
            gives: "1: range can only initialize variables"),
        TemplateCase(
            "{{ with 0 }}a{{ else with 1 }}b{{ end }}",
            gives: "1: unexpected <with> in else"),
        TemplateCase(
            "{{ if }}x{{ end }}",
            gives: "1: missing value for if"),
        TemplateCase(
            "{{ if 1 }}x",
            gives: "1: unexpected EOF"),
        TemplateCase(
            "{{ if 1 }}x{{ else }}y{{ else }}z{{ end }}",
            gives: "1: expected end; found {{else}}"),
        TemplateCase(
            "{{ end }}",
            gives: "1: unexpected {{end}}"),
        TemplateCase(
            "{{ else }}",
            gives: "1: unexpected {{else}}"),
        TemplateCase(
            #"{{ define "x" }}a{{ end }}{{ define "x" }}b{{ end }}{{ template "x" }}"#,
            gives: #"1: template: multiple definition of template "x""#),
        TemplateCase(
            #"{{ define "x" }}{{ $labels.team }}{{ end }}{{ template "x" . }}"#,
            gives: #"1: undefined variable "$labels""#),
        TemplateCase(
            "{{ template nope }}",
            gives: #"1: unexpected "nope" in template clause"#),
        TemplateCase(
            "{{ define x }}{{ end }}",
            gives: #"1: unexpected "x" in define clause"#),
        TemplateCase(
            "{{/* bad }}",
            gives: "1: unclosed comment"),
        TemplateCase(
            "{{/* bad */ }}",
            gives: "1: comment ends before closing delimiter"),
        TemplateCase(
            "{{",
            gives: "1: unclosed action"),
        TemplateCase(
            "a\nb{{ $nope }}",
            gives: #"2: undefined variable "$nope""#),
        TemplateCase(
            "{{ if 1\n",
            gives: "2: unclosed action started at __alert_T:1"),
        TemplateCase(
            "{{ ) }}",
            gives: #"1: unexpected ")" in command"#),
        TemplateCase(
            "{{ ( }}",
            gives: "1: unclosed left paren"),
        TemplateCase(
            "{{ (1 }}",
            gives: "1: unclosed left paren"),
        TemplateCase(
            "{{ 1) }}",
            gives: #"1: unexpected ")" in command"#),
        TemplateCase(
            "{{ # }}",
            gives: "1: unexpected \"#\" in command"),
        TemplateCase(
            "{{ | 1 }}",
            gives: #"1: unexpected "|" in command"#),
        TemplateCase(
            #"{{ "a" | 5 }}"#,
            gives: "1: non executable command in pipeline stage 2"),
        TemplateCase(
            "{{ () }}",
            gives: "1: missing value for parenthesized pipeline"),
        TemplateCase(
            "{{}}",
            gives: "1: missing value for command"),
        TemplateCase(
            "{{ }}",
            gives: "1: missing value for command"),
        TemplateCase(
            "{{ é }}",
            gives: #"1: function "é" not defined"#),
        TemplateCase(
            "{{ ☃ }}",
            gives: "1: unrecognized character in action: U+2603 '☃'"),
        TemplateCase(
            #"{{ "a".b }}"#,
            gives: #"1: unexpected . after term "\"a\"""#),
        TemplateCase(
            "{{ 1.b }}",
            gives: #"1: bad number syntax: "1.b""#),
        TemplateCase(
            "{{ nil.b }}",
            gives: #"1: unexpected . after term "nil""#),
        TemplateCase(
            "{{ $labels.team | 5 }}",
            gives: "1: non executable command in pipeline stage 2"),
        TemplateCase(
            #"{{ tmpl "x" 1 }}"#,
            gives: #"1: function "tmpl" not defined"#),
        TemplateCase(
            "{{ break }}",
            gives: "1: {{break}} outside {{range}}"),
        TemplateCase(
            #"{{ range query "src" }}{{ break 5 }}{{ end }}"#,
            gives: #"1: unexpected "5" in {{break}}"#),
        TemplateCase(
            "{{ continue }}",
            gives: "1: {{continue}} outside {{range}}"),
        TemplateCase(
            #"{{ range query "src" }}a{{ else }}{{ break }}{{ end }}"#,
            gives: "1: {{break}} outside {{range}}"),
        TemplateCase(
            "{{ $labels.team := 5 }}",
            gives: #"1: unexpected ":=" in operand"#),
        TemplateCase(
            #"{{ define "a" }}x{{ define "b" }}y{{ end }}{{ end }}"#,
            gives: "1: unexpected <define> in command"),
        TemplateCase(
            #"{{ if 1 }}{{ define "a" }}x{{ end }}{{ end }}"#,
            gives: "1: unexpected <define> in command"),
        TemplateCase(
            #"{{ block "a" . }}x{{ else }}y{{ end }}"#,
            gives: "1: unexpected {{else}} in block clause"),
        TemplateCase(
            #"{{ block "a" }}x{{ end }}"#,
            gives: "1: missing value for block clause"),
        TemplateCase(
            "{{ nosuch.foo }}",
            gives: #"1: function "nosuch" not defined"#),
        TemplateCase(
            "a\n\n{{ foo }}",
            gives: #"3: function "foo" not defined"#),
        TemplateCase(
            "a\n{{ \"x",
            gives: "2: unterminated quoted string"),
        TemplateCase(
            "a\n{{ if true }}\nb",
            gives: "3: unexpected EOF"),
        TemplateCase(
            "{{ /* c */ }}",
            gives: #"1: unexpected "/" in command"#),
        TemplateCase(
            "{{/* c */-}} x",
            gives: "1: comment ends before closing delimiter"),
        TemplateCase(
            "{{ . }}{{ $. }}",
            gives: "1: unexpected <.> in operand"),
    ]
}
