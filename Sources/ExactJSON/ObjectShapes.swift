// The names of the objects read last, by depth: rows of a list are mostly alike.
//
// 1. The names of a shape come from one object, so they differ from each other.
// 2. A shape holds names without escapes only: their bytes stand for themselves, then a quote.

/// Remembers where names stand in the text, so that a like object's names are compared, not read.
struct ObjectShapes {
    /// A name and where it was read.
    private struct Place {
        let start: Int
        let length: Int
        let name: String
    }

    /// How far the object being read at a depth is like the one before it.
    struct Course {
        fileprivate let depth: Int
        fileprivate var position = 0
        /// Whether all names so far are those of the shape.
        fileprivate(set) var isAlike = true
        fileprivate var isLearning = true
    }

    private static let mostNames = 64
    private var shapes: [[Place]] = []

    mutating func begin(depth: Int) -> Course {
        while shapes.count <= depth { shapes.append([]) }
        return Course(depth: depth)
    }

    /// The name at an offset behind the opening quote when it is the one expected.
    @inline(__always)
    func expected(
        _ course: inout Course, at offset: Int, in bytes: UnsafeBufferPointer<UInt8>
    ) -> (name: String, length: Int)? {
        guard course.isAlike, course.position < shapes[course.depth].count else { return nil }
        let place = shapes[course.depth][course.position]
        guard offset + place.length < bytes.count, bytes[offset + place.length] == Byte.quote
        else { return nil }
        var index = 0
        while index < place.length, bytes[place.start + index] == bytes[offset + index] {
            index += 1
        }
        guard index == place.length else { return nil }
        course.position += 1
        return (place.name, place.length)
    }

    /// Takes a name that was read: the shape goes on with it.
    mutating func learn(
        _ name: String, start: Int, length: Int, _ course: inout Course
    ) {
        course.isAlike = course.isAlike && course.position == shapes[course.depth].count
        guard course.isLearning else { return }
        let keeps = course.position < Self.mostNames && name.utf8.count == length
        shapes[course.depth].removeSubrange(min(course.position, shapes[course.depth].count)...)
        guard keeps else {
            course.isLearning = false
            return
        }
        shapes[course.depth].append(Place(start: start, length: length, name: name))
        course.position += 1
    }
}
