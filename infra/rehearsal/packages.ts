import { aws } from './aws/aws';
import type { SimulatedPackage } from './declare';
import { docker } from './docker/docker';
import { dockerBuild } from './docker-build/docker-build';
import { gcp } from './gcp/gcp';
import { kubernetes } from './kubernetes/kubernetes';
import { random } from './random/random';

/** Every provider package that is simulated. */
export const packages: readonly SimulatedPackage[] = [aws, docker, dockerBuild, gcp, kubernetes, random];
