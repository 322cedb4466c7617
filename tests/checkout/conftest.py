"""A checkout of a service that does not exist, built file by file; tests change what they are about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dlaas_onboard.checkout.project import DlaasCheckout
from dlaas_onboard.journey.facts import Checkout

Build = Callable[..., Path]

FILES: dict[str, str] = {
    "README.md": "# Harborlight\n\n![build](https://img.example/b.svg)\n\nWelcome aboard Harborlight.\n"
    "Harborlight keeps [tide tables](https://t.example) for **small** harbours and sells them "
    "by the month. More here.\n",
    "common/config.json": """{
  "AWS_REGION": "eu-west-1",
  "AWS_PROFILE": "harbor",
  "SERVICE_NAME": "Harborlight",
  "_comment": ["not for us"],
  "SERVICE_DOMAIN": "harborlight.example",
  "DEFAULT_S3_BUCKET": "harborlight-files",
  "SUBSCRIPTION_GRACE_PERIOD_IN_DAYS": 10
}
""",
    "common/mailer.js": """
const settings = require("./config.json");
const deliver = async (to, title, text, html) => ses.send(new SendEmailCommand({
  Destination: { ToAddresses: [to] },
  Message: { Subject: { Data: title }, Body: { Text: { Data: text }, Html: { Data: html } } },
  Source: `${settings.SERVICE_NAME} <hello@${settings.SERVICE_DOMAIN}>`,
}));
module.exports = { sendEmailWithTemplate };
""",
    "common/orders.js": """
async function bookOrder(user, order) {
  await sendEmailWithTemplate({
    email: user.email,
    subject: `${settings.SERVICE_NAME} receipt`,
    template: "receipt.handlebars",
    values: { serviceName: settings.SERVICE_NAME, lines: order.lines, total },
  });
}
const unrelated = (x) => x / 2; // a slash, and `quotes "inside" a comment
module.exports = { bookOrder };
""",
    "common/templates/hello-new-skipper.handlebars": """<html><head><title>Hello</title><style>p{}</style></head><body>
<h1>Welcome to {{serviceName}}</h1>
{{!-- nothing to see --}}
<p>Please <a href="https://go.{{domain}}/activate?c={{code}}">activate your account</a>.</p></body></html>
""",
    "common/templates/receipt.handlebars": """<h1>{{serviceName}} receipt</h1>
<ul>{{#each lines}}<li>{{this.name}}: {{price}} ({{@index}})</li>{{else}}<li>nothing</li>{{/each}}</ul>
<p>{{#if total}}Total {{total}}{{/if}}</p>
""",
    "common/templates/trial-ending.handlebars": "<p>Your trial of {{serviceName}} expires in {{days}} days.</p>\n",
    "common/templates/keys-for-owner.handlebars": "<p>{{serviceName}} has {{count}} new keys.</p>\n",
    "common/templates/old-idea.handlebars": "<p>Nobody sends this.</p>\n",
    "services/accounts/lambdas/enlist/index.js": """
exports.handler = async (event) => {
  const { email } = JSON.parse(event.body);
  return sendEmailWithTemplate({
    email,
    subject: "Welcome to " + settings.SERVICE_NAME,
    template: 'hello-new-skipper.handlebars',
    values: { serviceName: settings.SERVICE_NAME, domain: settings.SERVICE_DOMAIN, code },
  });
};
""",
    "services/accounts/lambdas/login/index.js": "\n\nif (!user.verified) { throw new Error('no'); }\n",
    "services/accounts/schema.sql.tpl": """CREATE TABLE users(
  created_at DATETIME NOT NULL
);
DELETE FROM users WHERE verified = 0 AND created_at < NOW() - INTERVAL 14 DAY;
UPDATE users SET users.verified = 1 WHERE code = :code;
""",
    "services/trials/lambdas/remind_trials/handler.js": """
const { sendEmailWithTemplate } = require("/opt/common");
exports.handler = async () => {
  for (const user of await query(`SELECT * FROM trials WHERE ends < :soon`)) {
    await sendEmailWithTemplate({
      to: user.email, subject: `Your ${settings.SERVICE_NAME} trial`, template: "trial-ending",
      values: { serviceName: settings.SERVICE_NAME, days: 3 },
    });
  }
};
""",
    "services/orders/lambdas/place_order/index.js": "const { bookOrder } = require('x');\nbookOrder(user, order);\n",
    "services/orders/lambdas/nightly_orders/index.js": "const { bookOrder } = require('x');\nawait bookOrder(u, o);\n",
    "tools/announce.js": """
sendEmailWithTemplate({ email: config.ownerEmail, subject: "Keys", template: "keys-for-owner.handlebars",
  values: { serviceName: "Harborlight", count } });
""",
    "main.tf": """
locals {
  settings = jsondecode(file("common/config.json"))
}
provider "aws" {
  region = local.settings.AWS_REGION
}
variable "owner_email" {}
module "trials" {
  source = "./services/trials"
  domain = local.settings.SERVICE_DOMAIN
}
""",
    "mail.tf": """/* the "mail" side { */
resource "aws_ses_domain_identity" "sea" { domain = local.settings.SERVICE_DOMAIN }
resource "aws_ses_domain_mail_from" "sea" {
  domain           = aws_ses_domain_identity.sea.domain
  mail_from_domain = "bounce.${local.settings.SERVICE_DOMAIN}" # not "mail."
}
resource "aws_route53_zone" "harbor" {
  name = local.settings.SERVICE_DOMAIN
}
resource "aws_route53_record" "spf" {
  zone_id = aws_route53_zone.harbor.zone_id
  name    = aws_ses_domain_mail_from.sea.mail_from_domain
  type    = "TXT"
  records = ["v=spf1 include:amazonses.com ~all"]
}
resource "aws_route53_record" "dkim" {
  count   = 3
  zone_id = aws_route53_zone.harbor.zone_id
  name    = "${element(aws_ses_domain_dkim.d.dkim_tokens, count.index)}._domainkey.${local.settings.SERVICE_DOMAIN}"
  type    = "CNAME"
  records = ["${element(aws_ses_domain_dkim.d.dkim_tokens, count.index)}.${aws_sesv2.zone}"]
}
""",
    "services/trials/timers.tf": """
resource "aws_cloudwatch_event_rule" "every_morning" {
  schedule_expression = "rate(1 day)"
}
resource "aws_cloudwatch_event_target" "every_morning" {
  rule = aws_cloudwatch_event_rule.every_morning.name
  arn  = aws_lambda_function.reminder.arn
}
resource "aws_lambda_function" "reminder" {
  function_name = "r"
  filename      = data.archive_file.reminder.output_path
}
data "archive_file" "reminder" {
  type       = "zip"
  source_dir = "${path.module}/lambdas/remind_trials"
}
resource "aws_scheduler_schedule" "orders" {
  schedule_expression = "cron(0 2 * * ? *)"
  target {
    arn = aws_lambda_function.nightly_orders.arn
  }
}
""",
    "shop/products.json": '{"T": {"name": "Tide table", "cost": 4.5, "currency": "EUR"}, "x": 1, "y": {"name": 3}}',
}


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Return a function that writes the checkout: ``changes`` by path, ``None`` leaves a file out."""

    def write(changes: dict[str, str | None] | None = None, name: str = "harborlight") -> Path:
        root = tmp_path / name
        for path, text in {**FILES, **(changes or {})}.items():
            if text is not None:
                target = root / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
        return root

    return write


def read(root: Path) -> Checkout:
    """Read a checkout that has to be one."""
    reading = DlaasCheckout(root).read()
    assert reading.problem is None
    assert reading.value is not None
    return reading.value
