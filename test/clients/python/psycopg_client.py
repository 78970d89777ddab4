"""psycopg 3. Mode `text` or `binary`: the format of results. Statements are prepared at their first use."""

import base64
import json
import sys

import psycopg


def main() -> None:
    host, port, mode = sys.argv[1:4]
    with psycopg.connect(
        host=host,
        port=int(port),
        user="materialize",
        dbname="materialize",
        autocommit=True,
        prepare_threshold=0,
        cursor_factory=psycopg.RawCursor,
    ) as connection:
        for line in sys.stdin:
            statement, *values = [base64.b64decode(word).decode() for word in line.split()]
            print(json.dumps(ask(connection, statement, values, mode == "binary")), flush=True)


def ask(connection: psycopg.Connection, statement: str, values: list[str], binary: bool) -> dict:
    try:
        cursor = connection.execute(statement, values or None, binary=binary)
        columns = [column.name for column in cursor.description or []]
        rows = [[as_text(value) for value in row] for row in cursor] if columns else []
        return {"ok": True, "columns": columns, "rows": rows}
    except psycopg.Error as error:
        return {"ok": False, "code": error.sqlstate, "message": str(error)}


def as_text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


main()
