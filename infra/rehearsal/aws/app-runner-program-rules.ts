import { graphRule } from '../rules';
import { serviceHandle as service } from './app-runner-deployment';

/** What App Runner takes, and is still a mistake of the program. */
export const programRules = [
  graphRule({
    id: 'aws.apprunner.ignored-path',
    refuses: 'A path of a health check that App Runner ignores, since the protocol is TCP.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/manage-configure-healthcheck.html',
    types: [service],
    check: (graph) =>
      graph
        .ofType(service)
        .filter(({ inputs }) => {
          const { path, protocol = 'TCP' } = recordOf(inputs.healthCheckConfiguration);
          return path !== undefined && protocol === 'TCP';
        })
        .map(({ urn, name }) => ({
          urn,
          message: `${name}: healthCheckConfiguration.protocol must be HTTP for its path to count`,
        })),
  }),
  graphRule({
    id: 'aws.apprunner.auto-deployment',
    refuses: 'Automatic deployments of an image that is named by its digest: nothing new can ever have that name.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/manage-deploy.html',
    types: [service],
    check: (graph) =>
      graph
        .ofType(service)
        .filter(({ inputs }) => {
          const { autoDeploymentsEnabled = true, imageRepository } = recordOf(inputs.sourceConfiguration);
          return autoDeploymentsEnabled !== false && String(recordOf(imageRepository).imageIdentifier).includes('@');
        })
        .map(({ urn, name }) => ({
          urn,
          message: `${name}: sourceConfiguration.autoDeploymentsEnabled must be false`,
        })),
  }),
  graphRule({
    id: 'aws.apprunner.secret-in-plain',
    refuses: 'A secret as a plain variable: everyone who may describe the service reads it.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/env-variable.html',
    types: [service],
    check: (graph) =>
      graph.ofType(service).flatMap(({ urn, name, inputs }) => {
        const { imageRepository } = recordOf(inputs.sourceConfiguration);
        const { imageConfiguration } = recordOf(imageRepository);
        const { runtimeEnvironmentVariables } = recordOf(imageConfiguration);
        return Object.entries(recordOf(runtimeEnvironmentVariables))
          .filter(([, value]) => value === '[secret]')
          .map(([variable]) => ({ urn, message: `${name}: ${variable} must be among runtimeEnvironmentSecrets` }));
      }),
  }),
];

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
