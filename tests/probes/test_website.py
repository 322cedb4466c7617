"""The website as it was met: real servers on loopback, good ones and bad ones."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest

from dlaas_onboard import ports
from dlaas_onboard.journey.facts import NamedPage, Website
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.probes.address_filter import refused
from dlaas_onboard.probes.resolver import DnsResolver
from dlaas_onboard.probes.website_probe import WebsiteProbe
from tests.probes import nameserver
from tests.probes.sites import Authority, Handler, certificate, drip, drip_headers, flood, page, redirect, serving

GOOD = """<!doctype html><html lang="en"><head><title>Kelpwood
 Backups</title><style>p { color: red }</style><script>var x = "<p>not seen</p>";</script></head>
<body><h1>Backups for small offices</h1><p>Kelpwood  keeps a copy of your files for 4 EUR a month.</p>
<p hidden>Secret</p><div style="display: none">Also secret</div><noscript>Enable JavaScript</noscript>
<a href="/register">Create an account</a> <a href="/legal/privacy">Privacy</a>
<a href="/terms">Terms of Service</a> <a href="/impressum"><img alt="x">Impressum</a>
<a href="javascript:alert(1)">Sign up</a></body></html>"""


def visit(url: str, name: str = "Kelpwood", *, private: bool = True, seconds: float = 3) -> Reading[Website]:
    return WebsiteProbe(seconds=seconds).visit(url, name, allow_private=private)


def seen(reading: Reading[Website]) -> Website:
    assert reading.problem is None, reading.problem
    assert reading.value is not None
    return reading.value


def failed(reading: Reading[Website]) -> Problem:
    assert reading.value is None
    assert reading.problem is not None
    assert reading.problem.message.endswith(".")
    assert reading.problem.message.isprintable()
    return reading.problem


def test_a_good_site_is_described() -> None:
    pages = {
        "/": page(GOOD),
        "/register": page("<form>"),
        "/legal/privacy": page("We keep little."),
        "/terms": redirect("/terms-2"),
        "/terms-2": page("Terms"),
    }
    with serving(pages) as site:
        website = seen(visit(f"http://127.0.0.1:{site.port}"))
    base = f"http://127.0.0.1:{site.port}"
    assert website.status == 200
    assert website.final_url == f"{base}/"
    assert website.title == "Kelpwood Backups"
    assert website.excerpt.startswith("Backups for small offices Kelpwood keeps a copy")
    assert "ecret" not in website.excerpt
    assert "JavaScript" not in website.excerpt
    assert website.names_service is True
    assert website.parked == ""
    assert not website.login_wall
    assert website.redirects == ()
    assert {(found.role, found.url, found.status) for found in website.pages} == {
        ("privacy", f"{base}/legal/privacy", 200),
        ("terms", f"{base}/terms-2", 200),
        ("contact", f"{base}/impressum", 404),
        ("sign-up", f"{base}/register", 200),
    }


def test_redirects_are_followed_and_listed() -> None:
    with serving({"/": redirect("/a", "301 Moved Permanently"), "/a": redirect("b"), "/b": page("Kelpwood")}) as site:
        website = seen(visit(f"http://127.0.0.1:{site.port}/"))
    base = f"http://127.0.0.1:{site.port}"
    assert website.redirects == (f"{base}/a", f"{base}/b")
    assert website.final_url == f"{base}/b"


def test_a_page_that_refreshes_itself_away_is_followed() -> None:
    first = '<meta http-equiv="Refresh" content="0; url=/real">'
    with serving({"/": page(first), "/real": page("<title>Real</title>Kelpwood")}) as site:
        assert seen(visit(f"http://127.0.0.1:{site.port}/")).title == "Real"
    with serving(
        {f"/{a}": page(f'<meta http-equiv="refresh" content="0; url=/{b}">') for a, b in ("ab", "ba")}
    ) as site:
        problem = failed(visit(f"http://127.0.0.1:{site.port}/a"))
    assert "redirects in a circle" in problem.message


def test_a_page_that_reloads_itself_is_read_once() -> None:
    with serving({"/": page('<title>Clock</title><meta http-equiv="refresh" content="0; url=/">')}) as site:
        assert seen(visit(f"http://127.0.0.1:{site.port}/")).title == "Clock"
        assert len(site.requests) == 1


def test_a_redirect_without_end_is_a_sentence_and_bounded() -> None:
    with serving({"/": redirect("/")}) as site:
        problem = failed(visit(f"http://127.0.0.1:{site.port}/"))
        assert len(site.requests) == 6
    assert "in a circle" in problem.message
    chain = {f"/{n}": redirect(f"/{n + 1}") for n in range(50)}
    with serving({**chain}) as site:
        problem = failed(visit(f"http://127.0.0.1:{site.port}/0"))
        assert len(site.requests) == 6
    assert "more than 5 times" in problem.message
    assert problem.remedy


@pytest.mark.parametrize(
    "place",
    ["file:///etc/passwd", "javascript:alert(1)", "ftp://example.com/", "http://user:pass@example.com/", "http://["],
)
def test_a_redirect_leads_only_to_web_addresses(place: str) -> None:
    with serving({"/": redirect(place)}) as site:
        problem = failed(visit(f"http://127.0.0.1:{site.port}/"))
        assert len(site.requests) == 1
    assert problem.kind == ProblemKind.INVALID
    assert problem.code == "redirects"
    assert problem.message.startswith(f"http://127.0.0.1:{site.port}/ redirects to ")


@pytest.mark.parametrize("slow", [drip, drip_headers])
def test_a_slow_site_ends_in_time(slow: Handler) -> None:
    started = time.monotonic()
    with serving({"/": slow}) as site:
        problem = failed(visit(f"http://127.0.0.1:{site.port}/", seconds=0.7))
    assert time.monotonic() - started < 2
    assert problem.kind == ProblemKind.TIMEOUT


def test_a_site_that_never_speaks_ends_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        started = time.monotonic()
        for scheme in ("http", "https"):
            problem = failed(visit(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/", seconds=0.5))
            assert problem.kind == ProblemKind.TIMEOUT
        assert time.monotonic() - started < 2.5


def test_an_endless_page_is_cut() -> None:
    with serving({"/": flood}) as site:
        website = seen(visit(f"http://127.0.0.1:{site.port}/"))
    assert website.title == "Flood"
    assert 100_000 < website.text_length <= 1_048_576


def test_a_compressed_bomb_is_cut() -> None:
    body = gzip.compress(b"<title>Bomb</title>" + b"a " * 30_000_000)
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with serving({"/": head.encode() + body}) as site:
        website = seen(visit(f"http://127.0.0.1:{site.port}/"))
    assert website.title == "Bomb"
    assert website.text_length <= 1_048_576


def test_addresses_inside_are_refused_unless_asked_for() -> None:
    with serving({"/": page("Kelpwood")}) as site:
        problem = failed(visit(f"http://127.0.0.1:{site.port}/", private=False))
        assert site.requests == []
        assert problem.kind == ProblemKind.BLOCKED
        assert "127.0.0.1" in problem.message
        assert seen(visit(f"http://127.0.0.1:{site.port}/", private=True)).status == 200


def test_a_redirect_into_the_machine_is_refused() -> None:
    with serving({"/": redirect("http://169.254.169.254/latest/meta-data/")}) as site:
        problem = failed(visit(f"http://127.0.0.1:{site.port}/", private=True))
    assert problem.kind == ProblemKind.BLOCKED
    assert "169.254.169.254" in problem.message


def test_a_name_is_asked_of_the_given_server_and_the_connection_goes_to_that_answer() -> None:
    zone: nameserver.Zone = {("shop.test", "A"): ["127.0.0.1"], ("inside.test", "A"): ["10.1.2.3"]}
    with nameserver.serving(zone) as names, serving({"/": page("Kelpwood")}) as site:
        probe = WebsiteProbe(DnsResolver(names.address), seconds=3)
        assert seen(probe.visit(f"http://shop.test:{site.port}/", "Kelpwood", allow_private=True)).status == 200
        assert site.requests[0][1]["host"] == f"shop.test:{site.port}"
        assert names.asked.count(("shop.test", "A")) == 1  # asked once: nothing is left to rebind
        inside = failed(probe.visit("http://inside.test/", "Kelpwood"))
        nowhere = failed(probe.visit("http://nowhere.test/", "Kelpwood"))
    assert inside.kind == ProblemKind.BLOCKED
    assert nowhere.kind == ProblemKind.NOT_FOUND
    assert "nowhere.test" in nowhere.message


def test_a_dns_server_that_fails_is_not_a_missing_site() -> None:
    with nameserver.serving({("shop.test", "!"): ["SERVFAIL"]}) as names:
        problem = failed(WebsiteProbe(DnsResolver(names.address, lifetime=0.5)).visit("http://shop.test/", ""))
    assert problem.kind == ProblemKind.UNREACHABLE


def test_a_name_that_the_system_does_not_know() -> None:
    problem = failed(visit("http://no-such-host.invalid/"))
    assert problem.kind in (ProblemKind.NOT_FOUND, ProblemKind.UNREACHABLE)
    assert "no-such-host.invalid" in problem.message


def test_https_with_a_certificate_that_is_trusted(tmp_path: Path) -> None:
    own = certificate(tmp_path, "shop.test")
    with (
        nameserver.serving({("shop.test", "A"): ["127.0.0.1"]}) as names,
        serving({"/": page(GOOD)}, own.context) as site,
    ):
        probe = WebsiteProbe(DnsResolver(names.address), own.ca_file, seconds=3)
        reading = probe.visit(f"https://shop.test:{site.port}", "Kelpwood", allow_private=True)
    assert seen(reading).title == "Kelpwood Backups"
    assert reading.source == f"HTTPS https://shop.test:{site.port}"


@pytest.mark.parametrize(
    ("name", "days", "trusted", "words"),
    [
        ("shop.test", 30, False, "self-signed"),
        ("shop.test", -5, True, "has expired"),
        ("other.test", 30, True, "is for another name"),
    ],
)
def test_a_bad_certificate_is_said_in_words(tmp_path: Path, name: str, days: int, trusted: bool, words: str) -> None:
    own = certificate(tmp_path / "own", name, days=days)
    with (
        nameserver.serving({("shop.test", "A"): ["127.0.0.1"]}) as names,
        serving({"/": page(GOOD)}, own.context) as site,
    ):
        ca_file = own.ca_file if trusted else certificate(tmp_path / "else", "else.test").ca_file
        probe = WebsiteProbe(DnsResolver(names.address), ca_file, seconds=3)
        problem = failed(probe.visit(f"https://shop.test:{site.port}", "Kelpwood", allow_private=True))
        assert site.requests == []
    assert words in problem.message
    assert problem.kind == ProblemKind.UNREACHABLE


SHOP = {"start": -1, "end": 30}


@pytest.mark.parametrize(
    ("names", "days", "trusted", "said"),
    [
        (("shop.test",), SHOP, True, ("", "")),
        (("else.test", "shop.test"), SHOP, True, ("", "")),
        (("shop.test",), {"start": -60, "end": -1}, True, ("certificate 10", "has expired")),
        (("shop.test",), {"start": 1, "end": 30}, True, ("certificate 9", "is not valid yet")),
        (("www.shop.test", "shop.example"), SHOP, True, ("certificate 62", "is for another name")),
        (("shop.test",), SHOP, False, ("certificate 20", "is signed by an unknown issuer")),
    ],
)
def test_certificates_of_an_authority(
    tmp_path: Path, names: tuple[str, ...], days: dict[str, int], trusted: bool, said: tuple[str, str]
) -> None:
    own, other = Authority(tmp_path / "own"), Authority(tmp_path / "other")
    zone: nameserver.Zone = {("shop.test", "A"): ["127.0.0.1"]}
    with nameserver.serving(zone) as dns, serving({"/": page(GOOD)}, own.issue(*names, **days)) as site:
        probe = WebsiteProbe(DnsResolver(dns.address), (own if trusted else other).ca_file, seconds=3)
        reading = probe.visit(f"https://shop.test:{site.port}", "Kelpwood", allow_private=True)
        code, words = said
        if not code:
            assert seen(reading).title == "Kelpwood Backups"
            return
        problem = failed(reading)
        assert site.requests == []
    assert (problem.code, problem.kind) == (code, ProblemKind.UNREACHABLE)
    assert f"The certificate of shop.test {words}" in problem.message
    assert problem.remedy


def test_a_redirect_to_a_host_with_a_bad_certificate_is_said_of_that_host(tmp_path: Path) -> None:
    own = Authority(tmp_path)
    zone: nameserver.Zone = {("shop.test", "A"): ["127.0.0.1"], ("www.shop.test", "A"): ["127.0.0.1"]}
    with nameserver.serving(zone) as dns, serving({"/": page(GOOD)}, own.issue("shop.test")) as www:
        pages = {"/": redirect(f"https://www.shop.test:{www.port}/")}
        with serving(pages, own.issue("shop.test")) as site:
            probe = WebsiteProbe(DnsResolver(dns.address), own.ca_file, seconds=3)
            problem = failed(probe.visit(f"https://shop.test:{site.port}", "Kelpwood", allow_private=True))
    assert problem.code == "certificate 62"
    assert "www.shop.test" in problem.message


@pytest.fixture
def loopback_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let 127.0.0.1 stand for the public internet; every other address is judged as it is."""

    def judge(address: str, *, allow_private: bool) -> str:
        return "" if address == "127.0.0.1" else refused(address, allow_private=allow_private)

    monkeypatch.setattr("dlaas_onboard.probes.http_fetch.refused", judge)


@pytest.mark.usefixtures("loopback_is_public")
@pytest.mark.parametrize(
    "answer",
    [
        redirect("http://127.0.0.2:{port}/secret"),
        redirect("http://inside.test:{port}/secret"),
        page('<meta http-equiv="refresh" content="0; url=http://inside.test:{port}/secret">'),
    ],
)
def test_a_public_page_does_not_lead_inside(answer: bytes) -> None:
    zone: nameserver.Zone = {("shop.test", "A"): ["127.0.0.1"], ("inside.test", "A"): ["127.0.0.2"]}
    with socket.create_server(("127.0.0.2", 0)) as inside, nameserver.serving(zone) as dns:
        inside.setblocking(False)
        port = str(inside.getsockname()[1])
        start = page(answer.partition(b"\r\n\r\n")[2].decode().format(port=port)) if b"200 OK" in answer else None
        with serving({"/": start or answer.replace(b"{port}", port.encode())}) as site:
            probe = WebsiteProbe(DnsResolver(dns.address), seconds=3)
            problem = failed(probe.visit(f"http://shop.test:{site.port}/", "Kelpwood"))
        with pytest.raises(BlockingIOError):  # nobody has come in
            inside.accept()
    assert problem.kind == ProblemKind.BLOCKED
    assert "127.0.0.2" in problem.message


@pytest.mark.usefixtures("loopback_is_public")
def test_a_name_that_is_turned_inside_during_the_visit_gains_nothing() -> None:
    """DNS rebinding: what was checked is what is connected to, and what is asked again is checked again."""
    zone: nameserver.Zone = {("shop.test", "A"): ["127.0.0.1"]}

    def turn(path: str, _headers: dict[str, str], connection: socket.socket) -> None:
        zone["shop.test", "A"] = ["127.0.0.2"]
        connection.sendall(redirect("/page") if path == "/" else page('<a href="/privacy">Privacy</a> Kelpwood'))

    with socket.create_server(("127.0.0.2", 0)) as inside, nameserver.serving(zone) as dns:
        inside.setblocking(False)
        with serving({"/": turn, "/page": turn, "/privacy": page("secret")}) as site:
            probe = WebsiteProbe(DnsResolver(dns.address), seconds=3)
            website = seen(probe.visit(f"http://shop.test:{site.port}/", "Kelpwood"))
            assert [path for path, _ in site.requests] == ["/", "/page"]
    (privacy,) = website.pages
    assert (privacy.role, privacy.status) == ("privacy", 0)
    assert "127.0.0.2" in privacy.problem


@pytest.mark.usefixtures("loopback_is_public")
def test_of_several_addresses_only_public_ones_are_opened() -> None:
    zone: nameserver.Zone = {("shop.test", "A"): ["10.0.0.1", "127.0.0.1", "127.0.0.2"]}
    with nameserver.serving(zone) as dns, serving({"/": page("Kelpwood")}) as site:
        probe = WebsiteProbe(DnsResolver(dns.address), seconds=3)
        started = time.monotonic()
        assert seen(probe.visit(f"http://shop.test:{site.port}/", "Kelpwood")).status == 200
        assert time.monotonic() - started < 2  # 10.0.0.1 was not waited for


def test_linked_pages_have_bounds_of_their_own() -> None:
    links = "".join(f'<a href="/{role}">{role}</a>' for role in ("privacy", "terms", "contact", "sign-up"))
    pages: dict[str, bytes | Handler] = {"/": page(f"Kelpwood {links}"), "/privacy": flood, "/terms": drip}
    started = time.monotonic()
    with serving({**pages, "/contact": drip, "/sign-up": drip}) as site:
        website = seen(visit(f"http://127.0.0.1:{site.port}/", seconds=0.8))
    assert time.monotonic() - started < 3
    assert {(found.role, found.status) for found in website.pages} == {
        ("privacy", 200),
        ("terms", 0),
        ("contact", 0),
        ("sign-up", 0),
    }
    assert all(found.problem for found in website.pages if not found.status)


def test_a_linked_page_behind_a_login_is_noted() -> None:
    form = page('<form><input type="password"></form>')
    links = "".join(f'<a href="/{role}">{role}</a>' for role in ("privacy", "terms", "contact", "sign-up"))
    pages: dict[str, bytes | Handler] = {
        "/": page(f"Kelpwood {links}"),
        "/privacy": redirect("/login"),
        "/login": page("Who are you? " * 300),
        "/terms": form,
        "/contact": page("", status="401 Unauthorized"),
        "/sign-up": form,  # where one signs up, one chooses a password
    }
    with serving(pages) as site:
        website = seen(visit(f"http://127.0.0.1:{site.port}/"))
    assert {(found.role, found.status, found.login) for found in website.pages} == {
        ("privacy", 200, True),
        ("terms", 200, True),
        ("contact", 401, True),
        ("sign-up", 200, False),
    }


def test_what_is_sold_is_looked_for() -> None:
    with serving({"/": page(GOOD), "/json": page("{}", kind="application/json"), "/mute": page("Kelpwood")}) as site:
        base = f"http://127.0.0.1:{site.port}"
        probe = WebsiteProbe(seconds=3)
        sold = probe.visit(base, "", products=("Backups for small offices", "Kelp Pro"), allow_private=True)
        assert seen(sold).offers == ("Backups for small offices", "4 EUR a month")
        assert seen(visit(f"{base}/mute")).offers == ()
        assert seen(visit(f"{base}/json")).offers is None


def test_http_where_https_was_asked_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(page("plain", status="400 Bad Request"))

        threading.Thread(target=answer, daemon=True).start()
        problem = failed(visit(f"https://127.0.0.1:{listener.getsockname()[1]}/"))
    assert problem.kind == ProblemKind.UNREACHABLE
    assert "secure connection" in problem.message


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    problem = failed(visit(f"http://127.0.0.1:{port}/"))
    assert "refuses connections" in problem.message


def test_a_file_of_certificates_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "junk.pem").write_text("junk")
    for name in ("junk.pem", "none.pem"):
        problem = failed(WebsiteProbe(ca_file=str(tmp_path / name)).visit("https://example.com", ""))
        assert problem.kind == ProblemKind.INVALID


@pytest.mark.parametrize(
    "answer", [b"", b"\x00\xff\x00 junk\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000]
)
def test_what_is_no_web_server_is_said(answer: bytes) -> None:
    with serving({"/": lambda _path, _headers, connection: connection.sendall(answer)}) as site:
        problem = failed(visit(f"http://127.0.0.1:{site.port}/"))
    assert problem.kind in (ProblemKind.MALFORMED, ProblemKind.UNREACHABLE)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "ftp://example.com",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https://a b/",
        "https://[::1",
        "https://user@example.com",
        "https://example.com:99999/",
        "https://exa\x1b[mple.com",
        "https://ex_ämple\u202e.com",
    ],
)
def test_what_is_no_web_address_is_said(url: str) -> None:
    assert failed(visit(url)).kind == ProblemKind.INVALID


def test_json_is_noted_and_not_read() -> None:
    with serving({"/": page('{"message": "Kelpwood"}', kind="application/json")}) as site:
        website = seen(visit(f"http://127.0.0.1:{site.port}/"))
    assert website.content_type == "application/json"
    assert website.text_length == 0
    assert website.names_service is None


@pytest.mark.parametrize(
    ("html", "phrase"),
    [
        ("<h1>This domain is for sale</h1>", "domain is for sale"),
        ("<title>Welcome to nginx!</title>", "welcome to nginx"),
        ("<p>Kelpwood. Coming soon</p>", "coming soon"),
        ("<title>Apache2 Ubuntu Default Page: It works</title>", "apache2 ubuntu default page"),
        ("<p>There isn\u2019t a GitHub Pages site here.</p>", "there isn't a github pages site here"),
        (f"<p>{'A long page about kelp. ' * 100} More features coming soon.</p>", ""),
    ],
)
def test_placeholder_pages_give_themselves_away(html: str, phrase: str) -> None:
    with serving({"/": page(html)}) as site:
        website = seen(visit(f"http://127.0.0.1:{site.port}/"))
    assert website.parked == phrase
    assert website.placeholder is (phrase in ("welcome to nginx", "coming soon", "apache2 ubuntu default page"))


def test_a_login_before_everything_else_is_noted() -> None:
    form = page('<form><input name="u"><input type="password"></form>')
    with serving(
        {
            "/": redirect("/login?next=/"),
            "/login": page("Who are you? " * 300),
            "/form": form,
            "/basic": page("", status="401 Unauthorized"),
            "/page": page("words " * 600 + '<input type="password">'),
        }
    ) as site:
        base = f"http://127.0.0.1:{site.port}"
        assert seen(visit(f"{base}/")).login_wall
        assert seen(visit(f"{base}/form")).login_wall
        assert seen(visit(f"{base}/basic")).login_wall
        assert not seen(visit(f"{base}/page")).login_wall


def test_errors_have_their_status() -> None:
    with serving({"/": page("<p>Oh no</p>", status="503 Service Unavailable")}) as site:
        website = seen(visit(f"http://127.0.0.1:{site.port}/"))
    assert website.status == 503
    assert website.excerpt == "Oh no"


def test_links_inside_are_not_opened_without_leave() -> None:
    """A public page cannot make the check open an address inside; the link is listed without a status."""
    html = '<a href="http://169.254.169.254/privacy">Privacy</a><a href="mailto:help@kelpwood.test">Write to us</a>'
    with serving({"/": page(html)}) as site:
        website = seen(visit(f"http://127.0.0.1:{site.port}/"))
    assert {(found.role, found.status) for found in website.pages} == {("privacy", 0), ("contact", 0)}


def test_hostile_text_becomes_visible() -> None:
    title = "\x1b]0;owned\x07[@click=app.quit]x[/]"
    html = f"<title>{title}</title><body>\x1b[31mred\u202e\x9b<a href='/privacy\x1b[2J'>Privacy</a>"
    with serving({"/": page(html, more="X-Junk: \x1b[31m\r\n")}) as site:
        website = seen(visit(f"http://127.0.0.1:{site.port}/"))
    assert website.title == "␛]0;owned␇[@click=app.quit]x[/]"
    for text in (website.title, website.excerpt, *(found.url for found in website.pages)):
        assert text.isprintable()


def test_they_have_the_shape_of_the_ports() -> None:
    resolver: ports.Resolver = DnsResolver("127.0.0.1:1", lifetime=0.1)  # held by the type checker
    web: ports.Web = WebsiteProbe(resolver)
    assert web.visit("ftp://x", "").problem is not None


def test_the_context_checks_certificates() -> None:
    context = ssl.create_default_context()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


def test_a_page_that_was_named_is_opened_as_the_website_is() -> None:
    form = "<form><input type=password></form>"
    pages = {
        "/join": redirect("/sign-up"),
        "/sign-up": page(form),
        "/privacy": page(form),
        "/soon": page("<title>Coming soon</title>"),
    }
    probe = WebsiteProbe(seconds=3)
    with serving(pages) as site:
        base = f"http://127.0.0.1:{site.port}"
        joined = probe.open_page(f"{base}/join", "sign-up", allow_private=True)
        assert joined.source == f"HTTP {base}/join"
        assert joined.value == NamedPage("sign-up", f"{base}/join", f"{base}/sign-up", 200)
        assert probe.open_page(f"{base}/privacy", "privacy", allow_private=True).value == NamedPage(
            "privacy", f"{base}/privacy", f"{base}/privacy", 200, login=True
        )
        soon = probe.open_page(f"{base}/soon", "privacy", allow_private=True).value
        assert soon is not None
        assert soon.parked == "coming soon"
        gone = probe.open_page(f"{base}/gone", "privacy", allow_private=True).value
        assert gone is not None
        assert gone.status == 404
        inside = probe.open_page(f"{base}/join", "sign-up")
        assert inside.problem is not None
        assert inside.problem.kind == ProblemKind.BLOCKED
