// Templates with what Prometheus 2.42 printed for them.

extension TemplateCase {
    static let expansions2: [TemplateCase] = [
        TemplateCase(
            #"{{ template "nope" }}"#,
            gives:
                #"<ERROR 1:124: executing "__alert_T" at <{{template "nope"}}>: template "nope" not defined>"#
        ),
        TemplateCase(
            #"{{ template "x" 1 2 }}"#,
            gives:
                #"<ERROR 1:124: executing "__alert_T" at <{{template "x" 1 2}}>: template "x" not defined>"#
        ),
        TemplateCase(
            #"{{ define "x" }}{{ template "x" }}{{ end }}ok"#,
            gives: "ok"),
        TemplateCase(
            #"{{/* comment */}}x{{- /* c */ -}} y {{- "z" }}"#,
            gives: "xyz"),
        TemplateCase(
            "a  {{- 1 -}}  b {{ -1 }} c{{-1 }}",
            gives: "a1b -1 c-1"),
        TemplateCase(
            "{{ 1 -}}   x",
            gives: "1x"),
        TemplateCase(
            "x   {{- 1 }}",
            gives: "x1"),
        TemplateCase(
            "1 }}",
            gives: "1 }}"),
        TemplateCase(
            "{{ 1\n}}",
            gives: "1"),
        TemplateCase(
            "a\nb\n  {{ index \"x\" 7 }}",
            gives:
                #"<ERROR 3:5: executing "__alert_T" at <index "x" 7>: error calling index: index out of range: 7>"#
        ),
        TemplateCase(
            "{{ (1) }} {{ ((1)) }} {{ (print 1) }}",
            gives: "1 1 1"),
        TemplateCase(
            "{{ 1 | }}",
            gives: "1"),
        TemplateCase(
            "{{ 1 2 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <1>: can't give argument to non-function 1>"#
        ),
        TemplateCase(
            "{{ 5 | print 6 | print 7 }}",
            gives: "76 5"),
        TemplateCase(
            "{{ (nil).b }}",
            gives: #"<ERROR 1:116: executing "__alert_T" at <nil>: nil is not a command>"#),
        TemplateCase(
            "{{ .Labels.team | print | len }}",
            gives: "1"),
        TemplateCase(
            "{{ print.foo }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <print>: can't evaluate field foo in type string>"#
        ),
        TemplateCase(
            "{{ $labels . }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <$labels>: can't give argument to non-function $labels>"#
        ),
        TemplateCase(
            #"{{ $labels "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <$labels>: can't give argument to non-function $labels>"#
        ),
        TemplateCase(
            #"{{ .Labels "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <.Labels>: Labels has arguments but cannot be invoked as function>"#
        ),
        TemplateCase(
            #"{{ .Labels.team "x" }}"#,
            gives:
                #"<ERROR 1:122: executing "__alert_T" at <.Labels.team>: team is not a method but has arguments>"#
        ),
        TemplateCase(
            "{{ first 5 }}",
            gives:
                #"<ERROR 1:121: executing "__alert_T" at <5>: can't handle 5 for arg of type template.queryResult>"#
        ),
        TemplateCase(
            #"{{ first "x" }}"#,
            gives:
                #"<ERROR 1:121: executing "__alert_T" at <"x">: can't handle "x" for arg of type template.queryResult>"#
        ),
        TemplateCase(
            "{{ first nil }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <first nil>: error calling first: first() called on vector with no elements>"#
        ),
        TemplateCase(
            "{{ value nil }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <value nil>: error calling value: runtime error: invalid memory address or nil pointer dereference>"#
        ),
        TemplateCase(
            #"{{ label "x" nil }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <label "x" nil>: error calling label: runtime error: invalid memory address or nil pointer dereference>"#
        ),
        TemplateCase(
            #"{{ label 5 (query "src" | first) }}"#,
            gives: #"<ERROR 1:121: executing "__alert_T" at <5>: expected string; found 5>"#),
        TemplateCase(
            #"{{ label "team" $labels }}"#,
            gives:
                #"<ERROR 1:128: executing "__alert_T" at <$labels>: wrong type for value; expected *template.sample; got map[string]string>"#
        ),
        TemplateCase(
            "{{ toUpper 5 }}",
            gives: #"<ERROR 1:123: executing "__alert_T" at <5>: expected string; found 5>"#),
        TemplateCase(
            "{{ toUpper nil }}",
            gives: #"<ERROR 1:123: executing "__alert_T" at <nil>: cannot assign nil to string>"#),
        TemplateCase(
            "{{ toUpper $value }}",
            gives:
                #"<ERROR 1:123: executing "__alert_T" at <$value>: wrong type for value; expected string; got float64>"#
        ),
        TemplateCase(
            #"{{ toUpper "aßéǆ" }} {{ toLower "AÉİ" }} {{ title "hello-wide_world it's ǆ 3d" }}"#,
            gives: "AßÉǄ aéi Hello-Wide_world It'S ǅ 3d"),
        TemplateCase(
            "{{ toUpper }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <toUpper>: wrong number of args for toUpper: want 1 got 0>"#
        ),
        TemplateCase(
            #"{{ toUpper "a" "b" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <toUpper>: wrong number of args for toUpper: want 1 got 2>"#
        ),
        TemplateCase(
            #"{{ "a" | toUpper "b" }}"#,
            gives:
                #"<ERROR 1:121: executing "__alert_T" at <toUpper>: wrong number of args for toUpper: want 1 got 2>"#
        ),
        TemplateCase(
            #"{{ match "a.c" "xabcx" }} {{ match "^b" "ab" }}"#,
            gives: "true false"),
        TemplateCase(
            #"{{ match "[" "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <match "[" "x">: error calling match: error parsing regexp: missing closing ]: `[`>"#
        ),
        TemplateCase(
            #"{{ match "(" "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <match "(" "x">: error calling match: error parsing regexp: missing closing ): `(`>"#
        ),
        TemplateCase(
            #"{{ match "*" "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <match "*" "x">: error calling match: error parsing regexp: missing argument to repetition operator: `*`>"#
        ),
        TemplateCase(
            #"{{ match "a**" "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <match "a**" "x">: error calling match: error parsing regexp: invalid nested repetition operator: `**`>"#
        ),
        TemplateCase(
            #"{{ match "x{2,1}" "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <match "x{2,1}" "x">: error calling match: error parsing regexp: invalid repeat count: `{2,1}`>"#
        ),
        TemplateCase(
            #"{{ match "[b-a]" "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <match "[b-a]" "x">: error calling match: error parsing regexp: invalid character class range: `b-a`>"#
        ),
        TemplateCase(
            #"{{ match ")" "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <match ")" "x">: error calling match: error parsing regexp: unexpected ): `)`>"#
        ),
        TemplateCase(
            #"{{ match "\\q" "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <match "\\q" "x">: error calling match: error parsing regexp: invalid escape sequence: `\q`>"#
        ),
        TemplateCase(
            #"{{ match "(?P<n" "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <match "(?P<n" "x">: error calling match: error parsing regexp: invalid named capture: `(?P<n`>"#
        ),
        TemplateCase(
            #"{{ match "(?z)" "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <match "(?z)" "x">: error calling match: error parsing regexp: invalid or unsupported Perl syntax: `(?z`>"#
        ),
        TemplateCase(
            #"{{ match "[[:nope:]]" "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <match "[[:nope:]]" "x">: error calling match: error parsing regexp: invalid character class range: `[:nope:]`>"#
        ),
        TemplateCase(
            #"{{ match "\\pX" "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <match "\\pX" "x">: error calling match: error parsing regexp: invalid character class range: `\pX`>"#
        ),
        TemplateCase(
            #"{{ match "x\\" "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <match "x\\" "x">: error calling match: error parsing regexp: trailing backslash at end of expression: ``>"#
        ),
        TemplateCase(
            #"{{ match "x{1001}" "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <match "x{1001}" "x">: error calling match: error parsing regexp: invalid repeat count: `{1001}`>"#
        ),
        TemplateCase(
            #"{{ reReplaceAll "[" "a" "b" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <reReplaceAll "[" "a" "b">: error calling reReplaceAll: regexp: Compile(`[`): error parsing regexp: missing closing ]: `[`>"#
        ),
        TemplateCase(
            #"{{ reReplaceAll "(.*)-(.*)" "$2-$1" "a-b" }} {{ reReplaceAll "a*" "x" "baaac" }} {{ reReplaceAll "(?P<n>b)" "<${n}>$1x$$" "abc" }} {{ reReplaceAll "b" "${" "abc" }} {{ reReplaceAll "" "-" "héy" }}"#,
            gives: "b-a xbxcx a<b>$c a${c -h-é-y-"),
        TemplateCase(
            #"{{ stripPort "1.2.3.4:80" }} {{ stripPort "[::1]" }} {{ stripPort "a:b:c" }} {{ stripPort "host" }} {{ stripPort ":80" }}|"#,
            gives: "1.2.3.4 [::1] a:b:c host |"),
        TemplateCase(
            #"{{ stripDomain "a.b.c" }} {{ stripDomain "1.2.3.4:80" }} {{ stripDomain "[::1]:80" }} {{ stripDomain "a.b:9" }} {{ stripDomain "::1" }} {{ stripDomain "fe80::1:2" }} {{ stripDomain ".x" }} {{ stripDomain "1.2.3.256" }} {{ stripDomain "::ffff:1.2.3.4" }} {{ stripDomain "1:2:3:4:5:6:7:8" }}"#,
            gives: "a 1.2.3.4:80 [::1]:80 a:9 ::1 fe80::1:2  1 ::ffff:1.2.3.4 1:2:3:4:5:6:7:8"),
        TemplateCase(
            #"{{ safeHtml "<b>" }} {{ printf "%T" (safeHtml "x") }} {{ html (safeHtml "<b>") }}"#,
            gives: "<b> template.HTML &lt;b&gt;"),
        TemplateCase(
            #"{{ toUpper (safeHtml "<b>") }}"#,
            gives:
                #"<ERROR 1:133: executing "__alert_T" at <"<b>">: wrong type for value; expected string; got template.HTML>"#
        ),
        TemplateCase(
            #"{{ parseDuration "1d" }} {{ parseDuration "0" }} {{ parseDuration "1h30m5s7ms" }} {{ parseDuration "100y" }}"#,
            gives: "86400 0 5405.007 3.1536e+09"),
        TemplateCase(
            #"{{ parseDuration "" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <parseDuration "">: error calling parseDuration: empty duration string>"#
        ),
        TemplateCase(
            #"{{ parseDuration "1x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <parseDuration "1x">: error calling parseDuration: not a valid duration string: "1x">"#
        ),
        TemplateCase(
            #"{{ parseDuration "5" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <parseDuration "5">: error calling parseDuration: not a valid duration string: "5">"#
        ),
        TemplateCase(
            #"{{ parseDuration "1m1h" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <parseDuration "1m1h">: error calling parseDuration: not a valid duration string: "1m1h">"#
        ),
        TemplateCase(
            #"{{ parseDuration "300y" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <parseDuration "300y">: error calling parseDuration: duration out of range>"#
        ),
        TemplateCase(
            #"{{ humanize "5000" }} {{ humanize 5 }} {{ humanize "x" }}"#,
            gives:
                #"<ERROR 1:154: executing "__alert_T" at <humanize "x">: error calling humanize: strconv.ParseFloat: parsing "x": invalid syntax>"#
        ),
        TemplateCase(
            "{{ humanize nil }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <humanize nil>: error calling humanize: can't convert <nil> to float>"#
        ),
        TemplateCase(
            "{{ humanize $labels }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <humanize $labels>: error calling humanize: can't convert map[string]string to float>"#
        ),
        TemplateCase(
            "{{ humanize true }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <humanize true>: error calling humanize: can't convert bool to float>"#
        ),
        TemplateCase(
            #"{{ humanize "1e400" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <humanize "1e400">: error calling humanize: strconv.ParseFloat: parsing "1e400": value out of range>"#
        ),
        TemplateCase(
            #"{{ humanize "0x1p4" }} {{ humanize "inf" }} {{ humanize "-Infinity" }} {{ humanize "nan" }} {{ humanize "+5" }} {{ humanize ".5" }} {{ humanize "5." }}"#,
            gives: "16 +Inf -Inf NaN 5 500m 5"),
        TemplateCase(
            #"{{ humanize "1_000" }}"#,
            gives: "1k"),
        TemplateCase(
            #"{{ humanize " 5" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <humanize " 5">: error calling humanize: strconv.ParseFloat: parsing " 5": invalid syntax>"#
        ),
        TemplateCase(
            #"{{ humanize (index "a" 0) }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <humanize (index "a" 0)>: error calling humanize: can't convert uint8 to float>"#
        ),
        TemplateCase(
            "{{ humanize 'a' }}",
            gives: "97"),
        TemplateCase(
            #"{{ toTime 1643114203.5 }} {{ (toTime 1643114203.5).Unix }} {{ (toTime 0).Month }} {{ (toTime 0).Weekday }} {{ (toTime 0).Format "2006-01-02T15:04:05Z07:00" }}"#,
            gives:
                "2022-01-25 12:36:43.5 +0000 UTC 1643114203 January Thursday 1970-01-01T00:00:00Z"),
        TemplateCase(
            #"{{ (toTime 1643114203.567).Format "Mon Jan _2 15:04:05.000 MST 2006 | 02/01/06 03:04PM pm -0700 -07:00 Monday January 1 2 3 4 5 002 .999 January2" }}"#,
            gives:
                "Tue Jan 25 12:36:43.566 UTC 2022 | 25/01/22 12:36PM pm +0000 +00:00 Tuesday January 1 25 12 36 43 025 .566 January25"
        ),
        TemplateCase(
            #"{{ printf "%d %s %v %q" (toTime 0).Month (toTime 0).Month (toTime 0).Month (toTime 0).Month }}"#,
            gives: #"1 January January "January""#),
        TemplateCase(
            "{{ (toTime 0).Date }}",
            gives:
                #"<ERROR 1:123: executing "__alert_T" at <0>: can't call method/function "Date" with 3 results>"#
        ),
        TemplateCase(
            "{{ (toTime 0).Nope }}",
            gives:
                #"<ERROR 1:123: executing "__alert_T" at <0>: can't evaluate field Nope in type *time.Time>"#
        ),
        TemplateCase(
            "{{ (toTime 0).wall }}",
            gives:
                #"<ERROR 1:123: executing "__alert_T" at <0>: wall is an unexported field of struct type *time.Time>"#
        ),
        TemplateCase(
            "{{ ((toTime 100).Sub (toTime 50)) }} {{ ((toTime 100).Sub (toTime 50)).Seconds }} {{ (toTime 100).After (toTime 50) }}",
            gives: "50s 50 true"),
        TemplateCase(
            "{{ ((toTime 100).UTC.Sub (toTime 50).UTC).Minutes }}",
            gives: "0.8333333333333334"),
        TemplateCase(
            "{{ (toTime 0).AddDate 1 1 1 }} {{ (toTime 0).YearDay }} {{ (toTime 0).UnixNano }} {{ (toTime 0).IsZero }}",
            gives: "1971-02-02 00:00:00 +0000 UTC 1 0 false"),
        TemplateCase(
            "{{ (toTime 0).Add 5000000000 }} {{ (toTime 3723).Truncate 3600000000000 }} {{ (toTime 3723).Round 60000000000 }}",
            gives:
                "1970-01-01 00:00:05 +0000 UTC 1970-01-01 01:00:00 +0000 UTC 1970-01-01 01:02:00 +0000 UTC"
        ),
        TemplateCase(
            #"{{ printf "%T %T %T" (toTime 0) (toTime 0).Month ((toTime 100).Sub (toTime 50).UTC) }}"#,
            gives: "*time.Time time.Month time.Duration"),
        TemplateCase(
            "{{ (toTime 0).Format }}",
            gives:
                #"<ERROR 1:123: executing "__alert_T" at <0>: wrong number of args for Format: want 1 got 0>"#
        ),
        TemplateCase(
            "{{ (toTime 0).Year 5 }}",
            gives:
                #"<ERROR 1:123: executing "__alert_T" at <0>: wrong number of args for Year: want 0 got 1>"#
        ),
        TemplateCase(
            #"{{ toTime "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <toTime "x">: error calling toTime: strconv.ParseFloat: parsing "x": invalid syntax>"#
        ),
        TemplateCase(
            "{{ eq (toTime 0).Month 1 }}",
            gives: "true"),
        TemplateCase(
            "{{ (toTime 0).Location }}",
            gives: "UTC"),
        TemplateCase(
            "{{ query 5 }}",
            gives: #"<ERROR 1:121: executing "__alert_T" at <5>: expected string; found 5>"#),
        TemplateCase(
            "{{ query }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <query>: wrong number of args for query: want 1 got 0>"#
        ),
        TemplateCase(
            #"{{ query "src" "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <query>: wrong number of args for query: want 1 got 2>"#
        ),
        TemplateCase(
            "{{ strvalue nil }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <strvalue nil>: error calling strvalue: runtime error: invalid memory address or nil pointer dereference>"#
        ),
        TemplateCase(
            #"{{ range query "src" }}{{ if true }}{{ break }}{{ end }}{{ else }}x{{ end }}y"#,
            gives: "y"),
        TemplateCase(
            "{{ $ }}",
            gives: "{map[team:a] map[] http://agent.example/prefix 0.95}"),
        TemplateCase(
            "{{ $.Labels.team }} {{ with 5 }}{{ $.Value }}{{ . }}{{ end }}",
            gives: "a 0.955"),
        TemplateCase(
            "{{ . | print }}",
            gives: "{map[team:a] map[] http://agent.example/prefix 0.95}"),
        TemplateCase(
            "{{ .Labels.team.foo.bar }}",
            gives:
                #"<ERROR 1:122: executing "__alert_T" at <.Labels.team.foo.bar>: can't evaluate field foo in type string>"#
        ),
        TemplateCase(
            #"{{ print "a" | printf "%s-%s" "b" }}"#,
            gives: "b-a"),
        TemplateCase(
            #"{{ printf "%s" (print 1 2) | toUpper }}"#,
            gives: "1 2"),
        TemplateCase(
            #"{{ "x" | printf "%s %s" }}"#,
            gives: "x %!s(MISSING)"),
        TemplateCase(
            #"{{ printf "%08b|%#b|%+x|% x" 5 5 255 255 }}"#,
            gives: "00000101|0b101|+ff| ff"),
        TemplateCase(
            #"{{ printf "%x %X" -255 -255 }} {{ printf "%o" -8 }}"#,
            gives: "-ff -FF -10"),
        TemplateCase(
            #"{{ printf "%6v|%-6v|%06v" 5 5 5 }} {{ printf "%6v|%06v" "a" "a" }} {{ printf "%8v|%08v" 1.5 -1.5 }}"#,
            gives: "     5|5     |000005      a|00000a      1.5|-00001.5"),
        TemplateCase(
            #"{{ printf "%v %v" 1e20 1e21 }} {{ 123456789.0 }} {{ 100000.0 }} {{ 1e-4 }} {{ 1e-5 }} {{ 0.000012345 }}"#,
            gives: "1e+20 1e+21 1.23456789e+08 100000 0.0001 1e-05 1.2345e-05"),
        TemplateCase(
            #"{{ printf "%.3x %x" 1.999999 0.0 }}"#,
            gives: "0x1.000p+01 0x0p+00"),
        TemplateCase(
            #"{{ printf "%U %#U" 0x1F600 7 }}"#,
            gives: "U+1F600 U+0007"),
        TemplateCase(
            "{{ $value | humanizeTimestamp }}", value: 1e300,
            gives:
                #"<ERROR 1:124: executing "__alert_T" at <humanizeTimestamp>: error calling humanizeTimestamp: 1e+300 cannot be represented as a nanoseconds timestamp since it overflows int64>"#
        ),
        TemplateCase(
            "{{ $value | humanizeDuration }} {{ $value | humanize1024 }}", value: 1e21,
            gives: "-106751991167300d -15h -30m -8s 867.4Ei"),
        TemplateCase(
            "{{ $value | humanizeDuration }} {{ $value | humanize1024 }} {{ $value | humanize }}",
            value: -3661,
            gives: "-1h 1m 1s -3.575ki -3.661k"),
        TemplateCase(
            "{{ $value | humanizeDuration }}", value: 0.5,
            gives: "500ms"),
        TemplateCase(
            "{{ $value | humanizeDuration }} {{ $value | humanize1024 }}", value: -0.5,
            gives: "-500ms -0.5"),
        TemplateCase(
            #"{{ $value | humanizeDuration }} {{ $value | humanize1024 }} {{ printf "%.3e" $value }}"#,
            value: 123456789,
            gives: "1428d 21h 33m 9s 117.7Mi 1.235e+08"),
        TemplateCase(
            "{{ $value | humanizeDuration }} {{ $value | humanize1024 }} {{ $value }}",
            value: 1.5e-7,
            gives: "150ns 1.5e-07 1.5e-07"),
        TemplateCase(
            #"{{ $value | humanizeDuration }} {{ $value | humanize1024 }} {{ if $value }}t{{ end }} {{ eq $value $value }} {{ printf "%5.1f|%-5g|%05f|%+v|% f" $value $value $value $value $value }}"#,
            value: .nan,
            gives: "NaN NaN t false   NaN|NaN  |  NaN|NaN| NaN"),
        TemplateCase(
            #"{{ $value | humanizeDuration }} {{ $value | humanize1024 }} {{ printf "%5.1f|%-5g|%05f|%+v|% f|%d" $value $value $value $value $value $value }}"#,
            value: .infinity,
            gives: "+Inf +Inf  +Inf|+Inf | +Inf|+Inf| Inf|%!d(float64=+Inf)"),
        TemplateCase(
            #"{{ $value | humanizeDuration }} {{ printf "%6.1f|%-6g|%06f|%+v|% f" $value $value $value $value $value }}"#,
            value: -.infinity,
            gives: "-Inf   -Inf|-Inf  |  -Inf|-Inf|-Inf"),
        TemplateCase(
            "{{ $value | toTime }}", value: .nan,
            gives:
                #"<ERROR 1:124: executing "__alert_T" at <toTime>: error calling toTime: value is NaN or Inf>"#
        ),
        TemplateCase(
            "{{ $value | toTime }}", value: 1e19,
            gives:
                #"<ERROR 1:124: executing "__alert_T" at <toTime>: error calling toTime: 1e+19 cannot be represented as a nanoseconds timestamp since it overflows int64>"#
        ),
        TemplateCase(
            "{{ $value | humanizeTimestamp }}", value: 1e10,
            gives:
                #"<ERROR 1:124: executing "__alert_T" at <humanizeTimestamp>: error calling humanizeTimestamp: 1e+10 cannot be represented as a nanoseconds timestamp since it overflows int64>"#
        ),
        TemplateCase(
            "{{ $value | humanizeTimestamp }}", value: 9223372036.854775807,
            gives: "1677-09-21 00:12:43.146 +0000 UTC"),
    ]
}
