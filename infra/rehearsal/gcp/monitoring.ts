import type { monitoring } from '@pulumi/gcp';
import { inputRule } from '../rules';
import { googleResource } from './declare';
import { googleError } from './google-error';

const uptimeCheck = googleResource<monitoring.UptimeCheckConfig, monitoring.UptimeCheckConfigArgs>({
  token: 'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig',
  replaceOn: ['project', 'monitoredResource', 'resourceGroup'],
  defaults: { period: '300s' },
  seconds: { create: 3, delete: 3 },
  id: ({ place, inputs, seed }) =>
    `projects/${place.project}/uptimeCheckConfigs/${slug(inputs.displayName)}-${seed.alphanumeric(11)}`,
  outputs: ({ id, inputs }) => ({
    name: id,
    uptimeCheckId: id.split('/').at(-1) ?? '',
    checkerType: inputs.checkerType ?? 'STATIC_IP_CHECKERS',
  }),
});

function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

const rules = [
  inputRule({
    id: 'gcp.monitoring.cloud-run-path',
    refuses:
      "A check from outside of a path that Google's front end keeps from Cloud Run: /healthz, /eventlog and /_ah/.",
    source: 'https://docs.cloud.google.com/run/docs/known-issues#ah',
    types: uptimeCheck,
    check: ({ inputs }) => {
      const host = inputs.monitoredResource?.labels.host ?? '';
      const [path = '/'] = (inputs.httpCheck?.path ?? '/').split('?');
      const isCloudRun = host.endsWith('.run.app') || inputs.monitoredResource?.type === 'cloud_run_revision';
      const isKept = path === '/healthz' || path === '/eventlog' || path.startsWith('/_ah/');
      return isCloudRun && isKept ? `httpCheck.path must not be ${path}: the front end answers it with 404` : undefined;
    },
  }),
  inputRule({
    id: 'gcp.monitoring.uptime-times',
    refuses: 'Periods other than 60, 300, 600 and 900 seconds, and timeouts other than 1 to 60.',
    source: 'https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.uptimeCheckConfigs',
    types: uptimeCheck,
    check: ({ inputs }) => {
      const timeout = Number(/^(\d+)s$/.exec(inputs.timeout)?.[1]);
      return [
        ...(['60s', '300s', '600s', '900s'].includes(inputs.period ?? '300s')
          ? []
          : [googleError(400, `period must be one of 60s, 300s, 600s, 900s, not ${inputs.period}`)]),
        ...(timeout >= 1 && timeout <= 60
          ? []
          : [googleError(400, `timeout must be 1s to 60s, not ${inputs.timeout}`)]),
      ];
    },
  }),
];

export const monitoringSimulation = { resources: [uptimeCheck], functions: [], rules };
