"""Sends datasets with pyicat_plus, which waits for no confirmation. Arguments: address of the broker, queue, how many. The datasets come as JSON lines."""

import json
import sys
import time
import warnings

from pyicat_plus.client.main import IcatClient

warnings.simplefilter("ignore")
address, queue, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
datasets = [json.loads(line) for line in sys.stdin]
client = IcatClient(metadata_urls=[address], metadata_queue=queue)

# Not counted: the connection.
client.store_dataset(**datasets[0])
started = time.perf_counter()
for number in range(count):
    client.store_dataset(**datasets[number])
milliseconds = (time.perf_counter() - started) * 1000
client.disconnect()
print(json.dumps({"count": count, "milliseconds": milliseconds}))
