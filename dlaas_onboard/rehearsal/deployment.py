"""What DLaaS's Terraform (``email.tf``) makes in an account: no MX for MAIL FROM, no DMARC, no configuration set."""

from __future__ import annotations

from dlaas_onboard.rehearsal import ses_identities
from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount
from dlaas_onboard.rehearsal.saved_state import Region, SavedIdentity, SavedRecord


def apply(account: EmbeddedAccount, region: Region) -> SavedIdentity:
    """Make what is not there yet, and return the identity of the domain."""
    state = account.state
    domain = region.identities.get(state.domain) or ses_identities.begin(account, region, state.domain)
    if domain.mail_from is None:
        ses_identities.put_mail_from(
            account, region, {"EmailIdentity": state.domain, "MailFromDomain": f"mail.{state.domain}"}
        )
    account.publish(
        *account.dkim_records(region.name, domain),
        SavedRecord(f"_amazonses.{state.domain}", "TXT", account.digest("verification")[:43]),
        SavedRecord(f"mail.{state.domain}", "TXT", "v=spf1 include:amazonses.com -all"),
        SavedRecord(state.domain, "TXT", "v=spf1 include:amazonses.com -all"),
    )
    return domain
