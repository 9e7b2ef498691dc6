"""Whom S3's access control lists and the rules of a network let in.

Canned ACLs and groups: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html.
Rules come in the shapes of AuthorizeSecurityGroupIngress, its answer and CreateNetworkAclEntry.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tui.core.rules.values import is_everywhere


class Verdict(NamedTuple):
    """Whom a policy lets in, and a plain sentence for each thing that should worry."""

    public: bool
    shared: bool
    admin: bool
    warnings: tuple[str, ...]


_CANNED = {
    "public-read": "anyone at all may read",
    "public-read-write": "anyone at all may read and write",
    "authenticated-read": "anyone with an AWS account may read",
}
_GROUPS = {
    "/global/AllUsers": "anyone at all",
    "/global/AuthenticatedUsers": "anyone with an AWS account",
}
_RIGHTS = {
    "READ": "read",
    "WRITE": "write",
    "READ_ACP": "read the ACL",
    "WRITE_ACP": "change the ACL",
    "FULL_CONTROL": "do everything",
}
_NODES = 10_000  # parts of an ACL that are looked at; S3 takes 100 grants


def acl_verdict(value: object) -> Verdict:
    """Who is let in by an ACL: a canned name, `x-amz-acl`, `x-amz-grant-…`, or a list of grants.

    `value` may be the ACL or whatever holds it, such as the whole of `requestParameters`.
    Shared is a grant to a canonical user who is not the owner, or to an e-mail address.
    """
    if isinstance(value, str):
        sentence = _CANNED.get(value.strip())
        return Verdict(sentence is not None, False, False, (sentence,) if sentence else ())
    warnings: list[str] = []
    owners: set[str] = set()
    users: set[str] = set()
    work: list[object] = [value]
    for _ in range(_NODES):
        if not work:
            break
        node = work.pop()
        if isinstance(node, list):
            work.extend(reversed(node[:_NODES]))
        if not isinstance(node, dict):
            continue
        parts = _lowered(node)
        owners.update(_ids(parts.get("owner")))
        grantee = parts.get("grantee")
        if isinstance(grantee, dict):
            users.update(_ids(grantee))
            warnings += _granted(grantee, parts.get("permission"))
        warnings += [sentence for key, item in parts.items() for sentence in _header(key, item)]
        work.extend(item for item in parts.values() if isinstance(item, (dict, list)))
    return Verdict(bool(warnings), bool(users - owners), False, tuple(dict.fromkeys(warnings)))


def _granted(grantee: dict[str, Any], permission: object) -> list[str]:
    uri = str(_lowered(grantee).get("uri", ""))
    right = _RIGHTS.get(str(permission), str(permission or "enter"))
    return [f"{who} may {right}" for group, who in _GROUPS.items() if uri.endswith(group)]


def _header(key: str, value: object) -> list[str]:
    """What an `x-amz-acl` or `x-amz-grant-…` header says; CloudTrail may record it as a list."""
    texts = value if isinstance(value, list) else [value]
    if key in ("x-amz-acl", "acl", "cannedacl", "accesscontrol"):
        return [_CANNED[text] for text in texts if isinstance(text, str) and text in _CANNED]
    if not key.startswith("x-amz-grant-"):
        return []
    right = _RIGHTS.get(key.removeprefix("x-amz-grant-").replace("-", "_").upper(), "enter")
    return [
        f"{who} may {right}"
        for text in texts
        if isinstance(text, str)
        for group, who in _GROUPS.items()
        if group in text
    ]


def _ids(value: object) -> list[str]:
    if not isinstance(value, dict):
        return []
    parts = _lowered(value)
    return [str(parts[key]) for key in ("id", "emailaddress") if parts.get(key)]


def _lowered(value: dict[Any, Any]) -> dict[str, Any]:
    return {str(key).lower(): item for key, item in value.items()}


class Ingress(NamedTuple):
    """What a network rule lets in: ``tcp 22 from 0.0.0.0/0``, a line for each source."""

    rules: tuple[str, ...]
    public: bool

    @property
    def note(self) -> str:
        """The widest rule, and how many more there are."""
        if not self.rules:
            return ""
        return self.rules[0] + (f" +{len(self.rules) - 1}" if len(self.rules) > 1 else "")


_PROTOCOLS = {"-1": "all", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "all"}
# Where a rule names its source; `groupId` beside a rule is the group that it belongs to.
_SOURCES = (
    "cidrip",
    "cidripv4",
    "cidrblock",
    "cidripv6",
    "ipv6cidrblock",
    "prefixlistid",
    "referencedgroupid",
    "sourcesecuritygroupid",
    "sourcesecuritygroupname",
)
_PEERS = ("groupid", "groupname")
_SOURCE_LISTS = (
    "ipranges",
    "ipv6ranges",
    "prefixlistids",
    "groups",
    "useridgrouppairs",
    "referencedgroupinfo",
)
_RULE_LISTS = ("ippermissions", "securitygroupruleset", "securitygrouprules", "securitygrouprule")


def ingress(value: object) -> Ingress:
    """The rules in `requestParameters`, in its `ipPermissions`, or in an answer.

    Rules that deny are listed and never public; rules for what goes out are left out.
    """
    found: list[tuple[bool, str]] = []
    work = _items(value)
    for _ in range(_NODES):
        if not work:
            break
        parts = _lowered(work.pop(0))
        inner = [item for name in _RULE_LISTS for item in _items(parts.get(name))]
        inner += [
            item
            for key, item in parts.items()
            if key.endswith("request") and isinstance(item, dict)
        ]
        work[:0] = inner
        if str(parts.get("isegress", parts.get("egress", ""))).lower() != "true":
            found += _rules(parts)
    found.sort(key=lambda rule: not rule[0])
    rules = dict.fromkeys(text for _, text in found)
    return Ingress(tuple(rules), any(public for public, _ in found))


def _rules(parts: dict[str, Any]) -> list[tuple[bool, str]]:
    """Each source of one rule: is it everywhere, and the rule in words."""
    sources = _named_sources(parts)
    for name in _SOURCE_LISTS:
        for item in _items(parts.get(name)):
            inner = _lowered(item)
            sources += _named_sources(inner) or _named(inner, _PEERS)[:1]
    if str(parts.get("ruleaction", "")).lower() == "deny":
        return [(False, f"deny {_ports(parts)} from {source}") for source in sources]
    return [(is_everywhere(source), f"{_ports(parts)} from {source}") for source in sources]


def _named_sources(parts: dict[str, Any]) -> list[str]:
    return _named(parts, _SOURCES)


def _named(parts: dict[str, Any], names: tuple[str, ...]) -> list[str]:
    return [text for name in names if isinstance(text := parts.get(name), str) and text]


def _ports(parts: dict[str, Any]) -> str:
    """Protocol and ports: ``tcp 22``, ``udp 1000-2000``, ``all``."""
    protocol = str(parts.get("ipprotocol", parts.get("aclprotocol", parts.get("protocol", "all"))))
    protocol = _PROTOCOLS.get(protocol.lower(), protocol)
    span = parts.get("portrange")
    ends = _lowered(span) if isinstance(span, dict) else {}
    low = parts.get("fromport", ends.get("from"))
    high = parts.get("toport", ends.get("to", low))
    if protocol == "all" or protocol.startswith("icmp") or low is None or str(low) == "-1":
        return protocol
    if (str(low), str(high)) == ("0", "65535"):
        return f"{protocol} all ports"
    return f"{protocol} {low}" if str(low) == str(high) else f"{protocol} {low}-{high}"


def _items(value: object) -> list[dict[Any, Any]]:
    """The objects in a list, in CloudTrail's `{items: […]}`, or the one object that there is."""
    if isinstance(value, dict):
        inner = value.get("items", value.get("item"))
        if not isinstance(inner, (list, dict)):
            return [value]
        value = inner if isinstance(inner, list) else [inner]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
