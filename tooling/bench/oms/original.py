"""Fetches all lumisections with omsapi, looping over pages as its users do. Arguments: address, rows per page, attributes."""

import json
import resource
import sys
import time

from omsapi import OMSAPI

address, size, fields = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
started = time.perf_counter()
query = OMSAPI(address + "/agg/api", "v1").query("lumisections")
query.set_verbose(False)
if fields:
    query.attrs(fields)
query.filter("run_number", 319579).sort("lumisection_number")
rows = []
page = 1
while True:
    answer = query.paginate(page, size).data().json()
    rows.extend(row["attributes"] for row in answer["data"])
    if len(rows) >= answer["meta"]["totalResourceCount"]:
        break
    page += 1
milliseconds = (time.perf_counter() - started) * 1000
count = sum(1 for row in rows if row["lumisection_number"] > 0)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"count": count, "milliseconds": [milliseconds], "peak": peak}))
