"""Fetches all runs of a proposal with metadata_client, page by page as its users do, and writes them as lines of JSON.

Arguments: address, runs per page, file. The token request is part of the time, as it is of the construction of the client.
"""

import json
import os
import sys
import time

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

from metadata_client.metadata_client import MetadataClient

address, size, target = sys.argv[1] + "/metadata", int(sys.argv[2]), sys.argv[3]
started = time.perf_counter()
client = MetadataClient(
    client_id="bench",
    client_secret="bench",
    token_url=address + "/oauth/token",
    refresh_url=address + "/oauth/token",
    auth_url=address + "/oauth/authorize",
    scope="",
    user_email="bench@example.org",
    base_api_url=address + "/api/",
)
rows = []
page = 1
while True:
    answer = client.get_proposal_runs(1234, page=page, page_size=size)
    if not answer["success"]:
        sys.exit(str(answer))
    rows.extend(answer["data"]["runs"])
    if page >= int(answer["pagination"]["X-Total-Pages"]):
        break
    page += 1
milliseconds = (time.perf_counter() - started) * 1000
with open(target, "w") as file:
    for row in rows:
        file.write(json.dumps(row) + "\n")
print(json.dumps({"count": len(rows), "milliseconds": [milliseconds]}))
