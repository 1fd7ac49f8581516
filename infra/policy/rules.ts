import { backups } from './backups';
import { encryptionAtRest } from './encryption-at-rest';
import { encryptionInTransit } from './encryption-in-transit';
import { logRetention } from './log-retention';
import { missingTags } from './missing-tags';
import { mutableImages } from './mutable-images';
import { openFirewalls } from './open-firewalls';
import { plainSecrets } from './plain-secrets';
import type { PolicyRule } from './policy-rule';
import { publicDatabases } from './public-databases';
import { secretVersions } from './secret-versions';
import { wildcardAws } from './wildcard-aws';
import { wildcardGoogle } from './wildcard-google';
import { wildcardKubernetes } from './wildcard-kubernetes';

/** Every rule there is. To add one: in the file of its family, with a failing and a passing case in testing/cases. */
export const rules: readonly PolicyRule[] = [
  ...publicDatabases,
  ...encryptionAtRest,
  ...encryptionInTransit,
  ...wildcardAws,
  ...wildcardGoogle,
  ...wildcardKubernetes,
  ...openFirewalls,
  ...missingTags,
  ...mutableImages,
  ...plainSecrets,
  ...backups,
  ...logRetention,
  ...secretVersions,
];
