"""The other side of a call: whom it gives something, where it sends, from where it takes.

A peer's network, a person who gets an account, a subscriber, a target of events and logs, a
function's role, layers and code, an identity provider.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tui.core.embedded import decode
from tui.core.rules.elsewhere import other_account, seen_from
from tui.core.rules.values import (
    items_of,
    several,
    shorten,
    strings_of,
    text_of,
    texts_of,
    unwrapped,
)

if TYPE_CHECKING:
    from tui.core.rules.told import Told, Writer

_ENTITY = re.compile(r"""\bentityID\s*=\s*["']([^"']{1,1024})""")
_MOST_METADATA = 65_536
"""Characters of an identity provider's metadata; its name stands at their beginning."""


def _peering(told: Told) -> str:
    """`with vpc-2 of 444455556666`: the side that is not this one."""
    link = unwrapped(told.answer.get("vpcPeeringConnection"), "")
    sides = [unwrapped(link.get(f"{who}VpcInfo"), "") for who in ("accepter", "requester")]
    if told.call.startswith("Accept"):
        sides.reverse()
        asked: dict[str, Any] = {}
    else:
        asked = {"vpcId": told.text("peerVpcId"), "ownerId": told.text("peerOwnerId")}
    network, owner = (
        text_of(asked.get(field)) or text_of(sides[0].get(field)) for field in ("vpcId", "ownerId")
    )
    account = other_account(owner, told.own)
    parts = (shorten(network), f"of {account}" if account else "")
    return " ".join(["with", *filter(None, parts)]) if any(parts) else ""


def _gateway_peering(told: Told) -> str:
    gateway = shorten(told.text("peerTransitGatewayId"))
    account = other_account(told.text("peerAccountId"), told.own)
    return f"with {gateway}" + (f" of {account}" if account else "") if gateway else ""


def _assignment(told: Told) -> str:
    """`ps-1 to USER 9067…`: the permission set, and who gets it; the target is the account."""
    permissions = told.text("permissionSetArn").rpartition("/")[2]
    kind, who = told.text("principalType"), shorten(told.text("principalId"))
    word = "from" if told.call.startswith("Delete") else "to"
    return f"{permissions} {word} {kind} {who}" if permissions and who else permissions


def _subscriber(told: Told) -> str:
    """`email x@example.com`, `lambda 444455556666:function:x`."""
    endpoint = seen_from(told.own, told.text("endpoint"))
    return " ".join(filter(None, (told.text("protocol"), endpoint)))


def _to(*fields: str) -> Writer:
    def write(told: Told) -> str:
        names = [name for field in fields for name in texts_of(told.params.get(field))]
        return _where(told.own, names)

    return write


def _where(own: str, names: list[str]) -> str:
    """`to function:x +1`, what lies in another account first."""
    names = sorted(dict.fromkeys(names), key=lambda name: not other_account(name, own))
    shown = several([seen_from(own, name) for name in names])
    return f"to {shown}" if shown else ""


def _export(told: Told) -> str:
    bucket = shorten(told.text("destination"))
    return f"to bucket {bucket}" if bucket else ""


def _targets(told: Told) -> str:
    return _where(told.own, _texts(told.params.get("targets"), "arn"))


def _account_policy(told: Told) -> str:
    """The kind of policy, and where a subscription sends what is logged."""
    found = decode(told.text("policyDocument"))
    sent = _where(told.own, _texts(found.value if found else None, "DestinationArn"))
    return " ".join(filter(None, (told.text("policyType"), sent)))


def _image_copies(told: Told) -> str:
    """To which registries images are copied."""
    settings = unwrapped(told.params.get("replicationConfiguration"), "")
    rules = [rule for rule in items_of(settings.get("rules")) if isinstance(rule, dict)]
    registries = [text for rule in rules for text in _texts(rule.get("destinations"), "registryId")]
    regions = [text for rule in rules for text in _texts(rule.get("destinations"), "region")]
    others = [name for name in registries if other_account(name, told.own)]
    return _where(told.own, others or regions)


def _function(told: Told) -> str:
    """`as role/x, with layer:y:1, from bucket/code.zip`: what a function runs as, and runs."""
    own, given = told.own, unwrapped(told.params.get("code"), "")
    role = seen_from(own, told.text("role"))
    layers = sorted(_layers(told.params), key=lambda name: not other_account(name, own))
    shown = several([seen_from(own, name) for name in layers])
    parts = (
        f"as {role}" if role else "",
        f"with {shown}" if shown else "",
        _code({**given, **told.params}, own),
    )
    return ", ".join(filter(None, parts))


def _layer_code(told: Told) -> str:
    return _code(unwrapped(told.params.get("content"), ""), told.own)


def _layers(params: dict[str, Any]) -> list[str]:
    return texts_of(params.get("layers"))


def _code(given: dict[str, Any], own: str) -> str:
    """Where a function's code comes from; "" where it came with the call."""
    bucket, key = (shorten(text_of(given.get(field))) for field in ("s3Bucket", "s3Key"))
    image = text_of(given.get("imageUri"))
    if bucket:
        return f"from {bucket}/{key}" if key else f"from {bucket}"
    account = other_account(image.partition(".")[0], own)
    return f"from {f'{account}:' if account else ''}{image.partition('/')[2]}" if image else ""


def _saml(told: Told) -> str:
    """The name by which an identity provider's metadata calls it, mostly its address."""
    found = _ENTITY.search(told.text("sAMLMetadataDocument")[:_MOST_METADATA])
    return found[1] if found else ""


def _clients(told: Told) -> str:
    names = strings_of(told.params.get("clientIDList")) or [shorten(told.text("clientID"))]
    shown = several([name for name in names if name])
    return f"for {shown}" if shown else ""


def _device(told: Told) -> str:
    return shorten(told.text("serialNumber"))


def _texts(value: object, field: str) -> list[str]:
    """The texts of a field in the objects of a list."""
    return [
        text
        for item in items_of(value)
        if isinstance(item, dict)
        for text in texts_of(item.get(field))
    ]


WRITERS: dict[str, Writer] = {
    "CreateVpcPeeringConnection": _peering,
    "AcceptVpcPeeringConnection": _peering,
    "CreateTransitGatewayPeeringAttachment": _gateway_peering,
    "CreateAccountAssignment": _assignment,
    "DeleteAccountAssignment": _assignment,
    "sns:Subscribe": _subscriber,
    "logs:PutSubscriptionFilter": _to("destinationArn"),
    "logs:PutDestination": _to("targetArn"),
    "logs:PutAccountPolicy": _account_policy,
    "logs:CreateExportTask": _export,
    "events:PutTargets": _targets,
    "ecr:PutReplicationConfiguration": _image_copies,
    "lambda:CreateFunction": _function,
    "lambda:UpdateFunctionConfiguration": _function,
    "lambda:UpdateFunctionCode": _function,
    "lambda:PublishLayerVersion": _layer_code,
    "lambda:CreateEventSourceMapping": _to("functionName"),
    "iam:CreateSAMLProvider": _saml,
    "iam:UpdateSAMLProvider": _saml,
    "iam:CreateOpenIDConnectProvider": _clients,
    "iam:AddClientIDToOpenIDConnectProvider": _clients,
    "iam:EnableMFADevice": _device,
    "iam:DeactivateMFADevice": _device,
}
"""By the call's name, or with its service where others have one of that name."""
