export type StepResult = {
  title: string;
  outcome: 'passed' | 'failed';
  seconds: number;
  /** What was seen, or what is wrong. */
  details: string[];
};

/** While a step runs: what it saw. The first line stands beside the title. */
export type StepLog = { detail(line: string): void };

export type Report = {
  readonly steps: readonly StepResult[];
  /** Runs one step and tells how it went. Throws StepFailed when it does not pass, after having told why. */
  step<T>(title: string, action: (log: StepLog) => Promise<T>): Promise<T>;
  /** A line between the steps. */
  note(line: string): void;
  elapsedSeconds(): number;
};

/** A step did not pass; the report has told it. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

export type Terminal = {
  write(text: string): void;
  /** Lines can be written again, and may have colours. */
  isInteractive: boolean;
};

export function createReport(terminal: Terminal): Report {
  const steps: StepResult[] = [];
  const startedAt = performance.now();
  const paint = (code: number, text: string) => (terminal.isInteractive ? `\u001b[${code}m${text}\u001b[0m` : text);
  const marks = { passed: paint(32, '✔'), failed: paint(31, '✘') };
  const tell = ({ title, outcome, seconds, details }: StepResult) => {
    if (terminal.isInteractive) terminal.write('\r\u001b[2K');
    terminal.write(`${marks[outcome]} ${title}${paint(2, `  ${seconds.toFixed(1)} s`)}\n`);
    for (const line of details.flatMap((detail) => detail.split('\n'))) terminal.write(`    ${line}\n`);
  };

  return {
    steps,
    step: async (title, action) => {
      const begun = performance.now();
      const details: string[] = [];
      const finish = (outcome: StepResult['outcome']) => {
        const result = { title, outcome, seconds: (performance.now() - begun) / 1_000, details };
        steps.push(result);
        tell(result);
      };
      if (terminal.isInteractive) terminal.write(`… ${title}`);
      try {
        const value = await action({ detail: (line) => void details.push(line) });
        finish('passed');
        return value;
      } catch (error) {
        details.push(error instanceof Error ? error.message : String(error));
        finish('failed');
        throw new StepFailed(title, { cause: error });
      }
    },
    note: (line) => terminal.write(`${line}\n`),
    elapsedSeconds: () => (performance.now() - startedAt) / 1_000,
  };
}
