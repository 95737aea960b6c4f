// A small mail server: plain on a socket, or behind `openssl s_server` for TLS.

import Foundation
import Glibc
import Synchronization

/// What a mail server says; the keys are the beginnings of commands.
struct MailScript: Sendable {
    var greeting = "220 mail.example.com ready"
    var extensions = ["AUTH PLAIN LOGIN"]
    /// Replies that differ from the usual ones; an empty one: no reply at all.
    var replies: [String: String] = [:]
    /// The reply to a whole mail.
    var taken = "250 2.0.0 taken"
}

/// What a server was told in one connection.
struct ReceivedMail: Sendable {
    var commands: [String] = []
    /// The mail without the dots that transport adds.
    var lines: [String] = []

    var text: String { lines.joined(separator: "\r\n") }
}

/// The server's side of one conversation.
struct MailConversation {
    let script: MailScript
    /// After the reply to this command the conversation is over.
    var endsWith = "QUIT"
    private(set) var mail = ReceivedMail()
    private var isData = false
    private var loginSteps = 0

    init(_ script: MailScript) {
        self.script = script
    }

    /// The reply to a line, nil for none; and whether the server hangs up after it.
    mutating func reply(to line: String) -> (text: String?, ends: Bool) {
        if isData { return data(line) }
        mail.commands.append(line)
        if loginSteps > 0 {
            loginSteps -= 1
            return (loginSteps == 1 ? "334 UGFzc3dvcmQ6" : "235 welcome", false)
        }
        if let known = script.replies.first(where: { line.hasPrefix($0.key) }) {
            return (known.value.isEmpty ? nil : known.value, line == endsWith)
        }
        switch line.prefix(4) {
        case "EHLO":
            let lines = ["mail.example.com"] + script.extensions
            let marks = lines.indices.map { $0 == lines.count - 1 ? " " : "-" }
            return (zip(marks, lines).map { "250\($0)\($1)" }.joined(separator: "\r\n"), false)
        case "AUTH":
            if line == "AUTH LOGIN" {
                loginSteps = 2
                return ("334 VXNlcm5hbWU6", false)
            }
            loginSteps = 1
            return ("334 ", false)
        case "DATA":
            isData = true
            return ("354 go ahead", false)
        case "QUIT": return ("221 bye", line == endsWith)
        default: return ("250 ok", false)
        }
    }

    private mutating func data(_ line: String) -> (text: String?, ends: Bool) {
        guard line == "." else {
            mail.lines.append(line.hasPrefix(".") ? String(line.dropFirst()) : line)
            return (nil, false)
        }
        isData = false
        return (script.taken, false)
    }
}

/// A mail server without TLS on a free port of 127.0.0.1.
final class MailServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let script: MailScript
    private let state = Mutex<(mails: [ReceivedMail], open: Set<Int32>)>(([], []))

    init(_ script: MailScript = MailScript()) throws {
        (listener, port) = try ServerSocket.listenOnLoopback()
        self.script = script
        Thread.detachNewThread { self.acceptConnections() }
    }

    var url: String { "smtp://127.0.0.1:\(port)" }

    /// The conversations that are over or under way, in order.
    var mails: [ReceivedMail] { state.withLock { $0.mails } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        state.withLock { $0.open.forEach { shutdown($0, Int32(SHUT_RDWR)) } }
    }

    private func acceptConnections() {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            let index = state.withLock { state in
                state.open.insert(descriptor)
                state.mails.append(ReceivedMail())
                return state.mails.count - 1
            }
            Thread.detachNewThread { self.serve(descriptor, index) }
        }
        close(listener)
    }

    private func serve(_ descriptor: Int32, _ index: Int) {
        var conversation = MailConversation(script)
        MailStream.run(reading: descriptor, writing: descriptor, &conversation) { mail in
            state.withLock { $0.mails[index] = mail }
        }
        _ = state.withLock { $0.open.remove(descriptor) }
        close(descriptor)
    }
}

/// Lines between two descriptors and a conversation.
enum MailStream {
    /// - Parameter skips: whether lines before the first EHLO are somebody else's.
    static func run(
        reading input: Int32, writing output: Int32, greets: Bool = true, skips: Bool = false,
        _ conversation: inout MailConversation, note: (ReceivedMail) -> Void
    ) {
        if greets { put(conversation.script.greeting, output) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            while let end = bytes.firstRange(of: [0x0D, 0x0A]) {
                // What openssl says of a session ends with bare line feeds.
                let text = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
                let line = skips ? String(text.split(separator: "\n").last ?? "") : text
                bytes.removeSubrange(..<end.upperBound)
                if skips, conversation.mail.commands.isEmpty, !line.hasPrefix("EHLO") { continue }
                let (reply, ends) = conversation.reply(to: line)
                note(conversation.mail)
                if let reply { put(reply, output) }
                if ends { return }
            }
            let count = read(input, &buffer, buffer.count)
            guard count > 0 else { return }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    private static func put(_ text: String, _ descriptor: Int32) {
        let bytes = Array((text + "\r\n").utf8)
        _ = write(descriptor, bytes, bytes.count)
    }
}
