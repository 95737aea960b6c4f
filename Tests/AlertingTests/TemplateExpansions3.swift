// Templates with what Prometheus 2.42 printed for them.

extension TemplateCase {
    static let expansions3: [TemplateCase] = [
        TemplateCase(
            "{{ $value | humanizeTimestamp }}", value: -9223372036.854775807,
            gives: "1677-09-21 00:12:43.146 +0000 UTC"),
        TemplateCase(
            "{{ $value | humanizeTimestamp }} {{ ($value | toTime).Unix }} {{ ($value | toTime).UnixMilli }}",
            value: -1.5,
            gives: "1969-12-31 23:59:58.5 +0000 UTC -2 -1500"),
        TemplateCase(
            #"{{ printf "%.0f %.1f" $value 0.25 }} {{ printf "%.0f" 3.5 }} {{ printf "%.2f" 2.675 }} {{ printf "%.20f" 0.1 }}"#,
            value: 2.5,
            gives: "2 0.2 4 2.67 0.10000000000000000555"),
        TemplateCase(
            #"{{ $value }} {{ printf "%g" $value }} {{ printf "%.5e" $value }} {{ humanize $value }}"#,
            value: .leastNonzeroMagnitude,
            gives: "5e-324 5e-324 4.94066e-324 4.941e-300y"),
        TemplateCase(
            #"{{ $x := 1 }}{{ range $x = query "src" }}{{ end }}{{ $x }}"#,
            gives: "{map[__name__:src team:a] 1500}"),
        TemplateCase(
            #"{{ $i := 0 }}{{ range query "src" }}{{ $i = print $i "x" }}{{ end }}{{ $i }}"#,
            gives: "0xx"),
        TemplateCase(
            "{{ range $k, $v := args 1 2 3 }}{{ $k }}{{ $v }}{{ end }}",
            gives: "arg01arg12arg23"),
        TemplateCase(
            "{{ range $k, $v := args }}{{ $k }}{{ else }}none{{ end }}",
            gives: "none"),
        TemplateCase(
            "{{ with $x := 5 }}{{ with $y := 6 }}{{ $x }}{{ $y }}{{ . }}{{ end }}{{ end }}",
            gives: "566"),
        TemplateCase(
            "{{ if $x := 0 }}a{{ else }}{{ $x }}{{ end }}",
            gives: "0"),
        TemplateCase(
            #"{{ define "a" }}{{ $x := . }}{{ $x }}{{ end }}{{ template "a" 1 }}{{ template "a" (print "b" "c") }}"#,
            gives: "1bc"),
        TemplateCase(
            #"{{ define "a" }}{{ range . }}{{ .Value }}{{ break }}{{ end }}{{ end }}{{ template "a" (query "src") }}"#,
            gives: "2"),
        TemplateCase(
            #"{{ template "a" }}{{ define "a" }}  {{ end }}"#,
            gives: "  "),
        TemplateCase(
            #"{{ define "a" }}{{ end }}{{ define "a" }}z{{ end }}{{ template "a" }}"#,
            gives: "z"),
        TemplateCase(
            #"{{ block "a" . }}{{ .Value }}{{ end }}{{ template "a" . }}"#,
            gives: "0.950.95"),
        TemplateCase(
            #"{{ printf "%s" .Labels.team | printf "%s-%s" (print 1) }}"#,
            gives: "1-a"),
        TemplateCase(
            #"{{ (printf "%s" .Labels.team) | len | printf "%03d" }}"#,
            gives: "001"),
        TemplateCase(
            #"{{ .Labels.team | eq "a" }}"#,
            gives: "true"),
        TemplateCase(
            #"{{ eq .Labels.team "a" | not }}"#,
            gives: "false"),
        TemplateCase(
            #"{{ if eq $labels.team "a" "b" }}y{{ end }}"#,
            gives: "y"),
        TemplateCase(
            "{{ if (and (gt $value 0.5) (lt $value 1.0)) }}in{{ end }}",
            gives: "in"),
        TemplateCase(
            #"{{ printf "%v" (and 1 0) }}"#,
            gives: "0"),
        TemplateCase(
            #"{{ 0 | or "" }}"#,
            gives: "0"),
        TemplateCase(
            "{{ 1 | and 0 }}",
            gives: "0"),
        TemplateCase(
            #"{{ (index (args "x" "y") "arg1") | toUpper }}"#,
            gives: "Y"),
        TemplateCase(
            "{{ (args (args 1 2)).arg0.arg1 }}",
            gives: "2"),
        TemplateCase(
            "{{ (args $labels).arg0.team }}",
            gives: "a"),
        TemplateCase(
            "{{ len (args 1 2 3) }}",
            gives: "3"),
        TemplateCase(
            "{{ slice (args 1) 0 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <slice (args 1) 0>: error calling slice: can't slice item of type map[string]interface {}>"#
        ),
        TemplateCase(
            #"{{ index (query "src") "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <index (query "src") "x">: error calling index: cannot index slice/array with type string>"#
        ),
        TemplateCase(
            #"{{ index (query "src") 0 "Labels" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <index (query "src") 0 "Labels">: error calling index: can't index item of type template.sample>"#
        ),
        TemplateCase(
            #"{{ index $labels "team" 0 }}"#,
            gives: "97"),
        TemplateCase(
            "{{ index $labels }}",
            gives: "map[team:a]"),
        TemplateCase(
            "{{ print (index $labels) }}",
            gives: "map[team:a]"),
        TemplateCase(
            "{{ $labels.team.foo | len }}",
            gives:
                #"<ERROR 1:122: executing "__alert_T" at <$labels.team.foo>: can't evaluate field foo in type string>"#
        ),
        TemplateCase(
            "{{ .Value.String }}",
            gives:
                #"<ERROR 1:121: executing "__alert_T" at <.Value.String>: can't evaluate field String in type float64>"#
        ),
        TemplateCase(
            "{{ .Labels.String }}",
            gives: ""),
        TemplateCase(
            "{{ $value | value }}",
            gives:
                #"<ERROR 1:124: executing "__alert_T" at <value>: wrong type for value; expected *template.sample; got float64>"#
        ),
        TemplateCase(
            #"{{ query "src" | value }}"#,
            gives:
                #"<ERROR 1:129: executing "__alert_T" at <value>: wrong type for value; expected *template.sample; got template.queryResult>"#
        ),
        TemplateCase(
            #"{{ query "src" | label "x" }}"#,
            gives:
                #"<ERROR 1:135: executing "__alert_T" at <"x">: wrong type for value; expected *template.sample; got template.queryResult>"#
        ),
        TemplateCase(
            #"{{ value (query "src" | first) | humanize }}"#,
            gives: "2"),
        TemplateCase(
            #"{{ with query "src" }}{{ range . }}{{ label "team" . }}{{ end }}{{ len . }}{{ end }}"#,
            gives: "ba2"),
        TemplateCase(
            #"{{- "x" -}} y {{- /* c */ -}} z"#,
            gives: "xyz"),
        TemplateCase(
            "{{ \"a\" -}}\n\n  b",
            gives: "ab"),
        TemplateCase(
            "a\n{{ if\ntrue }}b{{ end }}",
            gives: "a\nb"),
        TemplateCase(
            "{{/* a */}}{{/* b\nc */}}x",
            gives: "x"),
        TemplateCase(
            #"{{ "\u00e9" | len }} {{ 'é' }} {{ "日本" | printf "%.1s|%5s|%-5s|" }}"#,
            gives: "2 233 日|%!s(MISSING)|%!s(MISSING)|"),
        TemplateCase(
            #"{{ printf "%5.1f|%-8.3s|%+d|%x" 3.14159 "abcdef" 5 "hi" }}"#,
            gives: "  3.1|abc     |+5|6869"),
        TemplateCase(
            #"{{ printf "%v %v %v" true nil 1.0 }}"#,
            gives: "true <nil> 1"),
        TemplateCase(
            #"{{ printf "%t" "x" }} {{ printf "%c" "x" }} {{ printf "%U" "x" }} {{ printf "%e" 5 }} {{ printf "%f" "x" }}"#,
            gives: "%!t(string=x) %!c(string=x) %!U(string=x) %!e(int=5) %!f(string=x)"),
        TemplateCase(
            #"{{ printf "%d%%" 50 }} {{ printf "%" }} {{ printf "%d %" 5 }}"#,
            gives: "50% %!(NOVERB) 5 %!(NOVERB)"),
        TemplateCase(
            #"{{ printf "%-5d|%5s|%-5s|%05d" 3 "a" "b" -42 }}"#,
            gives: "3    |    a|b    |-0042"),
        TemplateCase(
            #"{{ printf "%08.3f|%+08.3f|%-8.3f|% 8.3f" 3.14159 3.14159 3.14159 3.14159 }}"#,
            gives: "0003.142|+003.142|3.142   |   3.142"),
        TemplateCase(
            #"{{ printf "%[1]d %[1]v %[2]q" 5 "x" }} {{ printf "%[2]*[1]d" 5 8 }} {{ printf "%6.[2]*[1]f" 3.14159 2 }}"#,
            gives: #"5 5 "x"        5   3.14"#),
        TemplateCase(
            #"{{ print 1 "a" 2 3 "b" 4 }} {{ print nil nil }} {{ print 1.5 2.5 }} {{ println 1 nil "x" }}"#,
            gives: "1a2 3b4 <nil> <nil> 1.5 2.5 1 <nil> x\n"),
        TemplateCase(
            #"{{ html "a" "b" 1 2 }} {{ urlquery $labels }} {{ js "日本\u00a0" }} {{ html true }}"#,
            gives: #"ab1 2 map%5Bteam%3Aa%5D 日本\u00A0 true"#),
        TemplateCase(
            #"{{ 1.0 }} {{ 1e2 }} {{ 1.50 }} {{ .5 }} {{ 1. }} {{ 0x1p4 }} {{ 0b1 | printf "%T" }} {{ 1.0 | printf "%T" }} {{ 'a' | printf "%T" }} {{ 1i | printf "%T %v" 1 }}"#,
            gives: "1 100 1.5 0.5 1 16 int float64 int int (0+1i)"),
        TemplateCase(
            "{{ 1+2i }}",
            gives: "(1+2i)"),
        TemplateCase(
            "{{ 9223372036854775807 }} {{ -9223372036854775808 }}",
            gives: "9223372036854775807 -9223372036854775808"),
        TemplateCase(
            "{{ 9223372036854775808 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <9223372036854775808>: 9223372036854775808 overflows int>"#
        ),
        TemplateCase(
            #"{{ humanize 1e3 }} {{ humanize1024 1024 }} {{ humanizeDuration 59.99999 }} {{ humanizeDuration 3600 }} {{ humanizePercentage 0.12345 }} {{ humanizeDuration "43200" }}"#,
            gives: "1k 1ki 60s 1h 0m 0s 12.35% 12h 0m 0s"),
        TemplateCase(
            "{{ humanizeDuration 0.001 }} {{ humanizeDuration 1e-9 }} {{ humanizeDuration 99999 }} {{ humanize 999.95 }} {{ humanize 0.0001 }} {{ humanize -1234 }} {{ humanize1024 -2048 }} {{ humanize1024 0.5 }}",
            gives: "1ms 1ns 1d 3h 46m 39s 1000 100u -1.234k -2ki 0.5"),
        TemplateCase(
            #"{{ toTime "1643114203" }} {{ (toTime 1643114203).Day }} {{ toTime 1e9 | printf "%v|%s|%d" }}"#,
            gives:
                "2022-01-25 12:36:43 +0000 UTC 25 2001-09-09 01:46:40 +0000 UTC|%!s(MISSING)|%!d(MISSING)"
        ),
        TemplateCase(
            #"{{ (1643114203 | toTime).Format "2006" }}"#,
            gives: "2022"),
        TemplateCase(
            "{{ $v := 5 }}{{ $v.x }}",
            gives:
                #"<ERROR 1:130: executing "__alert_T" at <$v.x>: can't evaluate field x in type int>"#
        ),
        TemplateCase(
            #"{{ $labels.team | title | printf "%q" }}"#,
            gives: #""A""#),
        TemplateCase(
            #"{{ match "^a$" $labels.team }} {{ if match "a|b" $labels.team }}m{{ end }}"#,
            gives: "true m"),
        TemplateCase(
            #"{{ reReplaceAll "(a)" "x$1y" $labels.team }} {{ reReplaceAll "a" "" "banana" }} {{ reReplaceAll "^" ">" "x" }} {{ reReplaceAll "$" "<" "x" }} {{ reReplaceAll "(x)?" "$1." "axb" }} {{ reReplaceAll "a(b)?" "$1x" "ab a" }} {{ reReplaceAll "é" "e" "éé" }} {{ reReplaceAll "b" "$1x $0" "abc" }} {{ reReplaceAll "(b)(c)" "$2$1" "abc" }} {{ reReplaceAll "(b)" "$1a" "abc" }}"#,
            gives: "x bnn >x x< .ax.b.   ee a bc acb ac"),
        TemplateCase(
            #"{{ stripPort "example.com:443" }} {{ stripDomain "example.com:443" }} {{ stripPort "" }} {{ stripDomain "" }} {{ stripDomain "[::1]" }} {{ stripPort "[fe80::1%25en0]:80" }}"#,
            gives: "example.com example:443   [::1] fe80::1%25en0"),
        TemplateCase(
            #"{{ safeHtml "<b>" | printf "%s %v %q" 1 2 }} {{ len (safeHtml "ab") }} {{ eq (safeHtml "a") "a" }} {{ print (safeHtml "a") "b" 1 }}"#,
            gives: #"%!s(int=1) 2 "<b>" 2 true ab1"#),
        TemplateCase(
            "{{ $value | toUpper }}",
            gives:
                #"<ERROR 1:124: executing "__alert_T" at <toUpper>: wrong type for value; expected string; got float64>"#
        ),
        TemplateCase(
            #"{{ label "team" (query "src" | first) | toUpper }} {{ query "src" | sortByLabel "nope" | first | label "team" }}"#,
            gives: "B b"),
        TemplateCase(
            #"{{ sortByLabel "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <sortByLabel>: wrong number of args for sortByLabel: want 2 got 1>"#
        ),
        TemplateCase(
            #"{{ sortByLabel (query "src") "team" }}"#,
            gives:
                #"<ERROR 1:134: executing "__alert_T" at <"src">: wrong type for value; expected string; got template.queryResult>"#
        ),
        TemplateCase(
            #"{{ parseDuration "1h" | humanizeDuration }} {{ parseDuration "90s" | printf "%v" }}"#,
            gives: "1h 0m 0s 90"),
        TemplateCase(
            #"{{ externalURL "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <externalURL>: wrong number of args for externalURL: want 0 got 1>"#
        ),
        TemplateCase(
            "{{ $.ExternalLabels.x }}|{{ $externalLabels }}|{{ $externalLabels.foo }}",
            gives: "|map[]|"),
        TemplateCase(
            "{{ true | not }} {{ not }} ",
            gives:
                #"<ERROR 1:132: executing "__alert_T" at <not>: wrong number of args for not: want 1 got 0>"#
        ),
        TemplateCase(
            "{{ not 1 2 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <not>: wrong number of args for not: want 1 got 2>"#
        ),
        TemplateCase(
            "{{ len }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <len>: wrong number of args for len: want 1 got 0>"#
        ),
        TemplateCase(
            "{{ len 1 2 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <len>: wrong number of args for len: want 1 got 2>"#
        ),
        TemplateCase(
            #"{{ eq 1 2 | print }} {{ ne "a" "b" }} {{ ge 1.5 1.5 }} {{ lt 'a' 98 }} {{ le "b" "a" }}"#,
            gives: "false true true true false"),
        TemplateCase(
            "{{ ne 1 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <ne>: wrong number of args for ne: want 2 got 1>"#
        ),
        TemplateCase(
            "{{ ne 1 2 3 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <ne>: wrong number of args for ne: want 2 got 3>"#
        ),
        TemplateCase(
            #"{{ eq true false }} {{ eq 1.5 1.5 }} {{ eq "x" nil }} {{ eq nil 1 }} {{ ne nil nil }}"#,
            gives: "false true false false false"),
        TemplateCase(
            #"{{ eq (query "src") 1 }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <eq (query "src") 1>: error calling eq: incompatible types for comparison>"#
        ),
        TemplateCase(
            #"{{ eq 1 (query "src") }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <eq 1 (query "src")>: error calling eq: incompatible types for comparison>"#
        ),
        TemplateCase(
            #"{{ eq (query "src" | first) 1 }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <eq (query "src" | first) 1>: error calling eq: incompatible types for comparison>"#
        ),
        TemplateCase(
            "{{ lt nil 1 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <lt nil 1>: error calling lt: invalid type for comparison>"#
        ),
        TemplateCase(
            #"{{ gt "a" 1 }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <gt "a" 1>: error calling gt: incompatible types for comparison>"#
        ),
        TemplateCase(
            "{{ or }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <or>: wrong number of args for or: want at least 1 got 0>"#
        ),
        TemplateCase(
            "{{ or nil 1 }} {{ and nil 1 }} {{ or nil nil }} {{ print (or nil nil) }}",
            gives: "1 <no value> <no value> <nil>"),
        TemplateCase(
            "{{ if nil }}a{{ end }}",
            gives: #"<ERROR 1:118: executing "__alert_T" at <nil>: nil is not a command>"#),
        TemplateCase(
            "{{ if (or nil) }}a{{ else }}b{{ end }}",
            gives: "b"),
        TemplateCase(
            #"{{ args | len }} {{ args nil }} {{ (args nil).arg0 }}|{{ printf "%v" (args nil).arg0 }}"#,
            gives: "0 map[arg0:<nil>] <no value>|<nil>"),
        TemplateCase(
            "{{ range (args 1 2) }}{{ . }}{{ end }} {{ range args nil }}[{{ . }}]{{ end }}",
            gives: "12 [<no value>]"),
        TemplateCase(
            #"{{ range $i, $e := query "src" }}{{ if $i }}, {{ end }}{{ $e.Labels.team }}{{ end }}"#,
            gives: "b, a"),
    ]
}
