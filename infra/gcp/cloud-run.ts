import * as cloudrunv2 from '@pulumi/gcp/cloudrunv2';
import * as pulumi from '@pulumi/pulumi';
import { type Static, Type } from 'typebox';
import { serviceEnv } from '../service-env';
import { container, type DeployedService, type Deployment, type ServiceSpec, settings, target } from '../target';
import { keepLogsFor, serviceLogs } from './cloud-run-logs';
import { cloudRunSignals } from './cloud-run-signals';
import { findCloudRunSize } from './cloud-run-size';
import { type GcpFoundation, type GcpScope, gcp } from './foundation';
import { privateEgress } from './network';
import { createReaderEnv, type ReaderEnv } from './secrets';
import { createServiceAccount } from './service-account';

const Settings = settings({
  maxConcurrency: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    default: 80,
    description: 'requests at once in an instance, before another one starts',
  }),
});

/** Google Cloud Run. */
export const cloudRun = target({ cloud: gcp, Settings, findProblems, deploy });

type CloudRunDeployment = Deployment<GcpFoundation, Static<typeof Settings>>;

function findProblems({ cpu, memoryMiB, domain }: ServiceSpec): string[] {
  const problems: string[] = [];
  if (findCloudRunSize({ cpu, memoryMiB }) === undefined) {
    problems.push('taproom:service must be at most 8 vCPU (cpu) and 32768 MiB (memoryMiB)');
  }
  if (domain !== undefined) problems.push('taproom:domain.gcp must not be set: it answers under run.app only');
  return problems;
}

function deploy(deployment: CloudRunDeployment): DeployedService {
  const { name, service, image, foundation } = deployment;
  const { postgres, provider, redis } = foundation;
  const component = new pulumi.ComponentResource('taproom:gcp:CloudRun', name, {}, { provider });
  const scope = { ...foundation.scope, options: { ...foundation.scope.options, parent: component } };
  const env = serviceEnv({
    companyName: service.companyName,
    digest: image.digest,
    apiKey: deployment.apiKey,
    poolSize: service.poolSize,
    postgres,
    redis,
    platform: { logFormat: 'gcp', trustProxyHops: 1, drainSeconds: 0 },
  });
  const serviceAccount = createServiceAccount(name, 'the service on Cloud Run', scope);
  const running = createService(deployment, {
    scope,
    serviceAccount,
    env: createReaderEnv(name, { env, serviceAccount }, scope),
  });
  keepLogsFor(name, running.name, scope);
  const filter = serviceLogs(running.name);
  return {
    url: running.uri,
    logsCommand: pulumi.interpolate`gcloud logging read '${filter}' --project=${scope.project} --freshness=1h`,
    signals: cloudRunSignals(running.name, scope.region),
  };
}

type ServiceRequest = { scope: GcpScope; serviceAccount: pulumi.Output<string>; env: ReaderEnv };

function createService(
  { name, service, image, foundation, migration, settings: { maxConcurrency } }: CloudRunDeployment,
  { scope, serviceAccount, env }: ServiceRequest,
): cloudrunv2.Service {
  const { network, postgres, redis } = foundation;
  const { options } = scope;
  return new cloudrunv2.Service(
    name,
    {
      name: scope.names('cloudRunService', 'service'),
      location: scope.region,
      ingress: 'INGRESS_TRAFFIC_ALL',
      // Public, also where an organisation forbids grants to allUsers.
      // Source: https://docs.cloud.google.com/run/docs/authenticating/public
      invokerIamDisabled: true,
      deletionProtection: service.protect,
      template: {
        serviceAccount,
        executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
        maxInstanceRequestConcurrency: maxConcurrency,
        scaling: { minInstanceCount: service.minInstances, maxInstanceCount: service.maxInstances },
        timeout: '60s',
        vpcAccess: privateEgress(network),
        containers: [
          {
            image: image.reference,
            ports: { containerPort: container.port },
            envs: env.envs,
            resources: {
              limits: instanceSize(name, service),
              // Said, since limits alone would bill idle instances as busy ones.
              cpuIdle: true,
              startupCpuBoost: true,
            },
            ...probes,
          },
        ],
      },
      traffics: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }],
    },
    {
      ...options,
      // The name is taken until the old one is gone.
      deleteBeforeReplace: true,
      dependsOn: [...options.dependsOn, ...postgres.ready, ...(redis?.ready ?? []), ...env.ready, migration],
    },
  );
}

/** Two minutes to start; once started, half a minute without an answer ends the instance. */
const probes = {
  startupProbe: {
    httpGet: { path: container.startupPath, port: container.port },
    periodSeconds: 2,
    timeoutSeconds: 1,
    failureThreshold: 60,
  },
  livenessProbe: {
    httpGet: { path: container.livenessPath, port: container.port },
    periodSeconds: 10,
    timeoutSeconds: 3,
    failureThreshold: 3,
  },
};

function instanceSize(name: string, { cpu, memoryMiB }: ServiceSpec): { cpu: string; memory: string } {
  const size = findCloudRunSize({ cpu, memoryMiB });
  if (size === undefined) throw new Error('findProblems refuses sizes that do not exist');
  pulumi.log.info(`${name}: instances of ${size.cpu} vCPU and ${size.memoryMiB} MiB`);
  return { cpu: String(size.cpu), memory: `${size.memoryMiB}Mi` };
}
