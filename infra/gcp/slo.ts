import * as monitoring from '@pulumi/gcp/monitoring';
import * as pulumi from '@pulumi/pulumi';
import { objective } from '../alarms';
import { filterOf } from './alarm-conditions';
import type { AlarmPlace } from './alarms';
import type { CloudRunSignals } from './cloud-run-signals';

/** The objective of a service, counted in requests; gives the filter of its burn rate over some minutes. */
export function createSlo(
  name: string,
  { serviceName, location, requests, serverErrors }: CloudRunSignals,
  { names, labels, options }: Omit<AlarmPlace, 'channels'>,
): (minutes: number) => pulumi.Output<string> {
  const service = new monitoring.GenericService(
    `${name}-slo`,
    {
      serviceId: names('monitoredService', name),
      displayName: names('monitoredService', name),
      basicService: { serviceType: 'CLOUD_RUN', serviceLabels: { service_name: serviceName, location } },
      userLabels: labels,
    },
    options,
  );
  const slo = new monitoring.Slo(
    `${name}-slo`,
    {
      service: service.serviceId,
      sloId: 'availability',
      displayName: `${objective.availability * 100} % of the answers over ${objective.windowDays} days are no 5xx`,
      goal: objective.availability,
      rollingPeriodDays: objective.windowDays,
      requestBasedSli: {
        goodTotalRatio: { badServiceFilter: filterOf(serverErrors), totalServiceFilter: filterOf(requests) },
      },
      userLabels: labels,
    },
    options,
  );
  return (minutes) => pulumi.interpolate`select_slo_burn_rate("${slo.name}", "${minutes * 60}s")`;
}
