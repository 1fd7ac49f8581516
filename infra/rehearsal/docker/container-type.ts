import type { Container, ContainerArgs } from '@pulumi/docker';
import type { Unwrap } from '@pulumi/pulumi';
import type { TypeHandle } from '../cloud/cloud';
import type { Lifecycle, OutputsOf } from '../declare';

export type ContainerInputs = Unwrap<ContainerArgs>;
export type ContainerOutputs = OutputsOf<Container>;
export type ContainerLifecycle = Lifecycle<ContainerInputs, ContainerOutputs>;

/** Containers for those that container.ts itself needs. */
export const containerType: TypeHandle<ContainerInputs, ContainerOutputs> = {
  token: 'docker:index/container:Container',
};
