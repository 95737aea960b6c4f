"""Reads a page with the standard library and sums its rows by day and product."""

import json
import sys
import time

with open(sys.argv[1], "rb") as file:
    body = file.read()
start = time.process_time()
totals = {}
for row in json.loads(body)["usage"]:
    key = (row["date"], row["product"])
    totals[key] = totals.get(key, 0) + row["credits"]
print("seconds", time.process_time() - start)
print("keys", len(totals))
