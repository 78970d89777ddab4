"""The loop of every Python program: words from standard input, one line of JSON for each answer."""

import base64
import datetime
import decimal
import inspect
import json
import sys
import threading
import uuid
from collections.abc import Callable
from typing import Any

MODE = sys.argv[1]
notices: list[dict] = []
"""What the server said beside the answer; filled by the program, handed out with the next answer."""


def serve(connect: Callable[[], Any], failure: Callable[[BaseException], dict | None]) -> None:
    """Connects, and calls the method of `connect()`'s result that each line names until the input ends.

    `failure` tells what the library says of an error of the server; None is an error of the program.
    """
    try:
        client = connect()
    except Exception as error:
        _say(_failed(error, failure))
        return
    _say(_done())
    for line in sys.stdin:
        verb, *words = line.split()
        statement, *values = [_decode(word) for word in words] or [None]
        try:
            arguments = [] if statement is None else [statement, values]
            _say(_done() | (getattr(client, verb)(*arguments) or {}))
        except Exception as error:
            _say(_failed(error, failure))
    client.end()


def until_cancelled(cancel: Callable[[], None], run: Callable[[], Any]) -> Any:
    """Runs a statement and cancels it until it has ended: the first request may come too early.

    One that comes too late would end the next statement, so the second one is given time.
    """
    ended = threading.Event()

    def insist() -> None:
        while not ended.wait(2):
            cancel()

    thread = threading.Thread(target=insist)
    thread.start()
    try:
        return run()
    finally:
        ended.set()
        thread.join()


def _done() -> dict:
    return {"ok": True, "columns": [], "rows": []}


def _failed(error: BaseException, failure: Callable[[BaseException], dict | None]) -> dict:
    fields = failure(error)
    if fields is None:
        raise error
    return {"ok": False} | fields


def _say(answer: dict) -> None:
    print(json.dumps(answer | {"notices": notices[:]}, default=_plain), flush=True)
    notices.clear()


def _decode(word: str) -> Any:
    text = base64.b64decode(word).decode()
    tag, value = text[0], text[1:]
    decoders = {"i": int, "b": lambda it: it == "true", "a": lambda it: it.split(","), "n": lambda _: None}
    return decoders.get(tag, str)(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, decimal.Decimal | uuid.UUID):
        return str(value)
    raise TypeError(f"{type(value)} of {inspect.getmodule(type(value))}")
