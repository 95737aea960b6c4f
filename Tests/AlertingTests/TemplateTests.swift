// Go templates: the language, its functions, its errors and its bounds.
import Testing

@testable import Alerting

@Suite("Go templates")
struct TemplateTests {
    @Test("expand as Prometheus does", arguments: TemplateCase.expansions1)
    func expands(_ example: TemplateCase) throws {
        #expect(try example.expand() == example.expected)
    }

    @Test("expand functions as Prometheus does", arguments: TemplateCase.expansions2)
    func expandsFunctions(_ example: TemplateCase) throws {
        #expect(try example.expand() == example.expected)
    }

    @Test("expand extreme values as Prometheus does", arguments: TemplateCase.expansions3)
    func expandsExtremes(_ example: TemplateCase) throws {
        #expect(try example.expand() == example.expected)
    }

    @Test("are refused at load in Go's words", arguments: TemplateCase.refusals)
    func refuses(_ example: TemplateCase) {
        #expect(throws: GoTemplateError(message: "template: __alert_T:" + example.expected)) {
            try GoTemplate(alert: "T", source: example.template)
        }
    }

    static let queries = [
        TemplateCase(
            "{{ range query \"src\" }}{{ .Labels.team }}={{ .Value }};{{ end }}",
            gives: "b=2;a=1500;"),
        TemplateCase(
            "{{ range $i, $s := query \"src\" }}{{ $i }}{{ label \"team\" $s }}{{ end }}",
            gives: "0b1a"),
        TemplateCase(
            "{{ range query \"src\" | sortByLabel \"team\" }}{{ . | value }} {{ end }}",
            gives: "1500 2 "),
        TemplateCase("{{ query \"src\" | first }}", gives: "{map[__name__:src team:b] 2}"),
        TemplateCase("{{ (index (query \"src\") 1).Labels.team }}", gives: "a"),
        TemplateCase(
            "{{ range query \"src\" }}{{ if eq .Labels.team \"a\" }}{{ continue }}{{ end }}x{{ end }}",
            gives: "x"),
        TemplateCase("{{ range query \"src\" }}x{{ break }}{{ end }}", gives: "x"),
        TemplateCase(
            "{{ query \"nosuch\" | first | value }}",
            gives: "<ERROR 1:132: executing \"__alert_T\" at <first>: error calling first: "
                + "first() called on vector with no elements>"),
        TemplateCase(
            "{{ query \"bad\" }}",
            gives: "<ERROR 1:115: executing \"__alert_T\" at <query \"bad\">: error calling "
                + "query: cannot answer bad>"),
        TemplateCase("{{ with query \"nosuch\" }}some{{ else }}none{{ end }}", gives: "none"),
    ]

    @Test("ask the engine through a closure", arguments: queries)
    func asks(_ example: TemplateCase) throws {
        #expect(try example.expand() == example.expected)
    }

    static let newer = [
        TemplateCase("{{ now }}", gives: "1.643114203123e+09"),
        TemplateCase("{{ toDuration 5400 }}", gives: "1h30m0s"),
        TemplateCase("{{ (toDuration \"1.5\").Seconds }}", gives: "1.5"),
        TemplateCase("{{ urlQueryEscape \"a b&c\" }}", gives: "a+b%26c"),
        TemplateCase(
            "{{ externalURL }}{{ pathPrefix }}", gives: "http://agent.example/prefix/prefix"),
    ]

    @Test("have the functions of newer servers", arguments: newer)
    func newerFunctions(_ example: TemplateCase) throws {
        #expect(try example.expand() == example.expected)
    }

    @Test("end when they nest without end")
    func boundsTemplates() throws {
        let template = "{{ define \"x\" }}{{ template \"x\" }}{{ end }}{{ template \"x\" }}"
        let output = try TemplateCase(template, gives: "").expand()
        #expect(output.contains("exceeded maximum template depth (50)"))
    }

    @Test("end when they write without end")
    func boundsOutput() throws {
        var template = "{{ $x := \"0123456789abcdef\" }}"
        for _ in 0..<20 { template += "{{ $x = print $x $x }}" }
        let output = try TemplateCase(template + "{{ $x }}{{ $x }}", gives: "").expand()
        #expect(output.utf8.count < 2 << 20)
    }

    @Test(
        "refuse nesting that would exhaust the stack",
        arguments: [
            String(repeating: "{{ if 1 }}", count: 5000),
            "{{ " + String(repeating: "(", count: 5000),
        ])
    func boundsDepth(_ template: String) {
        #expect(throws: GoTemplateError.self) {
            try GoTemplate(alert: "T", source: template)
        }
    }

    @Test("count lines from the first line of the text")
    func namesLines() throws {
        let output = try TemplateCase("a\nb {{ index \"x\" 7 }}", gives: "").expand()
        #expect(
            output
                == "<ERROR 2:5: executing \"__alert_T\" at <index \"x\" 7>: error calling index: "
                + "index out of range: 7>")
    }

    @Test("leave text without actions as it is")
    func plainText() throws {
        #expect(try TemplateCase("100 % } {", gives: "").expand() == "100 % } {")
    }
}
