"""Which kind of program made a call, read from its userAgent.

The text is written by the caller, so a family is a hint and never a proof.
"""

import re

FAMILIES = ("console", "cli", "terraform", "boto3", "sdk", "browser", "service", "other")

_CONSOLE = re.compile(
    r"(?:[\w-]+\.)?console\.|signin\.amazonaws\.com|[^/()]*console", re.IGNORECASE
)
# `ec2.amazonaws.com`, `ec2.us-east-1.amazonaws.com`, `s3.amazonaws.com.cn`
_SERVICE = re.compile(
    r"[\w.-]+\.(?:amazonaws\.com(?:\.cn)?|aws\.internal|aws\.com)\Z", re.IGNORECASE
)


def clean(user_agent: str) -> str:
    """The text without the brackets that some services put around it (`[aws-cli/2.15.0]`)."""
    text = user_agent.strip()
    while len(text) > 1 and text[0] == "[" and text[-1] == "]":
        text = text[1:-1].strip()
    return text


def is_console_agent(user_agent: str) -> bool:
    """Whether the text is one that the Management Console sends.

    Seen: `console.amazonaws.com`, `console.ec2.amazonaws.com`, `signin.amazonaws.com`,
    `S3Console/0.4, aws-internal/3 …`, `EC2ConsoleFrontend, aws-internal/3 …`.
    """
    return _CONSOLE.match(clean(user_agent)) is not None


def agent_family(user_agent: str) -> str:
    """One of FAMILIES, or "" where the record has no agent."""
    text = clean(user_agent)
    if not text:
        return ""
    if _CONSOLE.match(text):
        return "console"
    low = text.lower()
    if low.startswith(("aws internal", "aws-internal")) or _SERVICE.match(text):
        return "service"
    if "aws-cli/" in low:
        return "cli"
    if "terraform" in low or "opentofu" in low:
        return "terraform"
    if "boto3/" in low or "botocore/" in low:
        return "boto3"
    if "aws-sdk" in low or low.startswith(("awspowershell", "aws-toolkit", "awstoolkit")):
        return "sdk"
    if low.startswith("mozilla"):
        return "browser"
    return "other"
