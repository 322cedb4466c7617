"""The website as a reviewer opens it: what loads, what it says, and what it links to."""

from __future__ import annotations

import ssl
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urldefrag

from dlaas_onboard.journey.facts import NamedPage, Page, Website
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.text import line
from dlaas_onboard.probes import html_page as pages
from dlaas_onboard.probes.http_fetch import Fetcher, FetchError, Looker, Response

SECONDS = 10.0  # for the page with its redirects, and again for the pages that it links to
_EXCERPT = 400
_NOTHING = pages.PageText("", "", (), password=False, refresh="")


class WebsiteProbe:
    """Opens websites. ``resolver`` answers instead of the system's; ``ca_file`` is trusted instead of its roots."""

    def __init__(self, resolver: Looker | None = None, ca_file: str = "", *, seconds: float = SECONDS) -> None:
        # A resolver without a server is the system's own, which also knows the machine's hosts file.
        self._resolver = resolver if getattr(resolver, "server", "named") else None
        self._ca_file = ca_file
        self._seconds = seconds

    def visit(
        self, url: str, service_name: str, *, products: Collection[str] = (), allow_private: bool = False
    ) -> Reading[Website]:
        """Open ``url`` as a browser does, without scripts; what could not be opened is a problem in words.

        ``products`` are looked for on the page by their names.
        """
        hops: list[str] = []
        linked: tuple[Page, ...] = ()
        try:
            response, text = self._open(url, hops, allow_private=allow_private)
            if text is not None:
                linked = self._linked(text, response, self._fetcher(allow_private=allow_private))
        except FetchError as error:
            return Reading(_source(url), datetime.now(UTC), problem=error.problem)
        seen = _website(url, response, text, service_name, products)
        redirects = tuple(line(hop, limit=1000) for hop in hops)
        return Reading(_source(url), datetime.now(UTC), replace(seen, redirects=redirects, pages=linked))

    def open_page(self, url: str, role: str, *, allow_private: bool = False) -> Reading[NamedPage]:
        """Open one page that the operator named, as a browser does, without scripts."""
        try:
            response, text = self._open(url, [], allow_private=allow_private)
        except FetchError as error:
            return Reading(_source(url), datetime.now(UTC), problem=error.problem)
        known = text or _NOTHING
        sign_up = role == "sign-up"
        page = NamedPage(
            role,
            line(url, limit=1000),
            line(response.url, limit=1000),
            response.status,
            html=text is not None,
            login=pages.login_wall(known, url, response.url, response.status, sign_up=sign_up),
            parked=pages.parked(known),
        )
        return Reading(_source(url), datetime.now(UTC), page)

    def _open(self, url: str, hops: list[str], *, allow_private: bool) -> tuple[Response, pages.PageText | None]:
        """Return the page at which ``url`` ends; ``hops`` takes the redirects. Raises :class:`FetchError`."""
        fetcher = self._fetcher(allow_private=allow_private)
        response = fetcher.get(url, hops, body=True)
        text = _page(response)
        while text is not None and text.refresh:
            target = fetcher.follow(response.url, text.refresh, hops)
            if target.url == response.url:
                break
            response = fetcher.get(target.url, hops, body=True)
            text = _page(response)
        return response, text

    def _fetcher(self, *, allow_private: bool) -> Fetcher:
        try:
            context = ssl.create_default_context(cafile=self._ca_file or None)
        except (OSError, ssl.SSLError) as error:
            why = Problem(
                ProblemKind.INVALID,
                f"The certificate file {line(self._ca_file)} cannot be read: {line(str(error), limit=120)}.",
                "Name a file with certificates in PEM form.",
            )
            raise FetchError(why) from error
        return Fetcher(self._resolver, context, seconds=self._seconds, allow_private=allow_private)

    @staticmethod
    def _linked(text: pages.PageText, response: Response, fetcher: Fetcher) -> tuple[Page, ...]:
        linked = []
        for link in pages.notable(text, response.url):
            if link.url.lower().startswith("mailto:"):
                linked.append(Page(link.role, line(link.url, limit=300)))
                continue
            if urldefrag(link.url).url.rstrip("/") == response.url.rstrip("/"):  # a part of this page
                linked.append(Page(link.role, line(link.url, limit=300), response.status))
                continue
            try:
                answer = fetcher.get(link.url, [], body=True)
            except FetchError as error:
                linked.append(Page(link.role, line(link.url, limit=300), problem=line(error.problem.message)))
            else:
                login = pages.login_wall(
                    _page(answer) or _NOTHING, link.url, answer.url, answer.status, sign_up=link.role == "sign-up"
                )
                linked.append(Page(link.role, line(answer.url, limit=300), answer.status, login))
        return tuple(linked)


def _source(url: str) -> str:
    return f"{'HTTP' if url.lower().startswith('http:') else 'HTTPS'} {line(url, limit=200)}"


def _page(response: Response) -> pages.PageText | None:
    if not pages.is_html(response.content_type, response.body):
        return None
    return pages.read(pages.decode(response.body, response.content_type))


def _website(
    url: str, response: Response, text: pages.PageText | None, service_name: str, products: Collection[str]
) -> Website:
    known = text or _NOTHING
    parked = pages.parked(known)
    return Website(
        url=line(url, limit=1000),
        final_url=line(response.url, limit=1000),
        status=response.status,
        content_type=line(response.content_type, limit=100),
        title=line(known.title, limit=200),
        text_length=len(known.text),
        excerpt=line(known.text[:_EXCERPT]),
        names_service=pages.names(known, service_name) if text is not None else None,
        parked=parked,
        login_wall=pages.login_wall(known, url, response.url, response.status),
        placeholder=pages.is_placeholder(parked),
        offers=pages.offers(known, products) if text is not None else None,
    )
