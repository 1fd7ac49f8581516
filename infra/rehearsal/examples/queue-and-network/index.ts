import * as aws from '@pulumi/aws';
import * as gcp from '@pulumi/gcp';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';

const config = new pulumi.Config();
const delaySeconds = config.getNumber('delaySeconds') ?? 5;
const token = config.requireSecret('token');

const password = new random.RandomPassword('password', { length: 24, minNumeric: 2 });
const orders = new aws.sqs.Queue('orders', { fifoQueue: config.getBoolean('fifo') ?? false, delaySeconds });
const abroad = new aws.sqs.Queue(
  'abroad',
  { delaySeconds },
  { provider: new aws.Provider('abroad', { region: 'us-east-1' }) },
);
const api = new gcp.projects.Service('compute', { service: 'compute.googleapis.com' });
const network = new gcp.compute.Network('main', { autoCreateSubnetworks: false }, { dependsOn: api });
const subnetwork = new gcp.compute.Subnetwork('private', {
  network: network.id,
  ipCidrRange: '10.1.0.0/26',
  region: 'europe-west1',
});
const caller = aws.getCallerIdentityOutput();

export const queueArn = orders.arn;
export const queueTags = orders.tagsAll;
export const abroadArn = abroad.arn;
export const subnetworkId = subnetwork.id;
export const account = caller.accountId;
export const secret = pulumi.interpolate`${password.result}:${token}`;
