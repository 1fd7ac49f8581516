import { PulumiCommand } from '@pulumi/pulumi/automation';

const installScript = 'https://get.pulumi.com/install.sh';
const reachableWithinMs = 5_000;

/** Installs the CLI that matches @pulumi/pulumi into `root`/bin by Pulumi's own script. Throws where downloads are closed. */
export async function installByAutomation(root: string, progress: (line: string) => void): Promise<void> {
  const answer = await fetch(installScript, { method: 'HEAD', signal: AbortSignal.timeout(reachableWithinMs) });
  if (!answer.ok) throw new Error(`${installScript} answered ${answer.status}`);
  progress('downloading the Pulumi CLI from get.pulumi.com');
  await PulumiCommand.install({ root });
}
