"""Fetches or sends files with ctadata 0.7.0, one call per file.

Arguments: what (down, up), address, token, folder on the storage, local folder, names of the files separated by commas.
"""

import json
import os
import sys
import time

from ctadata.api import APIClient

what, url, token, remote, local, names = sys.argv[1:]
client = APIClient()
client.dcache_url = url.rstrip("/")
client.token = token
started = time.perf_counter()
for name in names.split(","):
    if what == "down":
        client.fetch_and_save_file(f"{remote}/{name}", os.path.join(local, name))
    else:
        client.upload_file(os.path.join(local, name), f"{remote}/{name}")
print(json.dumps({"milliseconds": (time.perf_counter() - started) * 1000}))
