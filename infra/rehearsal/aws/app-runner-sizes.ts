/** The sizes of an instance: CPU in 1/1024 vCPU, and the memory in MiB that it can have. */
const sizes: Readonly<Record<string, readonly number[]>> = {
  256: [512, 1_024],
  512: [1_024],
  1024: [2_048, 3_072, 4_096],
  2048: [4_096, 6_144],
  4096: [8_192, 10_240, 12_288],
};

/** Both spellings: 1024 or "1 vCPU". NaN when it is neither. */
export function parseCpu(cpu: string): number {
  const [, vcpu] = /^(0\.25|0\.5|1|2|4) vCPU$/.exec(cpu) ?? [];
  return vcpu === undefined ? Number(/^\d+$/.exec(cpu)?.[0] ?? 'none') : Number(vcpu) * 1_024;
}

/** Both spellings: 2048 or "2 GB", in MiB. NaN when it is neither. */
export function parseMemory(memory: string): number {
  const [, gb] = /^(0\.5|1|2|3|4|6|8|10|12) GB$/.exec(memory) ?? [];
  return gb === undefined ? Number(/^\d+$/.exec(memory)?.[0] ?? 'none') : Number(gb) * 1_024;
}

/** Source: https://docs.aws.amazon.com/apprunner/latest/dg/architecture.html */
export function refuseSize(cpu: string, memory: string): string | undefined {
  const memories = sizes[parseCpu(cpu)];
  if (!memories)
    return `instanceConfiguration.cpu must be 256, 512, 1024, 2048 or 4096 (or 0.25 to 4 vCPU), not ${cpu}`;
  return memories.includes(parseMemory(memory))
    ? undefined
    : `InvalidRequestException: Invalid combination of CPU and memory: instanceConfiguration.memory must be ${memories.join(' or ')} with a cpu of ${cpu}, not ${memory}`;
}
