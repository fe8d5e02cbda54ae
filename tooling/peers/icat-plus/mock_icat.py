"""Runs pyicat_plus's own mock service until SIGTERM: `mock_icat.py STATE_FOLDER`. Prints READY and its options as JSON."""

import json
import signal
import sys

from pyicat_plus_pytest_plugin import _mock_backend as backend

# The processes that it starts end on the way out.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
# Its own limit of 5 s is too short for a busy machine.
backend.tcp.wait_tcp_online.__defaults__ = (60,)
names = ("icatIngest", "icatDataFiles", "icatUpdateDatasetMetadata", "icatArchiveRestoreStatus", "rescheduleInvestigation")

if __name__ == "__main__":
    with backend.mock_icat_backend(sys.argv[1], queues=tuple(backend.destination(name) for name in names), quiet=False) as config:
        print("READY " + json.dumps(config), flush=True)
        while True:
            signal.pause()
