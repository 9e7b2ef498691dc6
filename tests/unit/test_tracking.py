"""What went off: trails, detectors, versions, retention."""

from typing import Any

import pytest

from tui.core.rules.tracking import tracking_note


def selector(**more: Any) -> dict[str, Any]:
    return {"readWriteType": "All", "includeManagementEvents": True, **more}


def advanced(**fields: list[str]) -> dict[str, Any]:
    return {"fieldSelectors": [{"field": name, "equals": what} for name, what in fields.items()]}


def lifecycle(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"LifecycleConfiguration": {"Rule": list(rules) if len(rules) > 1 else rules[0]}}


OFF = {
    "BlockPublicAcls": False,
    "IgnorePublicAcls": "false",
    "BlockPublicPolicy": False,
    "RestrictPublicBuckets": False,
}


@pytest.mark.parametrize(
    ("call", "params", "note"),
    [
        ("PutEventSelectors", {"eventSelectors": [selector()]}, ""),
        (
            "PutEventSelectors",
            {"eventSelectors": [selector(includeManagementEvents=False)]},
            "management events off",
        ),
        (
            "PutEventSelectors",
            {"eventSelectors": [selector(readWriteType="ReadOnly")]},
            "writes off",
        ),
        (
            "PutEventSelectors",
            {"eventSelectors": [selector(readWriteType="WriteOnly")]},
            "reads off",
        ),
        (
            "PutEventSelectors",
            {"eventSelectors": [selector(excludeManagementEventSources=["kms.amazonaws.com"])]},
            "without kms",
        ),
        (
            "PutEventSelectors",
            {"advancedEventSelectors": [advanced(eventCategory=["Data"])]},
            "management events off",
        ),
        (
            "PutEventSelectors",
            {"advancedEventSelectors": [advanced(eventCategory=["Management"], readOnly=["true"])]},
            "writes off",
        ),
        (
            "PutEventSelectors",
            {"advancedEventSelectors": [advanced(eventCategory=["Management"])]},
            "",
        ),
        ("PutEventSelectors", {}, ""),
        (
            "UpdateTrail",
            {"name": "t", "includeGlobalServiceEvents": False, "enableLogFileValidation": "false"},
            "global services off, validation off",
        ),
        ("UpdateTrail", {"name": "t", "s3BucketName": "elsewhere"}, "to bucket elsewhere"),
        ("UpdateTrail", {"name": "t", "isMultiRegionTrail": True}, ""),
        (
            "PutBucketLogging",
            {"BucketLoggingStatus": {"xmlns": "http://s3.amazonaws.com/doc/2006-03-01/"}},
            "logging off",
        ),
        (
            "PutBucketLogging",
            {"BucketLoggingStatus": {"LoggingEnabled": {"TargetBucket": "b", "TargetPrefix": ""}}},
            "to bucket b",
        ),
        ("PutBucketLogging", {"logging": ""}, ""),
        (
            "PutBucketReplication",
            {
                "ReplicationConfiguration": {
                    "Rule": {
                        "Destination": {"Bucket": "arn:aws:s3:::copy", "Account": "444455556666"}
                    }
                }
            },
            "to bucket copy, of 444455556666",
        ),
        ("StartExportTask", {"sourceArn": "a", "s3BucketName": "out"}, "to bucket out"),
        ("ExportTableToPointInTime", {"tableArn": "a", "s3Bucket": "out"}, "to bucket out"),
        ("CreateStoreImageTask", {"Bucket": "out", "ImageId": "ami-1"}, "to bucket out"),
        ("CreateTrail", {"name": "t", "s3BucketName": "logs"}, "to bucket logs"),
        ("CreateTrail", {"name": "t"}, ""),
        ("PutRetentionPolicy", {"logGroupName": "g", "retentionInDays": 1}, "kept 1 day"),
        ("PutRetentionPolicy", {"logGroupName": "g"}, ""),
        ("ScheduleKeyDeletion", {"keyId": "k", "pendingWindowInDays": 7}, "in 7 days"),
        ("ScheduleKeyDeletion", {"keyId": "k"}, ""),
        ("DeleteSecret", {"secretId": "s", "recoveryWindowInDays": 7}, "in 7 days"),
        ("DeleteSecret", {"secretId": "s", "forceDeleteWithoutRecovery": True}, "at once"),
        ("DeleteSecret", {"secretId": "s", "forceDeleteWithoutRecovery": False}, ""),
        (
            "UpdateClusterConfig",
            {"logging": {"clusterLogging": [{"types": ["api", "audit"], "enabled": False}]}},
            "api +1 logs off",
        ),
        (
            "UpdateClusterConfig",
            {"logging": {"clusterLogging": [{"types": ["api"], "enabled": True}]}},
            "",
        ),
        ("UpdateClusterConfig", {"logging": "x"}, ""),
        (
            "UpdateContinuousBackups",
            {"pointInTimeRecoverySpecification": {"pointInTimeRecoveryEnabled": False}},
            "point-in-time recovery off",
        ),
        ("UpdateContinuousBackups", {"pointInTimeRecoverySpecification": None}, ""),
        (
            "ModifyLoadBalancerAttributes",
            {
                "attributes": [
                    {"key": "access_logs.s3.enabled", "value": "false"},
                    {"key": "deletion_protection.enabled", "value": "true"},
                    {"key": "idle_timeout.timeout_seconds", "value": "60"},
                ]
            },
            "access logs off",
        ),
        (
            "ModifyLoadBalancerAttributes",
            {"loadBalancerAttributes": {"accessLog": {"enabled": False}}},
            "access logs off",
        ),
        ("ModifyLoadBalancerAttributes", {"attributes": [7, {"value": "false"}]}, ""),
        (
            "PutBlockPublicAccessConfiguration",
            {"blockPublicAccessConfiguration": {"blockPublicSecurityGroupRules": "false"}},
            "block of public security groups off",
        ),
        ("UpdateDetector", {"detectorId": "d", "enable": False}, "detector off"),
        (
            "UpdateDetector",
            {"features": [{"name": "S3_DATA_EVENTS", "status": "DISABLED"}, {"status": "ENABLED"}]},
            "S3_DATA_EVENTS off",
        ),
        ("UpdateDetector", {"dataSources": {"s3Logs": {"enable": False}}}, "s3Logs off"),
        (
            "PutBucketVersioning",
            {"VersioningConfiguration": {"Status": "Suspended"}},
            "versioning off",
        ),
        (
            "PutBucketVersioning",
            {"VersioningConfiguration": {"Status": "Enabled", "MfaDelete": "Disabled"}},
            "MFA delete off",
        ),
        ("PutBucketVersioning", {"VersioningConfiguration": {"Status": "Enabled"}}, ""),
        ("PutBucketPublicAccessBlock", {"PublicAccessBlockConfiguration": OFF}, "all off"),
        (
            "PutPublicAccessBlock",
            {"publicAccessBlockConfiguration": {**OFF, "BlockPublicAcls": True}},
            "IgnorePublicAcls off, BlockPublicPolicy off, RestrictPublicBuckets off",
        ),
        (
            "PutBucketLifecycle",
            lifecycle({"Status": "Enabled", "Expiration": {"Days": 1}}),
            "expires after 1 day",
        ),
        (
            "PutBucketLifecycleConfiguration",
            lifecycle(
                {"Status": "Disabled", "Expiration": {"Days": 1}},
                {
                    "Expiration": {"Days": "30"},
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
                },
            ),
            "expires after 30 days, old versions after 7 days",
        ),
        (
            "PutBucketLifecycle",
            lifecycle({"Expiration": {"Date": "2026-01-31T00:00:00Z"}}),
            "expires on 2026-01-31",
        ),
        ("PutBucketLifecycle", {"LifecycleConfiguration": "x"}, ""),
    ],
)
def test_tracking_note(call: str, params: dict[str, Any], note: str) -> None:
    assert tracking_note(call, params) == note
