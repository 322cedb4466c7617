"""What the lint says of the messages: numbers, links, templates that are not sent, messages that repeat."""

from __future__ import annotations

import pytest

from dlaas_onboard.journey.facts import Gap, Source
from tests.checkout.conftest import FILES, Build, read

TEMPLATE = "common/templates/trial-ending.handlebars"
SENDER = "services/trials/lambdas/remind_trials/handler.js"
USES = "{{serviceName}} {{days}} "


def found(build: Build, changes: dict[str, str | None]) -> dict[str, Gap]:
    return {gap.id: gap for gap in read(build(changes)).gaps if gap.id.startswith(("defect_", "template_"))}


def lint(build: Build, text: str, changes: dict[str, str | None] | None = None) -> dict[str, Gap]:
    gaps = found(build, {TEMPLATE: f"<p>{USES}</p>\n{text}\n", **(changes or {})})
    gaps.pop("template_unsent.old-idea")
    return gaps


def config(entry: str) -> dict[str, str | None]:
    text = FILES["common/config.json"].replace('"SUBSCRIPTION_GRACE_PERIOD_IN_DAYS": 10', entry)
    assert text != FILES["common/config.json"]
    return {"common/config.json": text}


@pytest.mark.parametrize(
    ("setting", "text", "unit", "severity"),
    [
        ('"INVOICE_EXPIRY_DAYS": 30', "Your invoice expires in 30 days.", "days", "advice"),
        ('"INVOICE_EXPIRY_DAYS": 30', "Your invoice expires in 20 days.", "days", "warning"),
        ('"INVOICE_EXPIRY_DAYS": "14"', "Your invoice expires in 2 weeks.", "weeks", "advice"),
        ('"INVOICE_EXPIRY_DAYS": "2"', "The invoice expires after 48\n   hours.", "hours", "advice"),
        ('"codeValidHours": 1', "The code is valid for 60 minutes.", "minutes", "advice"),
        ('"LICENCE_TERM_MONTHS": 12', "The term is 1 year.", "years", "advice"),
        ('"REFUND_PERCENTAGE": 0.25', "We refund 25 % of it.", "percent", "advice"),
        ('"REFUND_PERCENT": 25', "We refund 20% of it.", "percent", "warning"),
    ],
)
def test_a_number_that_a_setting_holds(build: Build, *, setting: str, text: str, unit: str, severity: str) -> None:
    gaps = lint(build, f"<p>{text}</p>", config(setting))
    gap = gaps.pop(f"defect_template_hard_coded_{unit}.trial-ending")
    assert gaps == {}
    assert (gap.severity, gap.source) == (severity, Source(TEMPLATE, 2))
    assert "whatever the configuration says" in gap.message
    assert ("which is" in gap.message) is (severity == "warning")
    assert setting.split('"')[1] in gap.remedy


@pytest.mark.parametrize(
    "text",
    [
        "It can take up to 24 hours until your data is deleted.",  # an estimate
        "Dial 10 days, or 14 months.",  # about nothing that is held or promised
        "The course has 10 days. See grace.example/15-day.",
        "In {{days}} days your trial expires.",
        "Your order 10-2024 was cancelled; it weighed 15 kg.",
        "Version 2.10 days",
        '<style>p { width: 10%; }</style><img width="50%">',
    ],
)
def test_a_number_that_says_nothing_of_the_kind(build: Build, text: str) -> None:
    assert lint(build, text, config('"INVOICE_TERM_DAYS": 10')) == {}


def test_a_promise_that_no_setting_holds(build: Build) -> None:
    gap = lint(build, "<p>Your data is deleted after 90 days, or after 91 days.</p>").pop(
        "defect_template_hard_coded_days.trial-ending"
    )
    assert (gap.severity, gap.source) == ("advice", Source(TEMPLATE, 2))
    assert "promises 90 days" in gap.message


def test_a_number_that_the_caller_passes(build: Build) -> None:
    changes = {TEMPLATE: "<p>{{serviceName}} is yours for 3 more days.</p>\n"}
    gap = found(build, dict(changes))["defect_template_hard_coded_days.trial-ending"]
    assert "though remind_trials passes days" in gap.message
    assert gap.remedy == "Use {{days}} in the template."
    other = {TEMPLATE: "<p>{{serviceName}} is yours for 4 more days.</p>\n"}
    assert "defect_template_hard_coded_days.trial-ending" not in found(build, dict(other))


@pytest.mark.parametrize(("amount", "reported"), [("4.5 EUR", True), ("7 EUR", False), ("4.5 USD", False)])
def test_a_price_that_a_product_holds(build: Build, amount: str, *, reported: bool) -> None:
    gaps = lint(build, f"<p>A table is {amount}.</p>")
    assert set(gaps) == ({"defect_template_hard_coded_amount.trial-ending"} if reported else set())
    if reported:
        assert "shop/products.json" in gaps["defect_template_hard_coded_amount.trial-ending"].message


LINK = '<a href="{}">there</a>'


@pytest.mark.parametrize(
    ("address", "finding"),
    [
        ("https://harborlight.example/x", ""),
        ("https://go.harborlight.example:8443/x?c={{days}}", ""),
        ("https://HARBORLIGHT.example", ""),
        ("https://go.{{serviceName}}/x", ""),
        ("{{serviceName}}/x", ""),
        ("mailto:somebody@elsewhere.example", ""),
        ("/x", ""),
        ("https://harborlight.example.evil.example/x", "foreign_link"),
        ("https://notharborlight.example/x", "foreign_link"),
        ("https://harborlight.example@evil.example/", "foreign_link"),
        ("//elsewhere.example", "foreign_link"),
        ("https://{{serviceName}}.elsewhere.example/x", "foreign_link"),
        ("http://192.0.2.1/x", "foreign_link"),
        ("https://bit.ly/abc", "shortener"),
        ("https://www.TinyURL.com/abc", "shortener"),
    ],
)
def test_links(build: Build, address: str, finding: str) -> None:
    gaps = lint(build, LINK.format(address))
    assert set(gaps) == ({f"defect_template_{finding}.trial-ending"} if finding else set())
    for gap in gaps.values():
        assert gap.source == Source(TEMPLATE, 2)
        assert gap.severity == ("warning" if finding == "shortener" else "advice")


def test_a_sister_name_of_the_same_organization_is_no_foreign_one(build: Build) -> None:
    text = FILES["common/config.json"].replace("harborlight.example", "mail.harborlight.co.uk")
    changes: dict[str, str | None] = {"common/config.json": text}
    assert lint(build, LINK.format("https://www.harborlight.co.uk"), changes) == {}
    assert set(lint(build, LINK.format("https://other.co.uk"), changes)) == {
        "defect_template_foreign_link.trial-ending"
    }


def test_without_a_domain_only_shorteners_are_told(build: Build) -> None:
    changes: dict[str, str | None] = {"common/config.json": None}
    text = LINK.format("https://a.example") + LINK.format("https://bit.ly/x")
    assert set(lint(build, text, changes)) == {"defect_template_shortener.trial-ending"}


def test_links_of_what_nobody_sends_are_not_looked_at(build: Build) -> None:
    changes: dict[str, str | None] = {"common/templates/old-idea.handlebars": LINK.format("https://bit.ly/x")}
    assert set(found(build, changes)) == {"template_unsent.old-idea"}


@pytest.mark.parametrize(
    ("code", "reported"),
    [
        ("", True),
        ("sendMail({ to, subject: 'S', template: 'receipt', values });", True),
        ("const sendMail = async ({ to, template }) => deliver(to, template);", True),
        ("function sendMail({ to, template }) { deliver(to, template); }", True),
        ("sendMail({ to, subject: 'S', template: `${kind}.handlebars`, values });", False),
        ("sendMail({ to, subject: 'S', template: chosen(order), values });", False),
        ("sendMail({ to, subject: 'S', template, values });", False),
        ("sendMail({ to, subject: 'S', template: 'old-idea', values });", False),
        ("const menu = ['old-idea'];", False),
        ("const chosen = `old-${kind}`; render(chosen);", False),
        ("const chosen = 'old-' + kind; render(chosen);", False),
        ("const path = `./templates/${kind}`; render(path);", False),
        ("const page = `https://x.example/${order.id}`;", True),
        ("function f() { transport.sendMail({ to: x.email, html: render(kind) }); }", False),
    ],
)
def test_templates_that_no_code_sends(build: Build, code: str, *, reported: bool) -> None:
    gaps = found(build, {"common/more.js": code})
    assert set(gaps) == ({"template_unsent.old-idea"} if reported else set())
    if reported:
        gap = gaps["template_unsent.old-idea"]
        assert (gap.severity, gap.source) == ("advice", Source("common/templates/old-idea.handlebars", 1))


def test_without_any_code_nothing_is_called_unsent(build: Build) -> None:
    scripts: dict[str, str | None] = {path: None for path in FILES if path.endswith(".js")}
    assert found(build, scripts) == {}


BOOK = FILES["common/orders.js"].replace(
    "  await sendEmail", "  await query(`INSERT IGNORE INTO paid (id) VALUES (:id)`);\n  await sendEmail"
)
API = """
resource "aws_api_gateway_method" "place" {{
  resource_id   = aws_api_gateway_resource.place.id
  http_method   = "POST"
  authorization = "{}"
}}
resource "aws_api_gateway_integration" "place" {{
  resource_id = aws_api_gateway_resource.{}.id
  http_method = aws_api_gateway_method.place.http_method
  uri         = aws_lambda_function.place_order.invoke_arn
}}
"""


def test_a_message_that_tells_again_what_it_told_before(build: Build) -> None:
    gap = found(build, {"common/orders.js": BOOK})["defect_mail_repeats.receipt"]
    assert gap.source == Source("common/orders.js", 4)
    assert "bookOrder also mails" in gap.message
    assert "nightly_orders runs on the schedule cron(0 2 * * ? *)" in gap.message
    assert "anybody" not in gap.message


@pytest.mark.parametrize(
    "code",
    [
        BOOK.replace("INSERT IGNORE", "INSERT"),
        BOOK.replace("await query", "const done = await query").replace(
            "  await sendEmail", "  if (done.affectedRows) await sendEmail"
        ),
        FILES["common/orders.js"].replace("const unrelated", "query(`INSERT IGNORE INTO x`);\nconst unrelated"),
    ],
)
def test_a_message_of_what_is_new_does_not_repeat(build: Build, code: str) -> None:
    assert "defect_mail_repeats.receipt" not in found(build, {"common/orders.js": code})


@pytest.mark.parametrize(
    ("authorization", "resource", "code", "is_open"),
    [
        ("NONE", "place", "bookOrder(user, order);", True),
        ("CUSTOM", "place", "bookOrder(user, order);", False),
        ("NONE", "other", "bookOrder(user, order);", False),
        ("NONE", "place", "await assertBearerToken(event);\nbookOrder(user, order);", False),
        ("NONE", "place", "if (!event.headers.Authorization) throw e;\nbookOrder(user, order);", False),
    ],
)
def test_anybody_can_start_what_needs_no_authorization(
    build: Build, *, authorization: str, resource: str, code: str, is_open: bool
) -> None:
    changes: dict[str, str | None] = {
        "common/orders.js": BOOK,
        "services/orders/lambdas/place_order/index.js": code,
        "services/orders/api.tf": API.format(authorization, resource),
        "services/trials/timers.tf": None,
    }
    gaps = found(build, changes)
    assert ("defect_mail_repeats.receipt" in gaps) is is_open
    if is_open:
        assert gaps["defect_mail_repeats.receipt"].message.endswith("anybody can start place_order over the API.")
