"""Serves so many counters and as many gauges as asked, for a Prometheus to scrape.

usage: series.py COUNT   prints the port that it listens on
"""

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

count = int(sys.argv[1])
start = time.time()
names = [f'bench_requests_total{{series="{n:05}"}} ' for n in range(count)]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        elapsed = int(time.time() - start)
        lines = [f"{name}{elapsed * (index % 9 + 1)}\n" for index, name in enumerate(names)]
        body = "".join(lines).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
