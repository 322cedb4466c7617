"""A checkout is found, read in part where it is broken in part, and never left by a path that leads out of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dlaas_onboard import ports
from dlaas_onboard.checkout import file_tree
from dlaas_onboard.checkout.locate import find
from dlaas_onboard.checkout.project import DlaasCheckout
from dlaas_onboard.journey.facts import Source
from dlaas_onboard.journey.facts.reading import ProblemKind
from tests.checkout.conftest import FILES, Build, read
from tests.checkout.mail_words import frequency, sent_by, sent_to


def test_it_has_the_shape_of_the_port() -> None:
    project: ports.Project = DlaasCheckout("/nowhere")  # held by the type checker
    assert project.read().problem is not None


def test_reads_what_the_configuration_and_the_code_say(build: Build) -> None:
    checkout = read(build())
    assert checkout.problems == ()
    assert (checkout.region, checkout.profile, checkout.service_name) == ("eu-west-1", "harbor", "Harborlight")
    assert checkout.domain == "harborlight.example"
    assert checkout.sender == "hello@harborlight.example"
    assert checkout.mail_from == "bounce.harborlight.example"
    assert checkout.about == "Harborlight keeps tide tables for small harbours and sells them by the month."
    assert checkout.products == ("Tide table: 4.5 EUR",)
    assert checkout.stock == ()
    assert checkout.opt_in == Source("services/accounts/schema.sql.tpl", 5)
    assert checkout.login_needs_confirmation == Source("services/accounts/lambdas/login/index.js", 3)
    assert checkout.purge == "14 days"
    assert checkout.sources["domain"] == "common/config.json:6"
    assert checkout.sources["sender"] == "common/mailer.js:6"
    assert checkout.sources["mail_from"] == "mail.tf:3"
    assert checkout.sources["about"] == "README.md:5"


def test_found_from_a_folder_inside_and_nowhere_else(build: Build, tmp_path: Path) -> None:
    root = build()
    assert find(root / "services" / "accounts" / "lambdas") == root.resolve()
    assert find(root) == root.resolve()
    (tmp_path / "other" / "common").mkdir(parents=True)
    (tmp_path / "other" / "common" / "config.json").write_text("{}")
    assert find(tmp_path / "other" / "common") is None


def test_the_current_folder_decides(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = build()
    monkeypatch.chdir(root / "common")
    reading = DlaasCheckout().read()
    assert reading.value is not None
    assert reading.value.root == str(root.resolve())
    monkeypatch.chdir(tmp_path)
    reading = DlaasCheckout().read()
    assert reading.value is None
    assert reading.problem is None


def test_a_folder_that_was_deleted_is_no_checkout(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = (
        "import shutil,sys; shutil.rmtree(sys.argv[1])\n"
        "from dlaas_onboard.checkout.project import DlaasCheckout\n"
        "reading = DlaasCheckout().read(); assert reading.value is None and reading.problem is None"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", script, str(gone)],
        cwd=gone,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_named_folder_that_is_none_is_one_sentence(build: Build, tmp_path: Path) -> None:
    problem = DlaasCheckout(tmp_path / "none").read().problem
    assert problem is not None
    assert problem.kind == ProblemKind.INVALID
    assert "is not a folder" in problem.message
    root = build()
    problem = DlaasCheckout(root / "services").read().problem
    assert problem is not None
    assert str(root.resolve()) in problem.remedy


def test_any_other_project_may_be_named(tmp_path: Path) -> None:
    reading = DlaasCheckout(tmp_path).read()
    assert (reading.value, reading.problem) == (None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"services/accounts/schema.sql.tpl": "UPDATE payments SET confirmed = true WHERE code = :code;"},
        {"services/accounts/schema.sql.tpl": "-- UPDATE users SET verified = true WHERE code = :code;"},
        {"services/accounts/schema.sql.tpl": "UPDATE users SET verified = true WHERE id = :id;"},
        {"services/accounts/schema.sql.tpl": None, "a.js": "// UPDATE users SET verified = 1 WHERE code = :code"},
        {"services/accounts/schema.sql.tpl": None, "a.js": "order.confirmed = true; user.confirmed = true;"},
        {"common/templates/hello-new-skipper.handlebars": "<a href='https://x.example/login'>Log in</a>"},
        {"services/accounts/lambdas/enlist/index.js": None},
    ],
)
def test_double_opt_in_needs_the_mailed_link_and_what_confirms_it(build: Build, changes: dict[str, str | None]) -> None:
    checkout = read(build(changes))
    assert (checkout.opt_in, checkout.login_needs_confirmation, checkout.purge) == (None, None, "")


def test_a_checkout_without_its_configuration_is_found_and_says_so(build: Build) -> None:
    checkout = read(build({"common/config.json": None}))
    assert any("common/config.json is missing" in problem for problem in checkout.problems)
    assert checkout.domain == checkout.sender == checkout.mail_from == ""
    assert len(checkout.mails) == 5


def test_broken_files_are_sentences_and_the_rest_is_read(build: Build) -> None:
    checkout = read(
        build(
            {
                "common/config.json": '{\n  "AWS_REGION": "eu-west-1",\n  "SERVICE_NAME" "x"\n}',
                "shop/products.json": "[1, 2",
                "common/templates/old-idea.handlebars": "<p>\n{{#if x}}\n",
                "mail.tf": 'resource "aws_ses_domain_identity" "x" {\n domain = "',
                "common/orders.js": "async function bookOrder(user { `${",
            }
        )
    )
    assert any("common/config.json" in text and "line 3, column 18" in text for text in checkout.problems)
    assert any("shop/products.json" in text and "line 1" in text for text in checkout.problems)
    assert any("old-idea.handlebars does not parse" in text and "line 2" in text for text in checkout.problems)
    assert all(text.endswith(".") and "\n" not in text for text in checkout.problems)
    assert {mail.name for mail in checkout.mails if mail.triggers} == {
        "hello-new-skipper",
        "trial-ending",
        "keys-for-owner",
    }


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    real = os.open

    def record(path: str | Path, flags: int, mode: int = 0o777, **more: int) -> int:
        names.append(str(path))
        return real(path, flags, mode, **more)

    monkeypatch.setattr(os, "open", record)
    return names


SECRETS = (
    "worker/.env",
    ".env",
    ".env.production",
    "prod.env",
    "terraform.tfvars",
    "prod.auto.tfvars.json",
    "terraform.tfstate",
    "worker/.credentials",
    "credentials.json",
    ".credentials.json",
    "certs/own.pem",
    "own.key",
    "credentials.md",
    "server.env.js",
    ".npmrc",
    ".netrc",
    "id_rsa",
    ".aws/credentials",
)


def test_no_secret_is_opened(build: Build, opened: list[str]) -> None:
    root = build(dict.fromkeys(SECRETS, "SECRET=hunter2"))
    checkout = read(root)
    assert opened
    touched = {Path(name).relative_to(root.resolve()).as_posix() for name in opened}
    assert not touched & set(SECRETS)
    assert "hunter2" not in repr(checkout)


@pytest.mark.skipif(not hasattr(os, "symlink") or sys.platform == "win32", reason="needs symbolic links")
def test_no_link_leads_out_or_to_a_secret(build: Build, tmp_path: Path, opened: list[str]) -> None:
    root = build({"worker/.env": "PASSWORD=hunter2", "README.md": None})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "notes.md").write_text("Outside there is a long sentence about hunter2.")
    (outside / "deep.js").write_text('sendEmail(a, "hunter2", "b")')
    (root / "README.md").symlink_to(outside / "notes.md")
    (root / "common" / "linked.js").symlink_to(root / "worker" / ".env")
    (root / "services" / "away").symlink_to(outside, target_is_directory=True)
    (root / "loop").symlink_to(root, target_is_directory=True)
    (root / "common" / "dangling.js").symlink_to(root / "nowhere")
    checkout = read(root)
    assert "hunter2" not in repr(checkout)
    assert not any("outside" in name or name.endswith(".env") for name in opened)
    assert any("README.md leads out of the checkout" in text for text in checkout.problems)
    assert any("common/linked.js may hold secrets" in text for text in checkout.problems)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_what_is_no_file_does_not_hang(build: Build) -> None:
    root = build({"README.md": None})
    os.mkfifo(root / "README.md")
    (root / "common" / "folder.js").mkdir()
    started = time.monotonic()
    checkout = read(root)
    assert time.monotonic() - started < 3
    assert any("README.md is not a regular file" in text for text in checkout.problems)


def test_large_and_foreign_trees_are_bounded(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    root = build(
        {
            "node_modules/dep/index.js": 'sendEmail(user.email, "From a dependency", "x")',
            ".git/hook.js": 'sendEmail(user.email, "From git", "x")',
            ".terraform/m.tf": 'resource "aws_ses_configuration_set" "x" {}',
            "common/huge.js": "x" * 1_000_001,
        }
    )
    checkout = read(root)
    assert "From" not in repr(checkout.mails)
    assert any(gap.id == "configuration_set" for gap in checkout.gaps)
    assert any("common/huge.js is larger than 1 MB" in text for text in checkout.problems)
    monkeypatch.setattr(file_tree, "MAX_FILES", 5)
    assert any("very large" in text for text in read(root).problems)


def test_hostile_text_becomes_visible(build: Build) -> None:
    evil = "\\u001b]52;c;x\\u0007[@click=app.quit]y[/]\\u202e"
    checkout = read(
        build(
            {
                "common/config.json": FILES["common/config.json"]
                .replace("Harborlight", evil)
                .replace("eu-west-1", evil),
                "README.md": "This is a long \x1b[31mred sentence\x9b for all of you.",
                "common/templates/old\x1b[2Jidea.handlebars": "<p>\x1b[31m{{\x07x}}</p><title>\u202e</title>",
                "shop/products.json": '{"a": {"name": "\\u001b[1m", "cost": 1}}',
            }
        )
    )
    texts = [checkout.service_name, checkout.about, *checkout.products, *checkout.problems]
    texts += [text for mail in checkout.mails for text in (mail.name, mail.subject, sent_to(mail), frequency(mail))]
    texts += [text for gap in checkout.gaps for text in (gap.id, gap.message, gap.remedy, str(gap.source))]
    assert all(text.isprintable() for text in texts)
    assert all(text.replace("\n", "").isprintable() for text in (mail.sample for mail in checkout.mails))
    assert "␛]52" in checkout.service_name


def test_reading_is_quick(build: Build) -> None:
    root = build({f"services/big/lambdas/f{n}/index.js": FILES["common/orders.js"] * 20 for n in range(40)})
    started = time.process_time()
    read(root)
    assert time.process_time() - started < 5
    shutil.rmtree(root)


REAL = os.environ.get("DLAAS_CHECKOUT", "")


@pytest.mark.skipif(not REAL, reason="DLAAS_CHECKOUT does not name a checkout of DLaaS")
def test_the_real_repository() -> None:
    checkout = read(Path(REAL))
    table = {mail.name: (sent_by(mail), mail.kind, mail.to_recipients) for mail in checkout.mails}
    assert table == {
        "account-created": ("register_user", "confirmation", True),
        "password-reset-request": ("reset_password", "security", True),
        "password-reset-confirmation": ("confirm_new_password", "security", True),
        "email-change-request": ("change_email", "confirmation", True),
        "email-change-confirm": ("change_email", "security", True),
        "invoice": ("createInvoice", "billing", True),
        "payments": ("insertTransactionsAndCalculateSum", "billing", True),
        "subscription-renewal": ("cron_check_for_incoming_renewals", "billing", True),
        "subscription-expired": ("cron_set_subscriptions_to_expired", "service", True),
        "subscription-terminated": ("cron_cleanup_expired_subscriptions", "service", True),
        "mirror-activation": ("create_mirror", "fulfilment", True),
        "mirror-failed-invalid-storeid": ("create_mirror", "fulfilment", True),
        "mirror-failed-general-error": ("create_mirror", "fulfilment", True),
        "deployment-action-nameservers": ("send_route53_available_email", "operator", False),
        "invoice-cancelled": ("", "billing", True),
    }
    assert not any(mail.bulk for mail in checkout.mails)
    scheduled = {mail.name for mail in checkout.mails if "every 24 hours" in frequency(mail)}
    assert scheduled == {
        "invoice",
        "payments",
        "subscription-renewal",
        "subscription-expired",
        "subscription-terminated",
    }
    assert set(checkout.stock) == {"SERVICE_NAME", "SERVICE_DOMAIN", "DEFAULT_S3_BUCKET", "AWS_PROFILE"}
    assert checkout.problems == ()
    assert checkout.sender == "support@datalayer.storage"
    assert {gap.id for gap in checkout.gaps} == {
        "mail_from_mx",
        "dmarc",
        "configuration_set",
        "event_destination",
        "inbox",
        "website",
        "rate_limit",
        "spf_apex",
        "dkim_zone",
        "send_policy",
        "defect_template_html_as_text",
        "defect_template_nested_document",
        "defect_template_variable.password-reset-confirmation",
        "defect_template_variable.deployment-action-nameservers",
        "defect_template_unused_value.subscription-expired",
        "defect_template_hard_coded_days.subscription-expired",
        "defect_not_imported.createInvoice",
        "template_unsent.invoice-cancelled",
        "defect_renewal_selects_all",
        "defect_mail_repeats.payments",
        "defect_purge_never_matches",
    }
    found = {gap.id: gap for gap in checkout.gaps}
    repeats = found["defect_mail_repeats.payments"]
    assert repeats.source == Source("common/subscriptions.js", 234)
    assert "cron_check_for_payment runs every 24 hours" in repeats.message
    assert "anybody can start check_for_payment" in repeats.message
    assert found["defect_template_hard_coded_days.subscription-expired"].source == Source(
        "common/templates/subscription-expired.handlebars", 13
    )
    samples = {mail.name: mail.sample for mail in checkout.mails if mail.triggers}
    assert all(samples.values())
    assert "https://app.datalayer.storage/user/confirm?code={confirmationCode}" in samples["account-created"]
    assert (
        "subscription for DataLayer Mirror is coming up for renewal in the next 15 days"
        in (samples["subscription-renewal"])
    )
    assert "The {serviceName} Team" in samples["password-reset-confirmation"]  # nobody passes it
