// What a stand-in's answers must add up to, reckoned apart from how they are written.

/// One figure of a report.
package struct ExpectedFigure: Sendable, Equatable {
    /// The report.
    package let report: String
    /// The day.
    package let day: SimulatedDay
    /// What the report groups by.
    package let product: String
    /// The unit.
    package let unit: String
    /// How much.
    package var amount: SimulatedAmount
}

/// The exact figures of a vendor.
package enum VendorExpectation {
    /// The figures of a range of days, by report, day, unit and product.
    package static func figures(
        of vendor: any VendorStandIn.Type, _ usage: VendorUsage, days: Range<SimulatedDay>
    ) -> [ExpectedFigure] {
        let lines = usage.lines(in: days)
        var figures: [ExpectedFigure] = []
        for report in vendor.reports {
            for measure in report.measures {
                figures += sums(report, measure, lines)
            }
        }
        return figures
    }

    /// The figures as JSON: each one, then the totals of the range by report and unit.
    package static func json(
        of vendor: any VendorStandIn.Type, _ usage: VendorUsage, days: Range<SimulatedDay>
    ) -> String {
        let figures = figures(of: vendor, usage, days: days)
        var totals: [ExpectedFigure] = []
        for figure in figures {
            if let last = totals.last, last.report == figure.report, last.unit == figure.unit {
                totals[totals.count - 1].amount = last.amount + figure.amount
            } else {
                totals.append(figure)
            }
        }
        return JSONText.object([
            ("vendor", JSONText.quoted(vendor.name)),
            ("from", JSONText.quoted(days.lowerBound.description)),
            ("to", JSONText.quoted(days.upperBound.advanced(by: -1).description)),
            ("figures", JSONText.array(figures.map { object($0, isTotal: false) })),
            ("totals", JSONText.array(totals.map { object($0, isTotal: true) })),
        ])
    }

    private static func sums(
        _ report: VendorReport, _ measure: VendorMeasure, _ lines: [VendorLine]
    ) -> [ExpectedFigure] {
        var figures: [ExpectedFigure] = []
        for line in lines {
            let product = report.product(line)
            let amount = measure.amount(line)
            if let index = figures.lastIndex(where: { $0.day == line.day && $0.product == product })
            {
                figures[index].amount = figures[index].amount + amount
            } else {
                figures.append(
                    ExpectedFigure(
                        report: report.name, day: line.day, product: product, unit: measure.unit,
                        amount: amount))
            }
        }
        return figures
    }

    private static func object(_ figure: ExpectedFigure, isTotal: Bool) -> String {
        var members = [(name: "report", value: JSONText.quoted(figure.report))]
        if !isTotal {
            members += [
                ("date", JSONText.quoted(figure.day.description)),
                ("product", JSONText.quoted(figure.product)),
            ]
        }
        return JSONText.object(
            members + [
                ("unit", JSONText.quoted(figure.unit)),
                ("amount", JSONText.quoted(figure.amount.description)),
            ])
    }
}
