// From the samples of an exposition to totals. Source: reference on sources, section 2.5.

import Credits

extension PrometheusRules {
    /// The totals of a scrape, one for each set of labels.
    func samples(of scrape: [ScrapedSeries]) throws(PollFailure) -> [CounterSample] {
        let created = try createdInstants(scrape)
        let process = try scrape.first { $0.name == "process_start_time_seconds" }
            .map { series throws(PollFailure) in try instant(series) }
        var samples: [CounterSample] = []
        for series in scrape
        where series.name == metric && conditions.allSatisfy({ $0.takes(series) }) {
            guard series.mayGrow else {
                throw failure(
                    series,
                    "is a \(series.type), not a counter; what goes up and down is read by style "
                        + "`balance`")
            }
            let own = created[series.identity]
            let started = own ?? process
            samples.append(
                CounterSample(
                    series: SeriesKey(
                        product: try product(of: series), unit: unit, name: series.identity),
                    value: try value(series),
                    mark: started.map { String($0.milliseconds) } ?? "", startedAt: own))
        }
        return samples
    }

    /// When each total was zero, by its labels.
    private func createdInstants(
        _ scrape: [ScrapedSeries]
    ) throws(PollFailure) -> [String: Timestamp] {
        let base = metric.hasSuffix("_total") ? String(metric.dropLast(6)) : metric
        var instants: [String: Timestamp] = [:]
        for series in scrape where series.name == base + "_created" {
            instants[series.identity] = try instant(series)
        }
        return instants
    }

    private func instant(_ series: ScrapedSeries) throws(PollFailure) -> Timestamp {
        do throws(AmountError) {
            return Timestamp(milliseconds: try ExactDecimal(series.lexeme).scaled(places: 3))
        } catch {
            throw failure(series, "\(shown(series.lexeme)) is no time in seconds")
        }
    }

    private func value(_ series: ScrapedSeries) throws(PollFailure) -> ExactDecimal {
        do throws(AmountError) {
            let value = try ExactDecimal(series.lexeme).multiplied(by: scale)
            if !value.isNegative { return value }
        } catch {
            throw failure(series, "\(shown(series.lexeme)): \(error)")
        }
        throw failure(series, "\(series.lexeme) is below 0, which no counter is")
    }

    private func product(of series: ScrapedSeries) throws(PollFailure) -> String {
        switch product {
        case .constant(let product): return product
        case .label(let label):
            let text = series.label(label.name)
            if text.isEmpty, label.names[text] == nil, label.fallback == nil {
                throw failure(
                    series,
                    "has no label `\(label.name)`; write `product.default`, or leave such series "
                        + "out by `except`")
            }
            let product = label.names[text] ?? label.fallback ?? text
            if let mistake = Identifier.mistake(in: product) {
                throw failure(series, "the product \(shown(product)) \(mistake)")
            }
            return product
        }
    }

    private func failure(_ series: ScrapedSeries, _ clause: String) -> PollFailure {
        PollFailure(
            .badValue, "line \(series.line), \(series.name){\(series.identity)}: \(clause)")
    }
}

extension LabelCondition {
    /// Whether a series meets the condition.
    func takes(_ series: ScrapedSeries) -> Bool {
        values.contains(series.label(name)) != isNegated
    }
}
