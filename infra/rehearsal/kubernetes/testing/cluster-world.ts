import { aws } from '../../aws/aws';
import { eksSetup, pushOrders } from '../../aws/testing/eks-setup';
import { createFakeRuntime, type FakeAnswers, type FakeRuntime } from '../../aws/testing/fake-runtime';
import { applySetup, type Made, type Step, text } from '../../aws/testing/setup';
import type { Bag, Value } from '../../protocol/values';
import { createWorld, type World } from '../../testing/world';
import { kubernetes } from '../kubernetes';
import { kubeconfigOf } from './kubeconfig-of';

/** A world with a cluster of EKS in it, and a provider that leads there. */
export type ClusterWorld = {
  world: World;
  made: Made;
  runtime: FakeRuntime;
  /** The image of a version. */
  image(digest: string): string;
  /** Another kubeconfig for what follows. */
  useKubeconfig(kubeconfig: Value): void;
  kubeconfig: ReturnType<typeof kubeconfigOf>;
};

export async function createClusterWorld({
  steps = eksSetup,
  mutation = {},
  answers = {},
}: {
  steps?: readonly Step[];
  mutation?: Parameters<typeof applySetup>[2];
  answers?: FakeAnswers;
} = {}): Promise<ClusterWorld> {
  const runtime = createFakeRuntime(answers);
  const config: Record<string, Bag> = { aws: { region: 'eu-central-1' }, kubernetes: {} };
  const world = createWorld({ packages: [aws, kubernetes], config, runtime });
  const made = await applySetup(world, steps, mutation);
  pushOrders(world, made);
  const authority = made.cluster?.certificateAuthority as { data?: string } | undefined;
  const kubeconfig = kubeconfigOf({ server: text(made, 'cluster', 'endpoint'), authority: authority?.data ?? '' });
  const useKubeconfig = (value: Value) => {
    config.kubernetes = { kubeconfig: value };
  };
  useKubeconfig(JSON.stringify(kubeconfig));
  return {
    world,
    made,
    runtime,
    image: (digest) => `${text(made, 'images', 'repositoryUrl')}@${digest}`,
    useKubeconfig,
    kubeconfig,
  };
}
