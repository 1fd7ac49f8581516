import { PolicyPack } from '@pulumi/policy';
import { policiesOf } from './policies';
import { rules } from './rules';

/** `pulumi preview --policy-pack infra/policy`, and the same for `up`. */
new PolicyPack('taproom', {
  description: 'What no stack of Taproom may have, on either cloud',
  enforcementLevel: 'mandatory',
  policies: policiesOf(rules),
});
