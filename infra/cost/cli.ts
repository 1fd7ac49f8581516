import { writeFileSync } from 'node:fs';
import { DeploymentError } from '../deployment-error';
import { parseRequest, UsageError, usage } from './arguments';
import { buildCostDocs, costDocsFile } from './cost-docs';
import { describeEstimate } from './describe-estimate';
import { estimate } from './estimate';
import { pricesSeen } from './price';
import { readStackConfig, resourcesOf, UnknownStackError } from './stack-resources';

/** `npm run cost`. Gives the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const request = parseRequest(args);
  switch (request.kind) {
    case 'help':
      console.log(usage);
      return 0;
    case 'docs':
      writeFileSync(costDocsFile, await buildCostDocs());
      console.log('docs/cost.md is written');
      return 0;
    case 'stack': {
      const { stack, load, isJson } = request;
      const found = estimate(await resourcesOf(stack, readStackConfig(stack)), load);
      console.log(
        isJson
          ? JSON.stringify({ stack, currency: 'USD', pricesSeen, load, ...found }, undefined, 2)
          : describeEstimate(found, { stack, load }),
      );
      return 0;
    }
  }
}

const expected = [UsageError, UnknownStackError, DeploymentError];

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isExpected = expected.some((kind) => error instanceof kind);
    console.error(isExpected && error instanceof Error ? error.message : error);
    if (error instanceof UsageError) console.error('npm run cost -- --help tells what can be asked for.');
    process.exitCode = 1;
  },
);
