"""How S3 is spoken to: what the person asked for, the client made of it, and what a GET needs.

The scout makes a boto3 client, which finds credentials, region and endpoint as the AWS CLI does.
What a plain GET of an object needs of all this is an `Access`: small, and sent to the process
that fetches, so that the credentials are looked for once and assumed roles are assumed once.
"""

from __future__ import annotations

from typing import NamedTuple


class S3Settings(NamedTuple):
    """What the command line says of S3; None leaves it to the environment and the AWS files."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    sign: bool = True
    """False: requests without credentials (`--no-sign-request`)."""
    concurrency: int = 24
    """GETs in flight."""
    payer: str = ""
    """Who pays for the requests: `requester` (`--request-payer`), or empty for the owner."""


class Access(NamedTuple):
    """All that a GET of an object in one bucket needs."""

    bucket: str
    base: str
    """URL that an object's quoted key is put behind: `https://bucket.s3.amazonaws.com/`."""
    region: str
    """For the signature."""
    key_id: str
    """Empty: requests are not signed."""
    secret: str
    token: str
    expires: float = 0.0
    """Seconds since 1970; 0: not known, or never."""
    verify: bool | str = True
    """Check the server's certificate; a text is the file or folder of authorities."""
    proxy: str = ""
    """The proxy's URL, empty for none."""
    payer: str = ""
    """As in the settings."""

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Access(bucket={self.bucket!r}, base={self.base!r}, key_id={self.key_id!r})"
