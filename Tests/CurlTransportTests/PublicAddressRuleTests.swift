// Which addresses are public, and that the judgement holds on the connection itself.

import CurlTransport
import Ports
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PublicAddressRuleTests {
    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255",
        "172.32.0.0", "192.0.1.0", "192.0.3.0", "192.88.98.255", "192.88.100.0",
        "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255",
        "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255",
        "2001:4860:4860::8888", "2606:4700::1111", "2a00::1", "2001:200::1", "3ffe::1",
        "2001:db7:ffff::", "2001:db9::", "3fff:1000::", "2001:3::1", "2001:30::1",
        "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1",
        "2001:0:808:808:0:0:f7f7:f7f7",
    ])
    func `an address is public`(text: String) throws {
        let address = try #require(NetworkAddress(text))
        #expect(PublicAddressRule.objection(to: address) == nil)
    }

    @Test(arguments: [
        ("0.0.0.0", "unspecified"), ("0.0.0.1", "reserved"), ("0.255.255.255", "reserved"),
        ("10.0.0.0", "private"), ("10.255.255.255", "private"),
        ("100.64.0.0", "carrier-grade NAT"), ("100.127.255.255", "carrier-grade NAT"),
        ("127.0.0.1", "loopback"), ("127.255.255.255", "loopback"),
        ("169.254.0.0", "link-local"), ("169.254.169.254", "link-local"),
        ("172.16.0.0", "private"), ("172.31.255.255", "private"),
        ("192.0.0.1", "reserved"), ("192.0.0.255", "reserved"),
        ("192.0.2.1", "documentation"), ("192.88.99.1", "reserved"),
        ("192.168.0.0", "private"), ("192.168.255.255", "private"),
        ("198.18.0.0", "benchmark"), ("198.19.255.255", "benchmark"),
        ("198.51.100.7", "documentation"), ("203.0.113.7", "documentation"),
        ("224.0.0.0", "multicast"), ("239.255.255.255", "multicast"),
        ("240.0.0.0", "reserved"), ("255.255.255.254", "reserved"),
        ("255.255.255.255", "broadcast"),
        ("::", "unspecified"), ("::1", "loopback"), ("::2", "reserved"),
        ("::7f00:1", "reserved"), ("::808:808", "reserved"), ("100::1", "reserved"),
        ("1fff:ffff::", "reserved"), ("4000::", "reserved"), ("5f00::1", "reserved"),
        ("fc00::", "unique local"), ("fd12:3456::1", "unique local"),
        ("fdff:ffff::", "unique local"), ("fe80::1", "link-local"),
        ("febf:ffff::", "link-local"), ("fe80::1%1", "link-local"), ("fec0::1", "site-local"),
        ("ff00::", "multicast"), ("ff02::1", "multicast"),
        ("2001:db8::1", "documentation"), ("2001:db8:ffff::", "documentation"),
        ("3fff::1", "documentation"), ("3fff:fff::", "documentation"),
        ("2001:2::1", "benchmark"), ("2001:10::1", "reserved"), ("2001:2f::1", "reserved"),
        ("64:ff9b:1::1", "reserved"), ("64:ff9b:0:0:0:1:808:808", "reserved"),
        ("::ffff:127.0.0.1", "IPv4-mapped form of loopback 127.0.0.1"),
        ("::ffff:10.1.2.3", "IPv4-mapped form of private 10.1.2.3"),
        ("::ffff:0.0.0.0", "IPv4-mapped form of unspecified 0.0.0.0"),
        ("::ffff:169.254.169.254", "IPv4-mapped form of link-local 169.254.169.254"),
        ("64:ff9b::192.168.1.1", "NAT64 form of private 192.168.1.1"),
        ("64:ff9b::a9fe:a9fe", "NAT64 form of link-local 169.254.169.254"),
        ("2002:7f00:1::", "6to4 form of loopback 127.0.0.1"),
        ("2002:a00:1::1", "6to4 form of private 10.0.0.1"),
        ("2002:6440:1::1", "6to4 form of carrier-grade NAT 100.64.0.1"),
        ("2001:0:7f00:1::f7f7:f7f7", "Teredo form of loopback 127.0.0.1"),
        ("2001:0:808:808::80ff:fffe", "Teredo form of loopback 127.0.0.1"),
        ("2001:0:808:808::f5ff:fffe", "Teredo form of private 10.0.0.1"),
    ])
    func `an address is not public`(text: String, objection: String) throws {
        let address = try #require(NetworkAddress(text))
        #expect(PublicAddressRule.objection(to: address) == objection)
    }

    @Test(arguments: ["", "localhost", "1.2.3", "1.2.3.4.5", "::g", "256.0.0.1"])
    func `a text that is no numeric address is none`(text: String) {
        #expect(NetworkAddress(text) == nil)
    }

    // MARK: - On the connection

    @Test(arguments: [
        "127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "0", "localhost",
        "[::ffff:127.0.0.1]", "[::1]", "[::]",
    ])
    func `no spelling of loopback passes`(host: String) async throws {
        let server = try ScriptedServer(.response(text: "internal"))
        defer { server.stop() }
        var request = TransportRequest(url: "http://\(host):\(server.port)/")
        request.addressPolicy = .publicOnly
        let ready = request
        let error = try await CurlTransport.with { try await $0.failure(ready) }
        #expect(error.reason == .connect)
        #expect(error.message.contains("public addresses only"), "\(error)")
        #expect(server.acceptedConnections == 0)
    }

    @Test func `the refusal names the address and the rule`() async throws {
        let request = TransportRequest(url: "http://localhost:1/", addressPolicy: .publicOnly)
        let error = try await CurlTransport.with { try await $0.failure(request) }
        #expect(error.message.hasPrefix("localhost:1: "))
        #expect(error.message.contains("loopback"))
        #expect(error.message.contains("public addresses only"))
    }

    @Test func `a connection that a trusted request has opened is judged as well`() async throws {
        let server = try ScriptedServer(.response(text: "internal"))
        defer { server.stop() }
        try await CurlTransport.with { transport async throws in
            var request = TransportRequest(url: server.url("/trusted"))
            _ = try await transport.send(request)
            request.url = server.url("/public")
            request.addressPolicy = .publicOnly
            let error = try await transport.failure(request)
            #expect(error.reason == .connect)
            #expect(error.message.contains("loopback"))
            // The refusal does not spoil the handle for the next trusted request.
            request.url = server.url("/again")
            request.addressPolicy = .trusted
            #expect(try await transport.send(request).text == "internal")
        }
        #expect(server.requests.map(\.target) == ["/trusted", "/again"])
    }
}
