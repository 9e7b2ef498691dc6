"""The filters that come with the program, each a plain text that a person can see and change.

The names of calls are those of the AWS API references, in the services' own spelling. Attempts
that failed count as well: a refused StopLogging is worth seeing.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Lens(NamedTuple):
    """A filter with a name, on a number key."""

    key: str
    name: str
    text: str


def _any_of(*parts: str) -> str:
    return "(" + " or ".join(parts) + ")"


_TAMPERING: Final = _any_of(
    "service:cloudtrail event:(StopLogging DeleteTrail UpdateTrail PutEventSelectors"
    " PutInsightSelectors DeleteEventDataStore UpdateEventDataStore StopEventDataStoreIngestion"
    " DeleteChannel DeregisterOrganizationDelegatedAdmin)",
    "service:logs event:(DeleteLogGroup DeleteLogStream PutRetentionPolicy DeleteMetricFilter"
    " DeleteSubscriptionFilter DeleteDestination DeleteDelivery DeleteDeliverySource"
    " DeleteDeliveryDestination DeleteAccountPolicy DeleteDataProtectionPolicy"
    " DisassociateKmsKey)",
    "service:ec2 event:DeleteFlowLogs",
    "service:(route53 route53resolver) event:(DeleteQueryLoggingConfig"
    " DeleteResolverQueryLogConfig DisassociateResolverQueryLogConfig)",
    "service:guardduty event:(DeleteDetector UpdateDetector DeleteMembers DisassociateMembers"
    " StopMonitoringMembers UpdateMemberDetectors DisassociateFromAdministratorAccount"
    " DisassociateFromMasterAccount DisableOrganizationAdminAccount"
    " UpdateOrganizationConfiguration DeletePublishingDestination UpdatePublishingDestination"
    " CreateFilter UpdateFilter CreateIPSet UpdateIPSet DeleteThreatIntelSet"
    " UpdateThreatIntelSet CreateTrustedEntitySet UpdateTrustedEntitySet ArchiveFindings)",
    "service:securityhub event:(DisableSecurityHub BatchDisableStandards UpdateStandardsControl"
    " UpdateSecurityControl BatchUpdateStandardsControlAssociations"
    " DisableImportFindingsForProduct DeleteMembers DisassociateMembers"
    " DisassociateFromAdministratorAccount DisassociateFromMasterAccount"
    " DisableOrganizationAdminAccount DisableSecurityHubV2 CreateAutomationRule"
    " BatchUpdateAutomationRules CreateAutomationRuleV2 UpdateAutomationRuleV2)",
    "service:securityhub event:BatchUpdateFindings note:SUPPRESSED",
    "service:securityhub event:UpdateOrganizationConfiguration note:*off",
    "service:macie2 event:(DisableMacie UpdateMacieSession DisassociateMember DeleteMember"
    " DisableOrganizationAdminAccount)",
    "service:inspector2 event:(Disable DisassociateMember DisableDelegatedAdminAccount)",
    "service:inspector2 event:(CreateFilter UpdateFilter) note:SUPPRESS",
    "service:(detective access-analyzer) event:(DeleteGraph DeleteMembers DeleteAnalyzer"
    " CreateArchiveRule)",
    "service:config event:(StopConfigurationRecorder DeleteConfigurationRecorder"
    " PutConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel DeleteConfigRule"
    " DeleteOrganizationConfigRule DeleteConformancePack DeleteOrganizationConformancePack"
    " DeleteConfigurationAggregator DeleteAggregationAuthorization DeleteEvaluationResults"
    " DeleteRemediationConfiguration PutRetentionConfiguration)",
    "service:events event:(DisableRule DeleteRule RemoveTargets DeleteEventBus)",
    "service:monitoring event:(DeleteAlarms DisableAlarmActions SetAlarmState)",
    "service:monitoring event:(PutMetricAlarm PutCompositeAlarm) note:*off",
    "service:(wafv2 waf waf-regional network-firewall) event:(DeleteLoggingConfiguration"
    " UpdateLoggingConfiguration DisassociateWebACL DeleteWebACL)",
    "service:bedrock event:(DeleteModelInvocationLoggingConfiguration"
    " PutModelInvocationLoggingConfiguration)",
    "service:redshift event:DisableLogging",
    # The record of who asked a database what.
    "service:rds event:StopActivityStream",
    "service:network-firewall event:DeleteFirewall",
    "service:shield event:(DeleteProtection DeleteSubscription)",
    "service:securitylake event:(DeleteDataLake DeleteAwsLogSource DeleteCustomLogSource"
    " DeleteDataLakeOrganizationConfiguration)",
    "service:s3 event:(PutBucketLifecycle PutBucketLifecycleConfiguration DeleteBucketLifecycle"
    " PutBucketVersioning PutBucketLogging DeleteBucketReplication"
    " PutBucketObjectLockConfiguration)",
    "service:organizations event:(LeaveOrganization RemoveAccountFromOrganization"
    " CloseAccount DisablePolicyType DetachPolicy DeletePolicy UpdatePolicy DisableAWSServiceAccess"
    " DeregisterDelegatedAdministrator)",
    # What data is lost, or cannot be read again, without.
    "service:kms event:(ScheduleKeyDeletion DisableKey DisableKeyRotation"
    " DeleteImportedKeyMaterial DeleteCustomKeyStore DisconnectCustomKeyStore)",
    "service:backup event:(DeleteBackupVault DeleteRecoveryPoint DeleteBackupPlan"
    " DeleteBackupSelection DeleteBackupVaultLockConfiguration DisassociateRecoveryPoint"
    " UpdateRecoveryPointLifecycle StopBackupJob DeleteBackupVaultAccessPolicy)",
    "service:backup event:UpdateRegionSettings note:*off",
    "service:rds event:(DeleteDBInstanceAutomatedBackup DeleteDBClusterAutomatedBackup"
    " DeleteDBSnapshot DeleteDBClusterSnapshot)",
    "service:(redshift redshift-serverless) event:(DeleteClusterSnapshot"
    " BatchDeleteClusterSnapshots DeleteSnapshot)",
    "service:rds event:ModifyDBInstance note:*automated?backups?off*",
    "service:(dynamodb fsx) event:DeleteBackup",
    "service:ec2 event:DisableEbsEncryptionByDefault",
    "service:events event:PutRule note:DISABLED*",
    # What else these set is no business of this lens.
    "service:(eks dynamodb) event:(UpdateClusterConfig UpdateContinuousBackups) note:*off",
)
"""Trails, log groups, flow logs, detectors, recorders, rules, alarms, the life of what lies in
log buckets, the organization's policies, keys, backups: stopped, deleted or weakened."""

_OPENED: Final = _any_of(
    "is:public",
    "is:shared",
    "is:admin",
    # What lets nobody in by itself: another rule has to.
    "is:write -is:error (event:(Delete*PublicAccessBlock Disable*BlockPublicAccess"
    " CreateVpcBlockPublicAccessExclusion ModifyVpcBlockPublicAccessExclusion"
    " Delete*PermissionsBoundary*)"
    " or event:(Put*PublicAccessBlock PutBlockPublicAccessConfiguration"
    " ModifyVpcBlockPublicAccessOptions) note:*off"
    " or service:(rds redshift redshift-serverless dms lightsail amazonmq kafka neptune-graph)"
    " note:publicly*)",
)

_SECRETS: Final = _any_of(
    "event:(GetSecretValue BatchGetSecretValue GetPasswordData GetLaunchTemplateData"
    " DownloadDBLogFilePortion DownloadCompleteDBLogFile GetRoleCredentials"
    " GetCredentialsForIdentity GetClusterCredentials GetClusterCredentialsWithIAM Get*Token"
    " ExportCertificate RetrieveDomainAuthCode GetInstanceAccessDetails DownloadDefaultKeyPair"
    " GetRelationalDatabaseMasterUserPassword GetClusterSessionCredentials GetDataAccess)",
    "service:redshift-serverless event:GetCredentials",
    # Only their parameters tell: withDecryption, includeValues, and the attribute userData.
    "event:(GetParameter GetParameters GetParametersByPath GetParameterHistory GetApiKey GetApiKeys"
    " DescribeInstanceAttribute) is:sensitive",
)

_CREDENTIALS: Final = _any_of(
    "event:(CreateUser GetFederationToken GetSessionToken CreateTrustAnchor AddUserToGroup"
    " UpdateAssumeRolePolicy StartSession ResumeSession CreateApiKey"
    " CreateServiceSpecificCredential ResetServiceSpecificCredential UploadSigningCertificate"
    " CreateAccountAssignment CreateAccessEntry AssumeRoot)",
    # Passwords, and the address to which a new one is sent.
    "service:iam event:ChangePassword",
    "service:signin event:(PasswordUpdated PasswordRecoveryCompleted EmailUpdated)",
    "service:account event:(StartPrimaryEmailUpdate AcceptPrimaryEmailUpdate)",
    # IAM Identity Center has names of its own for second factors, groups and providers.
    "service:sso-directory event:(UpdatePassword CompleteVirtualMfaDeviceRegistration"
    " CompleteWebAuthnDeviceRegistration DeleteMfaDeviceForUser AddMemberToGroup CreateBearerToken"
    " CreateExternalIdPConfigurationForDirectory UpdateExternalIdPConfigurationForDirectory"
    " EnableExternalIdPConfigurationForDirectory ImportExternalIdPCertificate)",
    "service:identitystore event:CreateGroupMembership",
    "service:sso event:(CreateTrustedTokenIssuer UpdateTrustedTokenIssuer)",
    "service:rolesanywhere event:(UpdateTrustAnchor CreateProfile UpdateProfile)",
    "service:eks event:AssociateAccessPolicy",
    # A page that opens somebody's notebook, a machine that takes the key it is given: either acts
    # as its role.
    "service:sagemaker event:CreatePresigned*Url",
    "service:glue event:(CreateDevEndpoint UpdateDevEndpoint)",
    "service:grafana event:(CreateWorkspaceApiKey CreateWorkspaceServiceAccountToken)",
    # Passwords of a directory, of mail, of a database's master user.
    "service:(ds workmail) event:(ResetUserPassword ResetPassword)",
    "service:(rds redshift redshift-serverless) note:*new?password*",
    # With its code a machine of anybody takes on a role.
    "service:ssm event:CreateActivation",
    # A shell in a container, and a way to an instance.
    "service:(ecs ec2-instance-connect) event:(ExecuteCommand OpenTunnel)",
    # GetLoginProfile and GetSSHPublicKey only read.
    "event:(*AccessKey *LoginProfile *SSHPublicKey *KeyPair *SAMLProvider"
    " *OpenIDConnectProvider *MFADevice) is:write",
)

LENSES: Final = (
    Lens("1", "changes", "is:write category:Management -is:aws"),
    Lens("2", "failures", "is:error -is:routine -is:throttled -is:aws"),
    Lens("3", "denied", "is:denied -is:aws"),
    Lens("4", "sign-ins", "service:signin"),
    Lens(
        "5",
        "identity changes",
        "service:(iam sso sso-directory identitystore rolesanywhere) is:write -is:aws",
    ),
    Lens("6", "root", "is:root"),
    Lens("7", "opened up", _OPENED),
    Lens("8", "tampering", f"{_TAMPERING} -is:aws"),
    Lens("9", "secrets read", f"{_SECRETS} -is:aws"),
    Lens("0", "credentials made", f"{_CREDENTIALS} -is:aws"),
)
"""By their keys."""

BY_NAME: Final = {lens.name: lens for lens in LENSES}
