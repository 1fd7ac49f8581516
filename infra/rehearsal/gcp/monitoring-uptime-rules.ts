import { inputRule } from '../rules';
import { googleError } from './google-error';
import { checkerLocations, locationsOf, uptimeCheck } from './monitoring-uptime';

const source = 'https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.uptimeCheckConfigs';
const leastLocations = 3;

export const uptimeRules = [
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
    refuses: 'Periods other than 60, 300, 600 and 900 seconds; timeouts other than 1 to 60, or longer than the period.',
    source,
    types: uptimeCheck,
    check: ({ inputs }) => {
      const timeout = Number(/^(\d+)(?:\.\d+)?s$/.exec(inputs.timeout)?.[1]);
      return [
        ...(['60s', '300s', '600s', '900s'].includes(inputs.period ?? '300s')
          ? []
          : [googleError(400, `period must be one of 60s, 300s, 600s, 900s, not ${inputs.period}`)]),
        ...(timeout >= 1 && timeout <= 60
          ? []
          : [googleError(400, `timeout must be 1s to 60s, not ${inputs.timeout}`)]),
        ...(timeout > Number.parseInt(inputs.period ?? '300s', 10)
          ? [googleError(400, `timeout must be at most the period, which is ${inputs.period ?? '300s'}`)]
          : []),
      ];
    },
  }),
  inputRule({
    id: 'gcp.monitoring.uptime-what',
    refuses: 'Checks that do not ask exactly one thing, by exactly one protocol; URLs without their host.',
    source,
    types: uptimeCheck,
    check: ({ inputs }) => {
      const { httpCheck, tcpCheck, monitoredResource, resourceGroup, syntheticMonitor } = inputs;
      const things = [monitoredResource, resourceGroup, syntheticMonitor].filter((thing) => thing !== undefined);
      const protocols = [httpCheck, tcpCheck].filter((protocol) => protocol !== undefined);
      const isSynthetic = syntheticMonitor !== undefined;
      const host = monitoredResource?.labels.host ?? '';
      return [
        ...(things.length === 1
          ? []
          : ['exactly one of monitoredResource, resourceGroup and syntheticMonitor must be set']),
        ...(protocols.length === (isSynthetic ? 0 : 1) ? [] : ['exactly one of httpCheck and tcpCheck must be set']),
        ...(monitoredResource?.type === 'uptime_url' && !/^[A-Za-z0-9.-]+$/.test(host)
          ? [
              googleError(
                400,
                `monitoredResource.labels.host must be a host without scheme, port or path, not "${host}"`,
              ),
            ]
          : []),
      ];
    },
  }),
  inputRule({
    id: 'gcp.monitoring.uptime-regions',
    refuses: `Regions that Google lacks, or with fewer than ${leastLocations} locations together.`,
    source,
    types: uptimeCheck,
    check: ({ inputs }) => {
      const { selectedRegions } = inputs;
      if (selectedRegions === undefined || selectedRegions.length === 0) return undefined;
      const regions = [...Object.keys(checkerLocations), 'USA_IOWA', 'USA_OREGON', 'USA_VIRGINIA'];
      const unknown = selectedRegions.filter((region) => !regions.includes(region));
      if (unknown.length > 0)
        return googleError(400, `selectedRegions must be of ${regions.join(', ')}, not ${unknown}`);
      return locationsOf(inputs).length >= leastLocations
        ? undefined
        : googleError(400, `selectedRegions must include at least ${leastLocations} locations`);
    },
  }),
];
