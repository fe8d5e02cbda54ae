"""Fetches all runs with a Python original and writes them as lines of JSON. Arguments: which, address, file.

Both have a fixed address and log in at CERN; here they are pointed at the server and need no log-in. Everything else is theirs.
"""

import contextlib
import io
import json
import sys
import time

which, address, target = sys.argv[1:]

if which == "runregistry":
    import runregistry.runregistry as original

    original.setup("local")
    original.api_url = address

    def fetch():
        return original.get_runs(page_size=50)

else:
    import runreg.client as original

    original.cernrequests.get_sso_cookies = lambda url: {}
    original.url_format = address + "/datasets/{workspace}/editable/{page}/"

    def fetch():
        return original.get(page_size=50)


started = time.perf_counter()
with contextlib.redirect_stdout(io.StringIO()):
    rows = fetch()
milliseconds = (time.perf_counter() - started) * 1000
with open(target, "w") as file:
    for row in rows:
        file.write(json.dumps(row) + "\n")
print(json.dumps({"count": len(rows), "milliseconds": [milliseconds]}))
