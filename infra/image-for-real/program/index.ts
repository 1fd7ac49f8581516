import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../../config';
import { createImage } from '../../image';
import { type DistributionSettings, openDistribution } from './distribution';

/** What taproom's own program does with image.ts, with registries that stand for those of the clouds. */
function deployImage() {
  const settings = new pulumi.Config();
  const registries = settings.requireObject<Record<string, DistributionSettings>>('registries');
  const config = {
    imageDigest: settings.get('imageDigest') ?? '',
    build: settings.requireObject<StackConfig['build']>('build'),
  };
  const opened = Object.entries(registries).map(([cloud, registry]) => [cloud, openDistribution(registry)] as const);
  const image = createImage(config, Object.fromEntries(opened));
  return {
    digest: image.digest,
    references: Object.fromEntries(opened.map(([cloud]) => [cloud, image.in(cloud).reference])),
  };
}

export = deployImage;
