"""Calls omsapi: one JSON call per line on standard input, one JSON outcome per line on standard output.

A call names how to log in, the resource, and the methods called on the query object one after another. What is overridden: where
CERN's log-in is, the waits, and who may have issued a token. Requests and what is made of the answers stay omsapi's own.
"""

import contextlib
import json
import os
import sys
import time

clients = {}


def prepare():
    import requests
    import tsgauth

    send = requests.Session.request

    def redirected(self, method, url, *args, **kwargs):
        url = url.replace("https://auth.cern.ch/auth/realms/cern", os.environ["CERN_AUTH_URL"])
        return send(self, method, url, *args, **kwargs)

    requests.Session.request = redirected
    validate = tsgauth.oidcauth.parse_token

    def parse_token(token, *args, **kwargs):
        kwargs["issuer"] = os.environ["CERN_AUTH_URL"]
        return validate(token, *args, **kwargs)

    tsgauth.oidcauth.parse_token = parse_token
    pause = time.sleep
    time.sleep = lambda seconds: pause(min(seconds, 0.1))


def client(login):
    from omsapi import OMSAPI

    if login not in clients:
        made = OMSAPI(os.environ["OMS_URL"], "v1", verbose=False)
        kind, _, value = login.partition(" ")
        if kind == "secret":
            made.auth_oidc(os.environ["SSO_CLIENT_ID"], value)
        elif kind == "device":
            made.auth_device(use_auth_file=False)
        elif kind == "cookie":
            made.cookies = {"mod_auth_openidc_session": value}
        clients[login] = made
    return clients[login]


def query(login, resource, chain):
    asked = client(login).query(resource)
    for name, *args in chain:
        made = getattr(asked, name)(*args)
        asked = asked if made is None else made
    answer = asked.data()
    return {"status": answer.status_code, "json": answer.json()}


def meta(login, resource):
    return client(login).query(resource).meta()


def metadata(login, path):
    answer = client(login).query_metadata().data(path)
    return {"status": answer.status_code, "json": answer.json()}


def main():
    with contextlib.redirect_stdout(sys.stderr):
        prepare()
    for line in sys.stdin:
        call = json.loads(line)
        try:
            with contextlib.redirect_stdout(sys.stderr):
                function = {"query": query, "meta": meta, "metadata": metadata}[call["function"]]
                outcome = {"returns": function(*call["args"])}
            text = json.dumps(outcome)
        except Exception as error:
            text = json.dumps({"raises": type(error).__name__, "message": str(error)})
        print(text, flush=True)


main()
