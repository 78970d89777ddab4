"""psycopg 3. Mode `text` or `binary`: the format of results. Statements are prepared at their first use."""

import os
import sys
from pathlib import Path

import psycopg

sys.path.append(str(Path(__file__).parent.parent / "lib"))
from loop import MODE, notices, serve, until_cancelled


class Client:
    def __init__(self) -> None:
        # Where the server proves who it is, the login is bound to that proof.
        binding = {"channel_binding": "require"} if "PGSSLROOTCERT" in os.environ else {}
        self._connection = psycopg.connect(
            autocommit=True, prepare_threshold=0, cursor_factory=psycopg.RawCursor, **binding
        )
        self._connection.add_notice_handler(
            lambda notice: notices.append({"code": notice.sqlstate, "message": notice.message_primary})
        )

    def query(self, statement: str, values: list | None = None) -> dict:
        cursor = self._connection.execute(statement, values or None, binary=MODE == "binary")
        if cursor.description is None:
            return {}
        return {
            "columns": [column.name for column in cursor.description],
            "types": [column.type_code for column in cursor.description],
            "rows": cursor.fetchall(),
        }

    def begin(self) -> None:
        self._connection.autocommit = False

    def commit(self) -> None:
        self._connection.commit()
        self._connection.autocommit = True

    def rollback(self) -> None:
        self._connection.rollback()
        self._connection.autocommit = True

    def cancel(self, statement: str, _values: list) -> dict:
        return until_cancelled(self._connection.cancel_safe, lambda: self.query(statement))

    def stream(self, statement: str, _values: list) -> dict:
        """DECLARE, FETCH and CLOSE: a named cursor is one of the server's."""
        with self._connection.transaction(), psycopg.RawServerCursor(self._connection, "stream") as cursor:
            cursor.execute(statement)
            sizes = []
            while rows := cursor.fetchmany(100):
                sizes.append(len(rows))
        return {"found": sizes}

    def copy(self, table: str, values: list) -> dict:
        """Binary, both ways."""
        (count,) = values
        cursor = self._connection.cursor()
        with cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "text"])
            for number in range(count):
                copy.write_row((number, f"row {number}"))
        with cursor.copy(f"COPY {table} TO STDOUT (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "text"])
            numbers = [number for number, text in copy.rows() if text == f"row {number}"]
        return {"found": [len(numbers), sum(numbers)]}

    def end(self) -> None:
        self._connection.close()


def failure(error: BaseException) -> dict | None:
    if not isinstance(error, psycopg.Error):
        return None
    # A login that failed has no result to take fields from.
    if error.diag.sqlstate is None:
        return {"code": error.sqlstate, "message": str(error)}
    position = error.diag.statement_position
    return {
        "code": error.sqlstate,
        "message": error.diag.message_primary,
        "detail": error.diag.message_detail,
        "hint": error.diag.message_hint,
        "position": position and int(position),
    }


serve(Client, failure)
