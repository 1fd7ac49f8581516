import { refuseTaskSize } from './ecs-sizes';

test.each([
  ['256', '512'],
  ['.25 vCPU', '0.5 GB'],
  ['1 vCPU', '3GB'],
  ['1024', '8192'],
  ['16384', '122880'],
])('refuseTaskSize takes %s with %s', (cpu, memory) => {
  expect(refuseTaskSize(cpu, memory)).toBeUndefined();
});

test.each([
  ['256', '3072', 'memory must be one of 512, 1024, 2048'],
  ['4096', '31744', 'memory must be one of 8192'],
  ['8192', '17408', 'memory must be one of 16384, 20480'],
  ['2000', '4096', 'cpu must be one of 256, 512'],
  [undefined, '512', "requires that 'cpu' be defined"],
])('refuseTaskSize refuses %s with %s', (cpu, memory, why) => {
  expect(refuseTaskSize(cpu, memory)).toContain(why);
});
