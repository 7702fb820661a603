"""The made-up vendor in a process of its own: prints its port, ends with its input, then prints what it accepted.

Belongs here: that process. Does not belong here: the vendor (``connectors.sandbox.message_vendor``).
"""

import sys

from connectors.sandbox.message_vendor import Faults, running

if __name__ == "__main__":
    with running(Faults(latency=float(sys.argv[1]))) as vendor:
        print(vendor.port, flush=True)
        sys.stdin.read()
        print(len(vendor.accepted), max(vendor.accepted.values(), default=0), flush=True)
