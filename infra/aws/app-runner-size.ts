export type AppRunnerSize = { cpu: number; memoryMiB: number };

/** The pairs that exist, from small to large. Source: https://docs.aws.amazon.com/apprunner/latest/dg/architecture.html */
const sizes: readonly AppRunnerSize[] = [
  { cpu: 0.25, memoryMiB: 512 },
  { cpu: 0.25, memoryMiB: 1_024 },
  { cpu: 0.5, memoryMiB: 1_024 },
  { cpu: 1, memoryMiB: 2_048 },
  { cpu: 1, memoryMiB: 3_072 },
  { cpu: 1, memoryMiB: 4_096 },
  { cpu: 2, memoryMiB: 4_096 },
  { cpu: 2, memoryMiB: 6_144 },
  { cpu: 4, memoryMiB: 8_192 },
  { cpu: 4, memoryMiB: 10_240 },
  { cpu: 4, memoryMiB: 12_288 },
];

/** Smallest size that holds the request: cpu in vCPU, memory in MiB; undefined when none is large enough. */
export function findAppRunnerSize(request: AppRunnerSize): AppRunnerSize | undefined {
  return sizes.find(({ cpu, memoryMiB }) => cpu >= request.cpu && memoryMiB >= request.memoryMiB);
}
