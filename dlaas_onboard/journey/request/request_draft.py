"""The request itself: what ``PutAccountDetails`` takes, with the service's own limits.

Member names and limits: SESv2 API reference, PutAccountDetails; the texts of the real service are in
docs/faults.md, "Validation texts". botocore checks neither enumerations nor maxima: nothing leaves unchecked here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from dlaas_onboard.journey.request import field_rules
from dlaas_onboard.journey.request.claim_ledger import describe
from dlaas_onboard.journey.request.field_rules import check, normal
from dlaas_onboard.journey.situation.calls import Call
from dlaas_onboard.journey.situation.situation import Situation

__all__ = ["Draft", "check", "draft", "normal", "put_account_details"]

FIELDS = ("mail_type", "website_url", "contact_language", "contacts")
_REQUIRED = {
    "mail_type": "Choose the mail type; Amazon takes no request without it.",
    "website_url": "Enter the website's URL; Amazon takes no request without it.",
}


def _url(text: str) -> str:
    wrong = field_rules.check_url(text)
    if wrong:
        raise ValueError(wrong)
    return text


def _address(text: str) -> str:
    wrong = field_rules.check_address(text)
    if wrong:
        raise ValueError(wrong)
    return text


Contact = Annotated[
    str,
    StringConstraints(min_length=field_rules.CONTACT_MIN, max_length=field_rules.CONTACT_MAX, pattern=r"^(.+)@(.+)$"),
    AfterValidator(_address),
]


class Draft(BaseModel):
    """A request that the service would take. Members that are empty are left out: ``[]`` and ``""`` are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    mail_type: Literal["TRANSACTIONAL", "MARKETING"] = Field(alias="MailType")
    website_url: Annotated[
        str, StringConstraints(min_length=1, max_length=field_rules.URL_MAX), AfterValidator(_url)
    ] = Field(alias="WebsiteURL")
    contact_language: Literal["EN", "JA"] | None = Field(default=None, alias="ContactLanguage")
    use_case_description: (
        Annotated[str, StringConstraints(min_length=1, max_length=field_rules.DESCRIPTION_MAX)] | None
    ) = Field(default=None, alias="UseCaseDescription")
    contacts: Annotated[tuple[Contact, ...], Field(min_length=1, max_length=field_rules.CONTACTS_MAX)] | None = Field(
        default=None, alias="AdditionalContactEmailAddresses"
    )

    def params(self) -> dict[str, Any]:
        """Return the parameters of ``PutAccountDetails``; ``ProductionAccessEnabled`` true makes it the request."""
        params: dict[str, Any] = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {**params, "ProductionAccessEnabled": True}


def draft(situation: Situation) -> tuple[Draft | None, dict[str, str]]:
    """Return the request as it stands, or what is wrong with it by field id."""
    values = {field: normal(field, situation.input(field).text) for field in FIELDS}
    errors = {field: wrong for field, text in values.items() if (wrong := check(field, text))}
    errors |= {field: message for field, message in _REQUIRED.items() if not values[field]}
    description, wrong = _description(situation)
    if wrong:
        errors["use_case_text"] = wrong
    if errors:
        return None, errors
    request = Draft.model_validate(
        {
            "mail_type": values["mail_type"],
            "website_url": values["website_url"],
            "contact_language": values["contact_language"] or None,
            "contacts": field_rules.addresses(values["contacts"]) or None,
            "use_case_description": description or None,
        }
    )
    return request, {}


def _description(situation: Situation) -> tuple[str, str]:
    if normal("send_description", situation.answers.text("send_description")) == "no":
        return "", ""
    return describe(situation).text, check("use_case_text", situation.answers.text("use_case_text"))


def put_account_details(situation: Situation) -> Call:
    """Return the one call that asks for production access. Raises ``ValueError`` while the draft is not valid."""
    request, errors = draft(situation)
    if request is None:
        raise ValueError(" ".join(errors.values()))
    return Call("sesv2", "PutAccountDetails", request.params())
