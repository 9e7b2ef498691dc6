"""The tables behind an event's target: which field of which call names the thing acted on.

Field names are compared without regard to case, because services differ (`resourceId`,
`ResourceId`, `dBInstanceIdentifier`). A field that begins with `=` is looked for in the answer.
"""

import re

# KMS calls name a key, but what a reader wants to know is what was locked or unlocked with it:
# the encryption context that the calling service sets (AWS KMS developer guide, "Encryption
# context", and the pages of the services).
KMS_CONTEXT = (
    "secretarn",
    "parameter_arn",
    "aws:s3:arn",
    "aws:ebs:id",
    "aws:rds:db-id",
    "aws:rds:dbc-id",
    "aws:dynamodb:tablename",
    "aws:lambda:functionarn",
    "aws:logs:arn",
    "aws:cloudtrail:arn",
    "aws:sqs:arn",
    "aws:sns:topicarn",
    "aws:kinesis:arn",
    "aws:elasticfilesystem:filesystem:id",
    "aws:redshift:arn",
    "aws:backup:backup-vault",
    "aws:workspaces:workspaceid",
)

# Calls for which the general rules would name the wrong thing. `service:call` beats `call`.
OWN_FIELDS: dict[str, tuple[str, ...]] = {
    "AssumeRole": ("roleArn",),
    "AssumeRoleWithSAML": ("roleArn",),
    "AssumeRoleWithWebIdentity": ("roleArn",),
    "AssumeRoot": ("targetPrincipal",),
    "GetFederationToken": ("name",),
    "CreateAccessKey": ("userName",),
    "UpdateAccessKey": ("userName",),
    "DeleteAccessKey": ("userName",),
    "GetAccessKeyLastUsed": ("userName", "accessKeyId"),
    "CreateLoginProfile": ("userName",),
    "UpdateLoginProfile": ("userName",),
    "DeleteLoginProfile": ("userName",),
    "GetLoginProfile": ("userName",),
    "EnableMFADevice": ("userName",),
    "DeactivateMFADevice": ("userName",),
    "ResyncMFADevice": ("userName",),
    "CreateVirtualMFADevice": ("virtualMFADeviceName",),
    "DeleteVirtualMFADevice": ("serialNumber",),
    "AddUserToGroup": ("userName",),
    "RemoveUserFromGroup": ("userName",),
    "AddRoleToInstanceProfile": ("roleName",),
    "RemoveRoleFromInstanceProfile": ("roleName",),
    "CreatePolicyVersion": ("policyArn",),
    "DeletePolicyVersion": ("policyArn",),
    "SetDefaultPolicyVersion": ("policyArn",),
    "UpdateSAMLProvider": ("sAMLProviderArn", "=sAMLProviderArn"),
    "AddRoleToDBInstance": ("dBInstanceIdentifier",),
    "AddRoleToDBCluster": ("dBClusterIdentifier",),
    "RemoveRoleFromDBInstance": ("dBInstanceIdentifier",),
    "RemoveRoleFromDBCluster": ("dBClusterIdentifier",),
    "CopyDBSnapshot": ("targetDBSnapshotIdentifier",),
    "CopyDBClusterSnapshot": ("targetDBClusterSnapshotIdentifier",),
    "DownloadDBLogFilePortion": ("dBInstanceIdentifier",),
    "DownloadCompleteDBLogFile": ("dBInstanceIdentifier",),
    "StartExportTask": ("sourceArn",),
    "ListTagsForResource": ("resourceArn", "resourceId", "resourceName", "arn"),
    "TagResource": ("resourceArn", "resourceId", "keyId", "secretId", "resource", "arn"),
    "UntagResource": ("resourceArn", "resourceId", "keyId", "secretId", "resource", "arn"),
    "CreateTags": ("resourcesSet", "resourceId", "resources"),
    "DeleteTags": ("resourcesSet", "resourceId", "resources"),
    "AddTags": ("resourceId", "resourceArns", "resourceArn"),
    "RemoveTags": ("resourceId", "resourceArns", "resourceArn"),
    "ListTags": ("resourceIdList", "resourceArn", "resource"),
    "PutEventSelectors": ("trailName",),
    "PutInsightSelectors": ("trailName", "eventDataStore"),
    "SendCommand": ("instanceIds", "targets", "documentName"),
    "StartSession": ("target",),
    "SendSSHPublicKey": ("instanceId",),
    "SendSerialConsoleSSHPublicKey": ("instanceId",),
    "AddPermission": ("functionName", "topicArn", "queueUrl", "layerName"),
    "RemovePermission": ("functionName", "topicArn", "queueUrl", "layerName"),
    "RunInstances": ("=instancesSet.items.instanceId", "instancesSet"),
    "CreateFlowLogs": ("resourceId", "resourceIds"),
    "CreateKeyPair": ("keyName",),
    "ImportKeyPair": ("keyName",),
    "CreateRoute": ("routeTableId",),
    "ReplaceRoute": ("routeTableId",),
    "DeleteRoute": ("routeTableId",),
    "AllocateAddress": ("=allocationId", "=publicIp"),
    "PutTargets": ("rule",),
    "RemoveTargets": ("rule",),
    "CreateGrant": ("keyId",),
    "RevokeGrant": ("keyId",),
    "RetireGrant": ("keyId",),
    "ChangeResourceRecordSets": ("hostedZoneId",),
    "AssociateAccessPolicy": ("principalArn",),
    "DisassociateAccessPolicy": ("principalArn",),
    "CreateAccessEntry": ("principalArn",),
    "UpdateAccessEntry": ("principalArn",),
    "DeleteAccessEntry": ("principalArn",),
    "CreateAccountAssignment": ("targetId",),
    "DeleteAccountAssignment": ("targetId",),
    "sso-directory:CreateUser": ("userName", "=user.userId"),
    "sso-directory:CreateGroup": ("displayName", "=group.groupId"),
    "sso-directory:DeleteMfaDeviceForUser": ("userId",),
    "identitystore:CreateUser": ("userName", "=userId"),
    "identitystore:CreateGroup": ("displayName", "=groupId"),
    "CreateMembers": ("accountIds", "accountDetails"),
    "DeleteMembers": ("accountIds",),
    "DisassociateMembers": ("accountIds",),
    "StopMonitoringMembers": ("accountIds",),
    "CreateCase": ("=caseId",),
    "RequestServiceQuotaIncrease": ("quotaCode",),
    "SendEmail": ("source", "fromEmailAddress"),
    "SendRawEmail": ("source",),
    "SendBulkEmail": ("fromEmailAddress",),
    "StartQueryExecution": ("workGroup",),
    "ModifyDBSnapshotAttribute": ("dBSnapshotIdentifier",),
    "ModifyDBClusterSnapshotAttribute": ("dBClusterSnapshotIdentifier",),
    "organizations:MoveAccount": ("accountId",),
    "organizations:AttachPolicy": ("targetId",),
    "organizations:DetachPolicy": ("targetId",),
    "CreateAccount": ("accountName", "email"),
    "CreateStage": ("apiId", "restApiId"),
    "GetParametersByPath": ("path",),
    "PutComplianceItems": ("resourceId",),
    "AssociateIamInstanceProfile": ("instanceId",),
    "ReplaceIamInstanceProfileAssociation": ("associationId",),
    "CreateServiceSpecificCredential": ("userName",),
    "ResetServiceSpecificCredential": ("userName", "serviceSpecificCredentialId"),
    "CreateOpenIDConnectProvider": ("url", "=openIDConnectProviderArn"),
    "PutMetricAlarm": ("alarmName",),
    "PutSubscriptionFilter": ("logGroupName",),
    "DeleteSubscriptionFilter": ("logGroupName",),
    "PutMetricFilter": ("logGroupName",),
    "DeleteMetricFilter": ("logGroupName",),
    "InviteAccountToOrganization": ("target",),
    "EnableAWSServiceAccess": ("servicePrincipal",),
    "DisableAWSServiceAccess": ("servicePrincipal",),
    "AttachManagedPolicyToPermissionSet": ("permissionSetArn",),
    "DetachManagedPolicyFromPermissionSet": ("permissionSetArn",),
    "RunTask": ("taskDefinition",),
    "StartTask": ("taskDefinition",),
    "RegisterTaskDefinition": ("family",),
    "ecs:ExecuteCommand": ("task",),
    "BatchGetImage": ("repositoryName",),
    "BatchDeleteImage": ("repositoryName",),
    "PutImageTagMutability": ("repositoryName",),
    "SetDesiredCapacity": ("autoScalingGroupName",),
    "elasticache:CopySnapshot": ("targetSnapshotName",),
    "CreateNotification": ("budgetName",),
    "UpdateNotification": ("budgetName",),
    "DeleteNotification": ("budgetName",),
    "CreateSubscriber": ("budgetName",),
    "UpdateSubscriber": ("budgetName",),
    "DeleteSubscriber": ("budgetName",),
    "UpdateProjectVisibility": ("projectArn",),
    "lakeformation:GrantPermissions": ("resource",),
    "lakeformation:RevokePermissions": ("resource",),
}

# Services whose creating calls are given their new thing's id only in the answer.
CREATING_SERVICES = frozenset(
    {"ec2", "kms", "elasticloadbalancing", "guardduty", "apigateway"},
)
CREATING_CALL = re.compile(r"(?:Create|Run|Allocate|Copy|Import|Register)(?=[A-Z])")

# Fields that name the thing wherever they stand, the surest first.
WELL_KNOWN = (
    "domainname",
    "secretid",
    "functionname",
    "rolename",
    "username",
    "groupname",
    "groupid",
    "keyid",
    "trailname",
    "instanceid",
    "instancesset",
    "instanceids",
    "tablename",
    "bucketname",
    "bucket",
    "queueurl",
    "queuename",
    "topicarn",
    "clustername",
    "repositoryname",
    "loggroupname",
    "streamname",
    "dbinstanceidentifier",
    "dbclusteridentifier",
    "vpcid",
    "stackid",
    "stackname",
    "indexid",
    "collectionname",
    "hostedzoneid",
    "modelid",
    "accountid",
    "name",
    "names",
    "id",
    "arn",
    "emailaddress",
)

# Endings that say "this field names something".
NAMING_SUFFIXES = ("identifiers", "identifier", "arns", "arn", "names", "name", "ids", "id", "set")
# Endings taken off a field to get the stem that the call's name should contain.
STEM_SUFFIXES = ("identifier", "name", "list", "arn", "set", "url", "id", "s")

# Fields that end like a name, or stand in a call's name, and name nothing.
IGNORED_FIELDS = frozenset(
    """
    host policy policytext policydocument resourcepolicy accesspolicies document definition
    template body attribute attributes attributename attributetype attributevalue value values
    type types status state version versions format data code count size limit path action
    actions metadata configuration options parameters rolesessionname requestid ownersset
    executablebyset sharedusersset accountattributenameset statementid versionid snapshottype
    resourcetype documentversion acl versioning lifecycle logging replication encryption website
    tagging cors location publicaccessblock ownershipcontrols requestpayment accelerate
    policystatus notification dryrun all permissions
    """.split(),  # noqa: SIM905 - a list of sixty words reads better as words
)
IGNORED_SUFFIXES = (
    "token",
    "filter",
    "filters",
    "filterset",
    "filterpattern",
    "description",
    "marker",
    "document",
    "settings",
)
IGNORED_PREFIXES = ("tag", "max", "min", "include", "enable", "numberof", "encryptioncontext.")
# Endings alone are no stem: `name` stands in a call's name by accident only.
BARE = frozenset({"name", "names", "id", "ids", "arn", "arns", "identifier", "set", "list", "url"})

# Calls about the caller, when they name nobody.
SELF_CALLS = frozenset(
    """
    GetUser CreateAccessKey ListAccessKeys UpdateAccessKey DeleteAccessKey ChangePassword
    GetLoginProfile CreateLoginProfile UpdateLoginProfile DeleteLoginProfile ListMFADevices
    EnableMFADevice DeactivateMFADevice ResyncMFADevice ListSSHPublicKeys UploadSSHPublicKey
    ListServiceSpecificCredentials CreateServiceSpecificCredential ListSigningCertificates
    UploadSigningCertificate ListGroupsForUser GetCallerIdentity GetSessionToken GetSigninToken
    ConsoleLogin Logout CheckMfa SwitchRole ExitRole RenewRole PasswordUpdated
    PasswordRecoveryRequested PasswordRecoveryCompleted EmailUpdated ExternalIdPDirectoryLogin
    UserAuthentication CredentialChallenge CredentialVerification Authenticate Federate
    """.split(),  # noqa: SIM905 - as above
)

# A read that named nothing asked for everything.
ALL_READS = ("Describe", "List", "Get", "Search", "BatchGet", "Lookup")

# Where the service events of IAM Identity Center's portal, reads too, name the role and the account
# that a person looks at or enters: they have no requestParameters.
PORTAL_FIELDS = ("role_name", "account_id")

# Where service events and additionalEventData name their object.
EVENT_DATA_FIELDS = (
    "ARN",
    "arn",
    "resourceArn",
    "Name",
    "name",
    "keyId",
    "KeyId",
    "snapshotId",
    "instanceId",
    "accountId",
)
