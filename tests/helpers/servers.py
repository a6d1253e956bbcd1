"""Servers on the loopback: an S3 store by moto, and the web with ranges of bytes."""

import datetime
import http.client
import http.server
import io
import ipaddress
import re
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from support import line_of

MOTO = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()  # until whoever started it goes away
server.stop()
"""


@dataclass(frozen=True)
class Store:
    """A running S3 store with one bucket, ``bucket``."""

    port: int

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "SECRET",
        }

    def put(self, key: str, content: bytes = b"") -> str:
        """Store a new object, which needs no signature here; its address."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("PUT", f"/bucket/{key}" if key else "/bucket", content)
        assert connection.getresponse().status == HTTPStatus.OK
        connection.close()
        return f"s3://bucket/{key}"


@contextmanager
def store() -> Iterator[Store]:
    """A process of its own, for here warnings are errors."""
    process = subprocess.Popen(
        [sys.executable, "-c", MOTO],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
    )
    assert process.stdout is not None
    with process:
        try:
            started = Store(int(line_of(process.stdout)))
            started.put("")
            yield started
        finally:
            process.kill()


class _Ranges(http.server.BaseHTTPRequestHandler):
    """Files from memory, by ranges where the server gives them."""

    protocol_version = "HTTP/1.1"
    server: "_Web"

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def do_GET(self) -> None:
        self.answer(body=True)

    def answer(self, *, body: bool) -> None:
        content = self.server.files.get(self.path.partition("?")[0])
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if content is None:
            self.send_response(HTTPStatus.NOT_FOUND)
            content = b""
        elif asked and self.server.ranges:
            first, last = asked.groups()
            start = int(first) if first else max(0, len(content) - int(last))
            stop = min(len(content), int(last) + 1) if first and last else len(content)
            self.send_response(HTTPStatus.PARTIAL_CONTENT)
            self.send_header("Content-Range", f"bytes {start}-{stop - 1}/{len(content)}")
            content = content[start:stop]
        else:
            self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


class _Web(http.server.ThreadingHTTPServer):
    files: Mapping[str, bytes]
    ranges: bool

    def handle_error(self, *_: Any) -> None:
        """A client that does not trust the certificate goes away; the test looks at the client."""


@contextmanager
def web(
    files: Mapping[str, bytes], *, ranges: bool = True, certificate: Path | None = None
) -> Iterator[str]:
    """A web server of ``files`` by path; its address."""
    server = _Web(("127.0.0.1", 0), _Ranges)
    server.files, server.ranges = files, ranges
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http{'s' * bool(certificate)}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def certificates(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 with its key, and the authority that vouches for it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("authority", "server")}
    today, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(1)

    def certified(name: str) -> bytes:
        def called(own: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, own)])

        place = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        built = (
            x509.CertificateBuilder()
            .subject_name(called(name))
            .issuer_name(called("authority"))
            .public_key(keys[name].public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(today - day)
            .not_valid_after(today + day)
            .add_extension(x509.BasicConstraints(name == "authority", None), critical=True)
            .add_extension(x509.SubjectAlternativeName([place]), critical=False)
        )
        signed = built.sign(keys["authority"], hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM)

    authority, server = folder / "authority.pem", folder / "server.pem"
    authority.write_bytes(certified("authority"))
    key = keys["server"].private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    server.write_bytes(certified("server") + key)
    return server, authority


def encoded(frame: Any, kind: str) -> bytes:
    """A data frame of Polars as the bytes of a file."""
    held = io.BytesIO()
    writers = {"parquet": "parquet", "arrow": "ipc", "csv": "csv", "jsonl": "ndjson"}
    getattr(frame, f"write_{writers[kind]}")(held)
    return held.getvalue()
