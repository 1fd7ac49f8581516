export type FargateSize = { cpu: number; memoryMiB: number };

/** What each vCPU count may have, from small to large: memory from, to, and in steps of, in MiB. */
type MemoryRange = { cpu: number; from: number; to: number; step: number };

/**
 * The table of task sizes; 0.25 vCPU has 512 MiB too. Source:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
 */
const ranges: readonly MemoryRange[] = [
  { cpu: 0.25, from: 512, to: 512, step: 512 },
  { cpu: 0.25, from: 1_024, to: 2_048, step: 1_024 },
  { cpu: 0.5, from: 1_024, to: 4_096, step: 1_024 },
  { cpu: 1, from: 2_048, to: 8_192, step: 1_024 },
  { cpu: 2, from: 4_096, to: 16_384, step: 1_024 },
  { cpu: 4, from: 8_192, to: 30_720, step: 1_024 },
  { cpu: 8, from: 16_384, to: 61_440, step: 4_096 },
  { cpu: 16, from: 32_768, to: 122_880, step: 8_192 },
];

export const largestFargateSize: FargateSize = { cpu: 16, memoryMiB: 122_880 };

/** Smallest size that holds the request: cpu in vCPU, memory in MiB; undefined when none is large enough. */
export function findFargateSize(request: FargateSize): FargateSize | undefined {
  const range = ranges.find(({ cpu, to }) => cpu >= request.cpu && to >= request.memoryMiB);
  if (range === undefined) return undefined;
  const { cpu, from, step } = range;
  return { cpu, memoryMiB: Math.max(from, Math.ceil(request.memoryMiB / step) * step) };
}
