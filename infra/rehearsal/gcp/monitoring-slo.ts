import type { monitoring } from '@pulumi/gcp';
import type { Unwrap } from '@pulumi/pulumi';
import type { Cloud, Entity } from '../cloud/cloud';
import type { OutputsOf } from '../declare';
import { fullName, googleResource, projectNumber, shortName } from './declare';
import { googleError } from './google-error';
import { equalTo, parseFilter, type Restriction } from './monitoring-filter';
import { countPoints } from './monitoring-series';
import { findService } from './monitoring-service';

export type SloArgs = Unwrap<monitoring.SloArgs>;
type SloOutputs = OutputsOf<monitoring.Slo>;

/** The provider's id of it is its name, and Google writes the project's number there. */
export const slo = googleResource<monitoring.Slo, monitoring.SloArgs>({
  token: 'gcp:monitoring/slo:Slo',
  replaceOn: ['project', 'service', 'sloId'],
  seconds: { create: 2, update: 2, delete: 2 },
  id: ({ place, inputs, seed }) =>
    `projects/${projectNumber(place.project ?? '')}/services/${shortName(inputs.service)}/serviceLevelObjectives/${inputs.sloId ?? seed.alphanumeric(22)}`,
  outputs: ({ id }) => ({ name: id, sloId: shortName(id) }),
  unique: ({ inputs, place, name }) => `SLO ${inputs.sloId ?? name} of ${inputs.service} in ${place.project}`,
  exists: ({ inputs }) => googleError(409, `ServiceLevelObjective ${inputs.sloId} already exists`, 'alreadyExists'),
  uses: ({ inputs, cloud, place }) => [findService(cloud, shortName(inputs.service), place.project ?? '')],
});

/** By its name, with the project's id or number. */
export function findSlo(cloud: Cloud, name: string): Entity<SloArgs, SloOutputs> | undefined {
  return cloud
    .list(slo)
    .find(({ id, place }) => [id, fullName(id, place, 'services')].includes(fullName(name, place, 'services')));
}

type Counted = { restrictions: readonly Restriction[]; type: string };

/** The filters of an objective that counts requests, as what they ask for. */
export function countsOf({ requestBasedSli }: SloArgs): { good?: Counted; bad?: Counted; total?: Counted } {
  const ratio = requestBasedSli?.goodTotalRatio;
  const read = (text: string | undefined): Counted | undefined => {
    const filter = parseFilter(text ?? '');
    const type = equalTo(filter, 'metric.type');
    return filter.kind === 'series' && type !== undefined ? { restrictions: filter.restrictions, type } : undefined;
  };
  const [good, bad, total] = [ratio?.goodServiceFilter, ratio?.badServiceFilter, ratio?.totalServiceFilter].map(read);
  return { ...(good && { good }), ...(bad && { bad }), ...(total && { total }) };
}

/**
 * How many times faster than its budget allows an objective was used up in the seconds until now; undefined when nothing was
 * asked of the service. Source: https://docs.cloud.google.com/stackdriver/docs/solutions/slo-monitoring/alerting-on-budget-burn-rate
 */
export function burnRateOf(
  cloud: Cloud,
  { inputs, place }: Entity<SloArgs, SloOutputs>,
  seconds: number,
): number | undefined {
  const { good, bad, total } = countsOf(inputs);
  const count = (counted: Counted | undefined) =>
    counted && (countPoints(cloud, place.project ?? '', { ...counted, seconds }) ?? 0);
  const [goodCount, badCount, totalCount] = [count(good), count(bad), count(total)];
  const all = totalCount ?? (goodCount ?? 0) + (badCount ?? 0);
  if (all === 0) return undefined;
  const failed = badCount ?? all - (goodCount ?? 0);
  return failed / all / (1 - inputs.goal);
}
