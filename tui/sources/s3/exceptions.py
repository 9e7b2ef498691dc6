"""What an exception that kept S3 from answering means: botocore's, or Python's own.

Each class has one sentence; where a class has none, the nearest one that it is made from speaks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tui.sources.s3.answers import clean
from tui.sources.s3.errors import Refusal, Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.sources.s3.errors import Asked


def trouble_of(error: BaseException, names: Sequence[str], asked: Asked) -> Trouble:
    """Explain an exception by the names of its class and of those that it is made from."""
    for name in names:
        rule = _EXCEPTIONS.get(name)
        if rule is None:
            continue
        if name in ("SSLError", "SSLCertVerificationError"):
            other = _BROKEN_TLS if name == "SSLError" else rule
            rule = next((rule for part, rule in _TLS if part in str(error)), other)
        elif isinstance(error, OSError) and error.filename:
            rule = _FILE
        refusal, sentence = rule
        told = sentence.format_map(_values(error, asked))
        return Trouble(refusal, told.replace(" ()", ""))  # it gave no reason
    text = clean(str(error)) or names[0]
    if not asked.bucket:
        return Trouble(Refusal.NO_CREDENTIALS, f"The credentials cannot be looked for: {text}")
    return Trouble(Refusal.OTHER, f"{asked.operation} on bucket {asked.bucket} failed: {text}")


_BROKEN_TLS = (
    Refusal.NETWORK,
    "The encrypted connection to {host} broke: check the network and `--endpoint-url`.",
)
_FILE = (
    Refusal.NO_CREDENTIALS,
    "{file}, which the AWS files or the environment name, cannot be used ({reason}): mend that, or "
    "give another `--profile`.",
)
_NO_CREDENTIALS = (
    Refusal.NO_CREDENTIALS,
    "No credentials for bucket {bucket}: run `aws configure` or {sign_in}, give a `--profile`, or "
    "`--no-sign-request` for a public bucket.",
)
_SIGN_IN = (Refusal.EXPIRED, "The sign-in has ended: run {sign_in}.")
_CONSOLE_SIGN_IN = (Refusal.EXPIRED, "The sign-in has ended: run `aws login`.")
_BAD_REGION = (Refusal.REGION, "{region_name} is no region's name: check `--region`.")
_TIMEOUT = (Refusal.NETWORK, "No answer from {host} in time: check the network and the proxy.")
_CUT = (
    Refusal.NETWORK,
    "The connection to {host} broke in the middle: check the network and `--endpoint-url`.",
)
_CERTIFICATE = (
    Refusal.OTHER,
    "The certificate of {host} is not trusted: name its authority's file in AWS_CA_BUNDLE.",
)
_AUTHORITIES = (
    Refusal.OTHER,
    "The file of authorities cannot be used ({text}): check AWS_CA_BUNDLE, and ca_bundle in the "
    "AWS files.",
)
_NOT_TLS = (
    Refusal.NETWORK,
    "{host} does not speak TLS: check `--endpoint-url`, perhaps it begins with http://.",
)
_OTHER_NAME = (
    Refusal.OTHER,
    "The certificate that came is not made out to {host}: check `--endpoint-url` and the proxy.",
)
_OUT_OF_DATE = (
    Refusal.OTHER,
    "The certificate of {host} is not valid at this time: it has to be renewed, or this machine's "
    "clock set.",
)
_TLS = (
    ("doesn't match", _OTHER_NAME),
    (" mismatch", _OTHER_NAME),
    ("has expired", _OUT_OF_DATE),
    ("not yet valid", _OUT_OF_DATE),
    ("CERTIFICATE_VERIFY", _CERTIFICATE),
    ("No such file", _AUTHORITIES),
    ("NO_CERTIFICATE", _AUTHORITIES),
    ("WRONG_VERSION_NUMBER", _NOT_TLS),
)
"""By what an error of the encryption says."""
_TLS_OF = re.compile(r"^SSL validation failed for \S+ ")
"""What botocore says before that, with all of the request's address."""

_EXCEPTIONS = {
    # botocore: credentials
    "NoCredentialsError": _NO_CREDENTIALS,
    "NoAuthTokenError": _NO_CREDENTIALS,
    "PartialCredentialsError": (
        Refusal.BAD_CREDENTIALS,
        "The credentials in {provider} lack {cred_var}: complete them, or give a `--profile`.",
    ),
    "CredentialRetrievalError": (
        Refusal.NO_CREDENTIALS,
        "{provider} gave no credentials ({error_msg}): mend it, or give another `--profile`.",
    ),
    "JSONDecodeError": (
        Refusal.NO_CREDENTIALS,
        "What a `credential_process` or a file of AWS's sign-in gives is no JSON ({text}): mend "
        "it, or give another `--profile`.",
    ),
    "MetadataRetrievalError": (
        Refusal.NO_CREDENTIALS,
        "The machine's or container's role gave no credentials ({error_msg}): check the role.",
    ),
    "ProfileNotFound": (
        Refusal.BAD_CREDENTIALS,
        "There is no profile {profile}: see `aws configure list-profiles`.",
    ),
    "TokenRetrievalError": _SIGN_IN,
    "SSOError": _SIGN_IN,
    "LoginError": _CONSOLE_SIGN_IN,
    "LoginInsufficientPermissions": (
        Refusal.DENIED,
        "The sign-in may not be renewed: allow signin:CreateOAuth2Token.",
    ),
    "RefreshWithMFAUnsupportedError": (
        Refusal.EXPIRED,
        "The role wants an MFA code: take credentials with `aws sts assume-role` first.",
    ),
    "ConfigParseError": (Refusal.BAD_CREDENTIALS, "The AWS file {path} cannot be read: mend it."),
    "ConfigNotFound": (Refusal.BAD_CREDENTIALS, "The AWS file {path} does not exist."),
    "InvalidConfigError": (
        Refusal.BAD_CREDENTIALS,
        "The AWS files make no sense ({text}): see `aws configure list`.",
    ),
    # botocore: what was asked
    "InvalidRegionError": _BAD_REGION,
    "UnknownRegionError": _BAD_REGION,
    "NoRegionError": (Refusal.REGION, "No region is known: give one with `--region`."),
    "UnknownEndpointError": _BAD_REGION,
    "ParamValidationError": (Refusal.OTHER, "That cannot be asked of S3 ({text}): check the name."),
    "EndpointProviderError": (
        Refusal.OTHER,
        "No address for bucket {bucket} ({text}): check `--region` and `--endpoint-url`.",
    ),
    # botocore: connections
    "EndpointConnectionError": (
        Refusal.NETWORK,
        "No connection to {host}: check the network, the region and `--endpoint-url`.",
    ),
    "ConnectTimeoutError": _TIMEOUT,
    "ReadTimeoutError": _TIMEOUT,
    "ProxyConnectionError": (
        Refusal.NETWORK,
        "No connection to the proxy {host}: check its address.",
    ),
    "SSLError": _CERTIFICATE,
    "ConnectionClosedError": _CUT,
    "ResponseStreamingError": _CUT,
    "IncompleteReadError": _CUT,
    "HTTPClientError": _CUT,
    # ours, and Python's own
    "ForeignAnswerError": (
        Refusal.NETWORK,
        "{host} does not answer as S3 does: check the network, the proxy and `--endpoint-url`.",
    ),
    "NoTokenError": (
        Refusal.OTHER,
        "{host} lists one page only, without a token for the next (ListObjectsV2): it takes a "
        "newer version of the server.",
    ),
    "SSLCertVerificationError": _CERTIFICATE,
    "gaierror": (
        Refusal.NETWORK,
        "The name {host} leads nowhere: check the network, the region and `--endpoint-url`.",
    ),
    "TimeoutError": _TIMEOUT,
    "ConnectionRefusedError": (
        Refusal.NETWORK,
        "{host} takes no connections: check the network and `--endpoint-url`.",
    ),
    "ConnectionError": _CUT,
    "BrokenAnswerError": _CUT,
    "ProxyRefusedError": (
        Refusal.NETWORK,
        "The proxy does not connect to {host} ({text}): check its address, name and password.",
    ),
    "OSError": (Refusal.NETWORK, "No connection to {host} ({text}): check the network."),
}


def _values(error: BaseException, asked: Asked) -> _Words:
    told = getattr(error, "kwargs", None)
    values = _Words(
        {str(name): clean(str(value)) for name, value in told.items()}
        if isinstance(told, dict)
        else {}
    )
    address = values.get("proxy_url") or values.get("endpoint_url") or ""
    values["host"] = _host(address) or asked.host or "S3"
    values["text"] = clean(_TLS_OF.sub("", str(error))) or type(error).__name__
    values["file"] = clean(str(getattr(error, "filename", "")))
    values["reason"] = clean(str(getattr(error, "strerror", "")))
    values["bucket"] = asked.bucket
    values["sign_in"] = asked.sign_in
    return values


class _Words(dict[str, str]):
    """What a sentence may name; what an exception does not tell is `?`."""

    def __missing__(self, name: str) -> str:
        return "?"


def _host(address: str) -> str:
    """A URL's host and port, without a name and a password."""
    try:
        return urlsplit(address).netloc.rpartition("@")[2]
    except ValueError:
        return ""
