import { type Step, testMutations } from './testing/setup';

const chart = {
  type: 'metric',
  width: 12,
  properties: { region: 'eu-central-1', metrics: [['AWS/RDS', 'CPUUtilization', 'DBInstanceIdentifier', 'orders']] },
};
const body = (...widgets: object[]) => ({ dashboardBody: JSON.stringify({ widgets }) });
const token = 'aws:cloudwatch/dashboard:Dashboard';
const steps: readonly Step[] = [{ token, name: 'dashboard', inputs: { dashboardName: 'orders', ...body(chart) } }];
const refuses = (what: string, inputs: { dashboardBody: string }) => ({
  rule: 'aws.cloudwatch.dashboard-body',
  what,
  resource: 'dashboard',
  inputs,
});

describe('the rules of dashboards', () => {
  testMutations(steps, [
    { rule: 'aws.cloudwatch.dashboard-name', what: 'a space', resource: 'dashboard', inputs: { dashboardName: 'a b' } },
    refuses('no widgets', { dashboardBody: '{}' }),
    refuses('an unknown widget', body({ ...chart, type: 'pie' })),
    refuses('a widget beyond the edge', body({ ...chart, x: 13 })),
    refuses('a widget without properties', body({ type: 'metric' })),
    refuses('half a dimension', body({ ...chart, properties: { region: 'a', metrics: [['AWS/RDS', 'a', 'b']] } })),
    refuses('a widget of no alarms', body({ type: 'alarm', properties: { alarms: [] } })),
  ]);
});
