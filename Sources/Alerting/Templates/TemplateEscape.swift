// Escaping for HTML, JavaScript and URL queries, as Go's text/template does it.

/// Makes text safe for one kind of surroundings.
package enum TemplateEscape {
    static func html(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{0}": output += "\u{FFFD}"
            case "\"": output += "&#34;"
            case "'": output += "&#39;"
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    static func javaScript(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": output += "\\\\"
            case "'": output += "\\'"
            case "\"": output += "\\\""
            case "<", ">", "&", "=": output += escaped(scalar)
            default:
                let isPlain = scalar >= " " && (scalar.isASCII || GoQuote.isPrintable(scalar))
                if isPlain {
                    output.unicodeScalars.append(scalar)
                } else {
                    output += escaped(scalar)
                }
            }
        }
        return output
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        "\\u" + GoQuote.hexadecimal(scalar.value, digits: 4).uppercased()
    }

    /// Text for a URL's query as Go's `url.QueryEscape` writes it: a blank becomes `+`.
    package static func query(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: "~"):
                output.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: " "): output += "+"
            default: output += "%" + GoQuote.hexadecimal(UInt32(byte), digits: 2).uppercased()
            }
        }
        return output
    }
}
