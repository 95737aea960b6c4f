// Which format and coding a client gets for what it says it accepts.

import Exposition
import Testing

@Suite struct NegotiationTests {
    static let prometheus: [(version: String, accept: String, isOpenMetrics: Bool)] = [
        (
            "2.30",
            "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,"
                + "*/*;q=0.1", false
        ),
        (
            "2.37",
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
                + "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true
        ),
        (
            "2.49.0",
            "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;"
                + "version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=2", true
        ),
        (
            "2.49.1",
            "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;"
                + "version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", true
        ),
        (
            "3.0",
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                + "application/openmetrics-text;version=0.0.1;escaping=allow-utf-8;q=0.5,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;escaping=allow-utf-8;q=0.4,"
                + "text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,"
                + "*/*;escaping=allow-utf-8;q=0.2", true
        ),
        (
            "3.3",
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                + "application/openmetrics-text;version=0.0.1;escaping=allow-utf-8;q=0.5,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                + "text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,"
                + "*/*;escaping=allow-utf-8;q=0.2", true
        ),
        (
            "3.4",
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                + "application/openmetrics-text;version=0.0.1;q=0.5,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2", true
        ),
        (
            "native histograms",
            "application/vnd.google.protobuf;"
                + "proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
                + "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
                + "application/openmetrics-text;version=0.0.1;q=0.4,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
                + "text/plain;version=0.0.4;q=0.2,*/*;q=0.1", true
        ),
        (
            "text only",
            "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                + "text/plain;version=0.0.4;q=0.5,*/*;q=0.4", false
        ),
        (
            "text preferred",
            "text/plain;version=0.0.4;q=0.6,"
                + "application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.2", false
        ),
    ]

    @Test(arguments: prometheus)
    func everyPrometheusGetsWhatItPrefers(
        _ version: String, _ accept: String, _ isOpenMetrics: Bool
    ) {
        let expected: ExpositionFormat = isOpenMetrics ? .openMetrics100 : .text004
        #expect(ExpositionFormat.negotiate(accept: accept) == expected, "Prometheus \(version)")
    }

    static let others: [(accept: String?, isOpenMetrics: Bool)] = [
        (nil, false), ("", false), ("*/*", false), ("text/plain", false), ("text/*", false),
        ("application/openmetrics-text", true),
        ("Application/OpenMetrics-Text;VERSION=1.0.0", true),
        ("application/openmetrics-text;version=\"1.0.0\"", true),
        ("application/openmetrics-text;version=0.0.1", false),
        ("application/openmetrics-text;version=2.0.0", false),
        ("application/openmetrics-text;version=2.0.0,application/openmetrics-text;q=0.1", true),
        ("application/json", false), ("application/*", true),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false),
        ("application/openmetrics-text;version=1.0.0;q=0", false),
        ("text/plain;q=0,*/*", true), ("text/plain;q=0", false),
        ("application/openmetrics-text;q=0.5,text/plain;q=0.5", true),
        ("text/plain;q=0.5,application/openmetrics-text;q=0.5", false),
        ("*/*,application/openmetrics-text;version=1.0.0", false),
        ("application/openmetrics-text;q=0.2,*/*;q=0.5", false),
        ("application/openmetrics-text;q=nonsense,text/plain;q=0.9", true),
        (" application/openmetrics-text ; version = 1.0.0 ; q = 0.9 , text/plain ; q=0.1", true),
        (",,;q=1,;", false), ("application/openmetrics-text;x=\"a,b;c\";version=1.0.0", true),
    ]

    @Test(arguments: others)
    func otherClientsGetTheMostWantedFormat(_ accept: String?, _ isOpenMetrics: Bool) {
        let expected: ExpositionFormat = isOpenMetrics ? .openMetrics100 : .text004
        #expect(ExpositionFormat.negotiate(accept: accept) == expected)
    }

    static let codings: [(header: String?, isGzip: Bool)] = [
        (nil, false), ("", false), ("gzip", true), ("GZIP", true), ("x-gzip", true),
        ("identity", false), ("gzip;q=0", false), ("gzip; q=0.0", false), ("*", true),
        ("*;q=0", false), ("gzip;q=0,*", false), ("identity;q=0", false), ("identity;q=0,*", true),
        ("deflate, gzip;q=0.5", true), ("deflate", false), ("gzip;q=0.5, identity;q=1", false),
        ("gzip, identity;q=0.5", true), ("br;q=1.0, gzip;q=0.8, *;q=0.1", true),
        ("zstd, gzip", true), ("gzipped", false),
    ]

    @Test(arguments: codings)
    func gzipIsUsedWhenItIsWanted(_ header: String?, _ isGzip: Bool) {
        #expect(AcceptHeader.acceptsGzip(acceptEncoding: header) == isGzip)
    }

    @Test func contentTypesAreAbsoluteAndReadBack() {
        for format in ExpositionFormat.allCases {
            #expect(ExpositionFormat(contentType: format.contentType) == format)
        }
        #expect(ExpositionFormat.text004.contentType == "text/plain; version=0.0.4; charset=utf-8")
        #expect(
            ExpositionFormat.openMetrics100.contentType
                == "application/openmetrics-text; version=1.0.0; charset=utf-8")
        #expect(ExpositionFormat(contentType: "text/html") == nil)
        #expect(ExpositionFormat(contentType: "") == nil)
    }
}
