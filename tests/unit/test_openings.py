"""Openings by a service's own settings: what is flagged, and what its note says."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_exposure import ANYONE, NOTHING, OTHER, OWN, PUBLIC, SHARED, opened, text
from tests.unit.test_note import note, shapes
from tui.core.rules.exposure import Exposure

USER = f"arn:aws:iam::{OWN}:user/datalake_user1"
ROLE = f"arn:aws:iam::{OTHER}:role/x"


def endpoint(public: Any, *networks: str) -> dict[str, Any]:
    settings: dict[str, Any] = {"endpointPublicAccess": public, "endpointPrivateAccess": True}
    if networks:
        settings["publicAccessCidrs"] = list(networks)
    return {"name": "prod", "resourcesVpcConfig": settings}


def network(public: Any) -> list[dict[str, Any]]:
    rules = [
        {"ResourceType": "dashboard", "Resource": ["collection/logs"]},
        {"ResourceType": "collection", "Resource": ["collection/logs", "collection/more"]},
    ]
    return [{"Description": "d", "Rules": rules, "AllowFromPublic": public}]


def data(*principals: str) -> list[dict[str, Any]]:
    rules = [
        {
            "ResourceType": "index",
            "Resource": ["index/logs/*"],
            "Permission": ["aoss:ReadDocument"],
        },
        {"ResourceType": "collection", "Resource": ["collection/logs"], "Permission": ["aoss:*"]},
    ]
    return [{"Rules": rules, "Principal": list(principals)}]


def grant(principal: str) -> dict[str, Any]:
    return {
        "principal": {"dataLakePrincipalIdentifier": principal},
        "resource": {"table": {"databaseName": "sales", "name": "orders"}},
        "permissions": ["SELECT", "DESCRIBE"],
    }


def ports(low: int, high: int, **more: Any) -> dict[str, Any]:
    return {"fromPort": low, "toPort": high, "protocol": "tcp", **more}


ALIAS = {"cidrListAliases": ["lightsail-connect"]}
MSK = {"publicAccess": {"type": "SERVICE_PROVIDED_EIPS"}}

OPENINGS: list[tuple[str, str, Any, Exposure, str]] = [
    (
        "lightsail",
        "OpenInstancePublicPorts",
        {"instanceName": "web", "portInfo": ports(22, 22)},
        PUBLIC,
        "tcp 22 from 0.0.0.0/0",
    ),
    (
        "lightsail",
        "PutInstancePublicPorts",
        {"portInfos": [ports(22, 22, cidrs=["192.0.2.7/32"]), ports(0, 65535, ipv6Cidrs=["::/0"])]},
        PUBLIC,
        "tcp 0-65535 from ::/0 +1",
    ),
    ("lightsail", "PutInstancePublicPorts", {"portInfos": [ports(22, 22, **ALIAS)]}, NOTHING, ""),
    ("lightsail", "PutInstancePublicPorts", {"portInfos": "22"}, NOTHING, ""),
    (
        "lightsail",
        "UpdateBucket",
        {"bucketName": "b", "accessRules": {"getObject": "public"}},
        PUBLIC,
        "anyone may read",
    ),
    (
        "lightsail",
        "UpdateBucket",
        {"bucketName": "b", "readonlyAccessAccounts": [OWN, OTHER]},
        SHARED,
        f"+ {OTHER}",
    ),
    ("lightsail", "UpdateBucket", {"accessRules": {"getObject": "private"}}, NOTHING, ""),
    (
        "redshift",
        "AuthorizeEndpointAccess",
        {"clusterIdentifier": "c", "account": OTHER},
        SHARED,
        f"+ {OTHER}",
    ),
    ("amazonmq", "CreateBroker", {"publiclyAccessible": True}, NOTHING, "publicly accessible"),
    ("amazonmq", "CreateBroker", {"publiclyAccessible": False}, NOTHING, ""),
    ("kafka", "UpdateConnectivity", {"connectivityInfo": MSK}, NOTHING, "publicly accessible"),
    ("neptune-graph", "UpdateGraph", {"publicConnectivity": True}, NOTHING, "publicly accessible"),
    (
        "eks",
        "UpdateClusterConfig",
        endpoint(True, "203.0.113.0/24", "0.0.0.0/0"),
        PUBLIC,
        "endpoint from 0.0.0.0/0 +1",
    ),
    ("eks", "CreateCluster", endpoint("true", "0.0.0.0/1"), PUBLIC, "endpoint from 0.0.0.0/1"),
    (
        "eks",
        "UpdateClusterConfig",
        endpoint(True, "203.0.113.0/24"),
        NOTHING,
        "endpoint from 203.0.113.0/24",
    ),
    ("eks", "UpdateClusterConfig", endpoint(True), NOTHING, "public endpoint"),
    ("eks", "UpdateClusterConfig", endpoint(False, "0.0.0.0/0"), NOTHING, ""),
    ("ecs", "CreateCluster", endpoint(True, "0.0.0.0/0"), NOTHING, ""),
    (
        "cognito-identity",
        "CreateIdentityPool",
        {"identityPoolName": "p", "allowUnauthenticatedIdentities": True},
        PUBLIC,
        "unauthenticated identities",
    ),
    (
        "cognito-identity",
        "UpdateIdentityPool",
        {"identityPoolName": "p", "allowUnauthenticatedIdentities": False},
        NOTHING,
        "",
    ),
    (
        "aoss",
        "CreateSecurityPolicy",
        {"type": "network", "name": "n", "policy": json.dumps(network(True))},
        PUBLIC,
        "from anywhere to collection/logs +1",
    ),
    (
        "aoss",
        "UpdateSecurityPolicy",
        {"type": "network", "name": "n", "policy": network(True)},
        PUBLIC,
        "from anywhere to collection/logs +1",
    ),
    (
        "aoss",
        "UpdateSecurityPolicy",
        {"type": "network", "name": "n", "policy": json.dumps(network(False))},
        NOTHING,
        "",
    ),
    (
        "aoss",
        "CreateAccessPolicy",
        {"type": "data", "policy": json.dumps(data(f"arn:aws:iam::{OWN}:role/app", ROLE))},
        SHARED,
        f"aoss:* +1 to {OTHER}:role/x +1",
    ),
    (
        "aoss",
        "UpdateAccessPolicy",
        {"type": "data", "policy": json.dumps(data(f"arn:aws:iam::{OWN}:role/app"))},
        NOTHING,
        "aoss:* +1 to role/app",
    ),
    ("aoss", "CreateAccessPolicy", {"policy": json.dumps(data())}, NOTHING, ""),
    ("lakeformation", "GrantPermissions", grant(ROLE), SHARED, f"SELECT +1 to {OTHER}:role/x"),
    ("lakeformation", "GrantPermissions", grant(OTHER), SHARED, f"SELECT +1 to {OTHER}"),
    ("lakeformation", "GrantPermissions", grant(USER), NOTHING, "SELECT +1 to user/datalake_user1"),
    (
        "lakeformation",
        "GrantPermissions",
        grant("IAM_ALLOWED_PRINCIPALS"),
        NOTHING,
        "SELECT +1 to IAM_ALLOWED_PRINCIPALS",
    ),
    (
        "lakeformation",
        "BatchGrantPermissions",
        {"entries": [{"id": "1", **grant(USER)}, {"id": "2", **grant(ROLE)}]},
        SHARED,
        f"SELECT +1 on orders to {OTHER}:role/x +1",
    ),
    ("lakeformation", "GrantPermissions", {"principal": "x", "permissions": []}, NOTHING, ""),
    ("ecr-public", "CreateRepository", {"repositoryName": "r"}, PUBLIC, "anyone may pull"),
    ("ecr", "CreateRepository", {"repositoryName": "r"}, NOTHING, ""),
    (
        "es",
        "UpdateDomainConfig",
        {"domainName": "d", "advancedSecurityOptions": {"anonymousAuthEnabled": True}},
        NOTHING,
        "anonymous access",
    ),
    # These say it in a policy; only where it stands is theirs.
    (
        "ecr",
        "SetRepositoryPolicy",
        {"repositoryName": "r", "policyText": text(ANYONE)},
        PUBLIC,
        "Allow anyone s3:GetObject",
    ),
    (
        "s3",
        "PutAccessPointPolicy",
        {"name": "ap", "PutAccessPointPolicyRequest": {"Policy": text(ANYONE)}},
        PUBLIC,
        "Allow anyone s3:GetObject",
    ),
]


@pytest.mark.parametrize(("source", "name", "params", "exposure", "words"), OPENINGS)
def test_opening(source: str, name: str, params: Any, exposure: Exposure, words: str) -> None:
    assert opened(source, name, params) == exposure
    assert opened(source, name, params, errorCode="AccessDenied") == NOTHING
    assert note(source, name, params) == words
    assert note(source, name, params, errorCode="AccessDenied") == words


def test_an_account_that_is_not_known_shares_nothing() -> None:
    params = {"policy": data(ROLE)}
    assert opened("aoss", "CreateAccessPolicy", params, recipientAccountId=None) == NOTHING


@given(
    st.sampled_from([(source, name) for source, name, *_ in OPENINGS]),
    st.dictionaries(
        st.sampled_from(sorted({key for _, _, params, *_ in OPENINGS for key in params})), shapes
    ),
)
def test_any_shape_survives(call: tuple[str, str], params: Any) -> None:
    assert isinstance(opened(*call, params), Exposure)
    assert isinstance(note(*call, params), str)
