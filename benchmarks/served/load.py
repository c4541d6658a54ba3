"""Ask a served site by several connections that stay open, each its next page after the last.

    python -m benchmarks.served.load ADDRESS SECONDS CONNECTIONS EXPECTED PATH…

Prints {"rate": answers a second, "p50": milliseconds, "p95": milliseconds} as JSON. Each answer
must be 200 and hold the bytes EXPECTED, so that no error page is ever counted. A process of its
own, so that asking and answering do not share an interpreter.
"""

import asyncio
import json
import sys
import time
from urllib.parse import urlsplit


async def read_answer(reader):
    """Return (status, body) of one HTTP/1.1 answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    if b"transfer-encoding: chunked" in head:
        body = b""
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
        return status, body
    length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
    return status, await reader.readexactly(length)


async def ask(address, paths, start, until, expected, times):
    """Ask by one connection until it is `until` o'clock; add the seconds of each to `times`."""
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**20)
    number = start
    while time.perf_counter() < until:
        request = f"GET {paths[number % len(paths)]} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n"
        number += 1
        begun = time.perf_counter()
        writer.write(request.encode())
        status, body = await read_answer(reader)
        times.append(time.perf_counter() - begun)
        if status != 200 or expected not in body:
            raise SystemExit(f"{request.splitlines()[0]} was answered by {status}: {body[:200]!r}")
    writer.close()


async def load(address, seconds, connections, expected, paths):
    """Return the figures of `seconds` of asking."""
    times = []
    begun = time.perf_counter()
    await asyncio.gather(
        *(
            ask(address, paths, number, begun + seconds, expected, times)
            for number in range(connections)
        )
    )
    elapsed = time.perf_counter() - begun
    times.sort()
    return {
        "rate": round(len(times) / elapsed, 1),
        "p50": round(1000 * times[len(times) // 2], 1),
        "p95": round(1000 * times[int(0.95 * len(times))], 1),
    }


if __name__ == "__main__":
    address, seconds, connections, expected, *paths = sys.argv[1:]
    figures = asyncio.run(load(address, float(seconds), int(connections), expected.encode(), paths))
    print(json.dumps(figures))
