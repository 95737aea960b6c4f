"""Serves one page of usage per path over kept connections and remembers when each was asked.

`/usage/N` answers a page; `/begin` forgets what was asked before; `/asked` answers the number of
requests since, and the seconds by which the latest one came after its path's pace of `every`.
"""

import asyncio
import datetime
import json
import sys
import time

EVERY = float(sys.argv[1])
NOW = datetime.datetime.now(datetime.timezone.utc)
DAYS = [(NOW - datetime.timedelta(days=age)).date().isoformat() for age in (2, 1, 0)]
ROWS = [
    {"date": day, "product": product, "credits": 12.5}
    for day in DAYS
    for product in ("chat", "search")
]
PAGE = json.dumps({"usage": ROWS}).encode()
asked = {}


def answer(path):
    if path.startswith("/usage/"):
        asked.setdefault(path, []).append(time.monotonic())
        return PAGE
    if path == "/begin":
        asked.clear()
        return b""
    late = 0.0
    for times in asked.values():
        offsets = [at - index * EVERY for index, at in enumerate(times)]
        late = max(late, max(offsets) - min(offsets))
    count = sum(len(times) for times in asked.values())
    return f"requests {count}\npaths {len(asked)}\nlate {late}\n".encode()


async def serve(reader, writer):
    try:
        while line := await reader.readline():
            path = line.split()[1].decode()
            while (await reader.readline()).strip():
                pass
            body = answer(path)
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
