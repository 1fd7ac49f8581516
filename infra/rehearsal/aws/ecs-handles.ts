import type { ecs } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import type { TypeHandle } from '../cloud/cloud';
import type { OutputsOf } from '../declare';

/** The types that start tasks, for rules that know of them before they are declared. */
export const serviceHandle: TypeHandle<Unwrap<ecs.ServiceArgs>, OutputsOf<ecs.Service>> = {
  token: 'aws:ecs/service:Service',
};

export const expressServiceHandle: TypeHandle<
  Unwrap<ecs.ExpressGatewayServiceArgs>,
  OutputsOf<ecs.ExpressGatewayService>
> = { token: 'aws:ecs/expressGatewayService:ExpressGatewayService' };
