"""A line to a server that delays, cuts, refuses and drops what goes over it."""

import http.client
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SLOW, BUSY, CUT, GONE, FORBIDDEN, RESET = "slow", "busy", "cut", "gone", "forbidden", "reset"
_STATUS = {BUSY: 503, GONE: 404, FORBIDDEN: 403}


class BadLine:
    """A proxy before a server on this machine.

    `fault` is asked for each request (method, path) and names what goes wrong with it, or "".
    """

    def __init__(self, port: int) -> None:
        self.fault: Callable[[str, str], str] = lambda method, path: ""
        self.asked: Counter[str] = Counter()
        self._port = port
        line = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                line._handle(self)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_any

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        fault = self.fault(request.command, request.path)
        self.asked[f"{request.command} {fault}".strip()] += 1
        if fault == SLOW:
            time.sleep(0.2)
        if fault == RESET:
            # Closed with data unread and no farewell: the peer sees a reset.
            request.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            request.close_connection = True
            request.connection.close()
            return
        if fault in _STATUS:
            request.send_response(_STATUS[fault])
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        self._pass_on(request, body, cut=fault == CUT)

    def _pass_on(self, request: BaseHTTPRequestHandler, body: bytes, *, cut: bool) -> None:
        server = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            server.putrequest(
                request.command, request.path, skip_host=True, skip_accept_encoding=True
            )
            for name, value in request.headers.items():
                if name.lower() != "expect":
                    server.putheader(name, value)
            server.endheaders(body)
            answer = server.getresponse()
            data = answer.read()
        finally:
            server.close()
        request.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                request.send_header(name, value)
        # A cut answer claims to be whole: what a bad proxy makes of one.
        sent = data[: len(data) // 2] if cut else data
        length = answer.getheader("Content-Length") if request.command == "HEAD" else str(len(sent))
        request.send_header("Content-Length", length or "0")
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(sent)
