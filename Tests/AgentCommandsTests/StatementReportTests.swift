// Statements for people and spreadsheets.

import ExactJSON
import Testing

@testable import AgentCommands

@Suite("Statement report")
struct StatementReportTests {
    private static func statement(_ cost: String, status: String = "closed") throws -> JSONValue {
        try JSONReader.read(
            Array(
                """
                {"organization":"acme","month":"2026-11","status":"\(status)","revision":2,
                "closes_at":"2026-12-04T00:00:00Z","as_known_at":null,"base_allocation":1000,
                "used":1100.5,"within_base":1000,"overage":100.5,"cost":\(cost),
                "products":[{"product":"=chat","total":1100.5,
                "days":[{"day":"2026-11-09","credits":1100.5}]}],
                "entries":3,"corrections":1,"adjustments":0,
                "first_entry":{"sequence":1},"last_entry":{"sequence":9}}
                """.utf8))
    }

    private static let cost = """
        {"currency":"USD","base_rate":0.01,"overage_rate":0.015,"base":10,"overage":1.5075,"total":11.5075}
        """

    @Test("the table names figures, cost, revision and days")
    func table() throws {
        #expect(
            StatementReport(try Self.statement(Self.cost)).text(.table) == """
                organization          acme
                month                 2026-11
                status                closed, revision 2
                base allocation       1000
                used                  1100.5
                overage               100.5
                cost at base rate     10 USD (0.01 a credit)
                cost at overage rate  1.5075 USD (0.015 a credit)
                cost in total         11.5075 USD
                entries               3 (1 to 9)
                corrections           1
                adjustments           0

                PRODUCT  DAY         CREDITS
                =chat    total        1100.5
                         2026-11-09   1100.5

                """)
    }

    @Test("without pricing there is no cost; a settling month says when it closes")
    func withoutCost() throws {
        let text = StatementReport(try Self.statement("null", status: "settling")).text(.table)
        #expect(!text.contains("cost"))
        #expect(text.contains("settling, closes at 2026-12-04T00:00:00Z"))
    }

    @Test("the CSV has the month, then products, then days")
    func csv() throws {
        let lines = StatementReport(try Self.statement(Self.cost)).text(.csv)
            .split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "organization,month,status,revision,product,day,used,base_allocation,"
                    + "within_base,overage,currency,base_rate,overage_rate,base_cost,"
                    + "overage_cost,total_cost,entries,corrections,adjustments,first_entry,"
                    + "last_entry",
                "acme,2026-11,closed,2,,,1100.5,1000,1000,100.5,USD,0.01,0.015,10,1.5075,"
                    + "11.5075,3,1,0,1,9",
                "acme,2026-11,closed,2,'=chat,,1100.5,,,,,,,,,,,,,,",
                "acme,2026-11,closed,2,'=chat,2026-11-09,1100.5,,,,,,,,,,,,,,",
            ])
    }
}
