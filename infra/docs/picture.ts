import type { MockedDeployment } from '../testing/deploy-under-mocks';
import type { MockedResource } from '../testing/mock-clouds';
import { waitsFor } from '../testing/resource-graph';
import { findPart, type GroupName, groups, labelOrder } from './groups';

/** A named box: what is in it, with how many of each. */
export type Panel = { title: string; lines: { label: string; count: number }[] };

export type Flow = { from: GroupName; to: GroupName; label: string };

export type Picture = {
  title: string;
  /** By target: what stands in front of it (empty: the platform itself does), and what runs it. */
  targets: { name: string; url: string; front: Panel; service: Panel }[];
  /** What all targets of the cloud share. */
  shared: Partial<Record<GroupName, Panel>>;
  flows: Flow[];
};

type Placed = { resource: MockedResource; group: GroupName; label: string };

/** The arrows there may be, and which end of each waits for the other. */
const possibleFlows: (Flow & { later: 'from' | 'to' })[] = [
  { from: 'registry', to: 'service', label: 'one digest', later: 'to' },
  { from: 'registry', to: 'migration', label: 'same digest', later: 'to' },
  { from: 'migration', to: 'stores', label: 'schema', later: 'from' },
  { from: 'service', to: 'stores', label: 'rows, copies', later: 'from' },
  { from: 'secrets', to: 'service', label: 'own logins', later: 'to' },
];

/** What a picture shows of a deployment. An arrow is there only where the program makes one end wait for the other. */
export function describePicture(title: string, { resources, outputs }: MockedDeployment): Picture {
  const placed = resources.flatMap((resource): Placed[] => {
    const part = findPart(resource);
    return part === undefined ? [] : [{ resource, ...part }];
  });
  const inGroup = (group: GroupName) => placed.filter((one) => one.group === group);
  const ofTarget = (group: GroupName, target: string) =>
    inGroup(group).filter(({ resource }) => resource.options.parent.endsWith(`::${target}`));
  const urls = Object.entries(outputs.app_urls as Record<string, string>).sort();
  const sharedGroups = (Object.keys(groups) as GroupName[]).filter(
    (group) => group !== 'front' && group !== 'service' && inGroup(group).length > 0,
  );
  return {
    title,
    targets: urls.map(([name, url]) => ({
      name,
      url,
      front: panel(groups.front, ofTarget('front', name)),
      service: panel(name, ofTarget('service', name)),
    })),
    shared: Object.fromEntries(sharedGroups.map((group) => [group, panel(groups[group], inGroup(group))])),
    flows: possibleFlows
      .filter(({ from, to, later }) => {
        const [waiting, awaited] = later === 'from' ? [from, to] : [to, from];
        return inGroup(waiting).some((one) =>
          inGroup(awaited).some((other) => waitsFor(resources, one.resource, other.resource)),
        );
      })
      .map(({ from, to, label }) => ({ from, to, label })),
  };
}

function panel(title: string, placed: Placed[]): Panel {
  const counts = new Map<string, number>();
  for (const { label } of placed) counts.set(label, (counts.get(label) ?? 0) + 1);
  const lines = [...counts].map(([label, count]) => ({ label, count }));
  return { title, lines: lines.sort((a, b) => labelOrder.indexOf(a.label) - labelOrder.indexOf(b.label)) };
}
