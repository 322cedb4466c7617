"""The message table, from templates and call sites that differ from DLaaS's."""

from __future__ import annotations

import pytest

from dlaas_onboard.journey.facts import Mail, MailRecipient, RecipientKind, Source, Trigger, TriggerKind
from tests.checkout.conftest import Build, read
from tests.checkout.mail_words import frequency, sent_by, sent_to


def mails(build: Build, changes: dict[str, str | None] | None = None) -> dict[str, Mail]:
    return {mail.name: mail for mail in read(build(changes)).mails}


def test_each_template_is_one_mail(build: Build) -> None:
    found = mails(build)
    assert set(found) == {"hello-new-skipper", "receipt", "trial-ending", "keys-for-owner", "old-idea"}
    hello = found["hello-new-skipper"]
    assert sent_by(hello) == "enlist"
    assert hello.subject == "Welcome to Harborlight"
    assert sent_to(hello) == "the address entered in the request"
    assert hello.kind == "confirmation"
    assert frequency(hello) == "once for each call of enlist"
    assert hello.source == Source("common/templates/hello-new-skipper.handlebars")
    assert hello.call_sites == (Source("services/accounts/lambdas/enlist/index.js", 4),)
    assert hello.sample == (
        "Welcome to Harborlight\n\nPlease activate your account (https://go.harborlight.example/activate?c={code})."
    )
    assert hello.sender == "hello@harborlight.example"
    assert found["old-idea"].triggers == ()
    assert found["old-idea"].call_sites == ()
    assert found["old-idea"].sender == ""


def test_a_schedule_gives_the_frequency(build: Build) -> None:
    found = mails(build)
    assert sent_by(found["trial-ending"]) == "remind_trials"
    assert frequency(found["trial-ending"]) == "in a run every day"
    assert sent_to(found["trial-ending"]) == "user.email"  # a row of the trials: whose account that is, it does not say
    assert found["trial-ending"].subject == "Your Harborlight trial"
    # bookOrder is called by a function that people start and by one that EventBridge starts.
    assert sent_by(found["receipt"]) == "bookOrder"
    assert frequency(found["receipt"]) == (
        "once for each call of place_order; nightly_orders runs on the schedule cron(0 2 * * ? *)"
    )


def test_mail_to_the_operator_is_set_apart(build: Build) -> None:
    mail = mails(build)["keys-for-owner"]
    assert mail.kind == "operator"
    assert sent_to(mail) == "the operator"
    assert not mail.to_recipients


def test_lists_are_shown_once_and_what_is_not_known_by_name(build: Build) -> None:
    assert mails(build)["receipt"].sample == "Harborlight receipt\n\n- {name}: {price} ({@index})\n\nTotal {total}"
    assert mails(build)["trial-ending"].sample == "Your trial of Harborlight expires in 3 days."


@pytest.mark.parametrize(
    ("before", "values", "text", "sample"),
    [
        ("", "{ a: settings.SERVICE_NAME, b: user.name }", "{{a}} {{b}}", "Harborlight {b}"),
        ("", "{ b: 1 }", "{{a}} {{b}}", "{a} 1"),  # nobody passes it: blank in the mail, and not filled here
        ("const url = `https://app.${settings.SERVICE_DOMAIN}/i/${order.id}`;", "{ url }", "{{url}}", "URL{order.id}"),
        ("const host = settings.SERVICE_DOMAIN;\nconst u = `https://app.${host}/i/${id}`", "{ u }", "{{u}}", "URL{id}"),
        ("let host = 'x'; host = other;", "{ host }", "{{host}}", "{host}"),
        ("function other() { const host = 'x'; }", "{ host }", "{{host}}", "{host}"),
        ("const url = `https://${make(1)}/x`;", "{ url }", "{{url}}", "{url}"),
        ("const url = await link();", "{ url }", "{{url}}", "{url}"),
        ("", "{ product }", "{{product.name}} {{product.nothing}}", "Tide table {product.nothing}"),
        ("", "{ name: 'a <b> & c' }", "<i>{{name}}</i>", "a <b> & c"),
        ("", "{ name: 'x', rows }", "{{#each rows}}{{name}} {{../name}}{{/each}}", "{name} x"),
        ("", "all", "{{name}}", "{name}"),
    ],
)
def test_a_sample_is_filled_as_far_as_the_code_says(
    build: Build, *, before: str, values: str, text: str, sample: str
) -> None:
    send = f"sendMail({{ template: 'old-idea', to: user.email, subject: 'S', values: {values} }});"
    changes: dict[str, str | None] = {
        "common/more.js": f"function remember() {{\n{before}\n{send}\n}}\n",
        "common/templates/old-idea.handlebars": text,
    }
    expected = sample.replace("URL", "https://app.harborlight.example/i/")
    assert mails(build, changes)["old-idea"].sample == expected


SEND = "sendEmailWithTemplate({ email: user.email, subject: 'S', template: '%s.handlebars', values: {} });"


@pytest.mark.parametrize(
    ("name", "html", "kind", "bulk"),
    [
        ("spring-newsletter", "<p>News</p>", "unknown", True),
        ("offer", "<p>Save now: 20% off</p>", "unknown", True),
        ("digest", "<p>Your tides. <a href='x'>Unsubscribe</a></p>", "unknown", True),
        ("subscription-paused", "<p>Your subscription is suspended.</p>", "service", False),
        ("new-password", "<p>Confirm it <a href='/confirm'>here</a></p>", "security", False),
        ("address-moved", "<p>If this was not you, <a href='/cancel'>cancel it</a></p>", "security", False),
        ("prove-it", "<p><a href='https://x/verify?c=1'>Yes, it is me</a></p>", "confirmation", False),
        ("invoice-7", "<p>Pay please</p>", "billing", False),
        ("parcel-shipped", "<p>On its way</p>", "fulfilment", False),
        ("hm", "<p>Something</p>", "unknown", False),
    ],
)
def test_words_give_the_kind(build: Build, name: str, html: str, kind: str, bulk: bool) -> None:
    found = mails(build, {f"common/templates/{name}.handlebars": html, "common/more.js": SEND % name})
    assert (found[name].kind, found[name].bulk) == (kind, bulk)


@pytest.mark.parametrize(
    "code",
    [
        'await sendEmailWithTemplate({\n email: user.email,\n subject: "S",\n template: "old-idea.handlebars",\n});',
        "mailer.sendTemplatedEmail(user.email, 'S', 'old-idea.handlebars', { a: 1 })",
        'sendEmail(user.email, "S", await getEmailTemplate("old-idea.handlebars", { a }));',
        'const options = {to: user.email, subject: `S`, templateName: "old-idea"}; send(options);',
        "/* sendEmail( */ sendMail({ template: (late ? 'old-idea' : 'receipt'), to: user.email, subject: 'S'})",
        "const r = /[`'\"]/g; sendMail({ template: 'old-idea', to: user.email, subject: 'S' });",
        "broken(((; const s = 'unclosed\nsendMail({ template: 'old-idea', to: user.email, subject: 'S' });",
        "x = `a ${b ? `${c}` : '}'} `; sendMail({ template: 'old-idea', to: user.email, subject: 'S' });",
    ],
)
def test_call_sites_are_found_in_many_forms(build: Build, code: str) -> None:
    mail = mails(build, {"common/more.js": f"function remember() {{\n{code}\n}}\n"})["old-idea"]
    assert sent_by(mail) == "remember"
    assert mail.subject == "S"
    assert sent_to(mail) == "user.email"


@pytest.mark.parametrize(
    "code",
    [
        '// sendEmailWithTemplate({ template: "old-idea.handlebars" })',
        '/* sendMail({ template: "old-idea" }) */',
        "const text = 'sendMail({ template: \"old-idea\" })';",
        "const menu = ['old-idea', 'receipt'];",
        "log('old-idea');",
        "const regex = /sendMail\\({ template: 'old-idea' }\\)/;",
    ],
)
def test_what_only_looks_like_a_call_is_none(build: Build, code: str) -> None:
    assert mails(build, {"common/more.js": code})["old-idea"].triggers == ()


def test_tests_of_the_project_send_nothing(build: Build) -> None:
    assert mails(build, {"common/mail.spec.js": SEND % "old-idea"})["old-idea"].triggers == ()


def test_a_template_that_is_missing_is_said(build: Build) -> None:
    checkout = read(build({"common/more.js": SEND % "no-such"}))
    assert "common/more.js:1 sends no-such.handlebars, which is not in common/templates/." in checkout.problems


def test_mail_written_in_the_code_is_in_the_table(build: Build) -> None:
    code = (
        "function alarm() { sendEmail(subscribers, `${config.SERVICE_NAME} storm warning`, text); sendEmail(a, b, c); }"
    )
    found = mails(build, {"common/more.js": code})
    mail = found["Harborlight storm warning"]
    assert (sent_by(mail), sent_to(mail), mail.bulk) == ("alarm", "a list of addresses", True)
    assert found["sendEmail in alarm"].unresolved  # sendEmail(a, b, c): something is sent, and what is not known
    assert len(found) == 7


def test_two_call_sites_are_one_mail(build: Build) -> None:
    found = mails(build, {"common/a.js": SEND % "old-idea", "common/b.js": SEND % "old-idea"})
    assert sent_by(found["old-idea"]) == "a, b"
    assert len(found["old-idea"].call_sites) == 2


def test_what_sends_a_message_is_told_by_its_kind(build: Build) -> None:
    found = mails(build, {"common/more.js": "sendMail({ template: 'old-idea', to: user.email, subject: 'S' });"})
    assert found["hello-new-skipper"].triggers == (Trigger(TriggerKind.TASK, "enlist"),)
    assert found["receipt"].triggers == (Trigger(TriggerKind.FUNCTION, "bookOrder"),)
    assert found["old-idea"].triggers == (Trigger(TriggerKind.FILE, "more"),)


def test_code_of_one_name_is_told_once(build: Build) -> None:
    code = {f"services/{place}/lambdas/remember/index.js": SEND % "old-idea" for place in "ab"}
    found = mails(build, {**code, "common/remember.js": "function remember() { %s }" % (SEND % "old-idea")})
    assert sent_by(found["old-idea"]) == "remember"


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("owner.email", RecipientKind.ACCOUNT_OWNER, "the account's owner"),
        ("rows[0].email", RecipientKind.ACCOUNT_OWNER, "the account's owner"),
        ("user.email", RecipientKind.OTHER, "user.email"),
        ("invoice.client.email", RecipientKind.OTHER, "invoice.client.email"),
        ("invoice.owner.email", RecipientKind.OTHER, "invoice.owner.email"),
        ("team.adminEmail", RecipientKind.OTHER, "team.adminEmail"),
        ("clientEmail", RecipientKind.OTHER, "clientEmail"),
        ("process.env.ADMIN", RecipientKind.OPERATOR, "the operator"),
        ("subscribers", RecipientKind.LIST, "a list of addresses"),
        (
            "body.email",
            RecipientKind.ADDRESS_ENTERED,
            "the address entered in the request",
        ),
        ("target[0]", RecipientKind.OTHER, "target[0]"),
    ],
)
def test_whom_a_message_goes_to(build: Build, code: str, kind: RecipientKind, words: str) -> None:
    read = "const owner = await getUserBy('id', id); const rows = await query('SELECT * FROM users WHERE id = :id');"
    send = f"sendMail({{ template: 'old-idea', to: {code}, subject: 'S' }});"
    mail = mails(
        build, {"common/more.js": f"async function remember(user) {{ {read} if (rows[0].email) {{ {send} }} }}"}
    )["old-idea"]
    assert mail.recipients == (MailRecipient(kind, code if kind == RecipientKind.OTHER else ""),)
    assert sent_to(mail) == words
    assert mail.to_recipients == (kind != RecipientKind.OPERATOR)


@pytest.mark.parametrize(
    "code",
    [
        "function f(user) { SEND }",
        "const user = await getUserBy('id', 1); function f() { for (const user of rows) { SEND } }",
        "const user = await getUserBy('id', 1); function f() { rows.forEach((user) => { SEND }) }",
        "async function f() { const user = await query('SELECT * FROM users WHERE country = :c'); SEND }",
        "async function f() { const [user] = await query('SELECT * FROM clients WHERE id = :id'); SEND }",
        "async function f() { let user = await getUserBy('id', 1); user = invoice.client; SEND }",
        "async function f() { const mine = await getUserBy('id', 1); const user = mine.boss; SEND }",
    ],
)
def test_an_account_that_is_not_proved_is_not_named(build: Build, code: str) -> None:
    send = "sendMail({ template: 'old-idea', to: user.email, subject: 'S' });"
    mail = mails(build, {"common/more.js": code.replace("SEND", send)})["old-idea"]
    assert mail.recipients == (MailRecipient(RecipientKind.OTHER, "user.email"),)


@pytest.mark.parametrize(
    ("code", "bulk"),
    [
        ("exports.handler = async () => { await ses.send(new SendBulkEmailCommand({ Destinations: all })); }", True),
        ("exports.handler = async () => { await transport.sendMail({ to: x.mail, subject: '20% off' }); }", True),
        ("const go = (mail) => transport.sendMail(mail);\ngo({ to: x.mail, subject: '20% off' });", True),
        ("function f() { rows.forEach((row) => { transport.sendMail({ to: row.mail, text }); }); }", False),
        ("function f() { sendMail({ template: chosen, to: x.mail, subject: 'A thing' }); }", False),
    ],
)
def test_a_call_that_names_no_template_is_a_message_all_the_same(build: Build, code: str, *, bulk: bool) -> None:
    more = [mail for mail in read(build({"common/more.js": code})).mails if mail.call_sites[:1] and mail.unresolved]
    assert [(mail.bulk, mail.source == mail.call_sites[0]) for mail in more] == [(bulk, True)]


def test_two_recipients_stand_beside_each_other(build: Build) -> None:
    sends = [f"sendMail({{ template: 'old-idea', to: {to}, subject: 'S' }});" for to in ("body.email", "user.email")]
    mail = mails(build, {"common/more.js": "".join(sends)})["old-idea"]
    assert sent_to(mail) == "the address entered in the request, user.email"


def test_a_template_that_does_not_parse_is_said_and_listed(build: Build) -> None:
    checkout = read(build({"common/templates/receipt.handlebars": "<p>{{#each lines}}\n{{/if}}"}))
    assert "common/templates/receipt.handlebars does not parse: {{/if}} closes {{#each}} (line 2)." in checkout.problems
    assert "receipt" in {mail.name for mail in checkout.mails}


def test_no_templates_at_all(build: Build) -> None:
    gone = ("hello-new-skipper", "receipt", "trial-ending", "keys-for-owner", "old-idea")
    checkout = read(build({f"common/templates/{name}.handlebars": None for name in gone}))
    assert any("No templates were found" in problem for problem in checkout.problems)
