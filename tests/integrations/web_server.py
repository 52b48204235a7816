"""A web server on this machine that answers as a test tells it, and counts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class WebServer:
    """Give each path its answer: a status, pairs of headers and a body; `asked` holds what came."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        self.url = ""

    def answer(self, handler):
        """Answer one request."""
        self.asked.append((handler.command, handler.path, dict(handler.headers)))
        status, headers, body = self.answers[handler.path]
        etags = [value for name, value in headers if name == "ETag"]
        if etags and handler.headers.get("If-None-Match") == etags[0]:
            status, body = 304, b""
        handler.send_response(status)
        for name, value in headers:
            handler.send_header(name, value)
        # A body without a length ends with the connection.
        if status != 304 and ("Connection", "close") not in headers:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


@contextmanager
def running() -> Iterator[WebServer]:
    """Run a server on a free port."""
    told = WebServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            told.answer(self)

        do_POST = do_GET  # noqa: N815 - the name is the method

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
