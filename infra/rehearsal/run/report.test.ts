import { createReport, StepFailed } from './report';

function open(isInteractive = false) {
  const pieces: string[] = [];
  const report = createReport({ isInteractive, write: (piece) => void pieces.push(piece) });
  return { report, text: () => pieces.join('').replaceAll(/\d+\.\d s/g, 'N s') };
}

describe('a report', () => {
  test('tells each step with a mark, its time and what was seen', async () => {
    const { report, text } = open();
    const value = await report.step('up', async ({ detail }) => {
      detail('85 created\nall well');
      return 7;
    });
    expect(value).toBe(7);
    expect(text()).toBe('✔ up  N s\n    85 created\n    all well\n');
    expect(report.steps).toEqual([
      { title: 'up', outcome: 'passed', seconds: expect.any(Number), details: ['85 created\nall well'] },
    ]);
  });

  test('tells why a step failed, and throws', async () => {
    const { report, text } = open();
    const failing = report.step('destroy', async () => {
      throw new Error('the network is in use');
    });
    await expect(failing).rejects.toThrow(StepFailed);
    expect(text()).toBe('✘ destroy  N s\n    the network is in use\n');
  });

  test('shows in a terminal which step runs', async () => {
    const { report, text } = open(true);
    await report.step('preview', async () => {});
    expect(text()).toMatch(/^… preview\r/);
  });
});
