#!/usr/bin/env python3
"""Kills the agent again and again under load, and checks that its ledger kept every promise.

usage: kill-cycles.py --agent PATH [--cycles N] [--ledger URL] [--seed S]

A source grows all the time and adjustments are made over the control socket while the agent lives;
after a random moment it gets SIGKILL. The ledger is SQLite in a temporary folder, or the empty
PostgreSQL database of --ledger. What must hold:

  - what /metrics showed before a kill is there after it;
  - an adjustment that was answered is in the ledger once, one without an answer at most once;
  - in the end use is what the source says and the adjustments add, and `ledger verify` is content;
  - each start is ready within --ready seconds.

Prints one line of figures; exit 0 when all of it holds.
"""
import argparse, collections, http.client, http.server, json, os, random, re, shutil, signal
import socket, subprocess, sys, tempfile, threading, time, urllib.request

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--agent", required=True)
arguments.add_argument("--cycles", type=int, default=500)
arguments.add_argument("--ledger", default="sqlite:ledger.db")
arguments.add_argument("--seed", type=int, default=1)
arguments.add_argument("--ready", type=float, default=30)
options = arguments.parse_args()
dice = random.Random(options.seed)
folder = tempfile.mkdtemp(prefix="aikc-")
minutes = int(time.time()) // 60 % 1440
zone, offset = ("UTC", 0) if 30 <= minutes <= 1320 else ("Asia/Dhaka", 6 * 3600)
lock = threading.Lock()
used = 0  # micro-credits, as the source says
MICRO = 1_000_000


def today():
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + offset))


class Source(http.server.BaseHTTPRequestHandler):
    """A usage API whose one figure grows with every question."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        global used
        with lock:
            used += 1_000_001
            text = f"{used // MICRO}.{used % MICRO:06d}"
        body = json.dumps(
            {"usage": [{"date": today(), "product": "chat", "credits": text}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *_):
        pass


class Control(http.client.HTTPConnection):
    """HTTP over the agent's control socket."""

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(10)
        self.sock.connect(folder + "/control.sock")


def fail(words):
    print(f"kill-cycles: {words} (seed {options.seed}, folder {folder})", file=sys.stderr)
    with open(folder + "/agent.log") as log:
        print("".join(log.readlines()[-15:]), file=sys.stderr)
    sys.exit(1)


def micro(text):
    whole, _, part = text.partition(".")
    return int(whole) * MICRO + int((part + "000000")[:6])


def start():
    log = open(folder + "/agent.log", "a")
    return subprocess.Popen(
        [options.agent, "serve", "--config.file", folder + "/agent.yml",
         "--web.listen-address", "127.0.0.1:0"],
        cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def ready(agent, begun, position):
    """Waits for the agent's address and answer."""
    deadline = begun + options.ready
    while time.monotonic() < deadline:
        if agent.poll() is not None:
            fail(f"the agent ended by itself with {agent.returncode}")
        with open(folder + "/agent.log") as log:
            log.seek(position)
            found = re.search(r"msg=listening.*? address=(\S+)", log.read())
        if found:
            url = "http://" + found.group(1)
            try:
                with urllib.request.urlopen(url + "/-/ready", timeout=5):
                    return url
            except OSError:
                pass
        time.sleep(0.01)
    fail(f"the agent was not ready within {options.ready} s")


def shown(url):
    """Gross use of the product and net use as /metrics shows them; None when it cannot be read."""
    try:
        with urllib.request.urlopen(url + "/metrics", timeout=5) as answer:
            text = answer.read().decode()
    except (OSError, http.client.HTTPException):
        return None
    found = re.search(r'^ai_credits_used_credits\{organization="acme"\} (\S+)$', text, re.M)
    return micro(found.group(1)) if found else None


answered, asked = set(), 0


def adjust():
    """Adds one credit to a product of its own; whether that was answered."""
    global asked
    asked += 1
    number = asked
    body = json.dumps(
        {"product": "extra", "credits": "1", "reason": f"number {number}", "kind": "adjustment"})
    try:
        connection = Control("agent")
        connection.request(
            "POST", "/api/v1/organizations/acme/adjustments", body,
            {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            answered.add(number)
        elif answer.status < 500:
            fail(f"an adjustment was refused with {answer.status}")
    except (OSError, http.client.HTTPException):
        pass


def live(cycle, seen, slowest):
    """One life of the agent; gives the most that it showed and its slowest start."""
    position = os.path.getsize(folder + "/agent.log") if cycle else 0
    begun = time.monotonic()
    agent = start()
    try:
        url = ready(agent, begun, position)
        slowest = max(slowest, time.monotonic() - begun)
        now = shown(url)
        if seen and (now is None or now < seen):
            fail(f"cycle {cycle}: {seen} micro-credits were shown before the kill, {now} after it")
        killer = threading.Timer(dice.uniform(0, 0.4), agent.kill)
        killer.start()
        while agent.poll() is None:
            adjust()
            seen = max(seen, shown(url) or 0)
        killer.cancel()
        if agent.returncode != -signal.SIGKILL:
            fail(f"cycle {cycle}: the agent ended by itself with {agent.returncode}")
        return seen, slowest
    finally:
        if agent.poll() is None:
            agent.kill()
            agent.wait()


def entries():
    """The ledger's own account, through the command line."""
    text = subprocess.run(
        [options.agent, "ledger", "export", "--format", "jsonl", "--config.file",
         folder + "/agent.yml"], cwd=folder, capture_output=True, text=True)
    if text.returncode:
        fail("ledger export failed: " + text.stderr)
    return [json.loads(line) for line in text.stdout.splitlines() if line.startswith("{")]


def check():
    """What the ledger holds in the end."""
    verified = subprocess.run(
        [options.agent, "ledger", "verify", "--config.file", folder + "/agent.yml"], cwd=folder,
        capture_output=True, text=True)
    if verified.returncode:
        fail("ledger verify: " + verified.stdout + verified.stderr)
    rows = entries()
    notes = collections.Counter(
        int(re.search(r"number (\d+)", row["note"]).group(1))
        for row in rows if row["kind"] == "adjustment")
    twice = sorted(number for number, count in notes.items() if count > 1)
    missing = sorted(answered - notes.keys())
    total = sum(micro(str(row["credits"])) for row in rows if row["product"] == "chat")
    if twice or missing:
        fail(f"adjustments twice: {twice}, answered and missing: {missing}")
    return len(rows), notes, total


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Source)
    server.handle_error = lambda *_: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(folder + "/agent.yml", "w") as file:
        file.write(f"""
ledger: {{url: "{options.ledger}"}}
control_socket: {folder}/control.sock
organizations:
  - {{id: acme, time_zone: {zone}, base_allocation: 1000, limit: {{mode: soft, allowance: 200}},
     daily_series: 1d, products: [{{id: extra}}]}}
query_retention: 5m
sources:
  - id: usage
    organization: acme
    every: 100ms
    request: {{url: "http://127.0.0.1:{server.server_port}/usage"}}
    map: {{rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}}
""")
    begun = time.monotonic()
    seen, slowest = 0, 0.0
    for cycle in range(options.cycles):
        seen, slowest = live(cycle, seen, slowest)
    # A last life without a kill, until it shows what the source says.
    position = os.path.getsize(folder + "/agent.log")
    agent = start()
    try:
        url = ready(agent, time.monotonic(), position)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and (shown(url) or 0) <= seen:
            time.sleep(0.05)
        final = shown(url)
        agent.send_signal(signal.SIGTERM)
        if agent.wait(20):
            fail(f"the last agent ended with {agent.returncode}")
    finally:
        if agent.poll() is None:
            agent.kill()
            agent.wait()
    count, notes, total = check()
    # The source has not shrunk, so what it ever said is the most that may be counted.
    if total > used or total + len(notes) * MICRO < max(final or 0, seen):
        fail(f"counted {total}, the source said {used}, shown were {final} and {seen}")
    print(
        f"{options.cycles} kills in {time.monotonic() - begun:.0f} s, {count} entries, "
        f"{len(answered)} of {asked} adjustments answered, {len(notes)} in the ledger, each once; "
        f"slowest start {slowest:.2f} s; nothing lost, nothing doubled")
    shutil.rmtree(folder)


main()
