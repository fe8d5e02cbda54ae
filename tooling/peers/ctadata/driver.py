"""Calls ctadata: one JSON call per line on standard input, one JSON outcome per line on standard output.

Version 0.7.0 (direct mode) has the address of the storage in its class: the environment's takes its place, as does that of
the issuer. Its token comes from the environment, or with ORIGINAL_LOGIN from its own log-in through oidc-agent.
Version 0.6.0 (services) reads its addresses from the environment itself. Requests and what is made of the answers stay ctadata's own.
"""

import json
import os
import sys

from ctadata.api import APIClient


def client():
    made = APIClient()
    if hasattr(APIClient, "dcache_url"):
        made.dcache_url = os.environ["CTADATA_URL"]
        made.iss_url = os.environ["CTADATA_ISSUER"]
        if os.environ.get("ORIGINAL_LOGIN"):
            made.secret = os.environ["CTADATA_CLIENT_SECRET"]
        else:
            made.token = os.environ["CTADATA_TOKEN"]
    return made


def main():
    # What the original and the programs that it starts print belongs to nobody here.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    api = client()
    for line in sys.stdin:
        call = json.loads(line)
        try:
            outcome = {"returns": getattr(api, call["function"])(*call["args"], **call["kwargs"])}
        except Exception as error:  # noqa: BLE001 - the kind of error is what is asked for
            outcome = {"raises": type(error).__name__, "message": str(error)}
        print(json.dumps(outcome), file=answers, flush=True)


main()
