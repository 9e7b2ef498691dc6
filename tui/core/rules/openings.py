"""Openings that are a setting of a service and no policy, ACL or share.

Only what AWS's documentation calls public is: a switch that some other rule may still hold back
behind a name of its own (`PubliclyAccessible` of a database) is not among them.

EKS: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html. Identity pools:
https://docs.aws.amazon.com/cognito/latest/developerguide/identity-pools.html. OpenSearch
Serverless: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/, its pages on
network and data access policies. ECR Public:
https://docs.aws.amazon.com/AmazonECR/latest/public/what-is-ecr.html. Lake Formation:
https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_GrantPermissions.html.
Lightsail: https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_PortInfo.html and
API_AccessRules.html there. Redshift:
https://docs.aws.amazon.com/redshift/latest/APIReference/API_AuthorizeEndpointAccess.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tui.core.embedded import decode
from tui.core.rules.elsewhere import other_account, seen_from
from tui.core.rules.values import (
    is_everywhere,
    items_of,
    several,
    strings_of,
    texts_of,
    unwrapped,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST = 200
"""Rules of one policy that are looked at."""


class Setting(NamedTuple):
    """What a setting opened, in words, and to whom."""

    note: str = ""
    public: bool = False
    shared: bool = False


_NOTHING = Setting()
_LAKE_PRINCIPAL = "dataLakePrincipalIdentifier"


def setting_of(service: str, call: str, params: dict[str, Any], own: str) -> Setting:
    """What the parameters of such a call open, if it succeeds."""
    read = _READERS.get(f"{service}:{call}")
    return read(params, own) if read else _NOTHING


def _cluster(params: dict[str, Any], _own: str) -> Setting:
    """Who reaches the Kubernetes API; without `publicAccessCidrs` it is what was set before."""
    settings = unwrapped(params.get("resourcesVpcConfig"), "")
    if str(settings.get("endpointPublicAccess")).lower() != "true":
        return _NOTHING
    networks = sorted(texts_of(settings.get("publicAccessCidrs")), key=is_everywhere, reverse=True)
    if not networks:
        return Setting("public endpoint")
    return Setting(f"endpoint from {several(networks)}", public=is_everywhere(networks[0]))


def _identity_pool(params: dict[str, Any], _own: str) -> Setting:
    guests = str(params.get("allowUnauthenticatedIdentities")).lower() == "true"
    return Setting("unauthenticated identities", public=True) if guests else _NOTHING


def _network_policy(params: dict[str, Any], _own: str) -> Setting:
    """A collection's network policy that lets everybody reach it."""
    resources: list[str] = []
    for rules in _rules(params):
        if str(rules.get("AllowFromPublic")).lower() == "true":
            resources += [
                name for rule in _objects(rules.get("Rules")) for name in _texts(rule, "Resource")
            ]
    if not resources:
        return _NOTHING
    return Setting(f"from anywhere to {several(list(dict.fromkeys(resources)))}", public=True)


def _data_policy(params: dict[str, Any], own: str) -> Setting:
    """Who may do what with a collection's data."""
    found = _rules(params)
    principals = [name for rules in found for name in texts_of(rules.get("Principal"))]
    principals.sort(key=lambda name: not other_account(name, own))
    inner = [rule for rules in found for rule in _objects(rules.get("Rules"))]
    permissions = [name for rule in inner for name in _texts(rule, "Permission")]
    permissions.sort(key=lambda name: not name.endswith("*"))
    if not principals:
        return _NOTHING
    who = several([seen_from(own, name) for name in dict.fromkeys(principals)])
    what = several(list(dict.fromkeys(permissions)))
    return Setting(f"{what} to {who}".strip(), shared=bool(other_account(principals[0], own)))


def _lake(params: dict[str, Any], own: str) -> Setting:
    """Whom Lake Formation gives which rights: an identity, an account, an organization."""
    entries = _objects(params.get("entries")) or [params]
    granted = [
        (name, strings_of(entry.get("permissions")), strings_of(entry.get("resource")))
        for entry in entries
        for name in texts_of(unwrapped(entry.get("principal"), "").get(_LAKE_PRINCIPAL))
    ]
    granted.sort(key=lambda each: not other_account(each[0], own))
    if not granted:
        return _NOTHING
    who, rights, things = granted[0]
    on = f" on {several(things)}" if "entries" in params and things else ""
    more = f" +{len(granted) - 1}" if len(granted) > 1 else ""
    note = f"{several(rights)}{on} to {seen_from(own, who)}{more}".strip()
    return Setting(note, shared=bool(other_account(who, own)))


def _public_repository(params: dict[str, Any], _own: str) -> Setting:
    """Anybody may pull from a repository of ECR Public."""
    return Setting("anyone may pull", public=True) if params else _NOTHING


def _search_domain(params: dict[str, Any], _own: str) -> Setting:
    """Anonymous access within a domain whose access policy still has to let one in."""
    options = unwrapped(params.get("advancedSecurityOptions"), "")
    anonymous = str(options.get("anonymousAuthEnabled")).lower() == "true"
    return Setting("anonymous access") if anonymous else _NOTHING


def _ports(params: dict[str, Any], _own: str) -> Setting:
    """An instance's ports: where no addresses are named, they are open to all."""
    ports = _objects(params.get("portInfos")) or _objects(params.get("portInfo"))
    opened: list[tuple[bool, str]] = []
    for port in ports:
        networks = texts_of(port.get("cidrs")) + texts_of(port.get("ipv6Cidrs"))
        if not networks and not texts_of(port.get("cidrListAliases")):
            networks = ["0.0.0.0/0"]
        opened += [
            (is_everywhere(network), f"{_port(port)} from {network}") for network in networks
        ]
    opened.sort(key=lambda each: not each[0])
    if not opened:
        return _NOTHING
    return Setting(several([text for _, text in opened]), public=opened[0][0])


def _port(port: dict[str, Any]) -> str:
    low, high = port.get("fromPort"), port.get("toPort")
    ports = f"{low}" if low == high else f"{low}-{high}"
    return f"{port.get('protocol', 'tcp')} {ports}"


def _bucket(params: dict[str, Any], own: str) -> Setting:
    """A bucket of Lightsail, whose objects anybody may get, or other accounts may read."""
    rules = unwrapped(params.get("accessRules"), "")
    if rules.get("getObject") == "public":
        return Setting("anyone may read", public=True)
    accounts = [name for name in texts_of(params.get("readonlyAccessAccounts")) if name != own]
    return Setting(f"+ {several(accounts)}", shared=True) if accounts else _NOTHING


def _endpoint(params: dict[str, Any], own: str) -> Setting:
    """Another account may make an endpoint of its own to a cluster of Redshift."""
    account = "".join(texts_of(params.get("account"))[:1])
    return Setting(f"+ {account}", shared=account != own) if account else _NOTHING


def _reachable(params: dict[str, Any], _own: str) -> Setting:
    """What gets an address on the internet, and still asks who one is."""
    switches = (params.get("publiclyAccessible"), params.get("publicConnectivity"))
    access = unwrapped(unwrapped(params.get("connectivityInfo"), "").get("publicAccess"), "")
    switched = any(str(switch).lower() == "true" for switch in switches)
    if switched or access.get("type") == "SERVICE_PROVIDED_EIPS":
        return Setting("publicly accessible")
    return _NOTHING


def _rules(params: dict[str, Any]) -> list[dict[str, Any]]:
    policy = params.get("policy")
    found = decode(policy) if isinstance(policy, str) else None
    return _objects(found.value if found else policy)


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in items_of(value)[:_MOST] if isinstance(item, dict)]


def _texts(rule: dict[str, Any], field: str) -> list[str]:
    return strings_of(rule.get(field))


_READERS: dict[str, Callable[[dict[str, Any], str], Setting]] = {
    "eks:CreateCluster": _cluster,
    "eks:UpdateClusterConfig": _cluster,
    "cognito-identity:CreateIdentityPool": _identity_pool,
    "cognito-identity:UpdateIdentityPool": _identity_pool,
    "aoss:CreateSecurityPolicy": _network_policy,
    "aoss:UpdateSecurityPolicy": _network_policy,
    "aoss:CreateAccessPolicy": _data_policy,
    "aoss:UpdateAccessPolicy": _data_policy,
    "lakeformation:GrantPermissions": _lake,
    "lakeformation:BatchGrantPermissions": _lake,
    "ecr-public:CreateRepository": _public_repository,
    "es:CreateDomain": _search_domain,
    "es:CreateElasticsearchDomain": _search_domain,
    "es:UpdateDomainConfig": _search_domain,
    "es:UpdateElasticsearchDomainConfig": _search_domain,
    "lightsail:OpenInstancePublicPorts": _ports,
    "lightsail:PutInstancePublicPorts": _ports,
    "lightsail:UpdateBucket": _bucket,
    "lightsail:CreateRelationalDatabase": _reachable,
    "lightsail:CreateRelationalDatabaseFromSnapshot": _reachable,
    "lightsail:UpdateRelationalDatabase": _reachable,
    "redshift:AuthorizeEndpointAccess": _endpoint,
    "amazonmq:CreateBroker": _reachable,
    "kafka:UpdateConnectivity": _reachable,
    "neptune-graph:CreateGraph": _reachable,
    "neptune-graph:UpdateGraph": _reachable,
}
