import { secondsPerMonth } from './price';

/** What users do in a month. */
export type Load = {
  /** On average, over the whole month. */
  requestsPerSecond: number;
  /** How long a request keeps a vCPU busy. */
  msPerRequest: number;
  /** Answers to the internet, per month. */
  gbOut: number;
  /** Rows and indexes in each database. */
  storedGb: number;
};

/** A small service that is used: 26 million requests a month. */
export const defaultLoad: Load = { requestsPerSecond: 10, msPerRequest: 20, gbOut: 50, storedGb: 5 };

/** Nobody comes, and the rows stay. */
export function idle({ storedGb, msPerRequest }: Load): Load {
  return { requestsPerSecond: 0, msPerRequest, gbOut: 0, storedGb };
}

/** What instances are added to keep. */
const cpuTarget = 0.6;
const logBytesPerRequest = 500;

export function millionRequests({ requestsPerSecond }: Load): number {
  return (requestsPerSecond * secondsPerMonth) / 1_000_000;
}

/** One line for each request. */
export function logGb(load: Load): number {
  return (millionRequests(load) * logBytesPerRequest) / 1_000;
}

/** vCPUs that requests keep busy, on average. */
export function busyVcpu({ requestsPerSecond, msPerRequest }: Load): number {
  return (requestsPerSecond * msPerRequest) / 1_000;
}

/** How many instances of this size run, on average: never fewer than kept warm, nor more than allowed. */
export function instancesAt(load: Load, { vcpu, min, max }: { vcpu: number; min: number; max: number }): number {
  return Math.max(min, Math.min(max, Math.ceil(busyVcpu(load) / (vcpu * cpuTarget))));
}
