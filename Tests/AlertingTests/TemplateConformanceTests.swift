// The public template data, where they are laid beside the repository.
import ExactJSON
import Foundation
import Testing

@testable import Alerting

@Suite("Template conformance")
struct TemplateConformanceTests {
    static let file = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/conformance/template/templates.jsonl")

    static var isThere: Bool {
        FileManager.default.isReadableFile(atPath: file.path(percentEncoded: false))
    }

    @Test("every line agrees with the server", .enabled(if: isThere))
    func agrees() throws {
        let lines = try Data(contentsOf: Self.file).split(separator: UInt8(ascii: "\n"))
        #expect(lines.count > 100)
        for (number, line) in lines.enumerated() {
            let entry = try JSONReader.read(Array(line))
            let template = try #require(entry["template"]?.stringValue)
            if entry["load_error"] != nil {
                #expect(throws: GoTemplateError.self, "line \(number + 1)") {
                    try GoTemplate(alert: "T", source: template)
                }
                continue
            }
            let name = Self.alertName(entry["out"]?.stringValue ?? "")
            let value = Double(entry["value"]?.stringValue ?? "") ?? .nan
            let output = try GoTemplate(alert: name, source: template)
                .expand(TemplateCase.context(value))
            #expect(output == entry["out"]?.stringValue, "line \(number + 1)")
        }
    }

    /// The name the server's rule had, which its messages mention.
    private static func alertName(_ output: String) -> String {
        guard let mark = output.firstRange(of: "__alert_") else { return "T" }
        return String(output[mark.upperBound...].prefix { $0.isLetter || $0.isNumber })
    }
}
