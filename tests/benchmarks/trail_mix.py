"""How often each service, call, error and kind of caller occurs in a generated trail.

The shares follow a blend of published trails: an attack exercise, management and data events of
a busy account, and a person in the console. They are written per 100,000 events (services) and
per 10,000 of the service (calls, errors).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

# A service and its share, then `!code share` for its errors and `call share` for its calls.
_MIX = """
s3 34774
  !AccessDenied 3485 !NoSuchBucket 91 !NoSuchBucketPolicy 65 !NoSuchPublicAccessBlockConfiguration
  50 !NoSuchWebsiteConfiguration 42 PutObject 5238 GetBucketAcl 2900 GetObject 450 ListObjects 157
  HeadBucket 113 GetBucketLogging 77 ListAccessPoints 74 GetBucketPublicAccessBlock 72
  GetBucketPolicyStatus 72 ListBuckets 68 GetBucketTagging 65 GetBucketPolicy 64 DeleteBucket 53
  GetBucketObjectLockConfiguration 51 GetBucketVersioning 49 GetBucketLifecycle 45
  GetAccelerateConfiguration 45 GetBucketWebsite 42 GetBucketReplication 41
  GetBucketRequestPayment 40 GetBucketCors 40 GetBucketEncryption 40 PutBucketPolicy 40
  GetBucketLocation 39 CreateBucket 20 PutBucketTagging 20 GetStorageLensConfiguration 16
  GetStorageLensDashboardDataInternal 16 PutBucketWebsite 11 GetAccountPublicAccessBlock 10
  DeleteBucketPolicy 9 GetBucketOwnershipControls 5 PutBucketAcl 5 PutBucketVersioning 5
  PutBucketLifecycle 4 DeleteBucketLifecycle 4
ec2 22618
  !Client.UnauthorizedOperation 1005 !Client.InvalidParameterValue 82
  !Client.InvalidRouteTableID.NotFound 79 !Client.InvalidInstanceID.Malformed 25
  !Client.VpcLimitExceeded 18 DescribeRouteTables 1021 DescribeInstances 852 DescribeVolumes 467
  DescribeInstanceAttribute 436 GetPasswordData 433 DescribeAddresses 423
  DescribeAccountAttributes 406 DescribeVolumeStatus 348 DescribeNatGateways 332
  DescribeVpcAttribute 305 DescribeVpcs 298 DescribeInstanceStatus 293 DescribeAvailabilityZones
  278 DescribeSubnets 259 DescribeTags 245 DescribeSecurityGroups 232 DescribeNetworkAcls 178
  DescribeInstanceCreditSpecifications 176 DescribeInternetGateways 157 DescribeNetworkInterfaces
  138 DescribeSnapshots 138 DescribeImages 136 DescribeVpcClassicLink 122
  DescribeVpcClassicLinkDnsSupport 122 DescribeClassicLinkInstances 117 DescribeInstanceTypes 102
  DescribeLaunchTemplates 89 DescribeHosts 87 RunInstances 65 CreateVpc 61 CreateSubnet 61
  CreateRouteTable 61 AssociateRouteTable 61 DeleteRouteTable 61 DescribeDhcpOptions 58
  DisassociateRouteTable 55 DescribeKeyPairs 52 DeleteSubnet 49 DescribeVolumesModifications 45
  CreateRoute 45 DescribePlacementGroups 44 ModifySnapshotAttribute 37 DeleteVpc 37
  DescribeRegions 35 DescribeFlowLogs 35 DeleteRoute 30 DescribeAddressTransfers 30
  DescribeAddressesAttribute 30 TerminateInstances 29 ModifyInstanceAttribute 29
  AuthorizeSecurityGroupIngress 29 ModifyImageAttribute 29 AttachInternetGateway 24
  CreateInternetGateway 24 DeleteInternetGateway 24 DeleteFlowLogs 23 DescribeVpcEndpoints 21
  DescribeEgressOnlyInternetGateways 21 SharedSnapshotVolumeCreated 20 DeleteSnapshot 20
  CreateVolume 20 DeleteVolume 20 AllocateAddress 18 CreateNetworkInterface 18 ReleaseAddress 18
  DeleteNetworkInterface 18 DetachInternetGateway 18 StartInstances 17 StopInstances 17
  EnableSerialConsoleAccess 17 GetLaunchTemplateData 17 AuthorizeSecurityGroupEgress 14
  CreateSecurityGroup 14 CreateNatGateway 12 DeleteNatGateway 12 CreateSnapshot 12
  RevokeSecurityGroupEgress 12 CreateFlowLogs 10 DescribeVpcEndpointServiceConfigurations 8
  DescribeVpnGateways 8 DescribeCustomerGateways 8 DescribeVpcPeeringConnections 8
  DescribeVpnConnections 8 AttachVolume 8 CreateDefaultVpc 8 CreateImage 8
  CreateInstanceExportTask 8 CreateKeyPair 8 CreateLaunchTemplate 8 CreateNetworkAclEntry 8
  CreateTrafficMirrorFilter 8 CreateTrafficMirrorSession 8 CreateTrafficMirrorTarget 8
  DeleteNetworkAcl 8 DeleteNetworkAclEntry 8 DescribeBundleTasks 8 DescribeCarrierGateways 8
  DescribeClientVpnRoutes 8 DescribeSnapshotAttribute 8 DescribeSnapshotTierStatus 8
  DescribeTransitGatewayMulticastDomains 8 DescribeVpcEndpointConnectionNotifications 8
  GetConsoleScreenshot 8 GetEbsDefaultKmsKeyId 8 GetEbsEncryptionByDefault 8
  GetTransitGatewayRouteTableAssociations 8 ReplaceIamInstanceProfileAssociation 8 RegisterImage 6
  RevokeSecurityGroupIngress 6 DetachNetworkInterface 6 CreateTags 6 DeleteSecurityGroup 6
  DeregisterImage 6
kms 11767
  !AccessDenied 16 !NotFoundException 16 GenerateDataKey 6084 Decrypt 3385 Encrypt 492 CreateKey
  18 DescribeKey 16 CreateAlias 2 ListAliases 2
ssm 9404
  !ThrottlingException 1496 !AccessDenied 99 !InvocationDoesNotExist 15 !InvalidInstanceId 15
  DescribeInstanceInformation 2642 DescribeParameters 1889 GetParameter 1203 ListTagsForResource
  1203 DeleteParameter 1144 PutParameter 983 GetParameters 193 GetCommandInvocation 188
  UpdateInstanceInformation 103 UpdateInstanceAssociationStatus 103 SendCommand 89 StartSession 80
  TerminateSession 60 ListInstanceAssociations 29 PutComplianceItems 29 PutInventory 29
  ResumeSession 20 GetDocument 15
iam 6783
  !AccessDenied 1350 !NoSuchEntityException 157 !EntityTemporarilyUnmodifiableException 28 GetUser
  2671 ListAttachedRolePolicies 821 ListRolePolicies 699 GetRole 630 CreateRole 323 DeleteRole 264
  ListInstanceProfilesForRole 264 GetRolePolicy 224 AttachRolePolicy 181 GetPolicy 171
  DeleteLoginProfile 157 GetInstanceProfile 142 CreateUser 136 PutRolePolicy 129 DetachRolePolicy
  129 ListAccessKeys 129 CreateAccessKey 127 ListSSHPublicKeys 109 DeleteRolePolicy 109 DeleteUser
  109 CreatePolicy 100 CreateLoginProfile 96 UpdateAssumeRolePolicy 96 ListGroupsForUser 93
  ListUsers 92 GetPolicyVersion 89 AddRoleToInstanceProfile 89 ListSigningCertificates 89
  ListMFADevices 81 ListEntitiesForPolicy 81 AttachUserPolicy 75 DeleteAccessKey 68
  TagInstanceProfile 61 CreateInstanceProfile 61 RemoveRoleFromInstanceProfile 61
  DeleteInstanceProfile 61 ListVirtualMFADevices 61 UpdateLoginProfile 55 ListRoles 51
  GetAccountAuthorizationDetails 48 GetLoginProfile 48 ListServiceSpecificCredentials 48
  DetachUserPolicy 48 DeletePolicy 41 ListPolicyVersions 41 ListUserPolicies 36 ListGroups 32
  PutUserPolicy 32 ListAttachedUserPolicies 32 AddUserToGroup 28 AttachGroupPolicy 28
  ChangePassword 28 CreateGroup 28 CreatePolicyVersion 28 CreateServiceLinkedRole 28
  DeactivateMFADevice 28 DeleteRolePermissionsBoundary 28 DeleteUserPermissionsBoundary 28
  DeleteUserPolicy 28 ListAccountAliases 28 ListInstanceProfiles 28 ListOpenIDConnectProviders 28
  ListSAMLProviders 28 PutGroupPolicy 28 PutRolePermissionsBoundary 28 PutUserPermissionsBoundary
  28 SetDefaultPolicyVersion 28 SimulatePrincipalPolicy 28 UpdateAccessKey 28 UpdateSAMLProvider
  28 GetAccountSummary 20 ListPolicies 4 ListAttachedGroupPolicies 4 ListGroupPolicies 4
secretsmanager 3756
  !AccessDenied 149 GetSecretValue 3249 GetResourcePolicy 1432 DescribeSecret 1372 CreateSecret
  734 PutSecretValue 734 StartSecretVersionDelete 734 EndSecretVersionDelete 734 DeleteSecret 624
  BatchGetSecretValue 249 ListSecrets 136
rds 2499
  !AccessDenied 673 !DBInstanceNotFoundFault 75 !InvalidDBInstanceStateFault 55
  DescribeOrderableDBInstanceOptions 2559 DescribeDBInstances 2007 DescribeDBEngineVersions 1234
  DescribeDBSnapshots 903 ListTagsForResource 331 ModifyDBSnapshotAttribute 260
  DescribeRecommendations 221 DescribeDBSubnetGroups 185 DeleteDBInstance 185 CreateDBSnapshot 130
  DescribeGlobalClusters 130 DescribeBlueGreenDeployments 130 DescribePendingMaintenanceActions
  130 DescribeDBClusters 130 DescribeRecommendationGroups 110 AuthorizeDBSecurityGroupIngress 75
  CreateDBSecurityGroup 75 DeleteDBCluster 75 DeleteGlobalCluster 75 DescribeDBProxies 75
  DescribeExportTasks 75 DescribeValidDBInstanceModifications 75 ModifyActivityStream 75
  ModifyDBInstance 75 StartExportTask 75 CreateDBSubnetGroup 55 CreateDBInstance 55
  DescribeAccountAttributes 55 DescribeDBClusterSnapshots 55 DescribeEventSubscriptions 55
  DescribeEvents 55 DescribeDBClusterParameterGroups 55 DescribeCertificates 55
  DescribeOptionGroups 55 DescribeDBParameterGroups 55 DeleteDBSnapshot 55
sts 1926
  !AccessDenied 1611 AssumeRole 8190 GetCallerIdentity 1519 GetFederationToken 194 GetSessionToken
  97
cloudtrail 730
  !TrailNotFoundException 1323 !AccessDenied 768 !InvalidCloudWatchLogsRoleArnException 111
  !InsightNotEnabledException 74 DescribeTrails 1693 StopLogging 1079 DeleteTrail 1079
  StartLogging 982 GetTrailStatus 937 GetEventSelectors 904 LookupEvents 893 ListTags 830
  PutEventSelectors 671 CreateTrail 415 UpdateTrail 404 GetInsightSelectors 74 PutInsightSelectors
  37
health 692
  DescribeEventAggregates 10000
lambda 651
  !AccessDenied 1766 !InvalidParameterValueException 848 !ResourceNotFoundException 287
  GetFunction20150331v2 1772 CreateFunction20150331 1560 UpdateFunctionCode20150331v2 999
  GetFunctionCodeSigningConfig 848 ListVersionsByFunction20150331 848 ListFunctions20150331 827
  AddPermission20150331v2 787 UpdateFunctionConfiguration20150331v2 575 DeleteFunction20150331 424
  CreateEventSourceMapping20150331 287 CreateFunctionUrlConfig 287
  GetFunctionConfiguration20150331v2 287 UpdateEventSourceMapping20150331 287
  RemovePermission20150331v2 212
bedrock 411
  !AccessDenied 455 GetFoundationModelAvailability 4545 PutFoundationModelEntitlement 455
  PutUseCaseForModelAccess 455 InvokeModel 455 CreateFoundationModelAgreement 455
  ListFoundationModelAgreementOffers 455 GetKnowledgeBase 455 ListAgents 455 ListCustomModels 455
  ListInferenceProfiles 455 ListKnowledgeBases 455 ListModelInvocationJobs 455 Converse 455
elasticloadbalancing 338
  !AccessDenied 1658 DescribeLoadBalancers 8895 CreateRule 553 DescribeListeners 553
guardduty 317
  !AccessDenied 8259 ListFindings 1025 ListDetectors 1025 GetDetector 1025 GetFindings 1025
  CreateIPSet 590 DeleteDetector 590 DeleteInvitations 590 DeleteMembers 590
  DeletePublishingDestination 590 DisassociateFromMasterAccount 590 DisassociateMembers 590
  ListIPSets 590 StopMonitoringMembers 590 UpdateDetector 590
monitoring 298
  !AccessDenied 627 !DashboardNotFoundError 453 !InvalidParameterValueException 181 DescribeAlarms
  7206 GetDashboard 815 DeleteAlarms 627 DescribeAlarmsForMetric 627 ListDashboards 543
  DescribeInsightRules 91 PutDashboard 91
logs 225
  !AccessDenied 5113 DescribeLogGroups 2421 DeleteLogGroup 1446 ListTagsLogGroup 1228
  CreateLogStream 952 DeleteLogStream 832 DescribeLogStreams 832 DescribeSubscriptionFilters 832
  CreateLogGroup 734 DescribeMetricFilters 721
ses 224
  !AccessDenied 7500 CreateEmailIdentity 833 DeleteIdentity 833 GetAccount 833
  GetAccountSendingEnabled 833 GetIdentityVerificationAttributes 833 GetSendQuota 833
  ListEmailIdentities 833 ListIdentities 833 PutAccountDetails 833 SendEmail 833
  UpdateAccountSendingEnabled 833 VerifyEmailIdentity 833
compute-optimizer 193
  GetEnrollmentStatus 10000
organizations 149
  !AccessDenied 7216 LeaveOrganization 3443 DescribeOrganization 3114 ListAccounts 1258
  ListOrganizationalUnitsForParent 1258 ListDelegatedAdministrators 928
rolesanywhere 120
  CreateTrustAnchor 2704 CreateProfile 2704 ListProfiles 1148 DeleteTrustAnchor 1148 DeleteProfile
  1148 ListTrustAnchors 1148
ec2-instance-connect 112
  SendSSHPublicKey 5000 SendSerialConsoleSSHPublicKey 5000
eks 112
  !AccessDenied 10000 AssociateAccessPolicy 1667 CreateAccessEntry 1667 DescribeAccessEntry 1667
  DescribeCluster 1667 ListAssociatedAccessPolicies 1667 ListClusters 1667
notifications 110
  ListNotificationHubs 10000
config 94
  !AccessDenied 7982 DeleteConfigRule 1996 DeleteConfigurationRecorder 1996 DeleteDeliveryChannel
  1996 StopConfigurationRecorder 1996 DescribeConfigurationRecorders 1153
  DescribePendingAggregationRequests 288 DescribeConfigRules 288
  DescribeConfigurationRecorderStatus 288
apigateway 93
  CreateApi 2000 CreateIntegration 2000 CreateRoute 2000 CreateStage 2000 GetResource 2000
events 93
  !AccessDenied 10000 DeleteRule 2000 DisableRule 2000 ListRules 2000 ListTargetsByRule 2000
  RemoveTargets 2000
sns 93
  !AccessDenied 10000 GetSMSAttributes 2000 GetSMSSandboxAccountStatus 2000 ListOriginationNumbers
  2000 ListSubscriptions 2000 ListTopics 2000
signin 90
  ConsoleLogin 6373 GetSigninToken 2087 CheckMfa 1540
wafv2 75
  !AccessDenied 10000 UpdateIPSet 5000 DeleteRuleGroup 2500 DeleteWebACL 2500
ce 65
  !AccessDenied 7123 !InternalFailure 2877 GetCostForecast 5000 GetCostAndUsage 5000
resource-explorer-2 60
  !UnauthorizedException 3112 ListIndexes 6888 Search 3112
appsync 56
  !AccessDenied 10000 CreateApiKey 3333 GetIntrospectionSchema 3333 UpdateResolver 3333
lightsail 56
  !AccessDenied 10000 CreateInstances 3333 GetInstances 3333 GetRegions 3333
sso-directory 56
  AddMemberToGroup 3333 CreateGroup 3333 CreateUser 3333
sagemaker 56
  ListEndpoints 3333 ListModels 3333 ListTrainingJobs 3333
servicequotas 56
  !AccessDenied 6667 GetServiceQuota 3333 ListServiceQuotas 3333 RequestServiceQuotaIncrease 3333
devops-guru 55
  !ResourceNotFoundException 5000 GetResourceCollection 5000 SearchInsights 5000
autoscaling 51
  !ValidationException 3652 CreateAutoScalingGroup 3652 DescribeLaunchConfigurations 3652
  DescribeAutoScalingGroups 2695
route53 46
  !AccessDenied 4039 ListHostedZones 5961 CreateHostedZone 4039
route53resolver 46
  ListFirewallRuleGroupAssociations 5935 DeleteResolverQueryLogConfig 4065
account 41
  GetRegionOptStatus 10000
cloudfront 37
  !AccessDenied 10000 CreateFunction2020_05_31 5000 PublishFunction2020_05_31 5000
ecr 37
  DescribeRepositories 5000 GetAuthorizationToken 5000
ecs 37
  !AccessDenied 5000 !ClientException 5000 CreateCluster 5000 CreateService 5000
elasticfilesystem 37
  !AccessDenied 10000 DeleteFileSystem 5000 DeleteMountTarget 5000
glue 37
  !AccessDenied 10000 CreateDevEndpoint 5000 UpdateDevEndpoint 5000
agreement-marketplace 37
  AcceptAgreementRequest 5000 SearchAgreements 5000
aoss 37
  ListAccessPolicies 5000 ListCollections 5000
sso 37
  CreateAccountAssignment 5000 UpdateSsoConfiguration 5000
transfer 37
  !AccessDenied 10000 CreateServer 5000 CreateUser 5000
servicecatalog-appregistry 32
  ListApplications 10000
securityhub 32
  !AccessDenied 5754 !InvalidAccessException 4246 DeleteMembers 5754 DescribeHub 4246
ram 28
  ListResources 10000
resource-groups 22
  ListGroups 10000
cloudformation 19
  ListTypes 10000
acm-pca 19
  !AccessDenied 10000 GetCertificate 10000
cloudshell 19
  CreateSession 10000
discovery-marketplace 19
  GetListingView 10000
route53domains 19
  !AccessDenied 10000 ListDomains 10000
glacier 19
  !AccessDenied 10000 ListVaults 10000
support 19
  CreateCase 10000
billingconsole 8
  GetTotalAmountForForecast 6667 GetBillsForBillingPeriod 3333
application-insights 8
  ListApplications 10000
es 8
  ListDomainNames 3333 ListNotifications 3333 DescribeReservedElasticsearchInstances 3333
tagging 3
  GetTagKeys 10000
"""

# Who calls, where it is not AWS itself: shares per 10,000.
CALLERS = {
    "IAMUser": 8864,
    "AssumedRole": 740,
    "Root": 284,
    "accountless": 97,
    "FederatedUser": 3,
    "Unknown": 3,
    "missing": 3,
    "AWSAccount": 6,
}

# Calls that AWS services make by themselves, the service that makes them, its share per 100.
BY_AWS = {
    "s3:PutObject": ("delivery.logs.amazonaws.com", 88),
    "s3:GetBucketAcl": ("cloudtrail.amazonaws.com", 95),
    "s3:ListBuckets": ("access-analyzer.amazonaws.com", 20),
    "kms:GenerateDataKey": ("s3.amazonaws.com", 72),
    "kms:Decrypt": ("secretsmanager.amazonaws.com", 64),
    "kms:Encrypt": ("ssm.amazonaws.com", 60),
    "sts:AssumeRole": ("ec2.amazonaws.com", 82),
    "secretsmanager:StartSecretVersionDelete": ("secretsmanager.amazonaws.com", 100),
    "secretsmanager:EndSecretVersionDelete": ("secretsmanager.amazonaws.com", 100),
    "ec2:SharedSnapshotVolumeCreated": ("ec2.amazonaws.com", 100),
    "ssm:UpdateInstanceAssociationStatus": ("ssm.amazonaws.com", 30),
    "logs:CreateLogStream": ("lambda.amazonaws.com", 80),
    "elasticloadbalancing:DescribeLoadBalancers": ("autoscaling.amazonaws.com", 30),
}

_READS = (
    "Get", "List", "Describe", "Head", "Lookup", "Search", "Query", "BatchGet", "Check",
    "Validate", "Test", "Simulate", "Decrypt", "Encrypt", "GenerateDataKey", "AssumeRole",
    "Converse", "InvokeModel",
)  # fmt: skip
_DATA_CALLS = {"PutObject", "GetObject", "ListObjects", "HeadObject", "DeleteObject"}


@dataclass(frozen=True)
class Call:
    """One API call: its service, name, errors and who of AWS makes it by itself."""

    service: str
    name: str
    error_codes: tuple[str, ...]
    error_limits: tuple[float, ...]  # running shares of 1, one for each code
    by_aws: str
    aws_share: float

    @property
    def source(self) -> str:
        """The eventSource."""
        return f"{self.service}.amazonaws.com"

    @property
    def reads(self) -> bool:
        """What readOnly says."""
        return self.name.startswith(_READS)

    @property
    def is_data(self) -> bool:
        """Whether it is a data event of S3."""
        return self.service == "s3" and self.name in _DATA_CALLS


def _fits(code: str, name: str) -> bool:
    """Whether this call can end in this error: a look-up of nothing is always a read."""
    if code.startswith("NoSuch") and code not in {"NoSuchBucket", "NoSuchEntityException"}:
        return name.startswith("Get")
    return not (code.endswith("Malformed") and name.startswith("Create"))


def _parse() -> tuple[list[Call], list[float]]:
    """The calls with their shares of all events."""
    calls: list[Call] = []
    shares: list[float] = []
    for block in _blocks():
        service, weight, *rest = block
        pairs = list(zip(rest[::2], map(int, rest[1::2]), strict=True))
        total = sum(share for name, share in pairs if not name.startswith("!"))
        for name, share in pairs:
            if name.startswith("!"):
                continue
            codes = [(code[1:], p) for code, p in pairs if code.startswith("!")]
            codes = [(code, p) for code, p in codes if _fits(code, name)]
            by_aws, aws_share = BY_AWS.get(f"{service}:{name}", ("", 0))
            calls.append(
                Call(
                    service,
                    name,
                    tuple(code for code, _ in codes),
                    tuple(accumulate(p / 10_000 for _, p in codes)),
                    by_aws,
                    aws_share / 100,
                )
            )
            shares.append(int(weight) * share / total)
    return calls, shares


def _blocks() -> list[list[str]]:
    """The words of each service's part of the table."""
    blocks: list[list[str]] = []
    for line in _MIX.strip().splitlines():
        if line[0] != " ":
            blocks.append([])
        blocks[-1] += line.split()
    return blocks


CALLS, SHARES = _parse()
