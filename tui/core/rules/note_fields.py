"""Notes that are fields of the request, put in words: what it was made from, as whom it runs.

A phrase is shown where each of its fields names something. `{a.b}` is a field within one, the
first and how many more; `{a|b}` the first of several fields; `?a` and `!a` before a phrase ask
whether a field is true or false. Names of fields are compared without regard to case, as EC2's
newer calls begin them with a capital. The names are those of the AWS API references.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tui.core.rules.elsewhere import seen_from
from tui.core.rules.values import MAX_KEYS, items_of, several, texts_of

if TYPE_CHECKING:
    from tui.core.rules.told import Told, Writer

_FIELD = re.compile(r"\{([^}]+)\}")
_ASKED = re.compile(r"([?!])(\S+) ")
_MOST = 100
"""Members of a list that are looked at."""


def fields_writer(*phrases: str) -> Writer:
    """A note of phrases with commas between them."""

    def write(told: Told) -> str:
        parts = [_said(phrase, told.params, told.own) for phrase in phrases]
        return ", ".join(filter(None, parts))

    return write


def _said(phrase: str, params: dict[str, Any], own: str) -> str:
    asked = _ASKED.match(phrase)
    if asked:
        wanted = "true" if asked[1] == "?" else "false"
        if not any(str(value).lower() == wanted for value in _at(params, asked[2])):
            return ""
        phrase = phrase[asked.end() :]
    shown = {field: _shown(params, field, own) for field in _FIELD.findall(phrase)}
    if not all(shown.values()):
        return ""
    return _FIELD.sub(lambda found: shown[found[1]], phrase)


def _shown(params: dict[str, Any], fields: str, own: str) -> str:
    """The values of the first of these fields that has any."""
    for field in fields.split("|"):
        texts = [text for value in _at(params, field) for text in texts_of(value)]
        names = [name for text in texts if (name := seen_from(own, text))]
        if names:
            return several(list(dict.fromkeys(names)))
    return ""


def _at(params: dict[str, Any], path: str) -> list[Any]:
    """What stands at a path; a step through a list looks at each of its members."""
    values: list[Any] = [params]
    for key in path.lower().split("."):
        values = [
            inner
            for value in values
            for item in ([value] if _has(value, key) else items_of(value)[:_MOST])
            if isinstance(item, dict)
            for name, inner in list(item.items())[:MAX_KEYS]
            if name.lower() == key
        ][:_MOST]
    return values


def _has(value: object, key: str) -> bool:
    return isinstance(value, dict) and any(name.lower() == key for name in list(value)[:MAX_KEYS])


_PHRASES: dict[str, tuple[str, ...]] = {
    "iam:PutUserPermissionsBoundary": ("{permissionsBoundary}",),
    "iam:PutRolePermissionsBoundary": ("{permissionsBoundary}",),
    "iam:UpdateUser": ("now {newUserName}",),
    "iam:CreateServiceSpecificCredential": ("for {serviceName}",),
    "s3:PutBucketEncryption": (
        "with {ServerSideEncryptionConfiguration.Rule.ApplyServerSideEncryptionByDefault"
        ".KMSMasterKeyID}",
    ),
    "s3:PutBucketNotification": (
        "to {NotificationConfiguration.QueueConfiguration.Queue}",
        "to {NotificationConfiguration.TopicConfiguration.Topic}",
        "to {NotificationConfiguration.CloudFunctionConfiguration.CloudFunction}",
    ),
    "s3:PutBucketInventoryConfiguration": (
        "to bucket {InventoryConfiguration.Destination.S3BucketDestination.Bucket}",
    ),
    "s3:PutBucketOwnershipControls": ("{OwnershipControls.Rule.ObjectOwnership}",),
    "ec2:CopySnapshot": ("of {sourceSnapshotId} in {sourceRegion}",),
    "ec2:CopyImage": ("of {sourceImageId} in {sourceRegion}",),
    "ec2:CreateImage": ("of {instanceId}",),
    "ec2:CreateVolume": ("of {snapshotId}",),
    "ec2:AttachVolume": ("to {instanceId}",),
    "ec2:CreateInstanceExportTask": ("of {instanceId}", "to bucket {exportToS3.s3Bucket}"),
    "ec2:ExportImage": ("to bucket {s3ExportLocation.s3Bucket}",),
    "ec2:CreateTrafficMirrorSession": ("of {networkInterfaceId}", "to {trafficMirrorTargetId}"),
    "ec2:CreateRoute": (
        "{destinationCidrBlock|destinationIpv6CidrBlock} to {gatewayId|natGatewayId|instanceId"
        "|networkInterfaceId|vpcPeeringConnectionId|transitGatewayId}",
    ),
    "ec2:CreateCustomerGateway": ("{ipAddress|publicIp}",),
    "ec2:CreateVpnConnection": ("to {customerGatewayId}",),
    "ec2:AuthorizeClientVpnIngress": ("to {targetNetworkCidr}",),
    "ec2:CreateVpcEndpoint": ("{serviceName}",),
    "ec2:ModifyVpcBlockPublicAccessOptions": ("{internetGatewayBlockMode}",),
    "ec2:CreateVpcBlockPublicAccessExclusion": ("{internetGatewayExclusionMode}",),
    "ec2:ModifyVpcBlockPublicAccessExclusion": ("{internetGatewayExclusionMode}",),
    "ec2:AttachInternetGateway": ("to {vpcId}",),
    "ec2:ModifyNetworkInterfaceAttribute": ("groups {groupSet}",),
    "ec2:RequestSpotInstances": ("{instanceCount} \u00d7 {launchSpecification.instanceType}",),
    "ec2:RequestSpotFleet": ("{spotFleetRequestConfig.targetCapacity} instances",),
    "ec2:CreateFleet": ("{targetCapacitySpecification.totalTargetCapacity} instances",),
    "ec2-instance-connect:SendSSHPublicKey": ("as {instanceOSUser}",),
    "ec2-instance-connect:OpenTunnel": ("to port {remotePort}",),
    "autoscaling:CreateAutoScalingGroup": ("up to {maxSize}",),
    "autoscaling:UpdateAutoScalingGroup": ("up to {maxSize}",),
    "autoscaling:CreateLaunchConfiguration": ("{instanceType}",),
    "autoscaling:SetDesiredCapacity": ("{desiredCapacity} instances",),
    "RegisterScalableTarget": ("up to {maxCapacity}",),
    "lambda:PutFunctionConcurrency": ("{reservedConcurrentExecutions} at once",),
    "lambda:PutFunctionEventInvokeConfig": (
        "to {destinationConfig.onSuccess.destination|destinationConfig.onFailure.destination}",
    ),
    "rds:CreateDBSnapshot": ("of {dBInstanceIdentifier}",),
    "rds:CopyDBSnapshot": ("of {sourceDBSnapshotIdentifier}",),
    "elasticache:CopySnapshot": ("of {sourceSnapshotName}", "to bucket {targetBucket}"),
    "elasticache:ExportServerlessCacheSnapshot": ("to bucket {s3BucketName}",),
    "rds:DeleteDBInstance": (
        "?skipFinalSnapshot without a last snapshot",
        "?deleteAutomatedBackups with its backups",
    ),
    "rds:DeleteDBCluster": (
        "?skipFinalSnapshot without a last snapshot",
        "?deleteAutomatedBackups with its backups",
    ),
    "AddRoleToDBInstance": ("{roleArn}",),
    "AddRoleToDBCluster": ("{roleArn}",),
    "redshift:ModifyClusterIamRoles": ("{addIamRoles}",),
    "organizations:MoveAccount": ("to {destinationParentId}",),
    "organizations:RegisterDelegatedAdministrator": ("{servicePrincipal}",),
    "guardduty:CreateFilter": ("{action}",),
    "guardduty:UpdateFilter": ("{action}",),
    "guardduty:CreateIPSet": ("{location}",),
    "guardduty:UpdateIPSet": ("{location}",),
    "guardduty:CreateTrustedEntitySet": ("{location}",),
    "guardduty:UpdateTrustedEntitySet": ("{location}",),
    "guardduty:CreatePublishingDestination": ("to bucket {destinationProperties.destinationArn}",),
    "guardduty:UpdatePublishingDestination": ("to bucket {destinationProperties.destinationArn}",),
    "config:PutDeliveryChannel": ("to bucket {deliveryChannel.s3BucketName}",),
    "securityhub:UpdateStandardsControl": ("{controlStatus}",),
    "securityhub:BatchUpdateFindings": ("{workflow.status}",),
    "securityhub:UpdateOrganizationConfiguration": ("!autoEnable new accounts off",),
    "inspector2:CreateFilter": ("{action}",),
    "inspector2:UpdateFilter": ("{action}",),
    "macie2:UpdateMacieSession": ("{status}",),
    "monitoring:SetAlarmState": ("{stateValue}",),
    "monitoring:PutMetricAlarm": ("!actionsEnabled actions off",),
    "monitoring:PutCompositeAlarm": ("!actionsEnabled actions off",),
    "ssm:CreateAssociation": ("on {instanceId|targets}",),
    "ssm:StartAutomationExecution": (
        "on {targets|parameters.InstanceId}",
        "in {targetLocations.accounts}",
    ),
    "ssm:CreateActivation": ("as {iamRole}",),
    "ssm:UpdateServiceSetting": ("{settingValue}",),
    "cognito-idp:SetUserPoolMfaConfig": ("MFA {mfaConfiguration}",),
    "cognito-idp:UpdateUserPool": ("MFA {mfaConfiguration}",),
    "cognito-idp:AdminAddUserToGroup": ("{groupName}",),
    "cognito-identity:SetIdentityPoolRoles": (
        "unauthenticated as {roles.unauthenticated}",
        "authenticated as {roles.authenticated}",
    ),
    "ecr:BatchDeleteImage": ("{imageIds.imageTag|imageIds.imageDigest}",),
    "eks:CreateAccessEntry": ("as {kubernetesGroups}", "of {name}"),
    "eks:UpdateAccessEntry": ("as {kubernetesGroups}", "of {name}"),
    "eks:CreateNodegroup": ("up to {scalingConfig.maxSize}", "{instanceTypes}"),
    "eks:UpdateNodegroupConfig": ("up to {scalingConfig.maxSize}",),
    "eks:CreatePodIdentityAssociation": ("as {roleArn}",),
    "eks:AssociateIdentityProviderConfig": ("{oidc.issuerUrl}",),
    "ses:CreateReceiptRule": ("to bucket {rule.actions.s3Action.bucketName}",),
    "ses:UpdateReceiptRule": ("to bucket {rule.actions.s3Action.bucketName}",),
    "ses:UpdateAccountSendingEnabled": ("?enabled sending on", "!enabled sending off"),
    "secretsmanager:ReplicateSecretToRegions": ("to {addReplicaRegions.region}",),
    "secretsmanager:UpdateSecret": ("with {kmsKeyId}",),
    "secretsmanager:RotateSecret": ("by {rotationLambdaARN}",),
    "kms:CreateKey": ("origin {origin}",),
    "kms:ImportKeyMaterial": ("expires {validTo}",),
    "kms:ReplicateKey": ("to {replicaRegion}",),
    "backup:StartCopyJob": ("to {destinationBackupVaultArn}",),
    "backup:DeleteRecoveryPoint": ("of {backupVaultName}",),
    "ecs:ExecuteCommand": ("in {container}",),  # the command may hold a password
    "ecs:RegisterTaskDefinition": ("as {taskRoleArn}", "{containerDefinitions.image}"),
    "ecs:RunTask": ("{count} at once", "as {overrides.taskRoleArn}"),
    "ecs:CreateService": ("{desiredCount} \u00d7 {taskDefinition}",),
    "ecs:UpdateService": ("{desiredCount} \u00d7 {taskDefinition}",),
    "glue:CreateDevEndpoint": ("as {roleArn}",),
    "glue:CreateJob": ("as {role}",),
    "glue:UpdateJob": ("as {jobUpdate.role}",),
    "sagemaker:CreateNotebookInstance": ("{instanceType}", "as {roleArn}"),
    "sagemaker:CreateTrainingJob": (
        "{resourceConfig.instanceCount} \u00d7 {resourceConfig.instanceType}",
        "as {roleArn}",
    ),
    "sagemaker:CreateProcessingJob": (
        "{processingResources.clusterConfig.instanceCount} \u00d7"
        " {processingResources.clusterConfig.instanceType}",
        "as {roleArn}",
    ),
    "sagemaker:CreateEndpointConfig": (
        "{productionVariants.initialInstanceCount} \u00d7 {productionVariants.instanceType}",
    ),
    "bedrock:CreateProvisionedModelThroughput": ("{modelUnits} units",),
    "apprunner:CreateService": (
        "{sourceConfiguration.imageRepository.imageIdentifier"
        "|sourceConfiguration.codeRepository.repositoryUrl}",
        "as {instanceConfiguration.instanceRoleArn}",
    ),
    "batch:CreateComputeEnvironment": (
        "up to {computeResources.maxvCpus} vCPUs",
        "{computeResources.instanceTypes}",
    ),
    "batch:UpdateComputeEnvironment": ("up to {computeResources.maxvCpus} vCPUs",),
    "batch:RegisterJobDefinition": ("{containerProperties.image}",),
    "batch:SubmitJob": ("{arrayProperties.size} at once", "{jobDefinition} on {jobQueue}"),
    "cloudformation:CreateStack": ("as {roleARN}", "from {templateURL}"),
    "cloudformation:UpdateStack": ("as {roleARN}", "from {templateURL}"),
    "cloudformation:CreateChangeSet": ("as {roleARN}", "from {templateURL}"),
    "cloudformation:CreateStackSet": ("as {administrationRoleARN}", "from {templateURL}"),
    "cloudformation:UpdateStackSet": ("as {administrationRoleARN}", "from {templateURL}"),
    "cloudformation:CreateStackInstances": (
        "in {accounts|deploymentTargets.accounts|deploymentTargets.organizationalUnitIds}",
    ),
    "events:CreateApiDestination": ("to {invocationEndpoint}",),
    "events:UpdateApiDestination": ("to {invocationEndpoint}",),
    "pipes:CreatePipe": ("of {source}", "to {target}", "as {roleArn}"),
    "pipes:UpdatePipe": ("to {target}", "as {roleArn}"),
    "cloudfront:CreateDistribution": ("from {distributionConfig.origins.items.domainName}",),
    "cloudfront:UpdateDistribution": ("from {distributionConfig.origins.items.domainName}",),
    "events:PutRule": ("{state}", "{scheduleExpression}"),
    "scheduler:CreateSchedule": ("{scheduleExpression}", "to {target.arn}"),
    "scheduler:UpdateSchedule": ("{scheduleExpression}", "to {target.arn}"),
    "states:CreateStateMachine": ("as {roleArn}",),
    "states:UpdateStateMachine": ("as {roleArn}",),
    "sso:AttachCustomerManagedPolicyReferenceToPermissionSet": (
        "{customerManagedPolicyReference.name}",
    ),
    "sso:CreateTrustedTokenIssuer": (
        "{trustedTokenIssuerConfiguration.oidcJwtConfiguration.issuerUrl}",
    ),
    "sso:CreateApplicationAssignment": ("to {principalType} {principalId}",),
    "sso:ProvisionPermissionSet": ("in {targetId}",),
    "sso:UpdateSsoConfiguration": ("MFA {mfaMode}",),
    "ram:AcceptResourceShareInvitation": ("{resourceShareInvitationArn}",),
    "sso-directory:AddMemberToGroup": ("to {groupId}",),
    "identitystore:CreateGroupMembership": ("{memberId.userId}",),
    "route53domains:TransferDomainToAnotherAwsAccount": ("to {accountId}",),
    "route53domains:UpdateDomainNameservers": ("to {nameservers.name}",),
    "dynamodb:UpdateTable": ("!deletionProtectionEnabled deletion protection off",),
    "dynamodb:UpdateTimeToLive": (
        "?timeToLiveSpecification.enabled expires by {timeToLiveSpecification.attributeName}",
    ),
    "dynamodb:RestoreTableToPointInTime": ("to {targetTableName}",),
    "codebuild:CreateProject": ("as {serviceRole}", "from {source.location}"),
    "codebuild:UpdateProject": ("as {serviceRole}", "from {source.location}"),
    "codebuild:StartBuild": ("as {serviceRoleOverride}", "from {sourceLocationOverride}"),
    "codedeploy:CreateDeployment": (
        "from {revision.s3Location.bucket|revision.gitHubLocation.repository}",
    ),
    "codestar-connections:CreateConnection": ("{providerType}",),
    "codeconnections:CreateConnection": ("{providerType}",),
    "codebuild:ImportSourceCredentials": ("{serverType} {authType}",),
    "datasync:CreateTask": ("to {destinationLocationArn}",),
    "transfer:CreateUser": ("as {role}", "{homeDirectory}"),
    "account:PutAlternateContact": ("{alternateContactType}",),
    "servicequotas:RequestServiceQuotaIncrease": ("{serviceCode}", "to {desiredValue}"),
    "rolesanywhere:CreateProfile": ("as {roleArns}",),
    "rolesanywhere:UpdateProfile": ("as {roleArns}",),
    "rolesanywhere:CreateTrustAnchor": ("{source.sourceType}",),
    "elasticmapreduce:RunJobFlow": ("as {jobFlowRole}", "{instances.instanceCount} instances"),
}

WRITERS: dict[str, Writer] = {call: fields_writer(*phrases) for call, phrases in _PHRASES.items()}
"""By the call's name with its service."""
