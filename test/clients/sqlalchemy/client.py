"""SQLAlchemy. Mode: the driver below it, `psycopg` or `psycopg2`."""

import inspect
import re
import sys
from pathlib import Path

import sqlalchemy
from sqlalchemy.engine.reflection import ObjectKind
from sqlalchemy.exc import DBAPIError

sys.path.append(str(Path(__file__).parent.parent / "lib"))
from loop import MODE, serve


class Client:
    def __init__(self) -> None:
        # libpq, below both drivers, takes where, who and how from the environment.
        self._engine = sqlalchemy.create_engine(f"postgresql+{MODE}://", poolclass=sqlalchemy.NullPool)
        self._connection = self._engine.connect()
        self._transaction = None

    def query(self, statement: str, values: list | None = None) -> dict:
        # In brackets: `:p1::text` would be a name that ends with a colon.
        named = sqlalchemy.text(re.sub(r"\$(\d+)", r"(:p\1)", statement))
        outside = self._transaction is None
        try:
            result = self._connection.execute(named, {f"p{index}": value for index, value in enumerate(values or [], 1)})
            answer = {"columns": list(result.keys()), "rows": [list(row) for row in result]} if result.returns_rows else {}
            if outside:
                self._connection.commit()
            return answer
        except Exception:
            if outside:
                self._connection.rollback()
            raise

    def begin(self) -> None:
        self._transaction = self._connection.begin()

    def commit(self) -> None:
        self._transaction.commit()
        self._transaction = None

    def rollback(self) -> None:
        self._transaction.rollback()
        self._transaction = None

    def stream(self, statement: str, _values: list) -> dict:
        options = {"stream_results": True, "yield_per": 100}
        with self._engine.connect().execution_options(**options) as connection:
            result = connection.execute(sqlalchemy.text(statement))
            return {"found": [len(part) for part in result.partitions()]}

    def inspect(self) -> dict:
        """What every method of the inspector says of mz_catalog, and of the view mz_connections there."""
        inspector = sqlalchemy.inspect(self._engine)
        wanted = {
            "kind": ObjectKind.ANY,
            "schema": "mz_catalog",
            "schema_name": "mz_catalog",
            "table_name": "mz_connections",
            "table_names": ["mz_connections", "nothing"],
            "view_name": "mz_connections",
            "type_name": "nothing",
            "index_name": "nothing",
            "sequence_name": "nothing",
        }
        found = {}
        for name, method in inspect.getmembers(type(inspector), inspect.isfunction):
            if name.startswith("_") or name in ("engine", "bind", "construct", "clear_cache", "reflect_table"):
                continue
            parameters = list(inspect.signature(method).parameters)
            found[name] = _plain(
                method(inspector, **{name: wanted[name] for name in parameters if name in wanted})
            )
        found["reflected"] = self._reflected()
        found["reflected everything"] = self._everything()
        return {"found": found}

    def _reflected(self) -> dict:
        table = sqlalchemy.Table("mz_connections", sqlalchemy.MetaData(), schema="mz_catalog", autoload_with=self._engine)
        rows = self._engine.connect().execute(sqlalchemy.select(table).where(table.c.name == "no such"))
        return {"columns": [column.name for column in table.columns], "rows": len(rows.fetchall())}

    def _everything(self) -> dict:
        sizes = {}
        for schema in ("mz_catalog", "mz_internal", "pg_catalog", "information_schema", "public"):
            metadata = sqlalchemy.MetaData()
            metadata.reflect(self._engine, schema=schema, views=True)
            sizes[schema] = len(metadata.tables)
        return sizes

    def end(self) -> None:
        self._connection.close()
        self._engine.dispose()


def _plain(value: object) -> object:
    """Keys of a multi-table answer are pairs, types are objects."""
    if isinstance(value, dict):
        return {str(key) if isinstance(key, str) else ".".join(map(str, key)): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, str | int | bool | float | type(None)):
        return value
    return str(value)


def failure(error: BaseException) -> dict | None:
    if not isinstance(error, DBAPIError):
        return None
    diag = error.orig.diag
    position = diag.statement_position
    return {
        "code": diag.sqlstate,
        "message": diag.message_primary or str(error.orig),
        "detail": diag.message_detail,
        "hint": diag.message_hint,
        "position": position and int(position),
    }


serve(Client, failure)
