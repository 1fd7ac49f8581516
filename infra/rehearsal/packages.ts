import { aws } from './aws/aws';
import type { SimulatedPackage } from './declare';
import { dockerBuild } from './docker-build/docker-build';
import { gcp } from './gcp/gcp';
import { random } from './random/random';

/** Every provider package that is simulated. */
export const packages: readonly SimulatedPackage[] = [aws, dockerBuild, gcp, random];
