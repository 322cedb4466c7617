"""What is missing, and what is wrong, is found; what is there is not reported as missing."""

from __future__ import annotations

import pytest

from dlaas_onboard.journey.facts import Gap, Source
from tests.checkout.conftest import FILES, Build, read

RECORD = 'resource "aws_route53_record" "more" {{\n  name = {}\n  type = {}\n  records = [{}]\n}}\n'
DOMAIN = '"${local.settings.SERVICE_DOMAIN}"'


def gaps(build: Build, changes: dict[str, str | None] | None = None) -> dict[str, Gap]:
    return {gap.id: gap for gap in read(build(changes)).gaps}


def tf(text: str) -> dict[str, str | None]:
    return {"extra.tf": text}


def test_what_stock_terraform_lacks_is_found(build: Build) -> None:
    found = gaps(build)
    missing = {"mail_from_mx", "dmarc", "configuration_set", "event_destination", "inbox", "website"}
    assert set(found) == missing | {"template_unsent.old-idea"}
    assert found["mail_from_mx"].severity == "blocker"
    assert found["mail_from_mx"].source == Source("mail.tf", 3)
    assert "bounce.harborlight.example" in found["mail_from_mx"].message
    assert "hello@harborlight.example" in found["inbox"].message
    assert all(gap.message.endswith(".") and gap.remedy.endswith(".") for gap in found.values())


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        ("mail_from_mx", RECORD.format("aws_ses_domain_mail_from.sea.mail_from_domain", '"MX"', '"10 x.example"')),
        ("mail_from_mx", RECORD.format('"bounce"', '"MX"', '"10 feedback-smtp.eu-west-1.amazonses.com"')),
        ("dmarc", RECORD.format('"_dmarc"', '"TXT"', '"v=DMARC1; p=none"')),
        ("dmarc", 'resource "cloudflare_record" "d" {\n name = "_dmarc.harborlight.example"\n type = "TXT"\n}\n'),
        ("inbox", RECORD.format('""', '"MX"', '"10 mx.example."')),
        ("inbox", RECORD.format("local.settings.SERVICE_DOMAIN", '"MX"', '"10 mx.example."')),
        ("website", RECORD.format('"www"', '"CNAME"', '"site.example"')),
        ("website", RECORD.format(DOMAIN, '"A"', '"192.0.2.1"')),
        ("configuration_set", 'resource "aws_sesv2_configuration_set" "s" {\n}\n'),
        (
            "event_destination",
            'resource "aws_ses_event_destination" "e" {\n matching_types = ["bounce", "complaint"]\n}\n',
        ),
        (
            "event_destination",
            'resource "aws_ses_identity_notification_topic" "e" {\n notification_type = "Bounce"\n}\n',
        ),
    ],
)
def test_what_is_there_is_not_missing(build: Build, gap: str, text: str) -> None:
    assert gap in gaps(build)
    assert gap not in gaps(build, tf(text))


OTHER = """
resource "aws_route53_zone" "other" { name = "other.example" }
resource "aws_ses_domain_mail_from" "other" { mail_from_domain = "mail.other.example" }
resource "aws_route53_record" "mx" {
  zone_id = aws_route53_zone.other.zone_id
  name    = "bounce"
  type    = "MX"
  records = ["10 feedback-smtp.eu-west-1.amazonses.com"]
}
resource "aws_route53_record" "dmarc" {
  zone_id = aws_route53_zone.other.zone_id
  name    = "_dmarc"
  type    = "TXT"
  records = ["v=DMARC1; p=none"]
}
"""


def test_what_another_domain_has_is_not_ours(build: Build) -> None:
    assert {"mail_from_mx", "dmarc"} <= set(gaps(build, {"a.tf": OTHER}))
    checkout = read(build({"a.tf": OTHER, "mail.tf": FILES["mail.tf"].split('resource "aws_ses_domain_mail_from"')[0]}))
    assert checkout.mail_from == ""
    assert "mail_from" in {gap.id for gap in checkout.gaps}


def test_records_that_a_loop_makes_are_not_called_missing(build: Build) -> None:
    loop = """
locals { all = { a = { n = "bounce", t = "MX" }, b = { n = "_dmarc", t = "TXT" }, c = { n = "", t = "A" } } }
resource "aws_route53_record" "all" {
  for_each = local.all
  name     = "${each.value.n}.${local.settings.SERVICE_DOMAIN}"
  type     = each.value.t
}
"""
    assert {"mail_from_mx", "dmarc", "inbox", "website"}.isdisjoint(gaps(build, tf(loop)))


def test_certificate_records_are_no_loop_of_that_kind(build: Build) -> None:
    loop = """
resource "aws_route53_record" "certificate" {
  for_each = { for dvo in aws_acm_certificate.c.domain_validation_options : dvo.domain_name => dvo }
  name     = each.value.resource_record_name
  type     = each.value.resource_record_type
}
"""
    assert {"mail_from_mx", "dmarc", "inbox", "website"} <= set(gaps(build, tf(loop)))


def test_a_comment_is_no_record(build: Build) -> None:
    found = gaps(build, tf('# "_dmarc" feedback-smtp\n/* resource "aws_ses_configuration_set" "x" {} */\n'))
    assert {"dmarc", "mail_from_mx", "configuration_set"} <= set(found)


def test_events_that_are_left_out_are_named(build: Build) -> None:
    text = 'resource "aws_ses_event_destination" "e" {\n  matching_types = ["bounce"]\n}\n'
    found = gaps(build, tf(text))
    assert "event_complaint" in found
    assert "event_bounce" not in found


def test_a_set_that_sees_no_mail_is_said(build: Build) -> None:
    both = (
        'resource "aws_ses_configuration_set" "s" {}\n'
        'resource "aws_ses_event_destination" "e" {\n  matching_types = ["bounce", "complaint"]\n}\n'
    )
    assert "default_configuration_set" in gaps(build, tf(both))
    named = {**tf(both), "common/more.js": "send({ ConfigurationSetName: 'x' });"}
    assert "default_configuration_set" not in gaps(build, named)
    default = both + 'resource "aws_sesv2_email_identity" "i" {\n  configuration_set_name = "s"\n}\n'
    assert "default_configuration_set" not in gaps(build, tf(default))


def test_an_identity_without_mail_from(build: Build) -> None:
    text = FILES["mail.tf"].replace("aws_ses_domain_mail_from", "aws_something_else")
    found = gaps(build, {"mail.tf": text})
    assert "mail_from" in found
    assert "mail_from_mx" not in found


METHOD = """
resource "aws_api_gateway_resource" "r" {{
  path_part = "{path}"
}}
resource "aws_api_gateway_method" "m" {{
  resource_id      = aws_api_gateway_resource.r.id
  http_method      = "{method}"
  authorization    = "{authorization}"
  api_key_required = {key}
}}
"""


@pytest.mark.parametrize(
    ("path", "method", "authorization", "key", "is_open"),
    [
        ("register", "POST", "NONE", "false", True),
        ("sign-up", "POST", "NONE", "false", True),
        ("reset_password", "POST", "NONE", "false", True),
        ("register", "GET", "NONE", "false", False),
        ("register", "POST", "CUSTOM", "false", False),
        ("register", "POST", "NONE", "true", False),
        ("tides", "POST", "NONE", "false", False),
    ],
)
def test_open_endpoints(build: Build, *, path: str, method: str, authorization: str, key: str, is_open: bool) -> None:
    text = METHOD.format(path=path, method=method, authorization=authorization, key=key)
    found = gaps(build, tf(text))
    assert ("rate_limit" in found) is is_open
    if is_open:
        assert path in found["rate_limit"].message
        limited = (
            text + 'resource "aws_api_gateway_method_settings" "s" {\n settings { throttling_rate_limit = 1 }\n}\n'
        )
        assert "rate_limit" not in gaps(build, tf(limited))


INTEGRATION = """
resource "aws_api_gateway_integration" "i" {
  resource_id = aws_api_gateway_resource.r.id
  http_method = aws_api_gateway_method.m.http_method
  uri         = aws_lambda_function.enlist.invoke_arn
}
"""


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("exports.handler = () => 1;", "Anybody can call register as often as they like"),
        ("await assertToken(event.headers.Authorization);", "Whoever has an account can call register as often"),
    ],
)
def test_an_open_endpoint_whose_code_asks_who_calls(build: Build, code: str, says: str) -> None:
    text = METHOD.format(path="register", method="POST", authorization="NONE", key="false") + INTEGRATION
    found = gaps(build, {**tf(text), "services/accounts/lambdas/enlist/index.js": code})
    assert says in found["rate_limit"].message


def test_an_open_route_of_an_http_api(build: Build) -> None:
    route = 'resource "aws_apigatewayv2_route" "r" {\n  route_key = "POST /users/register"\n}\n'
    assert "rate_limit" in gaps(build, tf(route))
    assert "rate_limit" not in gaps(build, tf(route.replace("}", '  authorization_type = "JWT"\n}')))


def test_spf_of_the_domain_itself(build: Build) -> None:
    record = RECORD.format(DOMAIN, '"TXT"', '"v=spf1 include:amazonses.com -all"')
    assert gaps(build, tf(record))["spf_apex"].severity == "advice"
    assert "spf_apex" not in gaps(build, tf(record.replace("-all", "~all")))


def test_the_dkim_zone_matters_where_the_region_has_its_own(build: Build) -> None:
    fixed = FILES["mail.tf"].replace(".${aws_sesv2.zone}", ".dkim.amazonses.com")
    assert gaps(build, {"mail.tf": fixed})["dkim_zone"].severity == "advice"
    milan = FILES["common/config.json"].replace("eu-west-1", "eu-south-1")
    found = gaps(build, {"mail.tf": fixed, "common/config.json": milan})
    assert found["dkim_zone"].severity == "blocker"
    assert "dkim.eu-south-1.amazonses.com" in found["dkim_zone"].remedy


@pytest.mark.parametrize(
    ("resource", "reported"), [('"*"', True), ('["*"]', True), ("aws_ses_domain_identity.sea.arn", False)]
)
def test_a_policy_that_lets_send_as_anybody(build: Build, resource: str, reported: bool) -> None:
    text = (
        'resource "aws_iam_role_policy" "p" {\n  policy = jsonencode({\n    Statement = [{\n'
        f'      Action = ["ses:SendEmail"]\n      Resource = {resource}\n    }}]\n  }})\n}}\n'
    )
    found = gaps(build, tf(text))
    assert ("send_policy" in found) is reported
    if reported:
        assert found["send_policy"].source == Source("extra.tf", 4)


def test_a_checkout_without_terraform_has_no_such_gaps(build: Build) -> None:
    checkout = read(build({"main.tf": None, "mail.tf": None, "services/trials/timers.tf": None}))
    assert [gap.id for gap in checkout.gaps] == ["template_unsent.old-idea"]
    assert any("no Terraform files" in problem for problem in checkout.problems)


def defects(build: Build, changes: dict[str, str | None] | None = None) -> dict[str, Gap]:
    return {name: gap for name, gap in gaps(build, changes).items() if name.startswith("defect_")}


def test_code_without_mistakes_has_no_defects(build: Build) -> None:
    assert defects(build) == {}


def test_html_as_the_text_part(build: Build) -> None:
    twice = (
        FILES["common/mailer.js"] + "const f = async (a) => deliver2(await sendEmail(to, title, message, message));\n"
    )
    found = defects(build, {"common/mailer.js": twice})
    assert found["defect_template_html_as_text"].source == Source("common/mailer.js", 9)
    same = FILES["common/mailer.js"].replace("Data: text }", "Data: html }")
    assert "defect_template_html_as_text" in defects(build, {"common/mailer.js": same})


def test_a_document_in_a_document(build: Build) -> None:
    nested = FILES["common/mailer.js"].replace("Data: html", "Data: `<html><body>${html}</body></html>`")
    assert "defect_template_nested_document" in defects(build, {"common/mailer.js": nested})
    part = "<p><a href='/activate'>{{code}}</a>{{serviceName}}{{domain}}</p>"
    plain = {"common/templates/hello-new-skipper.handlebars": part}
    assert "defect_template_nested_document" not in defects(build, {"common/mailer.js": nested, **plain})


def test_variables_that_nobody_passes(build: Build) -> None:
    template = FILES["common/templates/trial-ending.handlebars"].replace("serviceName", "service_name")
    found = defects(build, {"common/templates/trial-ending.handlebars": template})
    assert set(found) == {"defect_template_variable.trial-ending"}
    gap = found["defect_template_variable.trial-ending"]
    assert "service_name" in gap.message
    assert gap.source == Source("services/trials/lambdas/remind_trials/handler.js", 5)


def test_values_that_cannot_be_known_say_nothing(build: Build) -> None:
    path = "services/trials/lambdas/remind_trials/handler.js"
    for values in ("values: all", "values: { ...all }", "values: { [key]: 1 }", "values: make({ a: 1 })"):
        code = FILES[path].replace("values: { serviceName: settings.SERVICE_NAME, days: 3 }", values)
        assert code != FILES[path]
        assert defects(build, {path: code}) == {}


def test_values_that_no_template_uses(build: Build) -> None:
    path = "services/trials/lambdas/remind_trials/handler.js"
    found = defects(build, {path: FILES[path].replace("days: 3", "days: 3, userName: user.name")})
    assert set(found) == {"defect_template_unused_value.trial-ending"}
    partial = {"common/templates/trial-ending.handlebars": "{{serviceName}} {{days}} {{> footer}}"}
    assert defects(build, {path: FILES[path].replace("days: 3", "days: 3, userName: 1"), **partial}) == {}


@pytest.mark.parametrize(("number", "severity"), [("10", "advice"), ("15", "warning")])
def test_days_written_into_a_template(build: Build, number: str, severity: str) -> None:
    text = f"<p>{{{{serviceName}}}}</p>\n<p>You are in a {number}-day grace period, {{{{days}}}}.</p>"
    found = defects(build, {"common/templates/trial-ending.handlebars": text})
    gap = found["defect_template_hard_coded_days.trial-ending"]
    assert gap.severity == severity
    assert gap.source == Source("common/templates/trial-ending.handlebars", 2)
    assert ("which is 10" in gap.message) is (severity == "warning")
    other = text.replace("grace period", "cruise")
    assert defects(build, {"common/templates/trial-ending.handlebars": other}) == {}


def test_a_function_that_was_not_imported(build: Build) -> None:
    path = "services/trials/lambdas/remind_trials/handler.js"
    code = FILES[path].replace("await sendEmail", "await bookOrder(user, 1);\n    await sendEmail")
    found = defects(build, {path: code})
    assert set(found) == {"defect_not_imported.bookOrder"}
    assert found["defect_not_imported.bookOrder"].source == Source(path, 5)
    imported = code.replace("{ sendEmailWithTemplate }", "{ sendEmailWithTemplate, bookOrder }")
    assert defects(build, {path: imported}) == {}


def test_a_renewal_that_selects_everybody(build: Build) -> None:
    path = "services/trials/lambdas/remind_trials/handler.js"
    every = FILES[path].replace("ends < :soon", "DATE_ADD(end_date, INTERVAL :days DAY) > NOW() AND status = 'active'")
    assert set(defects(build, {path: every})) == {"defect_renewal_selects_all"}
    some = every.replace("AND status", "AND end_date < :soon AND status")
    assert defects(build, {path: some}) == {}
    by_hand = {path: None, "services/trials/lambdas/by_hand/index.js": every}
    assert defects(build, by_hand) == {}


def test_a_purge_that_selects_nothing_is_no_claim(build: Build) -> None:
    path = "services/accounts/schema.sql.tpl"
    seconds = FILES[path].replace("NOW() - INTERVAL 14 DAY", "UNIX_TIMESTAMP(DATE_SUB(NOW(), INTERVAL 14 DAY))")
    checkout = read(build({path: seconds}))
    assert checkout.purge == ""
    assert [gap.source for gap in checkout.gaps if gap.id == "defect_purge_never_matches"] == [Source(path, 4)]
    as_number = seconds.replace("created_at DATETIME", "created_at INT")
    checkout = read(build({path: as_number}))
    assert checkout.purge == "14 days"
    unknown = seconds.replace("created_at DATETIME NOT NULL", "x INT")
    checkout = read(build({path: unknown}))
    assert checkout.purge == ""
    assert not any(gap.id == "defect_purge_never_matches" for gap in checkout.gaps)
