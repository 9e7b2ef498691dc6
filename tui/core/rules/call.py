"""The name of a call as its parts: service, call without API version, and both as one text."""

import re
from functools import lru_cache

_DOMAIN = ".amazonaws.com"
# Lambda and CloudFront put the API's version behind the name of the call.
_VERSION = re.compile(r"(?<=[a-z])(?:20\d{6}|20\d\d_\d\d_\d\d)(?:v\d+)?\Z")


def service_name(event_source: str) -> str:
    """`s3` for `s3.amazonaws.com`."""
    return event_source.removesuffix(_DOMAIN)


@lru_cache(maxsize=16_384)
def call_name(event_name: str) -> str:
    """The call without an API version: `GetFunction20150331v2`, `CreateFunction2020_05_31`."""
    return _VERSION.sub("", event_name)


INSIGHT = "(insight)"
"""In place of a call: brackets, as no call has them."""


def event_text(event_source: str, event_name: str) -> str:
    """`s3:GetBucketAcl`; just the call where the service is missing."""
    service = service_name(event_source)
    call = call_name(event_name)
    return f"{service}:{call}" if service and call else service or call
