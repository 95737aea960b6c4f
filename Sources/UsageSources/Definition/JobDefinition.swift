// An answer that the vendor prepares first: the key `job`. And one that is a list of links to
// files: the key `download`.

import ExactJSON
import PositionedYAML

/// A job: submit it, ask until its answer is ready, then read its pages.
package struct JobDefinition: Sendable, Equatable {
    /// The request that begins the job.
    package let submit: RequestShape
    /// Its identifier in the answer to `submit`.
    package let id: JSONPath
    /// The request that asks how far it is; nil asks for the answer itself.
    package let status: RequestShape?
    /// What says that it is ready; nil takes every answer but 202 for ready.
    package let ready: AnswerCheck?
    /// What says that it will never be.
    package let failed: AnswerCheck?
    /// Milliseconds between two questions.
    package let everyMilliseconds: Int64
    /// The longest wait in milliseconds.
    package let maximumMilliseconds: Int64
}

/// Files that the answer names.
package struct DownloadDefinition: Sendable, Equatable {
    /// The most files of one answer.
    static let maximumLinks = 1000

    /// Selects the URLs of the files.
    package let links: JSONPath
}

extension JobDefinition {
    /// Decodes the key `job`; absent is valid.
    static func decode(
        from source: inout MappingDecoder, asksPerDay: Bool
    ) -> (value: JobDefinition?, isValid: Bool) {
        guard source.node("job") != nil else { return (nil, true) }
        guard var job = source.mapping("job") else { return (nil, false) }
        let submit = request("submit", in: &job, asksPerDay: asksPerDay, knowsJob: false)
        if !job.contains("submit") { _ = job.require("submit") }
        let hasStatus = job.node("status") != nil
        let status = request("status", in: &job, asksPerDay: asksPerDay, knowsJob: true)
        let id = job.requiredPath("id", shape: .singular)
        let ready = check("ready", in: &job)
        let failed = check("failed", in: &job)
        let pace = Pace(in: &job)
        job.finish()
        guard let submit, let id, !hasStatus || status != nil, ready.isValid, failed.isValid else {
            return (nil, false)
        }
        let value = JobDefinition(
            submit: submit, id: id, status: status, ready: ready.value, failed: failed.value,
            everyMilliseconds: pace.every, maximumMilliseconds: pace.maximum)
        return (value, true)
    }

    private static func request(
        _ key: String, in job: inout MappingDecoder, asksPerDay: Bool, knowsJob: Bool
    ) -> RequestShape? {
        guard var request = job.mapping(key) else { return nil }
        let decoded = RequestShape.decode(from: &request, pagination: nil)
        for name in ["auth", "tls", "proxy_url", "max_body"] where request.contains(name) {
            request.mistake(name, "is taken from `request`; remove it here")
        }
        request.finish()
        guard let shape = decoded?.shape else { return nil }
        for placeholder in shape.placeholders {
            switch placeholder {
            case .cursor, .page:
                request.mistake("url", "`{cursor}` and `{page}` belong into `request`")
            case .job where !knowsJob:
                request.mistake("url", "`{job.id}` is known only after `job.submit`")
            case .day where !asksPerDay:
                request.mistake("url", "`{day:…}` needs `window: {per_request: day}`")
            default: continue
            }
            return nil
        }
        return shape
    }

    private static func check(
        _ key: String, in job: inout MappingDecoder
    ) -> (value: AnswerCheck?, isValid: Bool) {
        guard job.node(key) != nil else { return (nil, true) }
        guard let mapping = job.mapping(key) else { return (nil, false) }
        let check = AnswerCheck.decode(mapping, fillsIn: false)
        return (check, check != nil)
    }

    private struct Pace {
        var every: Int64 = 2000
        var maximum: Int64 = 60_000

        init(in job: inout MappingDecoder) {
            guard var poll = job.mapping("poll") else { return }
            if let value = poll.duration("every")?.value.milliseconds {
                every = value
                if !(100...3_600_000).contains(value) {
                    poll.mistake("every", "must be from 100ms to 1h")
                }
            }
            if let value = poll.duration("max")?.value.milliseconds {
                maximum = value
                if !(every...3_600_000).contains(value) {
                    poll.mistake("max", "must be from `every` to 1h")
                }
            }
            poll.finish()
        }
    }
}

extension DownloadDefinition {
    /// Decodes the key `download`; absent is valid.
    static func decode(
        from source: inout MappingDecoder
    ) -> (value: DownloadDefinition?, isValid: Bool) {
        guard source.node("download") != nil else { return (nil, true) }
        guard var download = source.mapping("download") else { return (nil, false) }
        let links = download.requiredPath("links", shape: .any)
        download.finish()
        return (links.map(DownloadDefinition.init), links != nil)
    }
}
