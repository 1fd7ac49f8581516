const gib = 1_024;

/** Sizes of a task on Fargate: CPU in 1/1024 vCPU, and the memory in MiB that it can have: from, to, in steps of. */
const sizes: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1 * gib, 2 * gib],
  512: range(1, 4, 1),
  1024: range(2, 8, 1),
  2048: range(4, 16, 1),
  4096: range(8, 30, 1),
  8192: range(16, 60, 4),
  16384: range(32, 120, 8),
};

function range(fromGib: number, toGib: number, stepGib: number): number[] {
  return Array.from({ length: (toGib - fromGib) / stepGib + 1 }, (_, index) => (fromGib + index * stepGib) * gib);
}

/** Both spellings: 1024 or "1 vCPU" (".5 vCPU"). NaN when it is neither. */
export function parseTaskCpu(cpu: string): number {
  const [, vcpu] = /^(\d*\.?\d+) ?vcpu$/i.exec(cpu) ?? [];
  return vcpu === undefined ? parseWhole(cpu) : Number(vcpu) * 1_024;
}

/** Both spellings: 2048 or "2 GB", in MiB. NaN when it is neither. */
export function parseTaskMemory(memory: string): number {
  const [, gb] = /^(\d*\.?\d+) ?gb$/i.exec(memory) ?? [];
  return gb === undefined ? parseWhole(memory) : Number(gb) * gib;
}

function parseWhole(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size */
export function refuseTaskSize(cpu: string | undefined, memory: string | undefined): string | undefined {
  if (cpu === undefined || memory === undefined) {
    return `ClientException: Fargate requires that '${cpu === undefined ? 'cpu' : 'memory'}' be defined at the task level.`;
  }
  const memories = sizes[parseTaskCpu(cpu)];
  if (!memories) {
    return `ClientException: No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. cpu must be one of ${Object.keys(sizes).join(', ')}`;
  }
  return memories.includes(parseTaskMemory(memory))
    ? undefined
    : `ClientException: No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. memory must be one of ${memories.join(', ')} with a cpu of ${cpu}`;
}
