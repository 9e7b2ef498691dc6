"""Into which other account a call leads."""

from __future__ import annotations

from tests.unit.test_note import KEY, OTHER, OWN, note


def test_a_role_out_of_the_portal_of_identity_center() -> None:
    theirs = {"role_name": "AdministratorAccess", "account_id": OTHER}
    ours = {"role_name": "AdministratorAccess", "account_id": OWN}
    for name in ("GetRoleCredentials", "Federate"):
        assert note("sso", name, serviceEventDetails=theirs) == f"in {OTHER}"
        assert note("sso", name, serviceEventDetails=ours) == ""
        assert note("sso", name, serviceEventDetails="x") == ""
    answer = {"roleCredentials": {"accessKeyId": KEY}}
    told = note(
        "sso", "GetRoleCredentials", {"accountId": OTHER, "roleName": "x"}, responseElements=answer
    )
    assert told == f"→ {KEY} in {OTHER}"
