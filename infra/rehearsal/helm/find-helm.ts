import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { hasGo } from '../engine/build-from-modules';
import { buildGoTools, findBuiltTools, type GoProgram } from '../engine/go-tools';
import { runProgram } from '../engine/run-program';
import { fits, parseVersion, type Version } from '../engine/versions';

export type FindToolOptions = {
  env?: NodeJS.ProcessEnv;
  progress?: (line: string) => void;
  signal?: AbortSignal;
};

type Tool = {
  program: GoProgram;
  versionArguments: readonly string[];
  /** The oldest on PATH that will do, of the same major version; none: any. */
  oldest?: Version;
  install: string;
};

const helm: Tool = {
  program: {
    folder: 'helm',
    binary: 'helm',
    module: 'helm.sh/helm/v3',
    command: 'cmd/helm',
    versionVariable: 'helm.sh/helm/v3/internal/version.version',
    versionPrefix: 'v',
    // The Kubernetes that `helm template` and `helm lint` take for granted: that of the client-go in go.mod.
    variables: {
      'helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor': '1',
      'helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor': '37',
      'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor': '1',
      'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor': '37',
    },
  },
  versionArguments: ['version', '--template', '{{.Version}}'],
  // `helm template` reads files of values and schemas as the current one does. Helm 4 has other rules.
  oldest: [3, 14, 0],
  install: 'https://helm.sh/docs/intro/install/',
};

const kubeconform: Tool = {
  program: {
    folder: 'kubeconform',
    binary: 'kubeconform',
    module: 'github.com/yannh/kubeconform',
    command: 'cmd/kubeconform',
    versionVariable: 'main.version',
    versionPrefix: 'v',
  },
  versionArguments: ['-v'],
  install: 'https://github.com/yannh/kubeconform#installation',
};

/** The path of Helm 3: on PATH, else built before, else built by Go. Throws with what to install when none is there. */
export function findHelm(options: FindToolOptions = {}): Promise<string> {
  return findTool(helm, options);
}

/** The path of kubeconform, which checks manifests against schemas; found as Helm is. */
export function findKubeconform(options: FindToolOptions = {}): Promise<string> {
  return findTool(kubeconform, options);
}

async function findTool(
  tool: Tool,
  { env = process.env, progress = () => {}, signal }: FindToolOptions,
): Promise<string> {
  const { binary } = tool.program;
  const onPath = await findOnPath(tool, env);
  if (onPath) return onPath;
  const tools = { name: binary, modules: join(__dirname, 'go'), programs: [tool.program] };
  const built = await findBuiltTools(tools);
  if (built) return join(built, binary);
  if (!(await hasGo())) {
    throw new Error(`No ${binary} on PATH, and no Go to build it. Install it (${tool.install}), or Go 1.26 or newer.`);
  }
  return join(await buildGoTools(tools, progress, signal), binary);
}

async function findOnPath({ program, versionArguments, oldest }: Tool, env: NodeJS.ProcessEnv) {
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, program.binary);
    if (!(await isExecutable(path))) continue;
    const { code, stdout } = await runProgram(path, versionArguments, { env });
    const version = parseVersion(stdout);
    const isGood = code === 0 && (oldest === undefined || (version !== undefined && fits(version, oldest)));
    if (isGood) return path;
  }
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
