"""What can go wrong with a call, in words for the operator: docs/faults.md, "Faults of a read".

AWS's own error answers are read in :mod:`.error_codes`. What a credential process printed is never
shown.
"""

from __future__ import annotations

import re
import ssl
import sys
from collections.abc import Iterator, Mapping
from json import JSONDecodeError
from urllib.parse import urlsplit

from botocore import exceptions as e
from botocore.parsers import ResponseParserError

from dlaas_onboard.aws.error_codes import refusal
from dlaas_onboard.aws.error_text import (
    LOOK_FIRST,
    CallPlace,
    ForeignAnswerError,
    MalformedAnswerError,
    MfaCodeError,
    Words,
    command,
    no_region,
    not_aws,
    session_variables,
    sign_in,
    strike,
)
from dlaas_onboard.aws.response_fields import TroubleError
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind
from dlaas_onboard.journey.text import line

K = ProblemKind

_MALFORMED = (ResponseParserError, e.ChecksumError, e.FlexibleChecksumError, MalformedAnswerError)
_NO_ENDPOINT = (
    e.UnknownRegionError,
    e.UnknownEndpointError,
    e.ServiceNotInRegionError,
    e.EndpointProviderError,
    e.EndpointVariantError,
)
_SETTING = (
    e.InvalidRetryModeError,
    e.InvalidRetryConfigurationError,
    e.InvalidMaxRetryAttemptsError,
    e.InvalidDefaultsMode,
)
_CACHE_KEY = re.compile(r"[0-9a-f]{40}")  # the name of a file in ~/.aws/sso/cache, without .json
_RAW = (AttributeError, UnicodeDecodeError, JSONDecodeError)  # botocore's parsers let these through


def problem(
    exc: BaseException, operation: str, *, profile: str = "", write: bool = False, where: CallPlace | None = None
) -> Problem:
    """Return what ``exc`` means for ``operation`` ("sesv2:GetAccount").

    ``write`` changes the advice where the call may have taken effect. Never raises; an exception that no
    row names is ``MALFORMED`` if AWS had answered, else ``DEFECT`` with the name of its class alone.
    """
    if isinstance(exc, TroubleError):
        return exc.problem
    where = where or CallPlace(profile=profile)
    if isinstance(exc, e.ClientError):
        return refusal(exc, operation, where, write=write)
    if isinstance(exc, ForeignAnswerError):
        kind, message, remedy = not_aws(exc.status, where.endpoint, operation, write=write)
        return Problem(kind=kind, message=message, remedy=remedy, operation=operation, code=str(exc.status))
    words = _credentials(exc, where) or _configuration(exc, where) or _network(exc, where, write)
    kind, message, remedy = words or _unexpected(exc, operation, where, write)
    return Problem(kind=kind, message=message, remedy=remedy, operation=operation)


_LOGIN_REMEDY = (
    'Let the AWS CLI hand it over: {}. Or install the package beside this program: `{} -m pip install "botocore[crt]"`.'
)
_MFA_REMEDY = "Look again at a terminal and enter the code that is shown then. Without a terminal: {}."


def _credentials(exc: BaseException, where: CallPlace) -> Words | None:
    named = f"profile {line(where.profile)}" if where.profile else "the default profile"
    return (
        _single_sign_on(exc, where, named)
        or _mfa(exc, where, named)
        or _missing_credentials(exc, where, named)
        or _credential_files(exc, where, named)
    )


def _single_sign_on(exc: BaseException, where: CallPlace, named: str) -> Words | None:
    """Return the words for sessions of ``aws sso login`` and ``aws login``."""
    kind, profile = K.CREDENTIALS, line(where.profile)
    if isinstance(exc, e.TokenRetrievalError | e.UnauthorizedSSOTokenError):
        return kind, f"The SSO session of {named} has expired.", command("aws sso login", profile)
    if isinstance(exc, e.SSOError):
        return kind, f"There is no SSO session for {named} yet.", command("aws sso login", profile)
    if isinstance(exc, e.LoginInsufficientPermissions):
        return (
            kind,
            f"The sign-in of {named} lacks signin:CreateOAuth2Token.",
            "Ask for that permission, then look again.",
        )
    if isinstance(exc, e.LoginError):
        return kind, f"The `aws login` session of {named} is missing or has expired.", command("aws login", profile)
    if isinstance(exc, e.MissingDependencyException):
        return (
            kind,
            f"The `aws login` session of {named} can be read only with the package awscrt, which is not installed.",
            _LOGIN_REMEDY.format(session_variables(profile), sys.executable),
        )
    return None


def _mfa(exc: BaseException, where: CallPlace, named: str) -> Words | None:
    kind = K.CREDENTIALS
    if isinstance(exc, MfaCodeError):
        fault = "needs an MFA code, and none was entered" if exc.empty else "needs an MFA code, which has six digits"
        return (
            kind,
            f"{named[:1].upper()}{named[1:]} {fault}.",
            _MFA_REMEDY.format(session_variables(line(where.profile))),
        )
    if isinstance(exc, e.RefreshWithMFAUnsupportedError):
        return kind, f"The session that an MFA code opened for {named} is over.", "Look again and enter a new code."
    return None


def _missing_credentials(exc: BaseException, where: CallPlace, named: str) -> Words | None:
    """Return the words for credentials that are incomplete, absent, or could not be fetched."""
    kind, profile = K.CREDENTIALS, line(where.profile)
    if isinstance(exc, e.PartialCredentialsError):
        missing = line(str(exc.kwargs.get("cred_var", "a part")))
        if exc.kwargs.get("provider") == "assume-role":
            return (
                K.PROFILE,
                f"The AWS configuration of {named} does not say who assumes its role: {missing} is missing.",
                "Add source_profile or credential_source to the profile.",
            )
        return (
            kind,
            f"The credentials are incomplete: {missing} is missing.",
            "Complete the pair of access key and secret key.",
        )
    if isinstance(exc, e.NoCredentialsError | e.NoAuthTokenError):
        return kind, f"There are no AWS credentials for {named}.", sign_in(profile)
    if isinstance(exc, e.CredentialRetrievalError | e.MetadataRetrievalError):
        if where.program:
            return (
                kind,
                f"The credential process {where.program} of {named} failed.",
                "Run it by hand to see what it says; its output is not shown here.",
            )
        return kind, f"The credentials of {named} could not be fetched.", sign_in(profile)
    if isinstance(exc, e.UnknownCredentialError):
        return (
            K.PROFILE,
            f"The AWS configuration of {named} names a credential source that does not exist.",
            "Correct credential_source in the AWS configuration.",
        )
    return None


def _credential_files(exc: BaseException, where: CallPlace, named: str) -> Words | None:
    """Return the words for what botocore lets through raw while it runs a program or reads a file of its own."""
    if where.sent:
        return None
    if isinstance(exc, OSError) and where.program:
        return (
            K.CREDENTIALS,
            f"The credential process {where.program} of {named} could not be started.",
            "Correct credential_process in the AWS configuration: it wants the whole path of a program that exists.",
        )
    if isinstance(exc, ValueError | AttributeError | TypeError) and where.program:
        return (
            K.CREDENTIALS,
            f"The credential process {where.program} of {named} printed something that is not JSON with credentials.",
            "Run it by hand to see what it prints; its output is not shown here.",
        )
    if isinstance(exc, KeyError) and _CACHE_KEY.fullmatch(str(exc.args[0] if exc.args else "")):
        return (
            K.CREDENTIALS,
            f"The saved SSO session of {named} cannot be read.",
            command("aws sso login", line(where.profile)),
        )
    if isinstance(exc, OSError) and exc.filename:
        return (
            K.CREDENTIALS,
            f"The credentials of {named} need the file {line(str(exc.filename))}, which cannot be read.",
            "Correct its path, such as that of AWS_WEB_IDENTITY_TOKEN_FILE, then look again.",
        )
    return None


def _configuration(exc: BaseException, where: CallPlace) -> Words | None:
    if isinstance(exc, e.ProfileNotFound):
        name = line(str(exc.kwargs.get("profile", where.profile)))
        return (
            K.PROFILE,
            f"The AWS configuration has no profile named {name}.",
            "Name another with --profile, or add it with `aws configure`.",
        )
    if isinstance(exc, e.ConfigParseError | e.ConfigNotFound):
        path = line(str(exc.kwargs.get("path", "")))
        return (
            K.PROFILE,
            f"The AWS configuration file {path} cannot be read.",
            "Correct it: each line is [section] or name = value.",
        )
    if isinstance(exc, e.InvalidConfigError):
        return (
            K.PROFILE,
            f"The AWS configuration does not work: {strike(str(exc)).rstrip('.')}.",
            "Correct the profile in the AWS configuration.",
        )
    if isinstance(exc, e.NoRegionError):
        return no_region(where.profile)
    if isinstance(exc, e.InvalidRegionError):
        return (
            K.REGION,
            f"{line(where.region) or 'What was given'} is not the name of a Region.",
            "Write it like eu-west-1.",
        )
    if isinstance(exc, _NO_ENDPOINT):
        return K.REGION, f"This service has no endpoint in {line(where.region)}.", "Choose another Region."
    if isinstance(exc, e.InvalidProxiesConfigError):
        return (
            K.PROXY,
            "The proxy that the environment names cannot be used.",
            "Correct HTTPS_PROXY, HTTP_PROXY or the certificate settings of the proxy.",
        )
    if isinstance(exc, ValueError) and str(exc).startswith("Invalid endpoint"):
        return (
            K.PROFILE,
            "The endpoint address that AWS_ENDPOINT_URL or the profile names is not an address.",
            "Write it like https://host:port, or unset it.",
        )
    if isinstance(exc, _SETTING):
        return (
            K.PROFILE,
            f"A setting in the AWS configuration is not valid: {strike(str(exc))}",
            "Correct it in the AWS configuration or the environment.",
        )
    return None


def _network(exc: BaseException, where: CallPlace, write: bool) -> Words | None:
    host = where.endpoint or "the endpoint"
    reached = _host(exc) or host if isinstance(exc, e.BotoCoreError) else host
    unsure = write and where.sent  # whether the call may have taken effect
    if isinstance(exc, e.ProxyConnectionError):
        proxy = line(str(exc.kwargs.get("proxy_url", "")))
        return (
            K.PROXY,
            f"The proxy {proxy} could not be reached.",
            "Check HTTPS_PROXY and HTTP_PROXY, and NO_PROXY for hosts that need none.",
        )
    if isinstance(exc, e.SSLError):
        return _tls(exc, reached, write)
    if isinstance(exc, e.ConnectTimeoutError):
        return (
            K.TIMEOUT,
            f"No connection to {reached} within the time allowed.",
            "Nothing was sent. Check the network, then look again.",
        )
    if isinstance(exc, e.ReadTimeoutError):
        return K.TIMEOUT, f"{reached} did not answer in time.", LOOK_FIRST if unsure else "Look again."
    if isinstance(exc, e.EndpointConnectionError):
        return (
            K.UNREACHABLE,
            f"{reached} cannot be reached.",
            "Nothing was sent. Check the network and the name of the Region, then look again.",
        )
    if isinstance(exc, e.ConnectionClosedError | e.ResponseStreamingError | e.IncompleteReadError):
        return (
            K.UNREACHABLE,
            f"{reached} closed the connection before it had answered.",
            LOOK_FIRST if unsure else "Look again.",
        )
    if isinstance(exc, e.HTTPClientError):
        return (
            K.UNREACHABLE,
            f"The call to {host} failed on the way.",
            LOOK_FIRST if unsure else "Check the network, then look again.",
        )
    return None


def _tls(exc: e.SSLError, host: str, write: bool) -> Words:
    if _bundle_unusable(exc):
        return (
            K.UNREACHABLE,
            f"No secure connection to {host}: the file of certificates to trust cannot be used.",
            "Nothing was sent. Correct AWS_CA_BUNDLE or ca_bundle: it names a PEM file that exists.",
        )
    return (
        K.UNREACHABLE,
        f"The secure connection to {host} failed: its certificate or its TLS is not accepted.",
        "If your network inspects TLS, set AWS_CA_BUNDLE to its certificate file. "
        + (LOOK_FIRST if write and not handshake(exc) else ""),
    )


def _unexpected(exc: BaseException, operation: str, where: CallPlace, write: bool) -> Words:
    if isinstance(exc, e.ParamValidationError):
        report = str(exc.kwargs.get("report", exc))
        return (
            K.INVALID,
            f"{operation} does not take this: {strike(' '.join(report.split()))}",
            "Correct what was entered.",
        )
    if where.answered or isinstance(exc, _MALFORMED) or (where.sent and isinstance(exc, _RAW)):
        fault = f": {exc}" if isinstance(exc, MalformedAnswerError) else ""
        return (
            K.MALFORMED,
            f"The answer to {operation} cannot be read{fault}.",
            LOOK_FIRST if write else "Look again. If this network has a sign-in page, sign in to it first.",
        )
    return (
        K.DEFECT,
        f"{operation or 'Signing in'} failed in a way that is not provided for: {type(exc).__name__}.",
        "Please report this.",
    )


def _host(exc: e.BotoCoreError) -> str:
    url = exc.kwargs.get("endpoint_url")
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or not parts.hostname:
        return ""
    return line(parts.hostname + (f":{parts.port}" if parts.port else ""))


def handshake(exc: BaseException) -> bool:
    """Return whether a TLS failure happened before anything was sent.

    botocore's ``SSLError`` covers the handshake and the reading of the answer; only the frames tell which.
    """
    if _bundle_unusable(exc):
        return True
    for inner in _causes(exc):
        trace = inner.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_name in ("do_handshake", "_ssl_wrap_socket_and_match_hostname"):
                return True
            trace = trace.tb_next
    return False


def _bundle_unusable(exc: BaseException) -> bool:
    """Return whether a TLS failure is that of reading the certificates to trust: no file, or none in it."""
    return any(
        isinstance(inner, FileNotFoundError | IsADirectoryError | PermissionError)
        or (isinstance(inner, ssl.SSLError) and inner.reason == "NO_CERTIFICATE_OR_CRL_FOUND")
        for inner in _causes(exc)
    )


def _causes(exc: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all that it was raised from; botocore carries the one below in its ``kwargs`` as well."""
    seen: set[int] = set()
    queue: list[object] = [exc]
    while queue:
        current = queue.pop()
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = getattr(current, "kwargs", None)
        queue += [current.__cause__, current.__context__, inner.get("error") if isinstance(inner, Mapping) else None]
