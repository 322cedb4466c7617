"""The website of the rehearsal: HTTPS on the loopback, with a certificate of its own authority."""

from __future__ import annotations

import os
import socketserver
import ssl
import threading
from datetime import UTC, datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount
from dlaas_onboard.rehearsal.saved_state import save

CA_FILE = "website-ca.pem"


_PAGES = {
    "/": (
        "{service}: your data, mirrored",
        """<p>{service} keeps a mirror of your data stores online, so that they stay reachable when your own computer is
off. You choose a store, pay for it month by month, and we look after the rest.</p>
<h2>How it works</h2>
<p>Sign up with your e-mail address and confirm it. Add the store you want mirrored. You receive an invoice; once it is
paid, the mirror starts within the hour.</p>
<h2>Mail you get from us</h2>
<p>A confirmation when you register, invoices and receipts for your orders, and a notice before your subscription ends.
We send no newsletters and pass your address to nobody.</p>
<h2>Price</h2>
<p>One mirror costs 1 XCH a month. You can stop at any time.</p>""",
    ),
    "/sign-up": (
        "Sign up for {service}",
        """<p>Enter your e-mail address. We send you a link; your account works once you have opened it. If you did not
sign up, ignore the mail and nothing happens.</p>
<form><label>E-mail <input type="email" name="email"></label> <button>Sign up</button></form>""",
    ),
    "/privacy": (
        "Privacy policy",
        """<p>{service} stores your e-mail address, your orders and the names of your stores. We use your address only
for mail about your own account and orders. Addresses that bounce, and people who complain, get no further mail. Write
to privacy@{domain} to have your account deleted; we do so within 30 days.</p>""",
    ),
    "/terms": (
        "Terms of service",
        """<p>These terms apply between you and the operator of {service}. You may mirror data that you have the right
to publish. A subscription runs for a month and ends 15 days after an unpaid invoice.</p>""",
    ),
    "/contact": (
        "Contact",
        """<p>Questions, complaints, or mail you did not expect: support@{domain}. We answer within two working
days.</p>""",
    ),
}
_LINKS = """<nav><a href="/">Home</a> <a href="/sign-up">Sign up</a> <a href="/privacy">Privacy policy</a>
<a href="/terms">Terms of service</a> <a href="/contact">Contact</a></nav>"""


def pages(service: str, domain: str) -> dict[str, str]:
    """Return the pages by path: what a reviewer looks for on the website of a small service."""
    words = {"service": escape(service), "domain": escape(domain)}
    return {
        path: '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f"<title>{title.format(**words)}</title></head>\n<body><h1>{title.format(**words)}</h1>\n{body.format(**words)}\n{_LINKS}</body></html>\n"
        for path, (title, body) in _PAGES.items()
    }


def certificate(domain: str, folder: Path) -> tuple[Path, Path]:
    """Make an authority and a certificate for the domain; return the authority's file and that of key and chain."""
    now = datetime.now(UTC)
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "dlaas-onboard rehearsal")])

    def builder(name: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(authority_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=365))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
            )
        )

    usage = {
        "digital_signature": True,
        "content_commitment": False,
        "key_encipherment": False,
        "data_encipherment": False,
        "key_agreement": False,
        "key_cert_sign": True,
        "crl_sign": True,
        "encipher_only": False,
        "decipher_only": False,
    }
    authority = (
        builder(authority_name, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    site = (
        builder(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, domain[:64])]), key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(domain), x509.DNSName(f"*.{domain}")]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    ca_file, chain = folder / CA_FILE, folder / "website.pem"
    save(ca_file, authority.public_bytes(pem))
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    save(chain, secret + site.public_bytes(pem))
    return ca_file, chain


class _Page(BaseHTTPRequestHandler):
    server: _Https
    timeout = 10

    def do_GET(self) -> None:
        """Answer a page."""
        page = self.server.pages.get(self.path.partition("?")[0].rstrip("/") or "/")
        body = (page or "<!doctype html><title>Not found</title><h1>Not found</h1>").encode()
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Keep quiet."""


class _Https(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = os.name == "posix"
    context: ssl.SSLContext
    pages: dict[str, str]

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Do the handshake in the connection's own thread, so that a slow client holds up nobody."""
        request.settimeout(10)
        try:
            with self.context.wrap_socket(request, server_side=True) as secure:
                super().finish_request(secure, client_address)
        except OSError:
            return  # a client that does not trust the certificate, or went away


class DemoWebsite:
    """A running site. ``url`` names it as the operator would; DNS decides whether that leads here."""

    def __init__(self, account: EmbeddedAccount, folder: Path, port: int = 0) -> None:
        state = account.state
        self.ca_file, chain = certificate(state.domain, folder)
        try:
            self._server = _Https(("127.0.0.1", port), _Page)
        except OSError:
            if port == 0:
                raise
            self._server = _Https(("127.0.0.1", 0), _Page)
        self._server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server.context.load_cert_chain(chain)
        self._server.pages = pages(state.service_name, state.domain)
        self.port: int = self._server.server_address[1]
        self.url = f"https://{state.domain}:{self.port}/"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="website", daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
