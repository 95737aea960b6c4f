// The k largest or smallest elements, with Prometheus' own choice among equal ones.

/// A heap of the best rows, the worst of them on top.
///
/// Which of several equal elements survive depends on the heap's moves; these are the moves of
/// Go's `container/heap`, so that ties end as they do in Prometheus.
struct BestElements {
    private let limit: Int
    private let wantsLargest: Bool
    private var heap: [(row: Int, value: Double)] = []

    init(limit: Int, wantsLargest: Bool) {
        self.limit = limit
        self.wantsLargest = wantsLargest
    }

    /// Considers an element.
    mutating func offer(_ row: Int, _ value: Double) {
        if heap.count < limit {
            heap.append((row, value))
            moveUp(heap.count - 1)
            return
        }
        let worst = heap[0].value
        let isBetter = wantsLargest ? worst < value : worst > value
        if isBetter || (worst.isNaN && !value.isNaN) {
            heap[0] = (row, value)
            moveDown()
        }
    }

    /// The rows kept, best first, NaN last.
    var ordered: [Int] {
        heap.sorted { isWorse($1.value, $0.value) && !isWorse($0.value, $1.value) }.map(\.row)
    }

    /// Whether the left value is nearer to the top; NaN is worst.
    private func isWorse(_ left: Double, _ right: Double) -> Bool {
        if left.isNaN { return true }
        return wantsLargest ? left < right : left > right
    }

    private mutating func moveUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard isWorse(heap[child].value, heap[parent].value) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func moveDown() {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return }
            if child + 1 < heap.count, isWorse(heap[child + 1].value, heap[child].value) {
                child += 1
            }
            guard isWorse(heap[child].value, heap[parent].value) else { return }
            heap.swapAt(parent, child)
            parent = child
        }
    }
}
