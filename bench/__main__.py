"""`python -m bench`, which `make bench` calls: the throughput of the whole site beside the bare tools."""

import sys

from bench.throughput import BenchError, main

try:
    sys.exit(main())
except BenchError as error:
    sys.exit(f"throughput: {error}")
