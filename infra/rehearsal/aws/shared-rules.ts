import { orderRules } from './order';
import { tagRules } from './tags';

/** Rules about several services. */
export const sharedRules = { resources: [], functions: [], rules: [...tagRules, ...orderRules] };
