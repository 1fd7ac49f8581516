import { describeContract } from './testing/contract';
import { openRealTestStores } from './testing/test-stores';

describe('the contract on Postgres and Redis', () => describeContract('real', openRealTestStores));
