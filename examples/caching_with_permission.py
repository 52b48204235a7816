"""Fetch five documents twice through a private cache: the web server says which of them may be kept."""

from __future__ import annotations

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

import voxvalley_privacy as vp
from voxvalley_privacy.caching import CachePolicy, PrivateCache
from voxvalley_privacy.integrations.httpx import CachingTransport

ANSWERS = {
    "/hello.xml": [("Content-Type", "text/xml"), ("Cache-Control", "max-age=300")],
    "/menu.xml": [("Content-Type", "text/xml")],
    "/voicemail.xml": [("Content-Type", "text/xml"), ("Cache-Control", "max-age=300, private")],
    "/broken.xml": [("Content-Type", "text/xml"), ("Cache-Control", "max-age=300;no-store")],
    "/music.mp3": [("Content-Type", "audio/mpeg"), ("Cache-Control", "max-age=300")],
}


class Server(BaseHTTPRequestHandler):
    """The customer's web server."""

    def do_GET(self) -> None:
        self.send_response(200)
        for name, value in ANSWERS[self.path]:
            self.send_header(name, value)
        self.send_header("Content-Length", "11")
        self.end_headers()
        self.wfile.write(b"<Response/>")

    def log_message(self, *arguments: object) -> None:
        pass


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    policy = CachePolicy({vp.ContentKind.XML: timedelta(minutes=2)})
    cache = PrivateCache(policy, keys=vp.KeyRing.generate())
    with httpx.Client(transport=CachingTransport(cache, in_call=False), trust_env=False) as client:
        for path in ANSWERS:
            for _ in range(2):
                answer = client.get(f"http://127.0.0.1:{server.server_port}{path}")
                print(f"{path:15} {answer.headers['Cache-Status']}")
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main()
