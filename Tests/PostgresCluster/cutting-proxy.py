#!/usr/bin/env python3
"""Stands between an agent and PostgreSQL and cuts connections at a chosen message.

usage: cutting-proxy.py SOCKET SERVER_SOCKET CUT_FILE

Messages of both directions are counted from the moment CUT_FILE appears, which holds two words:
the number of the message to cut at, and whether the cut comes `before` or `after` it is delivered.
The file is removed when the cut is made. The end of standard input ends the proxy.
"""
import os, socket, sys, threading

own, server, cut_file = sys.argv[1:4]
lock = threading.Lock()
count = 0


def cut_at(direction):
    """None to deliver a message, else how to cut."""
    global count
    with lock:
        try:
            with open(cut_file) as file:
                number, how = file.read().split()
        except (OSError, ValueError):
            count = 0
            return None
        count += 1
        if count < int(number):
            return None
        count = 0
        os.unlink(cut_file)
        return how


def exactly(source, length):
    data = b""
    while len(data) < length:
        more = source.recv(length - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def message(source, is_first):
    kind = b"" if is_first else exactly(source, 1)
    length = exactly(source, 4)
    return kind + length + exactly(source, int.from_bytes(length, "big") - 4)


def close(*sockets):
    for one in sockets:
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def pump(source, target, is_client):
    is_first = is_client
    try:
        while True:
            data = message(source, is_first)
            is_first = False
            how = cut_at(is_client)
            if how != "before":
                target.sendall(data)
            if how:
                break
    except (OSError, EOFError):
        pass
    close(source, target)


def serve(client):
    upstream = socket.socket(socket.AF_UNIX)
    try:
        upstream.connect(server)
    except OSError:
        client.close()
        return
    for arguments in ((client, upstream, True), (upstream, client, False)):
        threading.Thread(target=pump, args=arguments, daemon=True).start()


def accept(listener):
    while True:
        serve(listener.accept()[0])


listener = socket.socket(socket.AF_UNIX)
listener.bind(own)
listener.listen(50)
threading.Thread(target=accept, args=(listener,), daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
