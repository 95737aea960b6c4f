// What the body of a change may be called.
//
// 1. Nothing at all, or JSON.
// 2. A form is what curl says of any body when nothing is said: it passes, but not from a browser,
//    where a page of somebody else could send one unasked.

/// Judges the type of a body.
enum BodyType {
    /// Nil when the change may go on, else why not.
    static func refusal(of request: WebRequest) -> String? {
        guard !request.body.isEmpty, let header = request.header("content-type") else {
            return nil
        }
        let type = header.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        if type == "application/json" || type.hasSuffix("+json") { return nil }
        let isFromBrowser =
            request.header("origin") != nil || request.header("sec-fetch-site") != nil
        if type == "application/x-www-form-urlencoded", !isFromBrowser { return nil }
        return "send the body as JSON, with the header `Content-Type: application/json`"
    }
}
