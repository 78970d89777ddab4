"""asyncpg: the extended protocol with binary values only. It reads the types that it does not know from pg_type and pg_attribute."""

import asyncio
import os
import ssl
import sys
from pathlib import Path

import asyncpg

sys.path.append(str(Path(__file__).parent.parent / "lib"))
from loop import notices, serve

authority = os.environ.get("PGSSLROOTCERT")


class Client:
    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._transaction = None
        context = ssl.create_default_context(cafile=authority) if authority else False
        self._connection = self._run(asyncpg.connect(ssl=context))
        self._connection.add_log_listener(
            lambda _, notice: notices.append({"code": notice.sqlstate, "message": notice.message})
        )

    def query(self, statement: str, values: list | None = None) -> dict:
        async def ask() -> dict:
            prepared = await self._connection.prepare(statement)
            rows = await prepared.fetch(*(values or []))
            attributes = prepared.get_attributes()
            return {
                "columns": [attribute.name for attribute in attributes],
                "types": [attribute.type.oid for attribute in attributes],
                "rows": [list(row) for row in rows],
            }

        return self._run(ask())

    def begin(self) -> None:
        self._transaction = self._connection.transaction()
        self._run(self._transaction.start())

    def commit(self) -> None:
        self._run(self._transaction.commit())

    def rollback(self) -> None:
        self._run(self._transaction.rollback())

    def cancel(self, statement: str, _values: list) -> dict:
        """A time-out of the library sends the server a request to cancel, and waits until the connection is free again."""
        try:
            self._run(self._connection.fetch(statement, timeout=3))
        except TimeoutError:
            # The library hides the server's answer; that it goes on is the proof.
            return {"ok": False, "code": "57014", "message": "timeout"}
        return {}

    def stream(self, statement: str, _values: list) -> dict:
        async def read() -> list[int]:
            sizes = []
            async with self._connection.transaction():
                cursor = await self._connection.cursor(statement)
                while rows := await cursor.fetch(100):
                    sizes.append(len(rows))
            return sizes

        return {"found": self._run(read())}

    def copy(self, table: str, values: list) -> dict:
        """In as binary records, out as CSV."""
        (count,) = values

        async def both() -> list[int]:
            records = ((number, f"row {number}") for number in range(count))
            await self._connection.copy_records_to_table(table, records=records)
            out = bytearray()

            async def keep(data: bytes) -> None:
                out.extend(data)

            await self._connection.copy_from_table(table, output=keep, format="csv")
            pairs = [line.split(",") for line in out.decode().splitlines()]
            numbers = [int(number) for number, text in pairs if text == f"row {number}"]
            return [len(numbers), sum(numbers)]

        return {"found": self._run(both())}

    def inspect(self) -> dict:
        """What the library reads by itself: the types of a row that it does not know; and what its pool says of a connection that comes back."""

        async def look() -> dict:
            connection = self._connection
            rows = await connection.fetch("SELECT c FROM mz_catalog.mz_connections AS c")
            await connection.execute("SET application_name = 'before'")
            await connection.reset()
            return {
                "record": [dict(row["c"]) for row in rows],
                "version": list(connection.get_server_version())[:2],
                "after reset": await connection.fetchval("SHOW application_name"),
                "kinds": [str(kind[0]) for kind in await connection.fetch("SELECT relkind FROM pg_class LIMIT 1")],
            }

        return {"found": self._run(look())}

    def end(self) -> None:
        self._run(self._connection.close())

    def _run(self, work):
        return self._loop.run_until_complete(work)


def failure(error: BaseException) -> dict | None:
    if not isinstance(error, asyncpg.PostgresError):
        return None
    return {
        "code": error.sqlstate,
        "message": error.message,
        "detail": error.detail,
        "hint": error.hint,
        "position": error.position and int(error.position),
    }


serve(Client, failure)
