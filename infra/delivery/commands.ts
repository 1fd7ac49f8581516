import { lintWorkflows } from './actionlint';
import { buildImage } from './build-image';
import { comment } from './comment';
import { deploy } from './deploy';
import { checkDrift } from './drift';
import { preview } from './preview';
import { destroyPreview, sweepPreviews } from './preview-environments';
import { loginToRegistries } from './registry-login';
import { reportDrift } from './report-drift';
import { setVariables } from './set-variables';
import { signImage, verifyImage } from './sign-image';
import { smoke } from './smoke';
import type { Surroundings } from './surroundings';

type Options = { like?: string | undefined; report: string };
type Command = {
  usage: string;
  run(surroundings: Surroundings, args: readonly (string | undefined)[], options: Options): Promise<unknown>;
};

/** The steps of the workflows, each of which also runs on a developer's machine. docs/delivery.md tells their variables. */
export const commands: Readonly<Record<string, Command>> = {
  'lint-workflows': { usage: '', run: (here) => lintWorkflows(here) },
  'registry-login': { usage: '', run: (here) => loginToRegistries(here) },
  'build-image': { usage: '', run: (here) => buildImage(here) },
  'sign-image': { usage: 'DIGEST SBOM', run: (here, [digest, bill]) => signImage(here, digest, bill) },
  'verify-image': { usage: 'DIGEST', run: (here, [digest]) => verifyImage(here, digest) },
  deploy: {
    usage: 'STACK DIGEST [--like STACK]',
    run: (here, [stack, digest], { like }) => deploy(here, { stack, digest, like }),
  },
  smoke: { usage: 'STACK DIGEST', run: (here, [stack, digest]) => smoke(here, { stack, digest }) },
  preview: { usage: 'STACK [--report FILE]', run: (here, [stack], { report }) => preview(here, { stack, report }) },
  drift: { usage: 'STACK [--report FILE]', run: (here, [stack], { report }) => checkDrift(here, { stack, report }) },
  'report-drift': { usage: 'FOLDER', run: (here, [folder]) => reportDrift(here, folder) },
  comment: { usage: 'TOPIC FOLDER', run: (here, [topic, folder]) => comment(here, { topic, folder }) },
  'destroy-preview': { usage: 'STACK', run: (here, [stack]) => destroyPreview(here, stack) },
  'sweep-previews': { usage: '', run: (here) => sweepPreviews(here) },
  'set-variables': { usage: 'FILE', run: (here, [file]) => setVariables(here, file) },
};
