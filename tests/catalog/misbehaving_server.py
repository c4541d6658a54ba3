"""A server on loopback that does everything a link checker meets."""

import gzip
import ssl
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# Self-signed, for 127.0.0.1 and for another host; made for these tests and used nowhere else.
HERE = Path(__file__).with_name("certificate_here.pem")
ELSEWHERE = Path(__file__).with_name("certificate_elsewhere.pem")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer(body=False)

    def do_GET(self):
        self.answer(body=True)

    def answer(self, body):
        path = self.path.partition("?")[0]
        self.server.asked.append((self.command, path))
        method = getattr(self, "page_" + path.strip("/").replace("-", "_").replace(".", "_"), None)
        if path.startswith("/status/"):
            self.reply(int(path.rsplit("/", 1)[1]), b"status", body)
        elif method:
            method(body)
        else:
            self.reply(404, b"nothing here", body)

    def reply(self, status, content, body, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def page_fine(self, body):
        self.reply(200, b"<title>Fine</title>", body, Content_Type="text/html")

    def page_no_head(self, body):
        self.reply(200 if body else 405, b"only GET", body)

    def page_moved(self, body):
        self.reply(301, b"", body, Location="/fine")

    def page_loop(self, body):
        self.reply(302, b"", body, Location="/loop")

    def page_to_private(self, body):
        self.reply(302, b"", body, Location="http://169.254.169.254/latest/")

    def page_to_nonsense(self, body):
        self.reply(301, b"", body, Location="http://[nowhere/")

    def page_to_mail(self, body):
        self.reply(301, b"", body, Location="mailto:somebody@example.org")

    def page_in_two_steps(self, body):
        self.reply(308, b"", body, Location="/moved")

    def page_silent(self, body):
        self.close_connection = True

    def page_no_http(self, body):
        self.wfile.write(b"220 mail.example.org ESMTP\r\n")
        self.close_connection = True

    def page_huge_header(self, body):
        self.send_response(200)
        self.send_header("X-Huge", "x" * 200_000)
        self.end_headers()
        self.close_connection = True

    def page_odd_length(self, body):
        self.send_response(200)
        self.send_header("Content-Length", "-7")
        self.end_headers()
        self.close_connection = True

    def page_odd_encoding(self, body):
        self.reply(200, b"this is no gzip", body, Content_Encoding="gzip")

    def page_slow_body(self, body):
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            while body and not self.server.is_closing:
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    def page_robots_txt(self, body):
        status, rules = self.server.robots
        self.reply(status, rules, body)

    def page_endless(self, body):
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            while body and not self.server.is_closing:
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass

    def page_slow_headers(self, body):
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(600):
                if self.server.is_closing:
                    break
                self.wfile.write(b"X-Slow-%d: 1\r\n" % number)
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass
        self.close_connection = True

    def page_short(self, body):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"too little")
        self.close_connection = True

    def page_bomb(self, body):
        self.reply(200, gzip.compress(b"0" * 50_000_000), body, Content_Encoding="gzip")

    def log_message(self, *args):
        pass


@contextmanager
def running(certificate=None):
    """Serve on a free port; yields the server (`.url`, `.asked`, `.robots`: status and rules)."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda request, address: None  # of a client that turns away
    server.asked = []
    server.robots = (404, b"")
    server.is_closing = False
    server.url = f"http://127.0.0.1:{server.server_port}"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        server.url = server.url.replace("http:", "https:")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.is_closing = True
        server.shutdown()
        thread.join()
        server.server_close()
