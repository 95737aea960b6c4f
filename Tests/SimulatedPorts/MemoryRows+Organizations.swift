// Organizations, their products, terms and blocks, and the audit of changes.

import Credits
import Ledger
import Ports

extension MemoryRows {
    func organizationIdentifiers() throws -> [String] {
        tables.organizations.sorted { $0.key < $1.key }.map(\.value)
    }

    func products(of organization: String) throws -> [ProductRecord] {
        (tables.products[ExactText(organization)] ?? [:])
            .sorted { $0.key < $1.key }.map(\.value)
    }

    func putProduct(_ product: ProductRecord) throws {
        try change { tables in
            let organization = ExactText(product.organization)
            tables.organizations[organization] = product.organization
            tables.products[organization, default: [:]][ExactText(product.id)] = product
        }
    }

    func terms(of organization: String) throws -> [TermsRecord] {
        tables.terms[ExactText(organization)] ?? []
    }

    func appendTerms(_ record: TermsRecord) throws {
        try change { tables in
            let organization = ExactText(record.organization)
            tables.organizations[organization] = record.organization
            tables.terms[organization, default: []].append(record)
        }
    }

    func appendTransition(_ transition: LimitTransition) throws {
        try change {
            $0.transitions[ExactText(transition.organization), default: []].append(transition)
        }
    }

    func transitions(of organization: String) throws -> [LimitTransition] {
        tables.transitions[ExactText(organization)] ?? []
    }

    func transitions(
        of organization: String, before number: Int64?, limit: Int
    ) throws -> [Numbered<LimitTransition>] {
        Self.page(tables.transitions[ExactText(organization)], before: number, limit: limit)
    }

    func openMonth(of organization: String) throws -> BillingMonth? {
        tables.openMonths[ExactText(organization)]
    }

    func putOpenMonth(_ month: BillingMonth, of organization: String) throws {
        try change { $0.openMonths[ExactText(organization)] = month }
    }

    func appendAudit(_ record: AuditRecord) throws {
        try change { tables in
            let organization = ExactText(record.organization)
            let links = tables.audits[organization] ?? []
            let head = AuditHead(count: Int64(links.count), hash: links.last?.hash ?? "")
            tables.audits[organization, default: []].append(
                AuditLink(
                    number: head.count + 1, record: record, hash: head.adding(record).hash))
        }
    }

    func audits(
        of organization: String, before number: Int64?, limit: Int
    ) throws -> [Numbered<AuditRecord>] {
        Self.page(
            tables.audits[ExactText(organization)]?.map(\.record), before: number, limit: limit)
    }

    func auditLinks(
        of organization: String, after number: Int64, limit: Int
    ) throws -> [AuditLink] {
        let links = tables.audits[ExactText(organization)] ?? []
        return Array(links.filter { $0.number > number }.prefix(max(0, limit)))
    }

    func auditHead(of organization: String) throws -> AuditHead {
        let links = tables.audits[ExactText(organization)] ?? []
        return AuditHead(count: Int64(links.count), hash: links.last?.hash ?? "")
    }

    private static func page<Record>(
        _ records: [Record]?, before number: Int64?, limit: Int
    ) -> [Numbered<Record>] {
        let numbered = (records ?? []).enumerated().map {
            Numbered(number: Int64($0.offset) + 1, record: $0.element)
        }
        return Array(
            numbered.filter { $0.number < number ?? .max }.reversed().prefix(max(0, limit)))
    }
}
