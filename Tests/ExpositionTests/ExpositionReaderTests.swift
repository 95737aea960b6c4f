// Reading both formats: what is accepted, what is refused and on which line.

import Exposition
import Foundation
import Testing

private func refusal(_ text: String, _ format: ExpositionFormat) -> String? {
    refusal(Array(text.utf8), format)
}

private func refusal(_ bytes: [UInt8], _ format: ExpositionFormat) -> String? {
    do {
        _ = try ExpositionReader.read(bytes, format: format)
        return nil
    } catch {
        return error.description
    }
}

@Suite struct OpenMetricsReaderTests {
    @Test func familiesKeepEverythingThatIsWritten() throws {
        let text = #"""
            # TYPE used counter
            # UNIT used
            # HELP used Credits \"used\"\n.
            used_total{b="2",a="x\"\\\n"} 12.50 1.5 # {id="é"} 0.5 2
            used_created{b="2",a="x\"\\\n"} 1e3 1.5
            # TYPE wait_seconds gauge
            # UNIT wait_seconds seconds
            wait_seconds NaN
            # EOF
            """#.replacing("# UNIT used\n", with: "")
        let families = try ExpositionReader.read(Array(text.utf8), format: .openMetrics100)
        #expect(families.map(\.name) == ["used", "wait_seconds"])
        #expect(families[0].type == .counter)
        #expect(families[0].help == "Credits \"used\"\n.")
        #expect(families[1].unit == "seconds")
        let sample = families[0].samples[0]
        #expect(sample.name == "used_total")
        #expect(sample.labels == [Label("b", "2"), Label("a", "x\"\\\n")])
        #expect(sample.lexeme == "12.50")
        #expect(sample.value == 12.5)
        #expect(sample.timestamp == 1.5)
        #expect(sample.exemplar?.labels == [Label("id", "é")])
        #expect(sample.exemplar?.timestamp == 2)
        #expect(sample.line == 3)
        #expect(sample[label: "b"] == "2")
    }

    static let accepted: [String] = [
        "# EOF", "# EOF\n", "# TYPE a gauge\n# EOF\n", "# HELP a \n# EOF\n",
        "# TYPE a summary\na{quantile=\"0.5\"} NaN\na_count 1\na_sum 2\n# EOF\n",
        "# TYPE a gaugehistogram\na_bucket{le=\"-1.0\"} 1\na_bucket{le=\"+Inf\"} 2\n"
            + "a_gcount 2\na_gsum -3\n# EOF\n",
        "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1 1\na_bucket{le=\"+Inf\"} 2 2\n# EOF\n",
        "# TYPE a stateset\na{a=\"x\"} 0\na{a=\"y\"} 1\n# EOF\n",
        "# TYPE a info\na_info{v=\"1\"} 1\na_info{v=\"2\"} 1\n# EOF\n",
        "a +Inf\nb -infinity\nc nan\nd .5\ne 5.\nf +1E-3\n# EOF\n",
        "a 1 -1.5\na 2 0\n# EOF\n",
        "# TYPE a counter\na_total 1\na_created 5\n# TYPE a_totals gauge\na_totals 1\n# EOF\n",
    ]

    @Test(arguments: accepted)
    func legalExpositionsAreRead(_ text: String) {
        #expect(refusal(text, .openMetrics100) == nil)
    }

    static let refused: [(text: String, line: Int)] = [
        ("", 1), ("a 1\n", 1), ("a 1\n# EOF\n\n", 3), ("a 1\r\n# EOF\n", 1),
        ("a  1\n# EOF\n", 1), ("a\t1\n# EOF\n", 1), (" a 1\n# EOF\n", 1),
        ("a{a='1'} 1\n# EOF\n", 1), ("a{a=\"1\",,b=\"2\"} 1\n# EOF\n", 1),
        ("a{a=\"1\"}1\n# EOF\n", 1), ("a{a=\"1\",a=\"2\"} 1\n# EOF\n", 1),
        ("a{a=\"\\", 1), ("a{", 1), ("a{a", 1), ("a{a=\"1\"", 1), ("#", 1), ("# ", 1),
        ("# TYPE a untyped\n# EOF\n", 1), ("# TYPE a.b gauge\n# EOF\n", 1),
        ("# TYPE a gauge\n# TYPE a gauge\n# EOF\n", 2),
        ("# TYPE a counter\na 1\n# EOF\n", 2), ("a 1\nb 1\na 1\n# EOF\n", 3),
        ("# TYPE a_created gauge\n# TYPE a counter\n# EOF\n", 2),
        ("# TYPE a_s gauge\na_s 1\n# UNIT a_s s\n# EOF\n", 3),
        ("# TYPE x_u stateset\n# UNIT x_u u\n# EOF\n", 1),
        ("a 1_2\n# EOF\n", 1), ("a 1e\n# EOF\n", 1), ("a .\n# EOF\n", 1), ("a 1e999\n# EOF\n", 1),
        ("a 1 NaN\n# EOF\n", 1), ("a 1 0x1\n# EOF\n", 1), ("a 1 1 1\n# EOF\n", 1),
        ("a 1\na 2\n# EOF\n", 2), ("# TYPE a gauge\na 0 -1\na 0 -2\n# EOF\n", 3),
        ("# TYPE a gauge\na{b=\"1\"} 0\na{b=\"2\"} 0\na{b=\"1\"} 1\n# EOF\n", 4),
        ("# TYPE a counter\na_total -1\n# EOF\n", 2),
        ("# TYPE a counter\na_created 1 # {a=\"b\"} 0.5\n# EOF\n", 2),
        ("# TYPE a counter\na_total 1# {a=\"b\"} 0.5\n# EOF\n", 2),
        ("# TYPE a counter\na_total 1 #{a=\"b\"} 0.5\n# EOF\n", 2),
        ("# TYPE a counter\na_total 1 # {a=\"b\"} 0.5 NaN\n# EOF\n", 2),
        ("# TYPE a unknown\na 1 # {a=\"b\"} 0.5\n# EOF\n", 2),
        ("# TYPE a summary\na{quantile=\"NaN\"} 0\n# EOF\n", 2),
        ("# TYPE a summary\na{quantile=\"0.5\"} -1\n# EOF\n", 2),
        ("# TYPE a histogram\na_bucket{le=\"NaN\"} 0\n# EOF\n", 2),
        ("# TYPE a histogram\na_bucket{le=\"+Inf\"} 0.5\n# EOF\n", 2),
        ("# TYPE a histogram\na_bucket{le=\"1\"} 0\n# EOF\n", 2),
        ("# TYPE a histogram\na_bucket{le=\"+Inf\"} 0\na_sum 0\n# EOF\n", 3),
        ("# TYPE a histogram\na_bucket{le=\"+Inf\"} 0\na_count 0\n# EOF\n", 3),
        ("# TYPE a histogram\na_bucket{le=\"+Inf\"} 0\na_count 1\na_sum 0\n# EOF\n", 4),
        ("# TYPE a gaugehistogram\na_gsum 1\n# EOF\n", 2),
        (
            "# TYPE a histogram\na_bucket{a=\"1\",le=\"1\"} 0\na_bucket{a=\"2\",le=\"+Inf\"} 0\n"
                + "# EOF\n", 2
        ),
        ("# TYPE a stateset\na{a=\"x\"} 0.5\n# EOF\n", 2),
        ("# TYPE a info\na_info 1\na_info 2\n# EOF\n", 3),
    ]

    @Test(arguments: refused)
    func illegalExpositionsAreRefusedOnTheirLine(_ text: String, _ line: Int) {
        let message = refusal(text, .openMetrics100)
        #expect(message?.hasPrefix("line \(line): ") == true, "\(message ?? "accepted")")
    }

    @Test func textThatIsNotUTF8IsRefused() {
        let bytes = Array("a{b=\"".utf8) + [0xFF] + Array("\"} 1\n# EOF\n".utf8)
        #expect(refusal(bytes, .openMetrics100) == "line 1: the text is not UTF-8")
    }

    @Test func limitsAreKept() {
        let bytes = Array("a{b=\"1\",c=\"2\"} 1\nd 1\n# EOF\n".utf8)
        let cases: [(ExpositionLimits, String)] = [
            (ExpositionLimits(bytes: 10, samples: 9, labels: 9), "line 1: more than 10 bytes"),
            (ExpositionLimits(bytes: 99, samples: 1, labels: 9), "line 2: more than 1 samples"),
            (ExpositionLimits(bytes: 99, samples: 9, labels: 1), "line 1: more than 1 labels"),
        ]
        for (limits, message) in cases {
            do {
                _ = try ExpositionReader.read(bytes, format: .openMetrics100, limits: limits)
                Issue.record("accepted")
            } catch {
                #expect(error.description == message)
            }
        }
    }
}

@Suite struct TextReaderTests {
    @Test func prometheusTextIsReadTolerantly() throws {
        let text = #"""
            # HELP used_total Credits \\ "used"\n.
            # TYPE used_total counter
              used_total { a = "x\"" , b="2", }	12.50 1500

            # a comment
            #comment
            other +inf
            used_total{a="y",b=""} 1e3
            # TYPE wait_seconds histogram
            wait_seconds_bucket{le="+Inf"} 1
            wait_seconds_sum 2
            wait_seconds_count 1
            other_sum 5
            """#
        let families = try ExpositionReader.read(Array(text.utf8), format: .text004)
        #expect(families.map(\.name) == ["used_total", "other", "wait_seconds", "other_sum"])
        #expect(families.map(\.type) == [.counter, .unknown, .histogram, .unknown])
        #expect(families[0].help == "Credits \\ \"used\"\n.")
        #expect(families[0].samples.map(\.lexeme) == ["12.50", "1e3"])
        #expect(families[0].samples[0].labels == [Label("a", "x\""), Label("b", "2")])
        #expect(families[0].samples[0].timestamp == 1.5)
        #expect(families[1].samples[0].value == .infinity)
        #expect(families[2].samples.count == 3)
    }

    static let refused: [(text: String, line: Int)] = [
        ("a", 1), ("a x\n", 1), ("a 1_0\n", 1), ("a 0x1\n", 1), ("a 1 1.5\n", 1), ("a 1 1 1\n", 1),
        ("a{b=\"\\z\"} 1\n", 1), ("a{b=\"1} 1\n", 1), ("a{,} 1\n", 1), ("\na 1\na 2\n", 3),
        ("# TYPE a meh\n", 1), ("# TYPE a gauge\n# TYPE a gauge\n", 2),
        ("a 1\n# TYPE a gauge\n", 2),
        ("# TYPE\n", 1), ("# HELP a x\n# HELP a y\n", 2), ("0a 1\n", 1), ("{\"a.b\"} 1\n", 1),
        ("a 1 # {a=\"b\"} 1\n", 1), ("# TYPE a gauge x\n", 1),
    ]

    @Test(arguments: refused)
    func illegalTextIsRefusedOnItsLine(_ text: String, _ line: Int) {
        let message = refusal(text, .text004)
        #expect(message?.hasPrefix("line \(line): ") == true, "\(message ?? "accepted")")
    }

    @Test(arguments: ExpositionFormat.allCases)
    func whatIsWrittenReadsBack(_ format: ExpositionFormat) throws {
        var histogram = Histogram(upperBounds: Histogram.requestSeconds)
        histogram.observe(0.3)
        let families =
            ExpositionWriterTests.families + [
                MetricFamily(
                    name: "delay_seconds", help: "Delay.", type: .histogram, unit: "seconds",
                    samples: histogram.samples(labels: [Label("a", "ü \\ \" \n")]))
            ]
        let bytes = ExpositionWriter.write(families, format: format)
        let read = try ExpositionReader.read(bytes, format: format)
        let written = families.flatMap { family in
            family.samples.map { "\(family.name)\($0.suffix)\($0.labels)\($0.value.double)" }
        }
        let found = read.flatMap(\.samples).map { "\($0.name)\($0.labels)\($0.value)" }
        #expect(found.sorted() == written.sorted())
    }

    @Test func arbitraryTextNeverCrashes() {
        var generator = SplitMix(state: 11)
        let alphabet = Array("ab_:{}=\"\\,# 1.e+-\n\tTYPEHLNUI".utf8) + [0xFF]
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...50, using: &generator)).map { _ in
                alphabet[Int.random(in: alphabet.indices, using: &generator)]
            }
            for format in ExpositionFormat.allCases {
                do {
                    _ = try ExpositionReader.read(bytes, format: format)
                } catch {
                    #expect(error.line >= 1)
                }
            }
        }
    }
}

/// Public parser cases beside the repository, when they are there.
private enum ConformanceCases {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/conformance/openmetrics").standardized

    static let names: [String] =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.sorted() ?? []

    struct Expectation: Decodable {
        let shouldParse: Bool
    }
}

@Suite struct OpenMetricsConformanceTests {
    @Test(
        .enabled(if: !ConformanceCases.names.isEmpty, "no conformance data beside the repository"))
    func publicParserCasesAreDecidedAsExpected() throws {
        var failures: [String] = []
        for name in ConformanceCases.names {
            let folder = ConformanceCases.folder.appending(path: name)
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "metrics")))
            let expectation = try JSONDecoder().decode(
                ConformanceCases.Expectation.self,
                from: try Data(contentsOf: folder.appending(path: "test.json")))
            let message = refusal(bytes, .openMetrics100)
            if (message == nil) != expectation.shouldParse {
                failures.append("\(name): \(message ?? "accepted")")
            }
        }
        #expect(failures == [])
    }
}
