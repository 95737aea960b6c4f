// A bare loop over SQLite that writes what posting writes: for every row an entry and its posted
// key, for every transaction the sums of its days and products, the head of the chain and the
// poll. Nothing is planned or hashed.
//
// usage: posting DATABASE ROWS_PER_TRANSACTION TRANSACTIONS
// The database holds the agent's schema and no entries. Prints `seconds S`.

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *db;

static void must(int code, int wanted) {
    if (code == wanted) return;
    fprintf(stderr, "posting: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void run(const char *sql) { must(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK); }

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement;
    must(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL), SQLITE_OK);
    return statement;
}

static void text(sqlite3_stmt *statement, int index, const char *value) {
    sqlite3_bind_text(statement, index, value, -1, SQLITE_STATIC);
}

static void step(sqlite3_stmt *statement) {
    must(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_reset(statement);
}

int main(int count, char **arguments) {
    if (count != 4) return 64;
    long rows = atol(arguments[2]), transactions = atol(arguments[3]), sequence = 0;
    must(sqlite3_open(arguments[1], &db), SQLITE_OK);
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    sqlite3_stmt *entry = prepare(
        "INSERT INTO entries (organization, sequence, day, product, kind, credits, quantity, unit,"
        " rate, source, key, revision, poll, recorded_at, note, previous_hash, hash)"
        " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17)");
    sqlite3_stmt *posted = prepare(
        "INSERT INTO posted_keys (key, source, organization, product, unit, day, credits, revision)"
        " VALUES (?1,?2,?3,?4,?5,?6,?7,?8) ON CONFLICT (key) DO UPDATE SET"
        " source = excluded.source, organization = excluded.organization,"
        " product = excluded.product, unit = excluded.unit, day = excluded.day,"
        " credits = excluded.credits, revision = excluded.revision");
    sqlite3_stmt *head = prepare(
        "INSERT INTO chain_heads (organization, sequence, hash) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (organization) DO UPDATE SET sequence = excluded.sequence,"
        " hash = excluded.hash");
    sqlite3_stmt *total = prepare(
        "INSERT INTO day_totals (organization, day, product, used, corrected)"
        " VALUES (?1,?2,?3,?4,?5) ON CONFLICT (organization, day, product) DO UPDATE SET"
        " used = day_totals.used + excluded.used,"
        " corrected = day_totals.corrected + excluded.corrected");
    sqlite3_stmt *source = prepare(
        "INSERT INTO posted_products (organization, source, product) VALUES (?1,?2,?3)"
        " ON CONFLICT DO NOTHING");
    sqlite3_stmt *poll = prepare(
        "INSERT INTO polls (id, source, organization, first_day, last_day, started_at,"
        " recorded_at, page_count, row_count) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)");
    char previous[65], hash[65], key[128], product[32], quantity[32], name[64];
    memset(previous, '0', 64);
    previous[64] = 0;
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (long transaction = 0; transaction < transactions; transaction++) {
        step(begin);
        snprintf(name, sizeof name, "poll-%027ld", transaction);
        for (long row = 0; row < rows; row++) {
            sequence++;
            long day = 20000 + sequence % 28;
            snprintf(product, sizeof product, "product-%ld", sequence % 20);
            snprintf(quantity, sizeof quantity, "%ld.125", sequence);
            snprintf(key, sizeof key, "usage|acme|%s|tokens|%ld|%ld", product, day, sequence);
            // Not a hash, but as long and as mixed as one.
            snprintf(hash, sizeof hash, "%016lx%016lx%016lx%016lx",
                     sequence * 0x9E3779B97F4A7C15UL, sequence * 0xBF58476D1CE4E5B9UL,
                     sequence * 0x94D049BB133111EBUL, sequence * 0xD6E8FEB86659FD93UL);
            text(entry, 1, "acme");
            sqlite3_bind_int64(entry, 2, sequence);
            sqlite3_bind_int64(entry, 3, day);
            text(entry, 4, product);
            text(entry, 5, "usage");
            sqlite3_bind_int64(entry, 6, 1000000 + sequence);
            text(entry, 7, quantity);
            text(entry, 8, "tokens");
            text(entry, 9, "0.002");
            text(entry, 10, "usage");
            text(entry, 11, key);
            sqlite3_bind_int64(entry, 12, 1);
            text(entry, 13, name);
            sqlite3_bind_int64(entry, 14, 1790000000000 + sequence);
            text(entry, 15, "");
            text(entry, 16, previous);
            text(entry, 17, hash);
            step(entry);
            memcpy(previous, hash, 65);
            text(posted, 1, key);
            text(posted, 2, "usage");
            text(posted, 3, "acme");
            text(posted, 4, product);
            text(posted, 5, "tokens");
            sqlite3_bind_int64(posted, 6, day);
            sqlite3_bind_int64(posted, 7, 1000000 + sequence);
            sqlite3_bind_int64(posted, 8, 1);
            step(posted);
        }
        // Day and product of a row repeat every 140 rows, the product every 20.
        for (long place = 0; place < rows && place < 140; place++) {
            long sum = 0;
            for (long row = place; row < rows; row += 140) sum += 1000001 + sequence - rows + row;
            long first = sequence - rows + 1 + place;
            snprintf(product, sizeof product, "product-%ld", first % 20);
            text(total, 1, "acme");
            sqlite3_bind_int64(total, 2, 20000 + first % 28);
            text(total, 3, product);
            sqlite3_bind_int64(total, 4, sum);
            sqlite3_bind_int64(total, 5, 0);
            step(total);
            if (place >= 20) continue;
            text(source, 1, "acme");
            text(source, 2, "usage");
            text(source, 3, product);
            step(source);
        }
        text(head, 1, "acme");
        sqlite3_bind_int64(head, 2, sequence);
        text(head, 3, hash);
        step(head);
        text(poll, 1, name);
        text(poll, 2, "usage");
        text(poll, 3, "acme");
        for (int index = 4; index <= 9; index++) sqlite3_bind_int64(poll, index, 20000);
        step(poll);
        step(commit);
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("seconds %.6f\n", to.tv_sec - from.tv_sec + (to.tv_nsec - from.tv_nsec) / 1e9);
    return 0;
}
