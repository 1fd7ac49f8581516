export type CloudRunSize = { cpu: number; memoryMiB: number };

/**
 * What an instance may have, from small to large. None under 1 vCPU: there Cloud Run serves one request at a time.
 * Sources: https://cloud.google.com/run/docs/configuring/services/cpu and .../services/memory-limits
 */
const sizes = [
  { cpu: 1, minMemoryMiB: 512, maxMemoryMiB: 4_096 },
  { cpu: 2, minMemoryMiB: 512, maxMemoryMiB: 8_192 },
  { cpu: 4, minMemoryMiB: 2_048, maxMemoryMiB: 16_384 },
  { cpu: 6, minMemoryMiB: 4_096, maxMemoryMiB: 24_576 },
  { cpu: 8, minMemoryMiB: 4_096, maxMemoryMiB: 32_768 },
] as const;

/** Smallest size that holds the request: cpu in vCPU, memory in MiB; undefined when none is large enough. */
export function findCloudRunSize(request: CloudRunSize): CloudRunSize | undefined {
  const size = sizes.find(({ cpu, maxMemoryMiB }) => cpu >= request.cpu && maxMemoryMiB >= request.memoryMiB);
  return size && { cpu: size.cpu, memoryMiB: Math.max(size.minMemoryMiB, request.memoryMiB) };
}
