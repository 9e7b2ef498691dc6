"""Roles for whomever an identity provider names, where that provider serves everybody."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.test_policy import OWN, _allow, _policy
from tui.core.rules.policy import verdict, widest

GITHUB = "token.actions.githubusercontent.com"
ENTER = "sts:AssumeRoleWithWebIdentity"


def _trust(condition: Any = None, *, issuer: str = GITHUB, action: Any = ENTER) -> dict[str, Any]:
    trusted = {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{issuer}"}
    asked = {} if condition is None else {"Condition": condition}
    return _policy(_allow(Principal=trusted, Action=action, **asked))


@pytest.mark.parametrize(
    "policy",
    [
        _trust(),
        _trust({"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}),
        _trust({"StringLike": {f"{GITHUB}:sub": "repo:*"}}),
        _trust({"StringLike": {f"{GITHUB}:sub": ["repo:example/app:*", "repo:*/app:*"]}}),
        _trust({"StringLike": {"gitlab.com:sub": "project_path:*"}}, issuer="gitlab.com"),
        _trust(
            {"StringNotLike": {f"{GITHUB}:sub": "repo:evil/*"}}, action=["sts:TagSession", ENTER]
        ),
    ],
)
def test_a_role_for_any_subject_of_an_issuer_for_everybody_is_public(policy: Any) -> None:
    assert verdict(policy, OWN, False).public
    assert widest(policy).startswith("Allow anyone of oidc-provider/")


@pytest.mark.parametrize(
    ("policy", "note"),
    [
        (
            _trust({"StringLike": {f"{GITHUB}:sub": "repo:example/app:*"}}),
            f"Allow repo:example/app:* {ENTER}",
        ),
        (
            _trust(
                {
                    "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"},
                    "ForAllValues:StringLike": {f"{GITHUB}:sub": ["repo:a/b:*", "repo:a/c:*"]},
                }
            ),
            f"Allow repo:a/b:* +1 {ENTER}",
        ),
        (
            _trust({"StringLikeIfExists": {f"{GITHUB}:sub": "repo:a/b:*"}}),
            f"Allow repo:a/b:* {ENTER}",
        ),
        (
            _trust({"StringEquals": {f"{GITHUB}:repository_owner_id": "1"}}),
            f"Allow oidc-provider/{GITHUB} {ENTER}",
        ),
        (_trust(action="sts:TagSession"), f"Allow oidc-provider/{GITHUB} sts:TagSession"),
        (_trust(issuer="oidc.example.com"), f"Allow oidc-provider/oidc.example.com {ENTER}"),
        (
            _trust(issuer=f"{GITHUB}/example-enterprise"),
            f"Allow oidc-provider/{GITHUB}/example-enterprise {ENTER}",
        ),
        (
            _trust(
                {"StringLike": {"oidc.example.com:sub": "system:serviceaccount:web:*"}},
                issuer="oidc.example.com",
            ),
            f"Allow system:serviceaccount:web:* {ENTER}",
        ),
    ],
)
def test_a_role_for_some_subjects_is_not_public(policy: Any, note: str) -> None:
    assert not verdict(policy, OWN, False).public
    assert widest(policy) == note
