import { describeBadInput } from './contract/bad-input';
import { describeGuards } from './contract/guards';
import { describeInstances } from './contract/instances';
import { describeLists } from './contract/lists';
import { describeLogging } from './contract/logging';
import { describeProtocol } from './contract/protocol';
import { describeResources } from './contract/resources';
import type { TestStores } from './test-stores';

/** The contract's cases, the same on the embedded database and on real Postgres and Redis. */
export function describeContract(tier: TestStores['kind'], openStores: () => Promise<TestStores>): void {
  let opened: TestStores;
  beforeAll(async () => {
    opened = await openStores();
  });
  afterAll(() => opened.close());
  const stores = () => opened;

  describeResources(stores);
  describeLists(stores);
  describeBadInput(stores);
  describeGuards(stores);
  describeProtocol(stores);
  describeLogging(stores);
  if (tier === 'real') describeInstances(stores);
}
