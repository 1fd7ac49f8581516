import type { Cloud, Place } from '../cloud/cloud';
import { arn } from './declare';
import type { ExpressArgs } from './ecs-express-task';
import { refuseAccess } from './iam-authorize';

type Step = { action: string; resource: (place: Place) => string };

const balancer = (place: Place) => arn('elasticloadbalancing', place, 'loadbalancer/app/ecs-express/0123456789abcdef');
const listener = (place: Place) =>
  arn('elasticloadbalancing', place, 'listener/app/ecs-express/0123456789abcdef/0123456789abcdef');
const rule = (place: Place) =>
  arn(
    'elasticloadbalancing',
    place,
    'listener-rule/app/ecs-express/0123456789abcdef/0123456789abcdef/0123456789abcdef',
  );
const group = (place: Place) => arn('elasticloadbalancing', place, 'targetgroup/ecs-express/0123456789abcdef');
const securityGroup = (place: Place) => arn('ec2', place, 'security-group/sg-0123456789abcdef0');
const certificate = (place: Place) => arn('acm', place, 'certificate/01234567-89ab-cdef-0123-456789abcdef');
const scalable = (place: Place) => arn('application-autoscaling', place, 'scalable-target/0123456789abcdef');
const alarm = (place: Place) => arn('cloudwatch', place, 'alarm:ecs-express');
const logGroup = (place: Place) => arn('logs', place, 'log-group:/aws/ecs/ecs-express');
const anything = () => '*';

/** What ECS does as the infrastructure role while it makes or changes a service. */
const making: readonly Step[] = [
  { action: 'ec2:DescribeSubnets', resource: anything },
  { action: 'ec2:DescribeRouteTables', resource: anything },
  { action: 'ec2:CreateSecurityGroup', resource: securityGroup },
  { action: 'ec2:AuthorizeSecurityGroupIngress', resource: securityGroup },
  { action: 'ec2:AuthorizeSecurityGroupEgress', resource: securityGroup },
  { action: 'elasticloadbalancing:CreateLoadBalancer', resource: balancer },
  { action: 'elasticloadbalancing:CreateTargetGroup', resource: group },
  { action: 'elasticloadbalancing:CreateListener', resource: balancer },
  { action: 'elasticloadbalancing:CreateRule', resource: listener },
  { action: 'elasticloadbalancing:ModifyRule', resource: rule },
  { action: 'elasticloadbalancing:RegisterTargets', resource: group },
  { action: 'elasticloadbalancing:DescribeTargetHealth', resource: anything },
  { action: 'acm:DescribeCertificate', resource: certificate },
  { action: 'application-autoscaling:RegisterScalableTarget', resource: scalable },
  { action: 'application-autoscaling:PutScalingPolicy', resource: scalable },
  { action: 'cloudwatch:PutMetricAlarm', resource: alarm },
];

const makingLogs: readonly Step[] = [{ action: 'logs:CreateLogGroup', resource: logGroup }];

/** And while it takes a service away. */
const removing: readonly Step[] = [
  { action: 'application-autoscaling:DeregisterScalableTarget', resource: scalable },
  { action: 'elasticloadbalancing:DeregisterTargets', resource: group },
  { action: 'elasticloadbalancing:DeleteRule', resource: rule },
  { action: 'elasticloadbalancing:DeleteTargetGroup', resource: group },
  { action: 'elasticloadbalancing:DeleteListener', resource: listener },
  { action: 'elasticloadbalancing:DeleteLoadBalancer', resource: balancer },
  { action: 'ec2:DeleteSecurityGroup', resource: securityGroup },
  { action: 'acm:DeleteCertificate', resource: certificate },
  { action: 'cloudwatch:DeleteAlarms', resource: alarm },
];

/** Everything that ECS makes has this tag, to which AWS's own policy is limited. */
const context = {
  'aws:ResourceTag/AmazonECSManaged': 'true',
  'aws:RequestTag/AmazonECSManaged': 'true',
  'application-autoscaling:service-namespace': 'ecs',
};

type Service = { inputs: ExpressArgs; cloud: Cloud; place: Place };

/** Why ECS cannot make what a service needs around it, one line for each thing that its role may not do. */
export function refuseMaking(service: Service): Promise<string[]> {
  const keepsOwnLogs = service.inputs.primaryContainer.awsLogsConfigurations !== undefined;
  return refuseEach(service, keepsOwnLogs ? making : [...making, ...makingLogs]);
}

export function refuseRemoving(service: Service): Promise<string[]> {
  return refuseEach(service, removing);
}

async function refuseEach({ inputs, cloud, place }: Service, steps: readonly Step[]): Promise<string[]> {
  const refusals: string[] = [];
  for (const { action, resource } of steps) {
    const request = { action, resource: resource(place), context };
    const refusal = await refuseAccess(cloud, inputs.infrastructureRoleArn, request);
    if (refusal) refusals.push(refusal);
  }
  return refusals;
}
