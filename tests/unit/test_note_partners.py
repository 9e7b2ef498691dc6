"""The other side of a call: peers, subscribers, targets, roles, layers, providers."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_note import OTHER, OWN, note, policy, shapes
from tui.core.rules.note import MAX_NOTE, needs_note
from tui.core.rules.note_partners import WRITERS

LAMBDA = "arn:aws:lambda:eu-west-1"
PERMISSIONS = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
METADATA = '<md:EntityDescriptor xmlns:md="x" entityID="https://idp.example.net/saml" ID="1">'


def link(owner: str, account: str = OWN) -> dict[str, Any]:
    """The answer of a call about a peering that `owner` asked for, and `account` may accept."""
    return {
        "vpcPeeringConnection": {
            "vpcPeeringConnectionId": "pcx-1",
            "requesterVpcInfo": {"ownerId": owner, "vpcId": "vpc-asking"},
            "accepterVpcInfo": {"ownerId": account, "vpcId": "vpc-asked"},
        }
    }


NOTES: list[tuple[str, str, Any, str]] = [
    (
        "ec2",
        "CreateVpcPeeringConnection",
        {"vpcId": "vpc-1", "peerVpcId": "vpc-2", "peerOwnerId": OTHER},
        f"with vpc-2 of {OTHER}",
    ),
    ("ec2", "CreateVpcPeeringConnection", {"vpcId": "vpc-1", "peerVpcId": "vpc-2"}, "with vpc-2"),
    (
        "ec2",
        "CreateTransitGatewayPeeringAttachment",
        {
            "CreateTransitGatewayPeeringAttachmentRequest": {
                "peerTransitGatewayId": "tgw-2",
                "peerAccountId": OTHER,
            }
        },
        f"with tgw-2 of {OTHER}",
    ),
    (
        "sso",
        "CreateAccountAssignment",
        {
            "targetId": OTHER,
            "targetType": "AWS_ACCOUNT",
            "permissionSetArn": PERMISSIONS,
            "principalType": "USER",
            "principalId": "90676-1",
        },
        "ps-1 to USER 90676-1",
    ),
    (
        "sso",
        "DeleteAccountAssignment",
        {"permissionSetArn": PERMISSIONS, "principalType": "GROUP", "principalId": "g-1"},
        "ps-1 from GROUP g-1",
    ),
    (
        "sns",
        "Subscribe",
        {"topicArn": "t", "protocol": "email", "endpoint": "eve@example.net"},
        "email eve@example.net",
    ),
    (
        "sns",
        "Subscribe",
        {"protocol": "sqs", "endpoint": f"arn:aws:sqs:eu-west-1:{OTHER}:q"},
        f"sqs {OTHER}:q",
    ),
    (
        "sns",
        "Subscribe",
        {"protocol": "https", "endpoint": "HIDDEN_DUE_TO_SECURITY_REASONS"},
        "https",
    ),
    (
        "logs",
        "PutSubscriptionFilter",
        {
            "logGroupName": "g",
            "filterName": "f",
            "destinationArn": f"arn:aws:logs:eu-west-1:{OTHER}:destination:d",
        },
        f"to {OTHER}:destination:d",
    ),
    (
        "logs",
        "PutSubscriptionFilter",
        {"logGroupName": "g", "destinationArn": f"{LAMBDA}:{OWN}:function:f"},
        "to function:f",
    ),
    (
        "logs",
        "PutDestination",
        {"destinationName": "d", "targetArn": f"arn:aws:kinesis:eu-west-1:{OWN}:stream/s"},
        "to stream/s",
    ),
    (
        "logs",
        "PutDestinationPolicy",
        {
            "destinationName": "d",
            "accessPolicy": policy(
                {"Action": "logs:PutSubscriptionFilter", "Principal": {"AWS": OTHER}}
            ),
        },
        f"Allow logs:PutSubscriptionFilter to {OTHER}",
    ),
    (
        "logs",
        "PutAccountPolicy",
        {
            "policyName": "p",
            "policyType": "SUBSCRIPTION_FILTER_POLICY",
            "policyDocument": json.dumps(
                {"DestinationArn": f"arn:aws:logs:eu-west-1:{OTHER}:destination:d"}
            ),
        },
        f"SUBSCRIPTION_FILTER_POLICY to {OTHER}:destination:d",
    ),
    ("logs", "CreateExportTask", {"logGroupName": "g", "destination": "out"}, "to bucket out"),
    (
        "events",
        "PutTargets",
        {
            "rule": "r",
            "targets": [
                {"id": "1", "arn": f"{LAMBDA}:{OWN}:function:f"},
                {"id": "2", "arn": f"arn:aws:events:eu-west-1:{OTHER}:event-bus/theirs"},
            ],
        },
        f"to {OTHER}:event-bus/theirs +1",
    ),
    (
        "events",
        "PutPermission",
        {"action": "events:PutEvents", "principal": OTHER, "statementId": "s"},
        f"{OTHER} events:PutEvents",
    ),
    (
        "ecr",
        "PutReplicationConfiguration",
        {
            "replicationConfiguration": {
                "rules": [{"destinations": [{"region": "us-east-1", "registryId": OTHER}]}]
            }
        },
        f"to {OTHER}",
    ),
    (
        "lambda",
        "CreateFunction20150331",
        {
            "functionName": "f",
            "role": f"arn:aws:iam::{OWN}:role/admin",
            "code": {"s3Bucket": "b", "s3Key": "lambda.zip"},
            "layers": [],
        },
        "as role/admin, from b/lambda.zip",
    ),
    (
        "lambda",
        "UpdateFunctionConfiguration20150331v2",
        {"functionName": "f", "layers": [f"{LAMBDA}:{OTHER}:layer:extension:1"]},
        f"with {OTHER}:layer:extension:1",
    ),
    ("lambda", "UpdateFunctionConfiguration20150331v2", {"functionName": "f", "timeout": 3}, ""),
    (
        "lambda",
        "UpdateFunctionCode20150331v2",
        {"imageUri": f"{OTHER}.dkr.ecr.eu-west-1.amazonaws.com/tools:1"},
        f"from {OTHER}:tools:1",
    ),
    ("lambda", "UpdateFunctionCode20150331v2", {"functionName": "f", "publish": True}, ""),
    (
        "lambda",
        "PublishLayerVersion20181031",
        {"layerName": "l", "content": {"s3Bucket": "code", "s3Key": "l.zip"}},
        "from code/l.zip",
    ),
    (
        "lambda",
        "CreateEventSourceMapping20150331",
        {"eventSourceArn": "arn", "functionName": f"{LAMBDA}:{OTHER}:function:f"},
        f"to {OTHER}:function:f",
    ),
    (
        "iam",
        "CreateSAMLProvider",
        {"name": "idp", "sAMLMetadataDocument": METADATA},
        "https://idp.example.net/saml",
    ),
    ("iam", "UpdateSAMLProvider", {"sAMLMetadataDocument": "<xml/>"}, ""),
    (
        "iam",
        "CreateOpenIDConnectProvider",
        {"url": "https://oidc.example.net", "clientIDList": ["sts.amazonaws.com"]},
        "for sts.amazonaws.com",
    ),
    ("iam", "AddClientIDToOpenIDConnectProvider", {"clientID": "tools"}, "for tools"),
    (
        "iam",
        "DeactivateMFADevice",
        {"userName": "eve", "serialNumber": f"arn:aws:iam::{OWN}:mfa/eve"},
        "mfa/eve",
    ),
    (
        "iam",
        "CreatePolicyVersion",
        {"policyDocument": policy({"Action": "*"}), "setAsDefault": True},
        "Allow * on *, default",
    ),
    ("iam", "CreatePolicyVersion", {"policyDocument": policy({"Action": "*"})}, "Allow * on *"),
    ("iam", "DeletePolicyVersion", {"policyArn": "p", "versionId": "v1"}, "v1"),
]


@pytest.mark.parametrize(("source", "name", "params", "text"), NOTES)
def test_note(source: str, name: str, params: Any, text: str) -> None:
    assert note(source, name, params) == text
    assert needs_note(f"{source}.amazonaws.com", name)
    assert note(source, name, params, errorCode="AccessDenied") == text


def test_a_peering_that_is_accepted_names_who_asked() -> None:
    asked = {"vpcPeeringConnectionId": "pcx-1"}
    answer = link(OTHER)
    told = note("ec2", "AcceptVpcPeeringConnection", asked, responseElements=answer)
    assert told == f"with vpc-asking of {OTHER}"
    told = note("ec2", "AcceptVpcPeeringConnection", asked, responseElements=link(OWN))
    assert told == "with vpc-asking"
    created = note("ec2", "CreateVpcPeeringConnection", {}, responseElements=link(OWN, OTHER))
    assert created == f"with vpc-asked of {OTHER}"
    assert note("ec2", "AcceptVpcPeeringConnection", asked) == ""


def test_other_services_have_calls_of_those_names() -> None:
    assert not needs_note("medialive.amazonaws.com", "Subscribe")
    assert note("appsync", "CreateFunction", {"role": "x"}) == ""


@given(
    st.sampled_from([(source, name) for source, name, *_ in NOTES]),
    st.dictionaries(
        st.sampled_from(sorted({key for *_, params, _ in NOTES for key in params})), shapes
    ),
    shapes,
)
def test_any_shape_survives(call: tuple[str, str], params: Any, answer: Any) -> None:
    told = note(*call, params, responseElements={"vpcPeeringConnection": answer})
    assert len(told) <= MAX_NOTE


def test_each_writer_is_tried() -> None:
    tried = {name for _, name, *_ in NOTES} | {"AcceptVpcPeeringConnection", "EnableMFADevice"}
    for name in WRITERS:
        assert any(each.startswith(name.rpartition(":")[2]) for each in tried), name
