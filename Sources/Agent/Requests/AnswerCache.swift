// Pages as they were last time, for `If-None-Match`: a 304 stands for the page that was kept, so a
// poll reads what it would have read, page by page, whatever the number of pages.
//
// 1. Bytes and entries of all sources together are bounded; the longest unused go first.
// 2. A cache lives as long as a configuration: the credentials of its sources never change.
// 3. What a failed poll has read is forgotten, so a wrong page cannot stay.

import Synchronization
import UsageSources

/// The kept pages of all sources of a configuration.
package final class AnswerCache: Sendable {
    /// The most bytes of all bodies.
    package static let maximumBytes = 16 << 20
    /// The most bytes of one body.
    static let maximumBodyBytes = 1 << 20
    private static let maximumEntries = 4096
    private static let longestTag = 1024

    /// What exactly was asked.
    private struct Key: Hashable {
        let source: String
        let method: String
        let url: String
        let body: [UInt8]?
    }

    /// A page and the tag of its version.
    struct Kept: Sendable {
        /// Its entity tag, as written.
        let tag: String
        /// The answer with the page.
        let response: SourceResponse
        fileprivate var lastUse: UInt64
    }

    private struct Content {
        var entries: [Key: Kept] = [:]
        var bytes = 0
        var uses: UInt64 = 0

        mutating func remove(_ key: Key) {
            guard let kept = entries.removeValue(forKey: key) else { return }
            bytes -= kept.response.body.count
        }
    }

    private let content = Mutex(Content())

    /// An empty cache.
    package init() {}

    private static func key(_ request: SourceRequest, of source: String) -> Key {
        Key(source: source, method: request.method, url: request.url, body: request.body)
    }

    /// The page that a request brought last time.
    func kept(for request: SourceRequest, of source: String) -> Kept? {
        content.withLock { content in
            let key = Self.key(request, of: source)
            guard content.entries[key] != nil else { return nil }
            content.uses += 1
            content.entries[key]?.lastUse = content.uses
            return content.entries[key]
        }
    }

    /// Keeps an answer if its version has a tag.
    ///
    /// - Returns: how many pages had to make room.
    func keep(_ response: SourceResponse, to request: SourceRequest, of source: String) -> Int {
        let key = Self.key(request, of: source)
        let tag = response.header("etag") ?? ""
        let isUsable =
            response.status == 200 && !tag.isEmpty && tag.utf8.count <= Self.longestTag
            && tag.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
            && response.body.count <= Self.maximumBodyBytes
        return content.withLock { content in
            content.remove(key)
            guard isUsable else { return 0 }
            content.uses += 1
            content.entries[key] = Kept(tag: tag, response: response, lastUse: content.uses)
            content.bytes += response.body.count
            var dropped = 0
            while content.bytes > Self.maximumBytes || content.entries.count > Self.maximumEntries,
                let oldest = content.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                content.remove(oldest.key)
                dropped += 1
            }
            return dropped
        }
    }

    /// Forgets the pages of a source.
    func forget(_ source: String) {
        content.withLock { content in
            for key in content.entries.keys where key.source == source { content.remove(key) }
        }
    }
}
