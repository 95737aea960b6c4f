// What a receiver's kind makes of a notification: the bytes, and what was lost on the way.

/// Something about a rendered notification that a person should know.
package struct NotificationRemark: Sendable, Hashable {
    /// What happened.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A text or the whole was longer than the vendor accepts.
        case truncated
        /// A template failed; its error text stands in its place.
        case templateFailed = "template_failed"
    }

    /// What happened.
    package let kind: Kind
    /// In words, with the field that it happened to.
    package let detail: String
}

/// A notification in the shape that its receiver expects.
package struct RenderedNotification: Sendable, Hashable {
    /// The media type of the body.
    package let contentType: String
    /// The bytes, without the secrets that are added to each request.
    package let body: [UInt8]
    /// What was lost.
    package let remarks: [NotificationRemark]
}

/// Expands the templates of one notification and notes what goes wrong.
struct TemplateDesk {
    let scene: TemplateScene
    private(set) var remarks: [NotificationRemark] = []

    init(_ notification: GroupNotification) {
        scene = notification.scene
    }

    /// The text of a template; when it fails, the error in its place: an alert with a bad text is
    /// better than none.
    mutating func text(_ template: NotificationTemplate, asHTML: Bool = false) -> String {
        do throws(TemplateExecutionError) {
            return try template.expand(scene, asHTML: asHTML)
        } catch {
            remark(.templateFailed, error.message)
            let text = "<error expanding template: \(error.message)>"
            return asHTML ? TemplateEscape.html(text) : text
        }
    }

    /// The text of a template, cut to so many characters.
    mutating func text(_ template: NotificationTemplate, atMost limit: Int) -> String {
        cut(text(template), atMost: limit, template.name)
    }

    /// A link, colour or other value that a vendor refuses when it is an error text: then empty.
    mutating func value(_ template: NotificationTemplate) -> String {
        do throws(TemplateExecutionError) {
            return try template.expand(scene)
        } catch {
            remark(.templateFailed, error.message)
            return ""
        }
    }

    /// A text cut to so many Unicode scalars, the last of them an ellipsis.
    ///
    /// - Source: alertmanager notify/util.go (TruncateInRunes)
    mutating func cut(_ text: String, atMost limit: Int, _ field: String) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > limit else { return text }
        remark(.truncated, "\(field) was cut to \(limit) characters")
        return String(String.UnicodeScalarView(scalars.prefix(max(0, limit - 1)))) + "…"
    }

    mutating func remark(_ kind: NotificationRemark.Kind, _ detail: String) {
        remarks.append(NotificationRemark(kind: kind, detail: detail))
    }
}
