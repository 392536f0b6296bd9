"""Runs the BigQuery emulator, with a DuckDB connection for each of its threads, and with threads enough.

Version 1.4.0 has one connection for all. Its appends come from other threads than its queries, and then a query now and then gets the result
of an append, or hangs. Each open append connection keeps a thread busy, and with two processors there are six: the seventh connection, and
every other gRPC call, would wait for ever.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import grpc.aio
from bqemulator.cli import main
from bqemulator.storage.engine import DuckDBEngine

queries = threading.main_thread()
shared_connection = DuckDBEngine.connection.fget
own = threading.local()


def connection(engine):
    shared = shared_connection(engine)
    if threading.current_thread() is queries:
        return shared
    if not hasattr(own, "connection"):
        own.connection = shared.cursor()
    return own.connection


DuckDBEngine.connection = property(connection)

make_server = grpc.aio.server
grpc.aio.server = lambda *args, **options: make_server(
    *args, **{"migration_thread_pool": ThreadPoolExecutor(256), **options}
)
main()
