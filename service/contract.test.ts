import { describeContract } from './testing/contract';
import { openEmbeddedTestStores } from './testing/test-stores';

describe('the contract on the embedded database', () => describeContract('embedded', openEmbeddedTestStores));
