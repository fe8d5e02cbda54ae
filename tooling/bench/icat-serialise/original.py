"""Writes messages of datasets with pyicat_plus. Arguments: how many, a file to write them to. The datasets come as JSON lines."""

import hashlib
import json
import resource
import sys
import time
import warnings

from pyicat_plus.client.main import IcatClient

warnings.simplefilter("ignore")
count, path = int(sys.argv[1]), sys.argv[2]
datasets = [json.loads(line) for line in sys.stdin]
# Never connected: with store_filename nothing is sent.
client = IcatClient(metadata_urls=["127.0.0.1:1"])


def write(dataset):
    client.store_dataset(**dataset, store_filename=path)


write(datasets[0])
started = time.perf_counter()
for number in range(count):
    write(datasets[number])
milliseconds = (time.perf_counter() - started) * 1000
digest = hashlib.sha256()
for number in (0, 1, 999):
    write(datasets[number])
    with open(path, "rb") as file:
        digest.update(file.read())
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"count": count, "milliseconds": milliseconds, "hash": digest.hexdigest(), "peak": peak}))
