"""Calls functions of the original clients: one JSON call per line on standard input, one JSON outcome per line on standard output.

What is overridden: where the services are, the wait between polls, and the log-in by certificate, which CERN ended.
Requests, paging, and what is made of the answers stay the originals' own.
"""

import contextlib
import importlib
import json
import os
import sys


def prepare():
    import cernrequests

    cernrequests.get_sso_cookies = lambda *_args, **_kwargs: {}
    import runreg.client

    runreg.client.url_format = os.environ["RUNREG_URL_FORMAT"]
    import runregistry.runregistry as current

    current.JSON_CREATION_SLEEP_TIME = 0.05
    if "RUNREGISTRY_API_URL" in os.environ:
        current.api_url = os.environ["RUNREGISTRY_API_URL"]
    if "CERN_TOKEN_URL" in os.environ:
        import requests

        send = requests.Session.request

        def redirected(self, method, url, *args, **kwargs):
            if url.startswith("https://auth.cern.ch/"):
                url = os.environ["CERN_TOKEN_URL"]
            return send(self, method, url, *args, **kwargs)

        requests.Session.request = redirected


def plain(value):
    """Tuples arrive as {"$tuple": […]}."""
    if isinstance(value, dict):
        if set(value) == {"$tuple"}:
            return tuple(plain(item) for item in value["$tuple"])
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def main():
    with contextlib.redirect_stdout(sys.stderr):
        prepare()
    for line in sys.stdin:
        call = json.loads(line)
        try:
            with contextlib.redirect_stdout(sys.stderr):
                function = getattr(importlib.import_module(call["module"]), call["function"])
                outcome = {"returns": function(*plain(call.get("args", [])), **plain(call.get("kwargs", {})))}
            text = json.dumps(outcome)
        except Exception as error:
            text = json.dumps({"raises": type(error).__name__, "message": str(error)})
        print(text, flush=True)


main()
