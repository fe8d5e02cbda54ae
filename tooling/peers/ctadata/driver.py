"""Calls ctadata: one JSON call per line on standard input, one JSON outcome per line on standard output.

Version 0.7.0 (direct mode) has the address of the storage in its class: the environment's takes its place, together with the token.
Version 0.6.0 (services) reads its addresses from the environment itself. Requests and what is made of the answers stay ctadata's own.
"""

import contextlib
import json
import os
import sys

from ctadata.api import APIClient


def client():
    made = APIClient()
    if hasattr(APIClient, "dcache_url"):
        made.dcache_url = os.environ["CTADATA_URL"]
        made.token = os.environ["CTADATA_TOKEN"]
    return made


def main():
    api = client()
    for line in sys.stdin:
        call = json.loads(line)
        try:
            # What the original prints belongs to nobody here.
            with contextlib.redirect_stdout(sys.stderr):
                outcome = {"returns": getattr(api, call["function"])(*call["args"], **call["kwargs"])}
        except Exception as error:  # noqa: BLE001 - the kind of error is what is asked for
            outcome = {"raises": type(error).__name__, "message": str(error)}
        print(json.dumps(outcome), flush=True)


main()
