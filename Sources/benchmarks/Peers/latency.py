"""Serves one figure to the agent and to a Prometheus, raises it, and times the webhooks.

usage: latency.py CROSSINGS   prints its port, then `own MS` or `peer MS` for every crossing

The clock of a crossing starts when the first answer with the new figure is sent to the one that
polls (/usage) or scrapes (/metrics), and stops when the webhook about it begins to arrive.
"""

import datetime
import json
import random
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

crossings = int(sys.argv[1])
level = 0
news = threading.Condition()
sent = {"own": {}, "peer": {}}
arrived = {"own": {}, "peer": {}}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self, body, content_type, side=None):
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        if side:
            sent[side].setdefault(self.level, time.monotonic())
        self.wfile.write(head.encode() + body)

    def do_GET(self):
        self.level = level
        if self.path.startswith("/usage"):
            today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
            row = {"date": today, "product": "assistant", "credits": self.level * 10}
            self.answer(json.dumps({"usage": [row]}).encode(), "application/json", "own")
        else:
            text = f'ai_credits_usage_percent{{organization="acme"}} {self.level}\n'
            self.answer(text.encode(), "text/plain; version=0.0.4", "peer")

    def do_POST(self):
        now = time.monotonic()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        side = self.path.strip("/")
        with news:
            for alert in body["alerts"]:
                name = alert["labels"]["alertname"]
                if name.startswith("Level") and alert["status"] == "firing":
                    arrived[side].setdefault(int(name[5:]), now)
            news.notify_all()
        self.answer(b"", "text/plain")

    def log_message(self, *_):
        pass


def wait_for(number, seconds):
    """Waits until both have told of a level."""
    with news:
        both = lambda: all(number in side for side in arrived.values())
        if not news.wait_for(both, timeout=seconds):
            missing = [side for side in arrived if number not in arrived[side]]
            sys.exit(f"level {number} was not told of by: {', '.join(missing)}")


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
wait_for(0, 120)
for number in range(1, crossings + 1):
    time.sleep(0.5 + random.random())
    level = number
    wait_for(number, 30)
for side in ("own", "peer"):
    for number in range(1, crossings + 1):
        print(side, (arrived[side][number] - sent[side][number]) * 1000, flush=True)
