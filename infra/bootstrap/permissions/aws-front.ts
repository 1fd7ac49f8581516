import { type AwsPermission, own, read, readAnywhere, reference, write } from './aws-permission';

const elb = reference('awselasticloadbalancingv2');
const acm = reference('awscertificatemanager');
const wafv2 = reference('awswafv2');
const autoscaling = reference('awsapplicationautoscaling');
const elbTags = ['elasticloadbalancing:AddTags', 'elasticloadbalancing:RemoveTags'];
const balancers = own('elasticloadbalancing', 'loadbalancer/app/');
const listeners = own('elasticloadbalancing', 'listener/app/');
const listenerRules = own('elasticloadbalancing', 'listener-rule/app/');
const targetGroups = own('elasticloadbalancing', 'targetgroup/');
const certificates = ['arn:aws:acm:{region}:{account}:certificate/*'];
const scalableTargets = ['arn:aws:application-autoscaling:{region}:{account}:scalable-target/*'];
const acls = own('wafv2', 'regional/webacl/');
const isCreatedTagged = { StringLike: { 'aws:RequestTag/stack': '{stack}', 'aws:RequestTag/project': 'taproom' } };
const isTagged = { StringLike: { 'aws:ResourceTag/stack': '{stack}', 'aws:ResourceTag/project': 'taproom' } };

export const awsFrontPermissions: Readonly<Record<string, AwsPermission>> = {
  'aws:lb/loadBalancer:LoadBalancer': {
    source: elb,
    grants: [
      readAnywhere(
        ...['elasticloadbalancing:DescribeLoadBalancers', 'elasticloadbalancing:DescribeLoadBalancerAttributes'],
        ...['elasticloadbalancing:DescribeCapacityReservation', 'elasticloadbalancing:DescribeTags'],
      ),
      write(balancers, [
        ...['elasticloadbalancing:CreateLoadBalancer', 'elasticloadbalancing:DeleteLoadBalancer'],
        ...['elasticloadbalancing:ModifyLoadBalancerAttributes', 'elasticloadbalancing:SetIpAddressType'],
        ...['elasticloadbalancing:SetSecurityGroups', 'elasticloadbalancing:SetSubnets', ...elbTags],
      ]),
    ],
  },
  'aws:lb/listener:Listener': {
    source: elb,
    grants: [
      readAnywhere(
        ...['elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeListenerAttributes'],
        'elasticloadbalancing:DescribeTags',
      ),
      write(balancers, ['elasticloadbalancing:CreateListener']),
      write(listeners, [
        ...['elasticloadbalancing:ModifyListener', 'elasticloadbalancing:ModifyListenerAttributes'],
        ...['elasticloadbalancing:DeleteListener', ...elbTags],
      ]),
    ],
  },
  'aws:lb/listenerRule:ListenerRule': {
    source: elb,
    grants: [
      readAnywhere('elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeTags'),
      write(listeners, ['elasticloadbalancing:CreateRule']),
      write(listenerRules, [
        ...['elasticloadbalancing:ModifyRule', 'elasticloadbalancing:SetRulePriorities'],
        ...['elasticloadbalancing:DeleteRule', ...elbTags],
      ]),
    ],
  },
  'aws:lb/targetGroup:TargetGroup': {
    source: elb,
    grants: [
      readAnywhere(
        ...['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetGroupAttributes'],
        ...['elasticloadbalancing:DescribeTargetHealth', 'elasticloadbalancing:DescribeTags'],
      ),
      write(targetGroups, [
        ...['elasticloadbalancing:CreateTargetGroup', 'elasticloadbalancing:ModifyTargetGroup'],
        ...['elasticloadbalancing:ModifyTargetGroupAttributes', 'elasticloadbalancing:DeleteTargetGroup', ...elbTags],
      ]),
    ],
  },
  'aws:acm/certificate:Certificate': {
    source: acm,
    grants: [
      read(certificates, ['acm:DescribeCertificate', 'acm:ListTagsForCertificate']),
      write(['*'], ['acm:RequestCertificate'], isCreatedTagged),
      write(certificates, ['acm:AddTagsToCertificate'], isCreatedTagged),
      write(certificates, ['acm:DeleteCertificate', 'acm:RemoveTagsFromCertificate'], isTagged),
    ],
  },
  // It only waits.
  'aws:acm/certificateValidation:CertificateValidation': {
    source: acm,
    grants: [read(certificates, ['acm:DescribeCertificate'])],
  },
  'aws:route53/record:Record': {
    source: reference('amazonroute53'),
    grants: [
      readAnywhere('route53:ListHostedZones', 'route53:ListHostedZonesByName'),
      read(
        ['arn:aws:route53:::hostedzone/*'],
        [...['route53:GetHostedZone', 'route53:ListResourceRecordSets', 'route53:ListTagsForResource']],
      ),
      read(['arn:aws:route53:::change/*'], ['route53:GetChange']),
      // Which zone is the stack's to say; neither name servers nor mail are.
      write(['arn:aws:route53:::hostedzone/*'], ['route53:ChangeResourceRecordSets'], {
        'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'AAAA', 'CNAME'] },
      }),
    ],
  },
  'aws:wafv2/webAcl:WebAcl': {
    source: wafv2,
    grants: [
      read(acls, ['wafv2:GetWebACL', 'wafv2:ListTagsForResource']),
      write(acls.concat('arn:aws:wafv2:{region}:{account}:regional/managedruleset/*'), [
        ...[
          'wafv2:CreateWebACL',
          'wafv2:UpdateWebACL',
          'wafv2:DeleteWebACL',
          'wafv2:TagResource',
          'wafv2:UntagResource',
        ],
      ]),
    ],
  },
  'aws:wafv2/webAclAssociation:WebAclAssociation': {
    source: wafv2,
    grants: [
      read([...balancers, ...acls], ['wafv2:GetWebACLForResource', 'wafv2:GetWebACL']),
      write(
        [...balancers, ...acls],
        [...['wafv2:AssociateWebACL', 'wafv2:DisassociateWebACL', 'elasticloadbalancing:SetWebAcl']],
      ),
    ],
  },
  'aws:appautoscaling/target:Target': {
    source: autoscaling,
    grants: [
      readAnywhere('application-autoscaling:DescribeScalableTargets'),
      read(scalableTargets, ['application-autoscaling:ListTagsForResource']),
      write(scalableTargets, [
        ...['application-autoscaling:RegisterScalableTarget', 'application-autoscaling:DeregisterScalableTarget'],
        ...['application-autoscaling:TagResource', 'application-autoscaling:UntagResource'],
      ]),
    ],
  },
  'aws:appautoscaling/policy:Policy': {
    source: autoscaling,
    grants: [
      readAnywhere('application-autoscaling:DescribeScalingPolicies'),
      write(scalableTargets, [
        'application-autoscaling:PutScalingPolicy',
        'application-autoscaling:DeleteScalingPolicy',
      ]),
    ],
  },
};
