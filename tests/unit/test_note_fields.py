"""Notes that are fields of the request in words."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_note import OTHER, OWN, TIMES, note, shapes
from tui.core.rules.call import call_name
from tui.core.rules.note import MAX_NOTE, needs_note
from tui.core.rules.note_fields import WRITERS, fields_writer
from tui.core.rules.told import Told

CASES = """
iam:PutRolePermissionsBoundary {"permissionsBoundary": "$OURSpolicy/b"} => policy/b
iam:PutUserPermissionsBoundary
  {"permissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"}
  => policy/AdministratorAccess
iam:UpdateUser {"newUserName": "b"} => now b
iam:CreateServiceSpecificCredential {"serviceName": "codecommit.amazonaws.com"}
  => for codecommit.amazonaws.com
s3:PutBucketEncryption {"ServerSideEncryptionConfiguration": {"Rule":
  {"ApplyServerSideEncryptionByDefault": {"KMSMasterKeyID": "arn:aws:kms:$THEIRS:key/k"}}}}
  => with 444455556666:key/k
s3:PutBucketNotification {"NotificationConfiguration": {"QueueConfiguration":
  {"Queue": "arn:aws:sqs:$THEIRS:q"}}}
  => to 444455556666:q
s3:PutBucketOwnershipControls {"OwnershipControls": {"Rule": {"ObjectOwnership": "ObjectWriter"}}}
  => ObjectWriter
ec2:CopySnapshot {"sourceRegion": "us-east-1", "sourceSnapshotId": "snap-0"}
  => of snap-0 in us-east-1
ec2:CopyImage {"sourceRegion": "us-east-1", "sourceImageId": "ami-0"} => of ami-0 in us-east-1
ec2:CreateVolume {"snapshotId": "snap-1"} => of snap-1
ec2:AttachVolume {"instanceId": "i-1"} => to i-1
ec2:CreateInstanceExportTask {"instanceId": "i-1", "exportToS3": {"s3Bucket": "out"}}
  => of i-1, to bucket out
ec2:ExportImage {"ExportImageRequest": {"S3ExportLocation": {"S3Bucket": "out"}}} => to bucket out
ec2:CreateTrafficMirrorSession {"CreateTrafficMirrorSessionRequest":
  {"NetworkInterfaceId": "eni-1", "TrafficMirrorTargetId": "tmt-1"}}
  => of eni-1, to tmt-1
ec2:CreateRoute {"destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"} => 0.0.0.0/0 to igw-1
ec2:AttachInternetGateway {"vpcId": "vpc-1"} => to vpc-1
ec2:ModifyNetworkInterfaceAttribute {"groupSet": {"items": [{"groupId": "sg-1"}]}} => groups sg-1
ec2-instance-connect:SendSSHPublicKey {"instanceOSUser": "root"} => as root
ec2-instance-connect:OpenTunnel {"remotePort": 22} => to port 22
ec2:RequestSpotInstances {"instanceCount": 5, "launchSpecification": {"instanceType": "p3.2xlarge"}}
  => 5 $TIMES p3.2xlarge
ec2:RequestSpotFleet {"spotFleetRequestConfig": {"targetCapacity": 50}} => 50 instances
ec2:CreateFleet {"CreateFleetRequest": {"TargetCapacitySpecification": {"TotalTargetCapacity": 10}}}
  => 10 instances
autoscaling:CreateAutoScalingGroup {"maxSize": 50} => up to 50
autoscaling:UpdateAutoScalingGroup {"maxSize": 50} => up to 50
lambda:PutFunctionEventInvokeConfig {"destinationConfig": {"onSuccess":
  {"destination": "arn:aws:sqs:$THEIRS:q"}}}
  => to 444455556666:q
rds:CreateDBSnapshot {"dBInstanceIdentifier": "d"} => of d
rds:CopyDBSnapshot {"sourceDBSnapshotIdentifier": "a"} => of a
rds:DeleteDBInstance {"skipFinalSnapshot": true, "deleteAutomatedBackups": true}
  => without a last snapshot, with its backups
rds:DeleteDBCluster {"skipFinalSnapshot": true} => without a last snapshot
rds:AddRoleToDBCluster {"roleArn": "$OURSrole/x"} => role/x
ram:AcceptResourceShareInvitation
  {"resourceShareInvitationArn": "arn:aws:ram:$THEIRS:resource-share-invitation/1"}
  => 444455556666:resource-share-invitation/1
organizations:MoveAccount {"destinationParentId": "r-1"} => to r-1
organizations:RegisterDelegatedAdministrator {"servicePrincipal": "guardduty.amazonaws.com"}
  => guardduty.amazonaws.com
guardduty:CreateFilter {"action": "ARCHIVE"} => ARCHIVE
guardduty:CreateIPSet {"location": "s3://b/ips.txt"} => s3://b/ips.txt
guardduty:UpdateFilter {"action": "ARCHIVE"} => ARCHIVE
guardduty:UpdatePublishingDestination {"destinationProperties":
  {"destinationArn": "arn:aws:s3:::out"}}
  => to bucket out
config:PutDeliveryChannel {"deliveryChannel": {"s3BucketName": "out"}} => to bucket out
ssm:CreateAssociation {"targets": [{"values": ["i-1"]}]} => on i-1
ssm:CreateAssociation {"targets": [{"key": "InstanceIds", "values": ["*"]}]} => on *
ssm:CreateAssociation {"targets": [{"key": "tag:Env", "values": ["prod"]}]} => on tag:Env=prod
ssm:CreateActivation {"iamRole": "r"} => as r
ssm:UpdateServiceSetting {"settingValue": "Enable"} => Enable
cognito-idp:UpdateUserPool {"mfaConfiguration": "OFF"} => MFA OFF
cognito-idp:AdminAddUserToGroup {"groupName": "admins"} => admins
cognito-identity:SetIdentityPoolRoles {"roles": {"unauthenticated": "$OURSrole/x"}}
  => unauthenticated as role/x
ecr:BatchDeleteImage {"imageIds": [{"imageTag": "latest"}]} => latest
eks:CreateAccessEntry {"name": "c", "kubernetesGroups": ["system:masters"]}
  => as system:masters, of c
eks:UpdateAccessEntry {"name": "c", "kubernetesGroups": ["system:masters"]}
  => as system:masters, of c
eks:CreatePodIdentityAssociation {"roleArn": "$OURSrole/x"} => as role/x
eks:AssociateIdentityProviderConfig {"oidc": {"issuerUrl": "https://x"}} => https://x
ses:UpdateAccountSendingEnabled {"enabled": true} => sending on
secretsmanager:ReplicateSecretToRegions {"addReplicaRegions": [{"region": "us-east-2"}]}
  => to us-east-2
secretsmanager:RotateSecret {"rotationLambdaARN": "arn:aws:lambda:$THEIRS:function:f"}
  => by 444455556666:function:f
kms:CreateKey {"origin": "EXTERNAL"} => origin EXTERNAL
kms:ReplicateKey {"replicaRegion": "us-east-2"} => to us-east-2
backup:DeleteRecoveryPoint {"backupVaultName": "v"} => of v
backup:StartCopyJob {"destinationBackupVaultArn": "arn:aws:backup:$THEIRS:backup-vault:theirs"}
  => to 444455556666:backup-vault:theirs
ecs:ExecuteCommand {"container": "app", "command": "mysql -pgeheim"} => in app
ecs:RegisterTaskDefinition {"taskRoleArn": "$OURSrole/x",
  "containerDefinitions": [{"image": "miner:latest"}]}
  => as role/x, miner:latest
ecs:RunTask {"count": 10} => 10 at once
ecs:CreateService {"taskDefinition": "f:1", "desiredCount": 10} => 10 $TIMES f:1
glue:CreateDevEndpoint {"roleArn": "$OURSrole/x"} => as role/x
glue:UpdateJob {"jobUpdate": {"role": "r"}} => as r
sagemaker:CreateNotebookInstance {"roleArn": "$OURSrole/x"} => as role/x
cloudformation:CreateStack {"roleARN": "$OURSrole/x"} => as role/x
cloudformation:UpdateStack {"roleARN": "$OURSrole/x"} => as role/x
cloudformation:CreateStackInstances {"accounts": ["444455556666"]} => in 444455556666
events:PutRule {"state": "DISABLED"} => DISABLED
events:PutRule {"scheduleExpression": "rate(5 minutes)"} => rate(5 minutes)
scheduler:CreateSchedule {"scheduleExpression": "rate(1 day)", "target":
  {"arn": "arn:aws:lambda:$THEIRS:function:f"}}
  => rate(1 day), to 444455556666:function:f
states:CreateStateMachine {"roleArn": "$OURSrole/x"} => as role/x
sso:ProvisionPermissionSet {"targetId": "444455556666"} => in 444455556666
sso-directory:AddMemberToGroup {"groupId": "g-1", "member": {"memberId": "u-1"}} => to g-1
identitystore:CreateGroupMembership {"memberId": {"userId": "u-1"}} => u-1
sso:UpdateSsoConfiguration {"mfaMode": "DISABLED"} => MFA DISABLED
route53domains:TransferDomainToAnotherAwsAccount {"accountId": "444455556666"} => to 444455556666
dynamodb:RestoreTableToPointInTime {"targetTableName": "b"} => to b
redshift:ModifyClusterIamRoles {"addIamRoles": ["$OURSrole/x"]} => role/x
codebuild:CreateProject {"serviceRole": "$OURSrole/x", "source":
  {"location": "https://github.com/x/y"}}
  => as role/x, from https://github.com/x/y
codebuild:UpdateProject {"serviceRole": "$OURSrole/x"} => as role/x
codebuild:ImportSourceCredentials {"serverType": "GITHUB", "authType": "PERSONAL_ACCESS_TOKEN"}
  => GITHUB PERSONAL_ACCESS_TOKEN
datasync:CreateTask {"destinationLocationArn": "b"} => to b
transfer:CreateUser {"role": "$OURSrole/x", "homeDirectory": "/b"} => as role/x, /b
account:PutAlternateContact {"alternateContactType": "SECURITY"} => SECURITY
servicequotas:RequestServiceQuotaIncrease {"serviceCode": "ec2", "desiredValue": 1000}
  => ec2, to 1000
rolesanywhere:CreateTrustAnchor {"source": {"sourceType": "CERTIFICATE_BUNDLE"}}
  => CERTIFICATE_BUNDLE
rolesanywhere:CreateProfile {"roleArns": ["$OURSrole/x"]} => as role/x
elasticmapreduce:RunJobFlow {"instances": {"instanceCount": 10}} => 10 instances
securityhub:BatchUpdateFindings {"workflow": {"status": "SUPPRESSED"}} => SUPPRESSED
securityhub:UpdateStandardsControl {"controlStatus": "DISABLED"} => DISABLED
macie2:UpdateMacieSession {"status": "PAUSED"} => PAUSED
monitoring:SetAlarmState {"stateValue": "OK"} => OK
lambda:PutFunctionEventInvokeConfig20190925 {"destinationConfig": {"onFailure":
  {"destination": "arn:aws:sqs:eu-west-1:$OWN:q"}}}
  => to q
ec2:CreateImage {"instanceId": "i-1"} => of i-1
sagemaker:CreateNotebookInstance {"instanceType": "ml.p4d.24xlarge",
  "roleArn": "arn:aws:iam::$OWN:role/n"}
  => ml.p4d.24xlarge, as role/n
sagemaker:CreateTrainingJob {"resourceConfig":
  {"instanceCount": 8, "instanceType": "ml.p3.2xlarge"}}
  => 8 $TIMES ml.p3.2xlarge
batch:CreateComputeEnvironment {"computeResources":
  {"maxvCpus": 10000, "instanceTypes": ["p4d.24xlarge", "g5.xlarge"]}}
  => up to 10000 vCPUs, p4d.24xlarge +1
batch:UpdateComputeEnvironment {"computeResources": {"maxvCpus": 4000}} => up to 4000 vCPUs
batch:RegisterJobDefinition {"containerProperties": {"image": "x/miner"}} => x/miner
batch:SubmitJob {"jobDefinition": "d:1", "jobQueue": "q"} => d:1 on q
batch:SubmitJob {"jobDefinition": "d", "jobQueue": "q", "arrayProperties": {"size": 500}}
  => 500 at once, d on q
cloudformation:CreateStack {"templateURL": "https://x.s3.amazonaws.com/t.yml",
  "roleARN": "arn:aws:iam::$OWN:role/a"}
  => as role/a, from https://x.s3.amazonaws.com/t.yml
cloudformation:UpdateStackSet {"templateURL": "https://x.s3.amazonaws.com/t.yml"}
  => from https://x.s3.amazonaws.com/t.yml
route53domains:UpdateDomainNameservers
  {"nameservers": [{"name": "ns1.x.test"}, {"name": "ns2.x.test"}]}
  => to ns1.x.test +1
cloudformation:CreateChangeSet {"templateURL": "https://x.test/t"} => from https://x.test/t
cloudformation:CreateStackSet {"administrationRoleARN": "arn:aws:iam::$OWN:role/a"} => as role/a
codestar-connections:CreateConnection {"providerType": "GitHub"} => GitHub
codeconnections:CreateConnection {"providerType": "GitHub"} => GitHub
guardduty:UpdateIPSet {"location": "s3://b/ips.txt"} => s3://b/ips.txt
guardduty:CreatePublishingDestination {"destinationProperties":
  {"destinationArn": "arn:aws:s3:::out"}}
  => to bucket out
ssm:StartAutomationExecution {"parameters": {"InstanceId": ["i-1", "i-2"]}} => on i-1 +1
cognito-idp:SetUserPoolMfaConfig {"mfaConfiguration": "OPTIONAL"} => MFA OPTIONAL
sso:AttachCustomerManagedPolicyReferenceToPermissionSet {"customerManagedPolicyReference":
  {"name": "admin"}}
  => admin
ses:UpdateAccountSendingEnabled {"enabled": false} => sending off
rds:AddRoleToDBInstance {"roleArn": "$OURSrole/x"} => role/x
glue:CreateJob {"role": "r"} => as r
ecs:UpdateService {"desiredCount": 0, "taskDefinition": "f:2"} => 0 $TIMES f:2
scheduler:UpdateSchedule {"scheduleExpression": "rate(1 day)"} => rate(1 day)
states:UpdateStateMachine {"roleArn": "$OURSrole/x"} => as role/x
elasticmapreduce:RunJobFlow {"jobFlowRole": "EMR_EC2", "instances": {"instanceCount": 10}}
  => as EMR_EC2, 10 instances
s3:PutBucketInventoryConfiguration {"InventoryConfiguration": {"Destination":
  {"S3BucketDestination": {"Bucket": "arn:aws:s3:::out", "Format": "CSV"}}}}
  => to bucket out
elasticache:CopySnapshot {"sourceSnapshotName": "a", "targetSnapshotName": "b",
  "targetBucket": "out"}
  => of a, to bucket out
elasticache:ExportServerlessCacheSnapshot {"s3BucketName": "out"} => to bucket out
secretsmanager:UpdateSecret {"secretId": "s", "kmsKeyId": "arn:aws:kms:$THEIRS:key/k"}
  => with 444455556666:key/k
events:CreateApiDestination {"invocationEndpoint": "https://x.test/in"} => to https://x.test/in
events:UpdateApiDestination {"invocationEndpoint": "https://x.test/in"} => to https://x.test/in
pipes:CreatePipe {"source": "arn:aws:sqs:eu-west-1:$OWN:a", "target": "arn:aws:sqs:$THEIRS:q",
  "roleArn": "$OURSrole/x"}
  => of a, to 444455556666:q, as role/x
pipes:UpdatePipe {"target": "arn:aws:sqs:$THEIRS:q"} => to 444455556666:q
cloudfront:CreateDistribution {"distributionConfig": {"origins":
  {"items": [{"id": "o", "domainName": "x.test"}], "quantity": 1}}}
  => from x.test
cloudfront:UpdateDistribution {"distributionConfig": {"origins":
  {"items": [{"id": "o", "domainName": "x.test"}, {"id": "p", "domainName": "y.test"}]}}}
  => from x.test +1
codebuild:StartBuild {"projectName": "p", "sourceLocationOverride": "https://x.test/r"}
  => from https://x.test/r
codedeploy:CreateDeployment {"revision": {"s3Location": {"bucket": "code", "key": "x.zip"}}}
  => from code
codedeploy:CreateDeployment {"revision": {"gitHubLocation": {"repository": "x/y"}}} => from x/y
ses:CreateReceiptRule {"rule": {"actions": [{"s3Action": {"bucketName": "out"}}]}} => to bucket out
ses:UpdateReceiptRule {"rule": {"actions": [{"s3Action": {"bucketName": "out"}}]}} => to bucket out
sso:CreateTrustedTokenIssuer {"trustedTokenIssuerConfiguration": {"oidcJwtConfiguration":
  {"issuerUrl": "https://x.test", "claimAttributePath": "email"}}}
  => https://x.test
sso:CreateApplicationAssignment {"principalId": "u-1", "principalType": "USER"} => to USER u-1
rolesanywhere:UpdateProfile {"profileId": "p", "roleArns": ["$OURSrole/x"]} => as role/x
cloudformation:CreateStackInstances {"deploymentTargets":
  {"organizationalUnitIds": ["r-1", "ou-1"]}}
  => in r-1 +1
ssm:StartAutomationExecution {"targetLocations": [{"accounts": ["444455556666", "ou-1"]}]}
  => in 444455556666 +1
ec2:ModifyVpcBlockPublicAccessOptions {"ModifyVpcBlockPublicAccessOptionsRequest":
  {"InternetGatewayBlockMode": "off"}}
  => off
ec2:CreateVpcBlockPublicAccessExclusion {"CreateVpcBlockPublicAccessExclusionRequest":
  {"VpcId": "vpc-1", "InternetGatewayExclusionMode": "allow-bidirectional"}}
  => allow-bidirectional
ec2:ModifyVpcBlockPublicAccessExclusion {"ModifyVpcBlockPublicAccessExclusionRequest":
  {"ExclusionId": "vpcbpa-exclude-1", "InternetGatewayExclusionMode": "allow-egress"}}
  => allow-egress
ec2:CreateCustomerGateway {"type": "ipsec.1", "ipAddress": "192.0.2.7"} => 192.0.2.7
ec2:CreateVpnConnection {"type": "ipsec.1", "customerGatewayId": "cgw-1"} => to cgw-1
ec2:AuthorizeClientVpnIngress {"AuthorizeClientVpnIngressRequest":
  {"ClientVpnEndpointId": "cvpn-1", "TargetNetworkCidr": "10.0.0.0/8"}}
  => to 10.0.0.0/8
ec2:CreateVpcEndpoint {"CreateVpcEndpointRequest":
  {"VpcId": "vpc-1", "ServiceName": "com.amazonaws.vpce.r.vpce-svc-1"}}
  => com.amazonaws.vpce.r.vpce-svc-1
autoscaling:CreateLaunchConfiguration {"instanceType": "c6i.32xlarge"} => c6i.32xlarge
autoscaling:SetDesiredCapacity {"autoScalingGroupName": "g", "desiredCapacity": 800}
  => 800 instances
autoscaling:RegisterScalableTarget {"resourceId": "service/c/s", "maxCapacity": 999}
  => up to 999
lambda:PutFunctionConcurrency {"functionName": "f", "reservedConcurrentExecutions": 900}
  => 900 at once
eks:CreateNodegroup {"scalingConfig": {"minSize": 1, "maxSize": 40},
  "instanceTypes": ["g5.12xlarge"]}
  => up to 40, g5.12xlarge
eks:UpdateNodegroupConfig {"scalingConfig": {"maxSize": 40}} => up to 40
sagemaker:CreateProcessingJob {"processingResources": {"clusterConfig":
  {"instanceCount": 8, "instanceType": "ml.p4d.24xlarge"}}, "roleArn": "$OURSrole/x"}
  => 8 $TIMES ml.p4d.24xlarge, as role/x
sagemaker:CreateEndpointConfig {"productionVariants":
  [{"initialInstanceCount": 10, "instanceType": "ml.g5.48xlarge"}]}
  => 10 $TIMES ml.g5.48xlarge
bedrock:CreateProvisionedModelThroughput {"modelUnits": 4} => 4 units
apprunner:CreateService {"sourceConfiguration": {"imageRepository": {"imageIdentifier": "x/y:1"}}}
  => x/y:1
guardduty:CreateTrustedEntitySet {"location": "s3://b/t.txt"} => s3://b/t.txt
guardduty:UpdateTrustedEntitySet {"location": "s3://b/t.txt"} => s3://b/t.txt
securityhub:UpdateOrganizationConfiguration {"autoEnable": false} => new accounts off
inspector2:CreateFilter {"name": "f", "action": "SUPPRESS"} => SUPPRESS
inspector2:UpdateFilter {"action": "SUPPRESS"} => SUPPRESS
monitoring:PutMetricAlarm {"alarmName": "a", "actionsEnabled": false} => actions off
monitoring:PutCompositeAlarm {"alarmName": "a", "actionsEnabled": false} => actions off
kms:ImportKeyMaterial {"keyId": "k", "validTo": "Dec 31, 2026, 12:00:00 AM",
  "expirationModel": "KEY_MATERIAL_EXPIRES"}
  => expires Dec 31, 2026, 12:00:00 AM
dynamodb:UpdateTable {"tableName": "t", "deletionProtectionEnabled": false}
  => deletion protection off
dynamodb:UpdateTimeToLive {"timeToLiveSpecification": {"enabled": true, "attributeName": "born"}}
  => expires by born
ec2:CreateRoute {"destinationIpv6CidrBlock": "::/0", "vpcPeeringConnectionId": "pcx-1"}
  => ::/0 to pcx-1
"""
"""A call, its parameters, its note. $OURS begins an ARN of the record's account."""


def _cases() -> list[tuple[str, str, Any, str]]:
    names = {"$OURS": f"arn:aws:iam::{OWN}:", "$THEIRS": f"eu-west-1:{OTHER}", "$TIMES": TIMES}
    told = CASES.strip().replace("\n ", "")
    for name, text in {**names, "$OWN": OWN}.items():
        told = told.replace(name, text)
    cases = []
    for line in told.splitlines():
        asked, note_ = line.split(" => ")
        call, params = asked.split(" ", 1)
        source, name = call.split(":")
        cases.append((source, name, json.loads(params), note_))
    return cases


NOTES = _cases()


@pytest.mark.parametrize(("source", "name", "params", "text"), NOTES)
def test_note(source: str, name: str, params: Any, text: str) -> None:
    assert note(source, name, params) == text
    assert text
    assert needs_note(f"{source}.amazonaws.com", name)
    assert note(source, name, params, errorCode="AccessDenied") == text
    assert note(source, name, None) == note(source, name, {}) == ""


def test_each_call_is_tried() -> None:
    tried = {(source, call_name(name)) for source, name, *_ in NOTES}
    for known in WRITERS:
        source, _, call = known.rpartition(":")
        assert any(call == each and source in ("", of) for of, each in tried), known


def test_only_calls_that_change_something_are_looked_at() -> None:
    reads = ("Get", "List", "Describe", "Head", "Lookup", "Search", "Query", "BatchGet")
    assert not [name for name in WRITERS if name.rpartition(":")[2].startswith(reads)]


def said(phrase: str, params: Any) -> str:
    return fields_writer(phrase)(Told("X", params, {"recipientAccountId": "111122223333"}))


def test_a_phrase_needs_all_of_its_fields() -> None:
    assert said("{a} of {b}", {"a": "x"}) == ""
    assert said("{a} of {b}", {"A": "x", "b": 2}) == "x of 2"
    assert said("{a.b|c}", {"a": {"d": "x"}, "c": "y"}) == "y"
    assert said("{a.b}", {"a": {"items": [{"b": "x"}, {"b": ["x", "y"]}]}}) == "x +1"
    assert said("{a}", {"a": "HIDDEN_DUE_TO_SECURITY_REASONS"}) == ""
    assert said("{a}", {"a": "{b}", "b": "x"}) == "{b}"
    assert said("{a} {b}", {"a": "x{b}", "b": "y"}) == "x{b} y"
    assert said("?a yes", {"a": "True"}) == "yes"
    assert said("?a yes", {"a": {"value": True}}) == ""
    assert said("!a no", {"a": False}) == "no"
    assert said("!a no", {}) == ""


@given(
    st.sampled_from([(source, name) for source, name, *_ in NOTES]),
    st.dictionaries(
        st.sampled_from(sorted({key for *_, params, _ in NOTES for key in params})), shapes
    ),
)
def test_any_shape_survives(call: tuple[str, str], params: Any) -> None:
    assert len(note(*call, params)) <= MAX_NOTE
