"""Runs the BigQuery emulator, with a DuckDB connection for each of its threads.

Version 1.4.0 has one for all. Its appends come from other threads than its queries, and then a query now and then gets the result of an
append, or hangs.
"""

import threading

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
main()
