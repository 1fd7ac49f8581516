import { UsageError } from './arguments';
import type { Deployment, Fault, Scenario } from './scenario';

/** Mistakes and misfortunes that can befall any program. */
export const generalFaults: readonly Fault[] = [
  {
    name: 'database-away',
    title: 'the databases stop answering',
    inject: (deployment) => pauseStores(deployment, 'postgres'),
  },
  { name: 'cache-away', title: 'the caches stop answering', inject: (deployment) => pauseStores(deployment, 'redis') },
  {
    name: 'drift',
    title: 'somebody changes a tag or label by hand',
    inject: async ({ cloud }) => {
      for (const entity of cloud.everything()) {
        for (const property of ['tags', 'labels'] as const) {
          const before = entity.inputs[property];
          if (typeof before !== 'object' || before === null || Array.isArray(before)) continue;
          const changed = { ...before, changed: 'by-hand' };
          entity.inputs = { ...entity.inputs, [property]: changed };
          entity.outputs = { ...entity.outputs, [property]: changed };
          return;
        }
      }
      throw new Error('nothing in the clouds has tags or labels to change');
    },
  },
];

async function pauseStores({ runtime }: Deployment, kind: 'postgres' | 'redis'): Promise<void> {
  const found = runtime.stores.filter(({ store }) => store.kind === kind);
  if (found.length === 0) throw new Error(`the program has no ${kind} that could go away`);
  for (const { store } of found) await store.pause();
}

/** All that --fault takes: mistakes of the scenario, its changes that must be refused, and the general ones. */
export function listFaults(scenario: Scenario | undefined): readonly Fault[] {
  const refused = (scenario?.changes ?? []).flatMap((change): Fault[] =>
    typeof change.expects === 'object'
      ? [{ name: change.name, title: change.title, apply: (workspace) => change.apply(workspace) }]
      : [],
  );
  return [...(scenario?.faults ?? []), ...refused, ...generalFaults];
}

/** Throws UsageError that lists what there is. */
export function chooseFault(name: string, scenario: Scenario | undefined): Fault {
  const faults = listFaults(scenario);
  const found = faults.find((fault) => fault.name === name);
  if (found) return found;
  throw new UsageError(`there is no fault ${name}: choose one of ${faults.map((fault) => fault.name).join(', ')}`);
}
