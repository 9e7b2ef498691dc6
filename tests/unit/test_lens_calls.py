"""Calls that a lens must show or must not, as AWS's documentation writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from tests.unit.test_lenses import seen
from tests.unit.test_pipeline import loaded
from tests.unit.test_session import record
from tui.core.filters.lenses import BY_NAME

if TYPE_CHECKING:
    from pathlib import Path

Call = tuple[str, str, Any]

SHOWN: dict[str, list[Call]] = {
    "secrets read": [
        ("acm", "ExportCertificate", {"certificateArn": "arn:aws:acm:r:1:certificate/x"}),
        ("route53domains", "RetrieveDomainAuthCode", {"domainName": "example.com"}),
        ("lightsail", "GetInstanceAccessDetails", {"instanceName": "x"}),
        ("redshift-serverless", "GetCredentials", {"workgroupName": "w"}),
        ("apigateway", "GetApiKeys", {"includeValues": True}),
    ],
    "opened up": [
        ("ec2", "ModifyVpcBlockPublicAccessOptions", {"InternetGatewayBlockMode": "off"}),
        ("ec2", "CreateVpcBlockPublicAccessExclusion", {"VpcId": "vpc-1"}),
        ("lightsail", "OpenInstancePublicPorts", {"portInfo": {"fromPort": 22, "toPort": 22}}),
        ("lightsail", "UpdateRelationalDatabase", {"publiclyAccessible": True}),
        ("amazonmq", "CreateBroker", {"publiclyAccessible": True}),
    ],
    "tampering": [
        ("guardduty", "CreateTrustedEntitySet", {"detectorId": "d"}),
        ("securityhub", "CreateAutomationRule", {"ruleName": "quiet"}),
        ("securityhub", "BatchUpdateFindings", {"workflow": {"status": "SUPPRESSED"}}),
        ("securityhub", "UpdateOrganizationConfiguration", {"autoEnable": False}),
        ("inspector2", "CreateFilter", {"action": "SUPPRESS"}),
        ("monitoring", "PutMetricAlarm", {"alarmName": "root", "actionsEnabled": False}),
        ("backup", "UpdateRegionSettings", {"resourceTypeOptInPreference": {"S3": False}}),
        ("backup", "StopBackupJob", {"backupJobId": "j"}),
        ("rds", "DeleteDBInstanceAutomatedBackup", {"dbiResourceId": "db-1"}),
        ("rds", "ModifyDBInstance", {"backupRetentionPeriod": 0, "deletionProtection": False}),
        ("dynamodb", "DeleteBackup", {"backupArn": "arn:aws:dynamodb:r:1:table/t/backup/1"}),
        ("rds", "DeleteDBClusterSnapshot", {"dBClusterSnapshotIdentifier": "before-it"}),
        ("redshift", "DeleteClusterSnapshot", {"snapshotIdentifier": "before-it"}),
        ("rds", "StopActivityStream", {"resourceArn": "arn:aws:rds:r:1:cluster:c"}),
        ("network-firewall", "DeleteFirewall", {"firewallName": "edge"}),
        ("shield", "DeleteProtection", {"protectionId": "p"}),
        ("organizations", "CloseAccount", {"accountId": "444455556666"}),
    ],
    "credentials made": [
        ("sts", "AssumeRoot", {"targetPrincipal": "444455556666"}),
        ("iam", "ChangePassword", None),
        ("signin", "PasswordRecoveryCompleted", None),
        ("account", "AcceptPrimaryEmailUpdate", {"accountId": "444455556666"}),
        ("sso-directory", "CompleteVirtualMfaDeviceRegistration", {"userId": "u-1"}),
        ("sso-directory", "EnableExternalIdPConfigurationForDirectory", {"directoryId": "d-1"}),
        ("identitystore", "CreateGroupMembership", {"groupId": "g-1"}),
        ("sso", "CreateTrustedTokenIssuer", {"name": "okta"}),
        ("rolesanywhere", "UpdateProfile", {"profileId": "p-1"}),
        ("eks", "AssociateAccessPolicy", {"name": "prod"}),
        ("ssm", "CreateActivation", {"iamRole": "SSMService"}),
        ("sagemaker", "CreatePresignedNotebookInstanceUrl", {"notebookInstanceName": "n"}),
        ("glue", "UpdateDevEndpoint", {"endpointName": "e", "publicKey": "ssh-rsa AAAA"}),
        ("grafana", "CreateWorkspaceApiKey", {"workspaceId": "g-1", "keyName": "k"}),
        ("ds", "ResetUserPassword", {"directoryId": "d-1", "userName": "Administrator"}),
        ("rds", "ModifyDBInstance", {"masterUserPassword": "****"}),
    ],
}
HIDDEN: dict[str, list[Call]] = {
    "secrets read": [
        ("acm", "DescribeCertificate", {"certificateArn": "arn:aws:acm:r:1:certificate/x"}),
        ("apigateway", "GetApiKeys", {"limit": 500}),
    ],
    "opened up": [
        ("ec2", "ModifyVpcBlockPublicAccessOptions", {"InternetGatewayBlockMode": "block-ingress"}),
        ("lightsail", "CloseInstancePublicPorts", {"portInfo": {"fromPort": 22, "toPort": 22}}),
        ("amazonmq", "CreateBroker", {"publiclyAccessible": False}),
    ],
    "tampering": [
        ("securityhub", "BatchUpdateFindings", {"workflow": {"status": "RESOLVED"}}),
        ("securityhub", "UpdateOrganizationConfiguration", {"autoEnable": True}),
        ("inspector2", "CreateFilter", {"action": "NONE"}),
        ("monitoring", "PutMetricAlarm", {"alarmName": "root", "actionsEnabled": True}),
        ("backup", "UpdateRegionSettings", {"resourceTypeOptInPreference": {"S3": True}}),
        ("rds", "ModifyDBInstance", {"backupRetentionPeriod": 7, "deletionProtection": False}),
        ("cloudhsm", "DeleteBackup", {"backupId": "b"}),
        ("rds", "DeleteDBInstance", {"dBInstanceIdentifier": "orders"}),
    ],
    "credentials made": [
        ("signin", "PasswordRecoveryRequested", None),
        ("account", "PutAlternateContact", {"alternateContactType": "BILLING"}),
        ("sso-directory", "StartVirtualMfaDeviceRegistration", {"userId": "u-1"}),
        ("appmesh", "UpdateProfile", {"profileId": "p-1"}),
        ("rds", "ModifyDBInstance", {"allocatedStorage": 100}),
        ("events", "CreateActivation", {"name": "x"}),
    ],
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_lens_shows_these_and_not_those(tmp_path: Path, name: str) -> None:
    calls = [*SHOWN[name], *HIDDEN[name]]
    made = [
        {**record(n, name=call, service=source, requestParameters=params), "eventID": f"e-{n}"}
        for n, (source, call, params) in enumerate(calls)
    ]
    (tmp_path / "calls.json").write_bytes(orjson.dumps({"Records": made}))
    with loaded(tmp_path) as pipeline:
        told = [event for _, event in seen(pipeline.index, BY_NAME[name].text).elements()]
    assert sorted(told) == sorted(call for _, call, _ in SHOWN[name])


def test_steps_of_signing_in_tell_nothing_of_mfa(tmp_path: Path) -> None:
    names = ("ConsoleLogin", "CheckMfa", "PasswordRecoveryCompleted")
    made = [
        {
            **record(n, name=name, service="signin", responseElements={name: "Success"}),
            "eventID": f"e-{n}",
            "eventType": "AwsConsoleSignIn",
        }
        for n, name in enumerate(names)
    ]
    (tmp_path / "calls.json").write_bytes(orjson.dumps({"Records": made}))
    with loaded(tmp_path) as pipeline:
        without = [event for _, event in seen(pipeline.index, "is:nomfa").elements()]
        console = [event for _, event in seen(pipeline.index, "is:console").elements()]
    assert without == ["ConsoleLogin"]
    assert sorted(console) == sorted(names)
