"""A server on loopback that says exactly what it is told to, byte by byte, however wrong that is."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

# What a path is answered with: pieces of bytes as they go over the wire; at their end the connection closes.
Answer = Callable[["Asked"], AsyncIterator[bytes]]


@dataclass(frozen=True)
class Asked:
    """A request: its path, its headers (names in lower case), and how often the path was asked for before."""

    path: str
    headers: Mapping[str, str]
    before: int


@dataclass
class HostileServer:
    """A running server. ``asked`` lists the paths in their order, ``headers`` the names of those sent."""

    routes: Callable[[str], Answer]
    asked: list[str] = field(default_factory=list)
    headers: set[str] = field(default_factory=set)
    connections: int = 0
    port: int = 0

    def url(self, path: str = "", host: str = "127.0.0.1", scheme: str = "http") -> str:
        """The address of ``path`` here."""
        return f"{scheme}://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one answer."""
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, *lines = head.split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (h.partition(":") for h in lines)}
            path = line.split(" ")[1]
            asked = Asked(path, headers, self.asked.count(path))
            self.asked.append(path)
            self.headers.update(headers)
            async for piece in self.routes(path)(asked):
                writer.write(piece)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@contextmanager
def serving(
    routes: Callable[[str], Answer], context: ssl.SSLContext | None = None
) -> Iterator[HostileServer]:
    """Serve ``routes`` (a path to its answer) on a free port, over TLS with ``context``."""
    server = HostileServer(routes)
    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def run() -> None:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
        server.port = listening.sockets[0].getsockname()[1]
        started.set()
        async with listening:
            await listening.serve_forever()

    thread = threading.Thread(target=lambda: _run_until_cancelled(loop, run()), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(loop)])
        thread.join(10)


def _run_until_cancelled(loop: asyncio.AbstractEventLoop, main: object) -> None:
    loop.set_exception_handler(lambda *_: None)
    try:
        loop.run_until_complete(main)  # type: ignore[arg-type]
    except asyncio.CancelledError:
        pass
    finally:
        loop.close()
