"""The rehearsal's website over TLS, trusted through its authority's file alone."""

from __future__ import annotations

import os
import socket
import ssl
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from dlaas_onboard.rehearsal.demo_website import DemoWebsite
from tests.rehearsal.conftest import Stage

Begin = Callable[..., Stage]


def fetch(site: DemoWebsite, domain: str, path: str, context: ssl.SSLContext) -> str:
    with (
        socket.create_connection(("127.0.0.1", site.port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=domain) as secure,
    ):
        secure.sendall(f"GET {path} HTTP/1.0\r\nHost: {domain}\r\n\r\n".encode())
        content = b""
        while part := secure.recv(65536):
            content += part
    return content.decode()


def test_pages_are_served_to_who_trusts_the_authority(stage: Begin, tmp_path: Path) -> None:
    here = stage("dlaas")
    site = DemoWebsite(here.account, tmp_path)
    try:
        trusting = ssl.create_default_context(cafile=str(site.ca_file))
        trusting.verify_flags |= ssl.VERIFY_X509_STRICT
        home = fetch(site, here.domain, "/", trusting)
        assert home.startswith("HTTP/1.0 200")
        assert "DLaaS: your data, mirrored" in home
        for path in ("/privacy", "/terms", "/contact", "/sign-up"):
            assert f'href="{path}"' in home
            assert fetch(site, f"www.{here.domain}", path, trusting).startswith("HTTP/1.0 200")
        assert fetch(site, here.domain, "/nothing", trusting).startswith("HTTP/1.0 404")
        with pytest.raises(ssl.SSLCertVerificationError):
            fetch(site, here.domain, "/", ssl.create_default_context())
        with pytest.raises(ssl.SSLCertVerificationError):
            fetch(site, "example.org", "/", trusting)
        assert site.url == f"https://{here.domain}:{site.port}/"
        if os.name == "posix":
            assert stat.S_IMODE((tmp_path / "website.pem").stat().st_mode) == 0o600
    finally:
        site.close()
