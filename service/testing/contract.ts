import { describeBadInput } from './contract/bad-input';
import { describeLists } from './contract/lists';
import { describeResources } from './contract/resources';
import type { TestStores } from './test-stores';

/** The contract's cases, the same on the embedded database and on real Postgres and Redis. */
export function describeContract(openStores: () => Promise<TestStores>): void {
  let opened: TestStores;
  beforeAll(async () => {
    opened = await openStores();
  });
  afterAll(() => opened.close());
  const stores = () => opened;

  describeResources(stores);
  describeLists(stores);
  describeBadInput(stores);
}
