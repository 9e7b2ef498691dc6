"""What went off or away: the notes of calls that weaken trails, detectors, logs, versions,
retention, and of those that send data to a bucket."""

from typing import Any

from tui.core.rules.values import items_of, several, shorten, text_of, texts_of, value_at

_PUBLIC_ACCESS = (
    "BlockPublicAcls",
    "IgnorePublicAcls",
    "BlockPublicPolicy",
    "RestrictPublicBuckets",
)
_TRAIL = (
    ("isMultiRegionTrail", "other regions off"),
    ("includeGlobalServiceEvents", "global services off"),
    ("enableLogFileValidation", "validation off"),
    ("isOrganizationTrail", "organization off"),
)

_LEAVING = frozenset(
    (
        "PutBucketReplication",
        "StartExportTask",
        "ExportTableToPointInTime",
        "CreateStoreImageTask",
        "CreateTrail",
    )
)
"""What sends data to a bucket, which may be anybody's."""
_SETTINGS = {
    "UpdateContinuousBackups": (
        ("pointInTimeRecoverySpecification", "pointInTimeRecoveryEnabled"),
        "point-in-time recovery off",
    ),
    "PutBlockPublicAccessConfiguration": (
        ("blockPublicAccessConfiguration", "blockPublicSecurityGroupRules"),
        "block of public security groups off",
    ),
}
"""What is off when a setting is false."""
_BALANCER = {
    "access_logs.s3.enabled": "access logs off",
    "connection_logs.s3.enabled": "connection logs off",
    "deletion_protection.enabled": "deletion protection off",
}
"""What is off when an attribute of a load balancer is false: the names are those of the API."""
_WINDOWS = {"ScheduleKeyDeletion": "pendingWindowInDays", "DeleteSecret": "recoveryWindowInDays"}
"""After how many days something is gone."""


def tracking_note(call: str, params: dict[str, Any]) -> str:
    """What such a call turned off or shortened, "" when it weakened nothing."""
    if call in _SETTINGS:
        path, off = _SETTINGS[call]
        parts = [off] if _is_false(value_at(params, path)) else []
    elif call == "ModifyLoadBalancerAttributes":
        parts = _balancer(params)
    elif call == "UpdateClusterConfig":
        parts = _cluster_logs(params)
    elif call == "UpdateRegionSettings":
        parts = _backed_up(params)
    elif call == "PutEventSelectors":
        parts = _selectors(params)
    elif call == "UpdateTrail":
        parts = [word for field, word in _TRAIL if _is_false(params.get(field))]
        bucket = shorten(text_of(params.get("s3BucketName")))
        parts += [f"to bucket {bucket}"] if bucket else []
    elif call == "UpdateDetector":
        parts = _detector(params)
    elif call == "PutBucketVersioning":
        parts = _versioning(_inner(params, "VersioningConfiguration"))
    elif call.endswith("PublicAccessBlock"):
        parts = _public_access(_inner(params, "PublicAccessBlockConfiguration"))
    elif call == "PutBucketLogging":
        parts = _access_logs(_inner(params, "BucketLoggingStatus"))
    elif call == "PutRetentionPolicy":
        days = params.get("retentionInDays")
        parts = [] if days is None else [f"kept {_days(days)}"]
    elif call in _LEAVING:
        parts = _leaving(params)
    elif call in _WINDOWS:
        parts = _deletion(params, params.get(_WINDOWS[call]))
    else:
        parts = _lifecycle(_inner(params, "LifecycleConfiguration"))
    return ", ".join(dict.fromkeys(parts))


def _selectors(params: dict[str, Any]) -> list[str]:
    """What a trail no longer records: management events, reads or writes, some services."""
    basic = _objects(params.get("eventSelectors"))
    advanced = [
        {
            text_of(field.get("field")): texts_of(field.get("equals"))
            for field in _objects(selector.get("fieldSelectors"))
        }
        for selector in _objects(params.get("advancedEventSelectors"))
    ]
    parts: list[str] = []
    if basic:
        management = [one for one in basic if not _is_false(one.get("includeManagementEvents"))]
        kinds = {text_of(one.get("readWriteType")) for one in management}
        excluded = [
            shorten(name).partition(".")[0]
            for one in management
            for name in texts_of(one.get("excludeManagementEventSources"))
        ]
        if excluded:
            parts.append(f"without {several(excluded)}")
        reads, writes = kinds != {"WriteOnly"}, kinds != {"ReadOnly"}
    elif advanced:
        management = [one for one in advanced if "Management" in one.get("eventCategory", [])]
        only = [one.get("readOnly") for one in management]
        reads, writes = any(o != ["false"] for o in only), any(o != ["true"] for o in only)
    else:
        return []
    if not management:
        return ["management events off"]
    return [*([] if writes else ["writes off"]), *([] if reads else ["reads off"]), *parts]


def _cluster_logs(params: dict[str, Any]) -> list[str]:
    """The logs of a cluster's control plane that go nowhere any longer."""
    logs = _objects(value_at(params, ("logging", "clusterLogging")))
    kinds = [kind for each in logs if _is_false(each.get("enabled")) for kind in _kinds(each)]
    return [f"{several(kinds)} logs off"] if kinds else []


def _balancer(params: dict[str, Any]) -> list[str]:
    """The logs and the protection of a load balancer, those of the classic ones too."""
    given = {
        text_of(one.get("key")): one.get("value") for one in _objects(params.get("attributes"))
    }
    off = [word for name, word in _BALANCER.items() if _is_false(given.get(name))]
    if _is_false(value_at(params, ("loadBalancerAttributes", "accessLog", "enabled"))):
        off.append(_BALANCER["access_logs.s3.enabled"])
    return off


def _backed_up(params: dict[str, Any]) -> list[str]:
    """The kinds of resources that AWS Backup leaves out from now on."""
    wanted = _mapping(params.get("resourceTypeOptInPreference"))
    off = [str(kind) for kind, value in wanted.items() if _is_false(value)]
    return [f"{several(off)} off"] if off else []


def _kinds(logs: dict[str, Any]) -> list[str]:
    return texts_of(logs.get("types"))


def _detector(params: dict[str, Any]) -> list[str]:
    parts = ["detector off"] if _is_false(params.get("enable")) else []
    parts += [
        f"{text_of(feature.get('name'))} off"
        for feature in _objects(params.get("features"))
        if text_of(feature.get("status")) == "DISABLED"
    ]
    sources = params.get("dataSources")
    for name, settings in sources.items() if isinstance(sources, dict) else ():
        if isinstance(settings, dict) and _is_false(settings.get("enable")):
            parts.append(f"{name} off")
    return parts


def _versioning(settings: dict[str, Any]) -> list[str]:
    parts = ["versioning off"] if text_of(settings.get("Status")) == "Suspended" else []
    deleting = text_of(settings.get("MfaDelete")) or text_of(settings.get("MFADelete"))
    return [*parts, *(["MFA delete off"] if deleting == "Disabled" else [])]


def _public_access(settings: dict[str, Any]) -> list[str]:
    off = [name for name in _PUBLIC_ACCESS if _is_false(settings.get(name))]
    return ["all off"] if len(off) == len(_PUBLIC_ACCESS) else [f"{name} off" for name in off]


def _access_logs(settings: dict[str, Any]) -> list[str]:
    """Where a bucket's access logs go; without LoggingEnabled nowhere."""
    if not settings:
        return []
    bucket = text_of(_inner(settings, "LoggingEnabled").get("TargetBucket"))
    return [f"to bucket {bucket}" if bucket else "logging off"]


def _leaving(params: dict[str, Any]) -> list[str]:
    rules = _objects(_inner(params, "ReplicationConfiguration").get("Rule"))
    destinations = [_mapping(rule.get("Destination")) for rule in rules]
    named = [params.get(field) for field in ("s3BucketName", "s3Bucket", "Bucket")]
    named += [destination.get("Bucket") for destination in destinations]
    buckets = [shorten(text_of(name)) for name in named if text_of(name)]
    accounts = [account for each in destinations if (account := text_of(each.get("Account")))]
    return [f"to bucket {bucket}" for bucket in buckets] + [f"of {each}" for each in accounts]


def _deletion(params: dict[str, Any], days: object) -> list[str]:
    if str(params.get("forceDeleteWithoutRecovery")).lower() == "true":
        return ["at once"]
    return [] if days is None else [f"in {_days(days)}"]


def _lifecycle(settings: dict[str, Any]) -> list[str]:
    parts: list[str] = []
    for rule in _objects(settings.get("Rule", settings.get("Rules"))):
        if text_of(rule.get("Status")) == "Disabled":
            continue
        expiration = _mapping(rule.get("Expiration"))
        days, date = expiration.get("Days"), text_of(expiration.get("Date"))
        if days is not None:
            parts.append(f"expires after {_days(days)}")
        elif date:
            parts.append(f"expires on {date[:10]}")
        older = _mapping(rule.get("NoncurrentVersionExpiration")).get("NoncurrentDays")
        if older is not None:
            parts.append(f"old versions after {_days(older)}")
    return parts


def _days(count: object) -> str:
    text = str(count)[:12] if isinstance(count, (int, str)) else "?"
    return f"{text} day" if text == "1" else f"{text} days"


def _inner(params: dict[str, Any], field: str) -> dict[str, Any]:
    return _mapping(params.get(field, params.get(field[0].lower() + field[1:])))


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in items_of(value) if isinstance(item, dict)]


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_false(value: object) -> bool:
    """Whether a value says no: `false`, as a truth, a text, or wrapped in `{value: …}`."""
    if isinstance(value, dict):
        value = value.get("value")
    return str(value).lower() == "false"
