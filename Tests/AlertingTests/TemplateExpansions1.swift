// Templates with what Prometheus 2.42 printed for them.

extension TemplateCase {
    static let expansions1: [TemplateCase] = [
        TemplateCase(
            "{{ . }}",
            gives: "{map[team:a] map[] http://agent.example/prefix 0.95}"),
        TemplateCase(
            "{{ .Labels }} {{ .Value }} {{ .ExternalURL }} {{ .ExternalLabels }}",
            gives: "map[team:a] 0.95 http://agent.example/prefix map[]"),
        TemplateCase(
            "{{ .Foo }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <.Foo>: can't evaluate field Foo in type struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value float64 }>"#
        ),
        TemplateCase(
            "{{ $labels.team.x }}",
            gives:
                #"<ERROR 1:122: executing "__alert_T" at <$labels.team.x>: can't evaluate field x in type string>"#
        ),
        TemplateCase(
            "{{ $value.x }}",
            gives:
                #"<ERROR 1:121: executing "__alert_T" at <$value.x>: can't evaluate field x in type float64>"#
        ),
        TemplateCase(
            #"{{ $value | printf "%d" }}"#,
            gives: "%!d(float64=0.95)"),
        TemplateCase(
            #"{{ printf "%v %+v %#v %T" $value $value $value $value }}"#,
            gives: "0.95 0.95 0.95 float64"),
        TemplateCase(
            #"{{ printf "%e %E %g %G %f %F %b %x %X" $value $value $value $value $value $value $value $value $value }}"#,
            gives:
                "9.500000e-01 9.500000E-01 0.95 0.95 0.950000 0.950000 8556839292003942p-53 0x1.e666666666666p-01 0X1.E666666666666P-01"
        ),
        TemplateCase(
            #"{{ printf "%.2e|%.3g|%10.2f|%-10.2f|%010.2f|%+010.2f|% .2f|%#g|%#.3e|%#f" $value $value $value $value $value $value $value $value $value $value }}"#,
            gives:
                "9.50e-01|0.95|      0.95|0.95      |0000000.95|+000000.95| 0.95|0.950000|9.500e-01|0.950000"
        ),
        TemplateCase(
            #"{{ printf "%d %5d %-5d| %05d %+d %x %X %o %O %b %c %q %U %#U %#x %#o" 42 42 42 42 42 42 42 42 42 42 65 65 65 65 42 42 }}"#,
            gives: "42    42 42   | 00042 +42 2a 2A 52 0o52 101010 A 'A' U+0041 U+0041 'A' 0x2a 052"
        ),
        TemplateCase(
            #"{{ printf "%.3d|%8.3d|%-8.3d|%08.3d|%.0d|% d" 5 5 5 5 0 5 }}"#,
            gives: "005|     005|005     |     005|| 5"),
        TemplateCase(
            #"{{ printf "%s|%10s|%-10s|%.2s|%q|%x|%X|% x|%#x|%# x|%#q|%+q" "hello" "hello" "hello" "hello" "he\"llo" "hello" "hello" "hello" "hello" "hello" "hello" "hé" }}"#,
            gives:
                #"hello|     hello|hello     |he|"he\"llo"|68656c6c6f|68656C6C6F|68 65 6c 6c 6f|0x68656c6c6f|0x68 0x65 0x6c 0x6c 0x6f|`hello`|"h\u00e9""#
        ),
        TemplateCase(
            #"{{ printf "%s %d" "a" }}"#,
            gives: "a %!d(MISSING)"),
        TemplateCase(
            #"{{ printf "%s" "a" "b" 3 }}"#,
            gives: "a%!(EXTRA string=b, int=3)"),
        TemplateCase(
            #"{{ printf "%!" }}"#,
            gives: "%!!(MISSING)"),
        TemplateCase(
            #"{{ printf "%z %y" 1 "a" }}"#,
            gives: "%!z(int=1) %!y(string=a)"),
        TemplateCase(
            #"{{ printf "%[2]d %[1]d" 1 2 }}"#,
            gives: "2 1"),
        TemplateCase(
            #"{{ printf "%[3]d" 1 2 }}"#,
            gives: "%!d(BADINDEX)"),
        TemplateCase(
            #"{{ printf "%[x]d" 1 2 }}"#,
            gives: "%!d(BADINDEX)"),
        TemplateCase(
            #"{{ printf "%[1" 1 }}"#,
            gives: "%!(NOVERB)"),
        TemplateCase(
            #"{{ printf "%*d|%-*d|%.*f" 5 42 5 42 2 3.14159 }}"#,
            gives: "   42|42   |3.14"),
        TemplateCase(
            #"{{ printf "%*d" "x" 42 }}"#,
            gives: "%!(BADWIDTH)42"),
        TemplateCase(
            #"{{ printf "%.*f" -1 3.14 }}"#,
            gives: "%!(BADPREC)3.140000"),
        TemplateCase(
            #"{{ printf "%%|%5%|%t %v" true false }}"#,
            gives: "%|%|true false"),
        TemplateCase(
            #"{{ printf "%t" 1 }}"#,
            gives: "%!t(int=1)"),
        TemplateCase(
            #"{{ printf "%d" "x" }}"#,
            gives: "%!d(string=x)"),
        TemplateCase(
            #"{{ printf "%d" true }}"#,
            gives: "%!d(bool=true)"),
        TemplateCase(
            #"{{ printf "%s" true }}"#,
            gives: "%!s(bool=true)"),
        TemplateCase(
            #"{{ printf "%s" nil }}"#,
            gives: "%!s(<nil>)"),
        TemplateCase(
            #"{{ printf "%v" nil }}"#,
            gives: "<nil>"),
        TemplateCase(
            #"{{ printf "%d" $labels }}"#,
            gives: "map[%!d(string=team):%!d(string=a)]"),
        TemplateCase(
            #"{{ printf "%s" $labels }}"#,
            gives: "map[team:a]"),
        TemplateCase(
            #"{{ printf "%v|%+v|%#v|%q|%x" $labels $labels $labels $labels $labels }}"#,
            gives:
                #"map[team:a]|map[team:a]|map[string]string{"team":"a"}|map["team":"a"]|map[7465616d:61]"#
        ),
        TemplateCase(
            #"{{ printf "%6.2f%%" $value }}"#,
            gives: "  0.95%"),
        TemplateCase(
            #"{{ printf "%5t|%-7t|" true false }}"#,
            gives: " true|false  |"),
        TemplateCase(
            "{{ printf 5 }}",
            gives: #"<ERROR 1:122: executing "__alert_T" at <5>: expected string; found 5>"#),
        TemplateCase(
            "{{ printf }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <printf>: wrong number of args for printf: want at least 1 got 0>"#
        ),
        TemplateCase(
            #"{{ printf "%v" (args 1 "a" 2.5) }}"#,
            gives: "map[arg0:1 arg1:a arg2:2.5]"),
        TemplateCase(
            #"{{ args 1 "a" 2.5 nil }}"#,
            gives: "map[arg0:1 arg1:a arg2:2.5 arg3:<nil>]"),
        TemplateCase(
            #"{{ (args 1 "a").arg1 }} {{ (args 1).nope }}"#,
            gives: "a <no value>"),
        TemplateCase(
            "{{ with args 1 2 }}{{ .arg0 }}{{ .arg1 }}{{ end }}",
            gives: "12"),
        TemplateCase(
            #"{{ query "src" | first }}"#,
            gives: "{map[__name__:src team:b] 2}"),
        TemplateCase(
            #"{{ printf "%v" (query "src" | first) }}"#,
            gives: "&{map[__name__:src team:b] 2}"),
        TemplateCase(
            #"{{ printf "%s" (query "src" | first) }}"#,
            gives: "&{map[__name__:src team:b] %!s(float64=2)}"),
        TemplateCase(
            #"{{ range query "src" }}{{ .Labels.team }}={{ .Value }};{{ end }}"#,
            gives: "b=2;a=1500;"),
        TemplateCase(
            #"{{ range $i, $s := query "src" }}{{ $i }}:{{ $s.Labels.team }}={{ $s.Value }};{{ end }}"#,
            gives: "0:b=2;1:a=1500;"),
        TemplateCase(
            #"{{ range $s := query "src" }}{{ label "team" $s }}={{ value $s }};{{ end }}"#,
            gives: "b=2;a=1500;"),
        TemplateCase(
            "{{ range $k, $v := $labels }}{{ $k }}={{ $v }}{{ end }}",
            gives: "team=a"),
        TemplateCase(
            "{{ range $labels }}{{ . }}{{ end }}",
            gives: "a"),
        TemplateCase(
            "{{ range 3 }}x{{ end }}",
            gives: #"<ERROR 1:121: executing "__alert_T" at <3>: range can't iterate over 3>"#),
        TemplateCase(
            #"{{ range "abc" }}x{{ end }}"#,
            gives: #"<ERROR 1:121: executing "__alert_T" at <"abc">: range can't iterate over abc>"#
        ),
        TemplateCase(
            "{{ range nil }}x{{ end }}",
            gives: #"<ERROR 1:121: executing "__alert_T" at <nil>: nil is not a command>"#),
        TemplateCase(
            "{{ range $value }}x{{ end }}",
            gives:
                #"<ERROR 1:121: executing "__alert_T" at <$value>: range can't iterate over 0.95>"#),
        TemplateCase(
            #"{{ range query "src" | sortByLabel "team" }}{{ .Labels.team }}{{ end }}"#,
            gives: "ab"),
        TemplateCase(
            #"{{ range sortByLabel "team" (query "src") }}{{ if eq .Labels.team "a" }}{{ continue }}{{ end }}{{ .Labels.team }}{{ end }}"#,
            gives: "b"),
        TemplateCase(
            #"{{ query "src" | sortByLabel "team" | first | label "team" }}"#,
            gives: "a"),
        TemplateCase(
            #"{{ (query "src" | first).Value }}"#,
            gives: "2"),
        TemplateCase(
            #"{{ (query "src" | first).Labels.team }} {{ (query "src" | first).Nope }}"#,
            gives:
                #"<ERROR 1:170: executing "__alert_T" at <first>: can't evaluate field Nope in type *template.sample>"#
        ),
        TemplateCase(
            #"{{ (index (query "src") 1).Labels.team }}"#,
            gives: "a"),
        TemplateCase(
            #"{{ index (query "src") 2 }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <index (query "src") 2>: error calling index: reflect: slice index out of range>"#
        ),
        TemplateCase(
            #"{{ index (query "src") 5 }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <index (query "src") 5>: error calling index: index out of range: 5>"#
        ),
        TemplateCase(
            #"{{ index $labels "team" }} {{ index $labels "nope" }}|"#,
            gives: "a |"),
        TemplateCase(
            "{{ index $labels 1 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <index $labels 1>: error calling index: value has type int; should be string>"#
        ),
        TemplateCase(
            #"{{ index "abc" 1 }}"#,
            gives: "98"),
        TemplateCase(
            #"{{ index "abc" 3 }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <index "abc" 3>: error calling index: reflect: string index out of range>"#
        ),
        TemplateCase(
            #"{{ index "abc" -1 }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <index "abc" -1>: error calling index: index out of range: -1>"#
        ),
        TemplateCase(
            "{{ index 5 1 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <index 5 1>: error calling index: can't index item of type int>"#
        ),
        TemplateCase(
            "{{ index nil 1 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <index nil 1>: error calling index: index of untyped nil>"#
        ),
        TemplateCase(
            "{{ index }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <index>: wrong number of args for index: want at least 1 got 0>"#
        ),
        TemplateCase(
            #"{{ index (args 1 2) "arg1" }}"#,
            gives: "2"),
        TemplateCase(
            #"{{ slice "abcdef" 1 3 }} {{ slice "abcdef" 2 }} {{ slice "abcdef" }}"#,
            gives: "bc cdef abcdef"),
        TemplateCase(
            #"{{ slice "abcdef" 3 1 }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <slice "abcdef" 3 1>: error calling slice: invalid slice index: 3 > 1>"#
        ),
        TemplateCase(
            #"{{ slice "abcdef" 1 2 3 }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <slice "abcdef" 1 2 3>: error calling slice: cannot 3-index slice a string>"#
        ),
        TemplateCase(
            #"{{ slice "abcdef" 9 }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <slice "abcdef" 9>: error calling slice: index out of range: 9>"#
        ),
        TemplateCase(
            "{{ slice 5 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <slice 5>: error calling slice: can't slice item of type int>"#
        ),
        TemplateCase(
            #"{{ slice (query "src") 1 | len }}"#,
            gives: "1"),
        TemplateCase(
            #"{{ len $labels }} {{ len "héllo" }} {{ len (query "src") }}"#,
            gives: "1 6 2"),
        TemplateCase(
            "{{ len 5 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <len 5>: error calling len: len of type int>"#
        ),
        TemplateCase(
            "{{ len nil }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <len nil>: error calling len: reflect: call of reflect.Value.Type on zero Value>"#
        ),
        TemplateCase(
            #"{{ len (query "src" | first) }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <len (query "src" | first)>: error calling len: len of type template.sample>"#
        ),
        TemplateCase(
            #"{{ not true }} {{ not 0 }} {{ not "" }} {{ not $labels }}"#,
            gives: "false true true false"),
        TemplateCase(
            #"{{ and 1 0 2 }} {{ and 1 2 }} {{ or 0 "" "x" }} {{ or 0 "" }}|{{ and }}"#,
            gives:
                #"<ERROR 1:177: executing "__alert_T" at <and>: wrong number of args for and: want at least 1 got 0>"#
        ),
        TemplateCase(
            #"{{ or false (index "a" 5) }}"#,
            gives:
                #"<ERROR 1:125: executing "__alert_T" at <index "a" 5>: error calling index: index out of range: 5>"#
        ),
        TemplateCase(
            #"{{ or true (index "a" 5) }}"#,
            gives: "true"),
        TemplateCase(
            "{{ eq 1 1 }} {{ eq 1 2 3 1 }} {{ ne 1 2 }} {{ lt 1 2 }} {{ le 2 2 }} {{ gt 2 1 }} {{ ge 1 2 }}",
            gives: "true true true true true true false"),
        TemplateCase(
            "{{ eq 1 1.0 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <eq 1 1.0>: error calling eq: incompatible types for comparison>"#
        ),
        TemplateCase(
            "{{ eq $value 0.95 }} {{ lt $value 1.0 }}",
            gives: "true true"),
        TemplateCase(
            "{{ lt $value 1 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <lt $value 1>: error calling lt: incompatible types for comparison>"#
        ),
        TemplateCase(
            #"{{ eq "a" 1 }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <eq "a" 1>: error calling eq: incompatible types for comparison>"#
        ),
        TemplateCase(
            "{{ eq $labels $labels }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <eq $labels $labels>: error calling eq: non-comparable type map[team:a]: map[string]string>"#
        ),
        TemplateCase(
            "{{ eq nil nil }}",
            gives: "true"),
        TemplateCase(
            "{{ eq 1 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <eq 1>: error calling eq: missing argument for comparison>"#
        ),
        TemplateCase(
            "{{ eq }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <eq>: wrong number of args for eq: want at least 1 got 0>"#
        ),
        TemplateCase(
            "{{ lt true false }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <lt true false>: error calling lt: invalid type for comparison>"#
        ),
        TemplateCase(
            #"{{ lt "a" "b" }} {{ gt "a" "b" }} {{ le "a" "a" }}"#,
            gives: "true false true"),
        TemplateCase(
            "{{ lt $labels 1 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <lt $labels 1>: error calling lt: invalid type for comparison>"#
        ),
        TemplateCase(
            #"{{ eq (index "abc" 1) 98 }} {{ lt (index "abc" 1) 99 }}"#,
            gives: "true true"),
        TemplateCase(
            #"{{ html "a'\"<>&" }} {{ html 1 2 "x" }} {{ html nil }} {{ html $labels }}"#,
            gives: "a&#39;&#34;&lt;&gt;&amp; 1 2x &lt;no value&gt; map[team:a]"),
        TemplateCase(
            #"{{ js "a'\"<>&=\\\n\t\u00e9\u200b" }} {{ js 1 }}"#,
            gives: #"a\'\"\u003C\u003E\u0026\u003D\\\u000A\u0009é\u200B 1"#),
        TemplateCase(
            #"{{ urlquery "a b/c?d=é&~-_." }} {{ urlquery 1 "x" }}"#,
            gives: "a+b%2Fc%3Fd%3D%C3%A9%26~-_. 1x"),
        TemplateCase(
            #"{{ print "a" 1 2 "b" 3.5 true nil }}|{{ println "a" 1 }}|{{ print }}"#,
            gives: "a1 2b3.5 true <nil>|a 1\n|"),
        TemplateCase(
            #"{{ call "x" }}"#,
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <call "x">: error calling call: non-function of type string>"#
        ),
        TemplateCase(
            "{{ call nil }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <call nil>: error calling call: call of nil>"#
        ),
        TemplateCase(
            "{{ 1i }} {{ 0i }}",
            gives: "(0+1i) (0+0i)"),
        TemplateCase(
            "{{ 18446744073709551615 }}",
            gives:
                #"<ERROR 1:115: executing "__alert_T" at <18446744073709551615>: 18446744073709551615 overflows int>"#
        ),
        TemplateCase(
            "{{ true }} {{ false }} {{ nil }}",
            gives: #"<ERROR 1:138: executing "__alert_T" at <nil>: nil is not a command>"#),
        TemplateCase(
            "{{ nil }}",
            gives: #"<ERROR 1:115: executing "__alert_T" at <nil>: nil is not a command>"#),
        TemplateCase(
            #"{{ "a\tb\x41\u00e9\"" }} {{ `raw\n` }}"#,
            gives: "a\tbAé\" raw\\n"),
        TemplateCase(
            "{{ $x := 5 }}{{ $x }}{{ $x = 6 }}{{ $x }}",
            gives: "56"),
        TemplateCase(
            "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}",
            gives: "2"),
        TemplateCase(
            "{{ $x = 1 }}",
            gives: #"<ERROR 1:120: executing "__alert_T" at <1>: undefined variable: $x>"#),
        TemplateCase(
            "{{ if $x := 5 }}{{ $x }}{{ else }}no{{ end }}",
            gives: "5"),
        TemplateCase(
            #"{{ with $x := "" }}{{ $x }}{{ else }}none{{ $x }}{{ end }}"#,
            gives: "none"),
        TemplateCase(
            "{{ if 0 }}a{{ else if 1 }}b{{ else }}c{{ end }}",
            gives: "b"),
        TemplateCase(
            "{{ if 0 }}a{{ else if 0 }}b{{ else }}c{{ end }}",
            gives: "c"),
        TemplateCase(
            #"{{ if 0 }}a{{ else if 0 }}b{{ else if "" }}c{{ else if $value }}d{{ end }}"#,
            gives: "d"),
        TemplateCase(
            #"{{ define "x" }}[{{ . }}]{{ end }}{{ template "x" 5 }}{{ template "x" }}"#,
            gives: "[5][<no value>]"),
        TemplateCase(
            #"{{ define "x" }}{{ .Labels.team }}{{ end }}{{ template "x" . }}"#,
            gives: "a"),
        TemplateCase(
            #"{{ define "x" }}{{ .a.b }}{{ end }}{{ template "x" 5 }}"#,
            gives: #"<ERROR 1:133: executing "x" at <.a.b>: can't evaluate field a in type int>"#),
        TemplateCase(
            #"{{ block "b" $value }}<{{ . }}>{{ end }}"#,
            gives: "<0.95>"),
    ]
}
