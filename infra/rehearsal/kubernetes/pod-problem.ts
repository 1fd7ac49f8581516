/** Why a pod does not start, in the kubelet's or scheduler's words. Each kind is a rule of its own (pod-rules.ts). */
export type PodProblem = { problem: PodProblemKind; why: string };

export type PodProblemKind =
  | 'image missing'
  | 'image denied'
  | 'image unreachable'
  | 'image platform'
  | 'runs as root'
  | 'service account'
  | 'volume driver'
  | 'volume missing'
  | 'volume identity'
  | 'secret denied'
  | 'secret missing'
  | 'secret key'
  | 'config missing'
  | 'unschedulable';

export function isProblem(value: object): value is PodProblem {
  return 'problem' in value;
}
