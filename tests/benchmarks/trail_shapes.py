"""What each call asks and answers: requestParameters and responseElements as templates.

`%(name)s` stands for a value of trail_values. A shape names the value that is its target, so that
the truth can count distinct targets.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import orjson


class Shape(NamedTuple):
    """A call's request and answer as JSON templates, the resources it names, its target's value."""

    request: str
    answer: str = "null"
    target: str = ""
    resources: str = ""
    additional: str = ""


_BUCKET_RESOURCES = (
    '[{"accountId":"%(account)s","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::%(bucket)s"}]'
)
_OBJECT_RESOURCES = (
    '[{"type":"AWS::S3::Object","ARN":"%(objectArn)s"},{"accountId":"%(account)s",'
    '"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::%(bucket)s"}]'
)
_KEY_RESOURCES = '[{"accountId":"%(account)s","type":"AWS::KMS::Key","ARN":"%(keyArn)s"}]'
_S3_EXTRA = (
    '{"SignatureVersion":"SigV4","CipherSuite":"ECDHE-RSA-AES128-GCM-SHA256","bytesTransferredIn":'
    '%(number)s,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"%(x-amz-id-2)s",'
    '"bytesTransferredOut":0}'
)
_HOST = '"bucketName":"%(bucket)s","Host":"%(bucket)s.s3.%(region)s.amazonaws.com"'
_KEY_EXTRA = '{"keyMaterialId":"%(keyMaterial)s"}'


def _items(name: str, field: str, value: str) -> str:
    return f'"{name}":{{"items":[{{"{field}":"%({value})s"}}]}}'


def _filter(name: str, value: str) -> str:
    return (
        '"filterSet":{"items":[{"name":"'
        + name
        + '","valueSet":{"items":[{"value":"%('
        + value
        + ')s"}]}}]}'
    )


def _as_string(template: str) -> str:
    """The whole of a field as one JSON string."""
    return orjson.dumps(template).decode()


_PUT_CONTEXT = '"x-amz-server-side-encryption-context":"%(contextBase64)s",'
SHAPES: dict[str, Shape] = {
    "s3:PutObject": Shape(
        "{" + _HOST + ',"key":"%(objectKey)s","x-amz-acl":"bucket-owner-full-control",'
        + _PUT_CONTEXT + '"x-amz-server-side-encryption":"aws:kms",'
        '"x-amz-server-side-encryption-aws-kms-key-id":"%(keyArn)s"}',
        '{"x-amz-server-side-encryption":"aws:kms","x-amz-server-side-encryption-aws-kms-key-id":'
        '"%(keyArn)s","x-amz-storage-class":"STANDARD","x-amz-expiration":"expiry-date=\\"Sun, 01 '
        'Mar 2026 00:00:00 GMT\\", rule-id=\\"keep-sixty-days\\""}',
        "bucket", _OBJECT_RESOURCES, _S3_EXTRA,
    ),
    "s3:GetObject": Shape(
        "{" + _HOST + ',"key":"%(objectKey)s"}', "null", "bucket", _OBJECT_RESOURCES, _S3_EXTRA
    ),
    "s3:PutBucketPolicy": Shape(
        "{" + _HOST + ',"policy":"","bucketPolicy":{"Version":"2012-10-17","Id":"%(description)s",'
        '"Statement":[%(bucketStatements)s]}}',
        "null", "bucket", _BUCKET_RESOURCES, _S3_EXTRA,
    ),
    "s3:ListBuckets": Shape('{"Host":"s3.%(region)s.amazonaws.com"}', "null", "", "", _S3_EXTRA),
    "kms:GenerateDataKey": Shape(
        '{"keyId":"%(keyArn)s","encryptionContext":{"aws:s3:arn":"%(objectArn)s"},'
        '"keySpec":"AES_256"}',
        "null", "objectArn", _KEY_RESOURCES, _KEY_EXTRA,
    ),
    "kms:Decrypt": Shape(
        '{"encryptionContext":{"SecretARN":"%(secretArn)s-AbCdEf","SecretVersionId":"%(uuid)s"},'
        '"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}',
        "null", "secretArn", _KEY_RESOURCES, _KEY_EXTRA,
    ),
    "kms:Encrypt": Shape(
        '{"keyId":"alias/aws/ssm","encryptionContext":{"PARAMETER_ARN":"%(parameterArn)s"},'
        '"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}',
        "null", "parameterArn", _KEY_RESOURCES,
    ),
    "kms:CreateKey": Shape(
        '{"description":"%(description)s","keyUsage":"ENCRYPT_DECRYPT","policy":%(policyEscaped)s,'
        '"multiRegion":false,"bypassPolicyLockoutSafetyCheck":false}',
        '{"keyMetadata":{"aWSAccountId":"%(account)s","keyId":"%(key)s","arn":"%(keyArn)s",'
        '"enabled":true,"keyState":"Enabled","origin":"AWS_KMS","keyManager":"CUSTOMER"}}',
        "key", _KEY_RESOURCES,
    ),
    "ssm:DescribeInstanceInformation": Shape(
        '{"filters":[{"key":"InstanceIds","values":["%(instance)s"]}]}', "null", "instance"
    ),
    "ssm:DescribeParameters": Shape(
        '{"parameterFilters":[{"key":"Name","option":"Equals","values":["%(parameter)s"]}]}',
        "null", "parameter",
    ),
    "ssm:GetParameter": Shape(
        '{"name":"%(parameter)s","withDecryption":true}', "null", "parameter",
        '[{"accountId":"%(account)s","ARN":"%(parameterArn)s"}]',
    ),
    "ssm:GetParameters": Shape(
        '{"names":["%(parameter)s"],"withDecryption":true}', "null", "parameter",
        '[{"accountId":"%(account)s","ARN":"%(parameterArn)s"}]',
    ),
    "ssm:ListTagsForResource": Shape(
        '{"resourceType":"Parameter","resourceId":"%(parameter)s"}', "null", "parameter"
    ),
    "ssm:DeleteParameter": Shape('{"name":"%(parameter)s"}', "null", "parameter"),
    "ssm:PutParameter": Shape(
        '{"name":"%(parameter)s","description":"%(description)s","value":'
        '"HIDDEN_DUE_TO_SECURITY_REASONS","type":"SecureString","overwrite":false,'
        '"allowedPattern":"","tags":[{"key":"Stage","value":"prod"}],"tier":"Standard"}',
        '{"version":1,"tier":"Standard"}', "parameter",
        '[{"accountId":"%(account)s","ARN":"%(parameterArn)s"}]',
    ),
    "ssm:SendCommand": Shape(
        '{"documentName":"AWS-RunShellScript","instanceIds":["%(instance)s"],"parameters":'
        '{"commands":%(commands)s},"timeoutSeconds":3600,"interactive":false}',
        '{"command":{"commandId":"%(uuid)s","status":"Pending","documentName":'
        '"AWS-RunShellScript","instanceIds":["%(instance)s"],"targetCount":1}}',
        "instance",
    ),
    "ssm:StartSession": Shape(
        '{"target":"%(instance)s"}',
        '{"sessionId":"%(session)s","tokenValue":"Value hidden due to security reasons.",'
        '"streamUrl":"wss://ssmmessages.%(region)s.amazonaws.com/v1/data-channel/%(session)s"}',
        "instance",
    ),
    "iam:GetUser": Shape("null"),
    "iam:CreateRole": Shape(
        '{"path":"/","roleName":"%(role)s","assumeRolePolicyDocument":%(trustEscaped)s,'
        '"maxSessionDuration":3600,"description":"%(description)s"}',
        '{"role":{"path":"/","roleName":"%(role)s","roleId":"AROAEXAMPLE%(number)s","arn":'
        '"%(roleArn)s","createDate":"Jan 12, 2026 9:01:52 AM","assumeRolePolicyDocument":'
        '"%(trustUrl)s"}}',
        "role",
    ),
    "iam:PutRolePolicy": Shape(
        '{"roleName":"%(role)s","policyName":"%(policyName)s","policyDocument":"{\\"Version\\":'
        '\\"2012-10-17\\",\\"Statement\\":[%(statementsEscaped)s]}"}',
        "null", "role",
    ),
    "iam:CreatePolicy": Shape(
        '{"policyName":"%(policyName)s","policyDocument":%(policyEscaped)s}',
        '{"policy":{"policyName":"%(policyName)s","policyId":"ANPAEXAMPLE%(number)s","arn":'
        '"%(policyArn)s","path":"/","defaultVersionId":"v1","attachmentCount":0,'
        '"isAttachable":true,"createDate":"Jan 12, 2026 9:03:11 AM"}}',
        "policyName",
    ),
    "iam:CreateAccessKey": Shape(
        '{"userName":"%(user)s"}',
        '{"accessKey":{"userName":"%(user)s","accessKeyId":"%(fakeKey)s","status":"Active",'
        '"createDate":"Jan 12, 2026 9:05:40 AM"}}',
        "user",
    ),
    "iam:UpdateAssumeRolePolicy": Shape(
        '{"roleName":"%(role)s","policyDocument":%(trustEscaped)s}', "null", "role"
    ),
    "secretsmanager:GetSecretValue": Shape(
        '{"secretId":"%(secretArn)s","versionStage":"AWSCURRENT"}', "null", "secret"
    ),
    "secretsmanager:BatchGetSecretValue": Shape(
        '{"secretIdList":["%(secretArn)s"],"maxResults":20}', "null", "secret"
    ),
    "secretsmanager:CreateSecret": Shape(
        '{"name":"%(secret)s","clientRequestToken":"%(uuid)s","description":"%(description)s"}',
        '{"arn":"%(secretArn)s"}', "secret",
    ),
    "sts:AssumeRole": Shape(
        '{"roleArn":"%(roleArn)s","roleSessionName":"%(session)s","durationSeconds":3600}',
        '{"credentials":{"accessKeyId":"%(fakeKey)s","sessionToken":"%(token)s","expiration":'
        '"Jan 12, 2026, 10:05:40 AM"},"assumedRoleUser":{"assumedRoleId":"AROAEXAMPLE%(number)s:'
        '%(session)s","arn":"arn:aws:sts::%(account)s:assumed-role/%(role)s/%(session)s"}}',
        "role",
        '[{"accountId":"%(account)s","type":"AWS::IAM::Role","ARN":"%(roleArn)s"}]',
    ),
    "sts:GetCallerIdentity": Shape("null"),
    "sts:GetFederationToken": Shape(
        '{"name":"%(session)s","durationSeconds":3600,"policy":%(policyEscaped)s}',
        '{"credentials":{"accessKeyId":"%(fakeKey)s","sessionToken":"%(token)s","expiration":'
        '"Jan 12, 2026, 10:05:40 AM"},"federatedUser":{"arn":"arn:aws:sts::%(account)s:'
        'federated-user/%(session)s"}}',
        "session",
    ),
    "sts:GetSessionToken": Shape(
        '{"durationSeconds":43200}',
        '{"credentials":{"accessKeyId":"%(fakeKey)s","sessionToken":"%(token)s","expiration":'
        '"Jan 12, 2026, 10:05:40 AM"}}',
    ),
    "signin:ConsoleLogin": Shape(
        "null", '{"ConsoleLogin":"%(login)s"}', "", "",
        '{"LoginTo":"https://console.aws.amazon.com/console/home?state=hashArgs%%23&isauthcode='
        'true","MobileVersion":"No","MFAUsed":"%(mfaUsed)s"}',
    ),
    "ec2:DescribeRouteTables": Shape(
        "{" + _items("routeTableIdSet", "routeTableId", "routeTable") + ',"filterSet":{}}',
        "null", "routeTable",
    ),
    "ec2:DescribeInstances": Shape(
        "{" + _items("instancesSet", "instanceId", "instance") + ',"filterSet":{}}',
        "null", "instance",
    ),
    "ec2:DescribeTags": Shape("{" + _filter("resource-id", "instance") + "}", "null", "instance"),
    "ec2:CreateTags": Shape(
        "{" + _items("resourcesSet", "resourceId", "instance")
        + ',"tagSet":{"items":[%(tagItems)s]}}',
        '{"requestId":"%(requestID)s","_return":true}', "instance",
    ),
    "ec2:RunInstances": Shape(
        '{"instancesSet":{"items":[{"imageId":"%(image)s","minCount":1,"maxCount":1}]},'
        '"instanceType":"m6i.large","userData":"<sensitiveDataRemoved>","subnetId":"%(subnet)s",'
        '"tagSpecificationSet":{"items":[{"resourceType":"instance","tags":[%(tagItems)s]}]}}',
        '{"requestId":"%(requestID)s","reservationId":"r-0example","ownerId":"%(account)s",'
        '"instancesSet":{"items":[{"instanceId":"%(instance)s","imageId":"%(image)s",'
        '"instanceState":{"code":0,"name":"pending"},"subnetId":"%(subnet)s"}]}}',
        "instance",
    ),
    "ec2:AuthorizeSecurityGroupIngress": Shape(
        '{"groupId":"%(group)s","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":443,'
        '"toPort":443,"groups":{},"ipRanges":{"items":[{"cidrIp":"%(cidr)s","description":'
        '"%(description)s"}]},"ipv6Ranges":{},"prefixListIds":{}}]}}',
        '{"requestId":"%(requestID)s","_return":true}', "group",
    ),
    "ec2:ModifySnapshotAttribute": Shape(
        '{"snapshotId":"%(snapshot)s","attributeType":"CREATE_VOLUME_PERMISSION",'
        '"createVolumePermission":{"add":{"items":[%(grantee)s]}}}',
        '{"requestId":"%(requestID)s","_return":true}', "snapshot",
    ),
    "ec2:ModifyImageAttribute": Shape(
        '{"imageId":"%(image)s","attributeType":"launchPermission",'
        '"launchPermission":{"add":{"items":[%(grantee)s]}}}',
        '{"requestId":"%(requestID)s","_return":true}', "image",
    ),
    "rds:ModifyDBSnapshotAttribute": Shape(
        '{"dBSnapshotIdentifier":"%(database)s","attributeName":"restore","valuesToAdd":'
        '["%(restorer)s"]}',
        '{"dBSnapshotIdentifier":"%(database)s"}', "database",
    ),
    "iam:AttachRolePolicy": Shape(
        '{"roleName":"%(role)s","policyArn":"arn:aws:iam::aws:policy/%(managedPolicy)s"}',
        "null", "role",
    ),
    "iam:AttachUserPolicy": Shape(
        '{"userName":"%(user)s","policyArn":"arn:aws:iam::aws:policy/%(managedPolicy)s"}',
        "null", "user",
    ),
    "iam:PutUserPolicy": Shape(
        '{"userName":"%(user)s","policyName":"%(policyName)s","policyDocument":'
        '%(policyEscaped)s}',
        "null", "user",
    ),
    "lambda:AddPermission20150331v2": Shape(
        '{"functionName":"%(function)s","statementId":"s1","principal":"%(anyone)s",'
        '"action":"lambda:InvokeFunction"}',
        "null", "function",
    ),
    "lambda:CreateFunctionUrlConfig": Shape(
        '{"functionName":"%(function)s","authType":"%(urlAuth)s"}', "null", "function"
    ),
    "ecs:DescribeServices": Shape(
        '{"cluster":"%(name)s","services":["%(name)s"]}', "null", "name"
    ),
    "cloudformation:DescribeStacks": Shape('{"stackName":"%(name)s"}', "null", "name"),
    "elasticloadbalancing:DescribeTargetHealth": Shape(
        '{"targetGroupArn":"arn:aws:elasticloadbalancing:%(region)s:%(account)s:targetgroup/'
        '%(name)s/0123456789abcdef"}',
        "null", "name",
    ),
    "appsync:UpdateResolver": Shape(
        _as_string('{"apiId":"%(name)s","typeName":"Query","description":"%(description)s"}'),
        "null", "name",
    ),
    "bedrock:InvokeModel": Shape(
        _as_string('{"modelId":"anthropic.claude-v2","guardrail":{"id":"%(uuid)s"}}'), "null"
    ),
}  # fmt: skip

# The last word of a call's name that says what it is about, with its field and value.
_EC2_NOUNS = {
    "RouteTable": ("routeTableId", "routeTable"), "Volume": ("volumeId", "volume"),
    "Instance": ("instanceId", "instance"), "Address": ("allocationId", "allocation"),
    "NatGateway": ("natGatewayId", "nat"), "InternetGateway": ("internetGatewayId", "gateway"),
    "NetworkInterface": ("networkInterfaceId", "interface"), "Subnet": ("subnetId", "subnet"),
    "SecurityGroup": ("groupId", "group"), "NetworkAcl": ("networkAclId", "acl"),
    "Snapshot": ("snapshotId", "snapshot"), "Image": ("imageId", "image"),
    "FlowLogs": ("flowLogId", "flowLog"), "LaunchTemplate": ("launchTemplateId", "template"),
    "PasswordData": ("instanceId", "instance"), "Route": ("routeTableId", "routeTable"),
    "VpcEndpoint": ("vpcEndpointId", "endpoint"), "Vpc": ("vpcId", "vpc"),
}  # fmt: skip
_NOUNS = {
    "iam": {
        "InstanceProfile": ("instanceProfileName", "profile"), "Role": ("roleName", "role"),
        "Policy": ("policyArn", "policyArn"), "Group": ("groupName", "name"),
        "": ("userName", "user"),
    },
    "s3": {"": ("bucketName", "bucket")},
    "secretsmanager": {"ListSecrets": ("nextToken", "uuid"), "": ("secretId", "secretArn")},
    "rds": {
        "Snapshot": ("dBSnapshotIdentifier", "database"), "": ("dBInstanceIdentifier", "database"),
    },
    "lambda": {"": ("functionName", "function")},
    "logs": {"": ("logGroupName", "logGroup")},
    "cloudtrail": {"": ("name", "trail")},
    "kms": {"": ("keyId", "keyArn")},
    "ssm": {"Command": ("commandId", "uuid"), "Session": ("sessionId", "session"),
            "": ("instanceId", "instance")},
}  # fmt: skip
_VERB = re.compile(r"^[A-Z][a-z]+")


def shape_of(service: str, name: str) -> Shape:
    """The shape of any call: its own, or one that follows from its name."""
    own = SHAPES.get(f"{service}:{name}")
    if own is not None:
        return own
    if service == "ec2":
        return _ec2_shape(name)
    for noun, (field, value) in _NOUNS.get(service, {}).items():
        if noun in name:
            if service == "s3":
                extra = _HOST + f',"{name.removeprefix("GetBucket").lower()}":""'
                return Shape("{" + extra + "}", "null", value, _BUCKET_RESOURCES, _S3_EXTRA)
            body = f'{{"{field}":"%({value})s"}}'
            return Shape(body, _answer(name, field, value), value)
    if name.startswith("List") or (name.startswith("Describe") and name.endswith("s")):
        return Shape('{"maxResults":100,"filters":[],"nextToken":""}')
    noun = _VERB.sub("", name)
    noun = (noun[:1].lower() + noun[1:] or "resource").split("20")[0]
    body = f'{{"{noun}Name":"%(name)s","clientToken":"%(uuid)s","description":"%(description)s"}}'
    return Shape(body, _answer(name, f"{noun}Arn", "name"), "name")


def _answer(name: str, field: str, value: str) -> str:
    if not name.startswith(("Create", "Update", "Put", "Add")):
        return "null"
    return f'{{"{field}":"%({value})s","status":"ACTIVE","requestId":"%(requestID)s"}}'


def _ec2_shape(name: str) -> Shape:
    for noun, (field, value) in _EC2_NOUNS.items():
        if noun not in name:
            continue
        if name.startswith("Describe"):
            group = f'"{field.removesuffix("Id")}Set":{{"items":[{{"{field}":"%({value})s"}}]}}'
            return Shape("{" + group + ',"filterSet":{}}', "null", value)
        body = f'{{"{field}":"%({value})s","dryRun":false}}'
        if name.startswith("Get"):
            return Shape(body, "null", value)
        if name.startswith("Create"):
            made = f'{{"{field}":"%({value})s","ownerId":"%(account)s","state":"pending"}}'
            body = '{"vpcId":"%(vpc)s","tagSpecificationSet":{"items":[{"tags":[%(tagItems)s]}]}}'
            return Shape(body, f'{{"requestId":"%(requestID)s","resource":{made}}}', value)
        return Shape(body, '{"requestId":"%(requestID)s","_return":true}', value)
    return Shape("{" + _filter("vpc-id", "vpc") + ',"maxResults":1000}', "null", "vpc")
