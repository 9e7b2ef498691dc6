"""The family of a userAgent."""

import pytest

from tui.core.rules.agent import FAMILIES, agent_family, clean, is_console_agent

EXAMPLES = [
    ("console.amazonaws.com", "console"),
    ("console.ec2.amazonaws.com", "console"),
    ("signin.amazonaws.com", "console"),
    ("[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.4 Linux/5.10]", "console"),
    ("EC2ConsoleFrontend, aws-internal/3 aws-sdk-java/1.12.4", "console"),
    ("[aws-cli/2.15.0 Python/3.11.6 Linux/6.1 botocore/2.4.5]", "cli"),
    ("aws-cli/1.9.7 Python/2.7.9 Darwin/14.5.0 botocore/1.3.7", "cli"),
    (
        "APN/1.0 HashiCorp/1.0 Terraform/1.5.0 (+https://www.terraform.io) aws-sdk-go/1.44",
        "terraform",
    ),
    ("Boto3/1.34.0 Python/3.12.1 Linux/6.1 Botocore/1.34.0", "boto3"),
    ("Botocore/1.34.0 Python/3.12", "boto3"),
    ("aws-sdk-go-v2/1.21.0 os/linux lang/go#1.21", "sdk"),
    ("aws-sdk-java/2.20.0", "sdk"),
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (a console of sorts)", "browser"),
    ("AWS Internal", "service"),
    ("aws-internal/3 aws-sdk-java/1.12.4", "service"),
    ("cloudformation.amazonaws.com", "service"),
    ("lambda.eu-west-1.amazonaws.com", "service"),
    ("bucket-sweeper_1f2e", "other"),
    ("curl/8.4.0", "other"),
    ("", ""),
    ("[]", ""),
]


@pytest.mark.parametrize(("text", "family"), EXAMPLES)
def test_family(text: str, family: str) -> None:
    assert agent_family(text) == family
    assert family in (*FAMILIES, "")
    assert is_console_agent(text) == (family == "console")


def test_outer_brackets_are_not_part_of_the_text() -> None:
    assert clean("[aws-cli/2.15.0]") == "aws-cli/2.15.0"
    assert clean(" [[x]] ") == "x"
    assert clean("[half") == "[half"
    assert clean("[") == "["
