"""psycopg2: the simple protocol; values are written into the statement by the library."""

import os
import re
import sys
from io import StringIO
from pathlib import Path

import psycopg2

sys.path.append(str(Path(__file__).parent.parent / "lib"))
from loop import notices, serve, until_cancelled


class Client:
    def __init__(self) -> None:
        binding = {"channel_binding": "require"} if "PGSSLROOTCERT" in os.environ else {}
        self._connection = psycopg2.connect("", **binding)
        self._connection.autocommit = True

    def query(self, statement: str, values: list | None = None) -> dict:
        with self._connection.cursor() as cursor:
            if values:
                named = re.sub(r"\$(\d+)", r"%(p\1)s", statement.replace("%", "%%"))
                cursor.execute(named, {f"p{index}": value for index, value in enumerate(values, 1)})
            else:
                cursor.execute(statement)
            self._note()
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
        return until_cancelled(self._connection.cancel, lambda: self.query(statement))

    def stream(self, statement: str, _values: list) -> dict:
        """DECLARE, FETCH and CLOSE: a named cursor is one of the server's."""
        self.begin()
        with self._connection.cursor("stream") as cursor:
            cursor.execute(statement)
            sizes = []
            while rows := cursor.fetchmany(100):
                sizes.append(len(rows))
        self.commit()
        return {"found": sizes}

    def copy(self, table: str, values: list) -> dict:
        """Text, both ways."""
        (count,) = values
        out = StringIO()
        with self._connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} FROM STDIN", StringIO("".join(f"{n}\trow {n}\n" for n in range(count))))
            cursor.copy_expert(f"COPY {table} TO STDOUT", out)
        pairs = [line.split("\t") for line in out.getvalue().splitlines()]
        numbers = [int(number) for number, text in pairs if text == f"row {number}"]
        return {"found": [len(numbers), sum(numbers)]}

    def end(self) -> None:
        self._connection.close()

    def _note(self) -> None:
        """Notices come as text: `NOTICE:  message`."""
        for notice in self._connection.notices:
            notices.append({"code": None, "message": re.sub(r"^\w+:\s+", "", notice).strip()})
        self._connection.notices.clear()


def failure(error: BaseException) -> dict | None:
    if not isinstance(error, psycopg2.Error):
        return None
    if error.diag.sqlstate is None:
        return {"code": None, "message": str(error)}
    position = error.diag.statement_position
    return {
        "code": error.pgcode,
        "message": error.diag.message_primary,
        "detail": error.diag.message_detail,
        "hint": error.diag.message_hint,
        "position": position and int(position),
    }


serve(Client, failure)
