import { join } from 'node:path';
import { buildGoTools, type GoTools } from '../rehearsal/engine/go-tools';

const tools: GoTools = {
  name: 'image-tools',
  modules: join(__dirname, 'go'),
  programs: [
    {
      folder: 'docker-build',
      binary: 'pulumi-resource-docker-build',
      module: 'github.com/pulumi/pulumi-docker-build',
      command: 'provider/cmd/pulumi-resource-docker-build',
      versionVariable: 'github.com/pulumi/pulumi-docker-build/provider.Version',
    },
    {
      folder: 'buildkit',
      binary: 'buildkitd',
      module: 'github.com/moby/buildkit',
      command: 'cmd/buildkitd',
      versionVariable: 'github.com/moby/buildkit/version.Version',
    },
  ],
};

/**
 * The folder that holds Pulumi's docker-build provider and buildkitd: as it was built before, else built now, which takes
 * minutes. Throws with what Go says when they cannot be built.
 */
export function findImageTools(report: (line: string) => void): Promise<string> {
  return buildGoTools(tools, report);
}
