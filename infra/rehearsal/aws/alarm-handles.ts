import type { cloudwatch } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import type { TypeHandle } from '../cloud/cloud';
import type { OutputsOf } from '../declare';

/** For files that the types' own files import. */
export const metricAlarmHandle: TypeHandle<Unwrap<cloudwatch.MetricAlarmArgs>, OutputsOf<cloudwatch.MetricAlarm>> = {
  token: 'aws:cloudwatch/metricAlarm:MetricAlarm',
};

export const compositeHandle: TypeHandle<
  Unwrap<cloudwatch.CompositeAlarmArgs>,
  OutputsOf<cloudwatch.CompositeAlarm>
> = { token: 'aws:cloudwatch/compositeAlarm:CompositeAlarm' };
