// Who runs this program.

import Glibc

/// The operating system's user.
package enum OperatingSystemUser {
    /// The name of the user that runs this program, or `uid N`.
    package static var name: String {
        let user = getuid()
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: 16_384)
        var found: UnsafeMutablePointer<passwd>?
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil,
            let name = entry.pw_name
        else { return "uid \(user)" }
        return String(cString: name)
    }
}
