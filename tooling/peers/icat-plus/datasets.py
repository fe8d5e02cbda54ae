"""Writes datasets with pyicat_plus: one JSON line with arguments and metadata in, one with the message or the error out."""

import base64
import datetime
import json
import os
import sys
import tempfile
import warnings

from pyicat_plus.client.main import IcatClient

warnings.simplefilter("ignore")


def decoded(value):
    if isinstance(value, list):
        return [decoded(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "$datetime" in value:
        return datetime.datetime.fromisoformat(value["$datetime"])
    if "$float" in value:
        return float(value["$float"])
    if "$bytes" in value:
        return base64.b64decode(value["$bytes"])
    return {key: decoded(one) for key, one in value.items()}


# Never connected: with store_filename nothing is sent.
client = IcatClient(metadata_urls=["127.0.0.1:1"])
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "dataset.xml")
    for line in sys.stdin:
        case = json.loads(line)
        arguments = {**decoded(case["arguments"]), "metadata": decoded(case["metadata"])}
        try:
            store = client.store_processed_data if "raw" in arguments else client.store_dataset
            store(**arguments, store_filename=path)
            with open(path, newline="", encoding="utf-8") as file:
                answer = {"xml": file.read()}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
