import * as pulumi from '@pulumi/pulumi';

/**
 * An error whose message says all there is to say: Pulumi shows it without a stack trace. It has none either, since
 * Pulumi formats what it does not show, for half a minute on Node 20 (https://github.com/pulumi/pulumi/issues/20567).
 */
export class DeploymentError extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    this.name = 'DeploymentError';
    delete this.stack;
    // Pulumi writes the name of each input that has waited for it in front, one after the other.
    Object.defineProperty(this, 'message', { get: () => message, set: () => {} });
  }
}
