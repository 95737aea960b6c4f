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

    func openMonth(of organization: String) throws -> BillingMonth? {
        tables.openMonths[ExactText(organization)]
    }

    func putOpenMonth(_ month: BillingMonth, of organization: String) throws {
        try change { $0.openMonths[ExactText(organization)] = month }
    }

    func appendAudit(_ record: AuditRecord) throws {
        try change { $0.audits[ExactText(record.organization), default: []].append(record) }
    }

    func audits(of organization: String, limit: Int) throws -> [AuditRecord] {
        Array((tables.audits[ExactText(organization)] ?? []).reversed().prefix(max(0, limit)))
    }
}
