"""What changed at AWS since the last visit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlaas_onboard.journey.facts import Dkim, Facts, MailFrom, QuotaRequest, Quotas
from dlaas_onboard.journey.review.changes import changes
from tests import build


def of_account(**changed: object) -> Facts:
    return replace(build.ready(), account=build.seen(build.account(**changed)))


def of_domain(**changed: object) -> Facts:
    return replace(build.ready(), domain_identity=build.seen(build.identity(**changed)))


def of_quota(status: str) -> Facts:
    request = QuotaRequest("1", "L-804C8AE8", 500.0, status)
    return replace(build.ready(), quotas=build.seen(Quotas(requests=(request,))))


def of_case(status: str, *bodies: str) -> Facts:
    return replace(build.pending(), case=build.seen(build.case(status, *bodies)))


@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        (build.ready(), build.ready(), ()),
        (
            build.ready(),
            build.pending(),
            (
                "A request for production access is on record: PENDING.",
                f"The review's case is {build.CASE}.",
            ),
        ),
        (build.pending(), build.refused(), ("The review went from PENDING to DENIED.",)),
        (
            build.pending(),
            build.production(),
            (
                "The account has production access now.",
                "The daily quota went from 200 recipients in 24 hours to 50,000 recipients in 24 hours.",
                "The sending rate went from 1 recipient a second to 14 recipients a second.",
                "The review went from PENDING to GRANTED.",
            ),
        ),
        (of_account(production=True), build.ready(), ("The account is back in the sandbox.",)),
        (
            build.ready(),
            build.paused(),
            ("Sending is disabled now.", "Enforcement went from HEALTHY to SHUTDOWN."),
        ),
        (of_account(suppressed_reasons=()), build.ready(), ("The suppression list now takes BOUNCE, COMPLAINT.",)),
        (
            of_domain(verified=False, dkim=Dkim("PENDING"), mail_from=MailFrom("mail.example.com", "PENDING")),
            build.ready(),
            (
                "example.com is verified for sending.",
                "DKIM of example.com went from PENDING to SUCCESS.",
                "MAIL FROM of example.com went from PENDING to SUCCESS.",
            ),
        ),
        (
            of_domain(configuration_set=""),
            build.ready(),
            ("The default configuration set of example.com is now example-mail.",),
        ),
        (
            of_case("work-in-progress", "a"),
            of_case("pending-customer-action", "a", "b"),
            (
                f"Case {build.CASE} went from work-in-progress to pending-customer-action.",
                f"Case {build.CASE} has a new message.",
            ),
        ),
        (
            of_quota("PENDING"),
            of_quota("APPROVED"),
            ("The quota request for the sending quota went from PENDING to APPROVED.",),
        ),
        (
            build.fresh(),
            build.terraform(),
            ("The identity ada@example.org is new.", "The identity example.com is new."),
        ),
        (
            build.terraform(),
            build.fresh(),
            ("The identity ada@example.org is gone.", "The identity example.com is gone."),
        ),
        (
            build.ready(),
            replace(build.ready(), test_identity=build.seen(build.address("PENDING", "b@example.org"))),
            (),
        ),
        (build.ready(), replace(build.ready(), test_identity=build.seen(None)), ()),
    ],
)
def test_changes(before: Facts, after: Facts, sentences: tuple[str, ...]) -> None:
    assert tuple(change.text for change in changes(before, after)) == sentences


def test_what_was_not_read_has_not_changed() -> None:
    for facts in (build.nothing(), build.no_permission(), Facts(place=build.place())):
        assert changes(build.production(), facts) == ()
        assert changes(facts, build.production()) == ()


def test_another_place_is_no_change() -> None:
    assert changes(build.ready(), replace(build.production(), place=build.place(region="us-east-1"))) == ()
