import { listOf, readPath, recordOf, recordsOf } from '../policy/read-inputs';
import { balancerParts } from './aws-network';
import { instancesAt, type Load, logGb } from './load';
import { hoursPerMonth } from './price';
import { findSibling, type Part, type Pricers, type PricingRequest } from './priced-resource';
import { getPriceKey } from './prices';

/** "a partial minute is billed as one": with a request each minute an instance is active all the time. */
const activeSecondsPerRequest = 60;
/** Metrics of one service that Container Insights writes. */
const insightMetrics = 26;
/** What add-ons request of the first node, and what one node of the type that is counted with can give. */
const addOns = { vcpu: 0.6, memoryMiB: 600 };
const autoNode = { type: 'c6a.large', vcpu: 1.8, memoryMiB: 3_300, diskGb: 80 };
const groupNodeDiskGb = 20;

/** 1024 units, or MiB, are one. */
const thousandth = (value: unknown) => Number(value) / 1_024;

function outward(load: Load): Part[] {
  return [
    { what: 'answers to the internet', price: 'aws.transfer.gb', quantity: load.gbOut },
    { what: 'log lines written', price: 'aws.logs.gb', quantity: logGb(load) },
    { what: 'log lines kept for a month', price: 'aws.logs.kept-gb', quantity: logGb(load) },
  ];
}

function fargateParts(tasks: number, size: { vcpu: number; gb: number }, kind: 'fargate' | 'fargate-spot'): Part[] {
  const name = kind === 'fargate' ? 'Fargate' : 'Fargate Spot';
  return [
    { what: `vCPU on ${name}`, price: `aws.${kind}.vcpu-hour`, quantity: tasks * size.vcpu * hoursPerMonth },
    { what: `memory on ${name}`, price: `aws.${kind}.gb-hour`, quantity: tasks * size.gb * hoursPerMonth },
  ];
}

/** How the tasks are spread: so many on demand first, then by weight. */
function onDemandShare(tasks: number, strategies: unknown): number {
  const spread = recordsOf(strategies);
  const sum = (key: 'base' | 'weight', provider: string) =>
    spread
      .filter(({ capacityProvider }) => capacityProvider === provider)
      .reduce((total, strategy) => total + Number(strategy[key] ?? 0), 0);
  const weights = sum('weight', 'FARGATE') + sum('weight', 'FARGATE_SPOT');
  if (weights === 0 || sum('weight', 'FARGATE_SPOT') === 0) return tasks;
  const base = Math.min(tasks, sum('base', 'FARGATE'));
  return base + ((tasks - base) * sum('weight', 'FARGATE')) / weights;
}

/** Instances of a chart's release, at the load. */
function releaseNeeds(request: PricingRequest): { vcpu: number; memoryMiB: number } {
  const values = recordOf(findSibling(request, 'kubernetes:helm.sh/v3:Release')?.inputs.values);
  const replicas = Number(values.replicas ?? 1);
  const { minReplicas = replicas, maxReplicas = replicas } = recordOf(values.autoscaling);
  const { cpu, memory } = recordOf(readPath(values, 'resources.requests'));
  const vcpu = cpu === undefined ? 0.25 : Number.parseFloat(String(cpu)) / (String(cpu).endsWith('m') ? 1_000 : 1);
  const pods = instancesAt(request.load, { vcpu, min: Number(minReplicas), max: Number(maxReplicas) });
  return { vcpu: pods * vcpu, memoryMiB: pods * Number.parseFloat(String(memory ?? '512')) };
}

/** What runs containers on AWS. */
export const awsCompute: Pricers = {
  'aws:apprunner/service:Service': (request) => {
    const { instanceConfiguration } = request.inputs;
    const { cpu = '1024', memory = '2048' } = recordOf(instanceConfiguration);
    const scaling = findSibling(
      request,
      'aws:apprunner/autoScalingConfigurationVersion:AutoScalingConfigurationVersion',
    );
    const size = { vcpu: thousandth(cpu), gb: thousandth(memory) };
    const min = Number(scaling?.inputs.minSize ?? 1);
    const max = Number(scaling?.inputs.maxSize ?? 25);
    const instances = instancesAt(request.load, { vcpu: size.vcpu, min, max });
    const active = Math.min(1, request.load.requestsPerSecond * activeSecondsPerRequest);
    return [
      {
        what: 'memory of warm instances',
        price: 'aws.app-runner.gb-hour',
        quantity: instances * size.gb * hoursPerMonth,
      },
      {
        what: 'vCPU while requests come',
        price: 'aws.app-runner.vcpu-hour',
        quantity: instances * size.vcpu * active * hoursPerMonth,
      },
      ...outward(request.load),
    ];
  },
  'aws:ecs/service:Service': (request) => {
    const { inputs, stack, load } = request;
    const definition = stack.find(
      ({ type, inputs: { family } }) =>
        type === 'aws:ecs/taskDefinition:TaskDefinition' && String(inputs.taskDefinition).includes(`/${family}:`),
    );
    const scaling = stack.find(
      ({ type, inputs: { resourceId } }) =>
        type === 'aws:appautoscaling/target:Target' && String(resourceId).endsWith(`/${inputs.name}`),
    );
    const desired = Number(inputs.desiredCount ?? 1);
    const { minCapacity = desired, maxCapacity = desired } = scaling?.inputs ?? {};
    const size = { vcpu: thousandth(definition?.inputs.cpu ?? 256), gb: thousandth(definition?.inputs.memory ?? 512) };
    const tasks = instancesAt(load, { vcpu: size.vcpu, min: Number(minCapacity), max: Number(maxCapacity) });
    const onDemand = onDemandShare(tasks, inputs.capacityProviderStrategies);
    return [
      ...fargateParts(onDemand, size, 'fargate'),
      ...fargateParts(tasks - onDemand, size, 'fargate-spot'),
      ...outward(load),
    ];
  },
  'aws:ecs/cluster:Cluster': ({ inputs }) => {
    const isOn = recordsOf(inputs.settings).some(
      ({ name, value }) => name === 'containerInsights' && value !== 'disabled',
    );
    return [{ what: 'Container Insights', price: 'aws.ecs.container-insights', quantity: isOn ? insightMetrics : 0 }];
  },
  'aws:ecs/expressGatewayService:ExpressGatewayService': ({ inputs, load }) => {
    const [scaling] = recordsOf(inputs.scalingTargets);
    const { minTaskCount: min = 1, maxTaskCount: max = 20 } = scaling ?? {};
    const size = { vcpu: thousandth(inputs.cpu ?? 1_024), gb: thousandth(inputs.memory ?? 2_048) };
    const tasks = instancesAt(load, { vcpu: size.vcpu, min: Number(min), max: Number(max) });
    const subnets = listOf(recordsOf(inputs.networkConfigurations)[0]?.subnets).length;
    return [
      ...fargateParts(tasks, size, 'fargate'),
      { what: 'public addresses of tasks', price: 'aws.ipv4.hour', quantity: tasks * hoursPerMonth },
      // It makes a balancer of its own, which 25 services can share.
      ...balancerParts(load, subnets),
      ...outward(load),
    ];
  },
  'aws:eks/cluster:Cluster': (request) => {
    const isAuto = readPath(request.inputs, 'computeConfig.enabled') === true;
    const needs = releaseNeeds(request);
    const nodes = isAuto
      ? Math.max(
          Math.ceil((needs.vcpu + addOns.vcpu) / autoNode.vcpu),
          Math.ceil((needs.memoryMiB + addOns.memoryMiB) / autoNode.memoryMiB),
        )
      : 0;
    return [
      { what: 'control plane', price: 'aws.eks.cluster-hour', quantity: hoursPerMonth },
      {
        what: 'nodes that Auto Mode makes',
        price: getPriceKey('aws.ec2', autoNode.type),
        quantity: nodes * hoursPerMonth,
      },
      { what: 'Auto Mode itself', price: getPriceKey('aws.eks.auto', autoNode.type), quantity: nodes * hoursPerMonth },
      { what: 'disks of nodes', price: 'aws.disk.gb', quantity: nodes * autoNode.diskGb },
    ];
  },
  'aws:eks/nodeGroup:NodeGroup': ({ inputs }) => {
    const nodes = Number(readPath(inputs, 'scalingConfig.desiredSize') ?? 1);
    const [type = 't3.medium'] = listOf(inputs.instanceTypes);
    return [
      { what: 'nodes', price: getPriceKey('aws.ec2', type), quantity: nodes * hoursPerMonth },
      { what: 'disks of nodes', price: 'aws.disk.gb', quantity: nodes * Number(inputs.diskSize ?? groupNodeDiskGb) },
    ];
  },
  'kubernetes:helm.sh/v3:Release': ({ load }) => outward(load),
};
