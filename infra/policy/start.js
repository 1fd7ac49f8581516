// Pulumi's runner of packs compiles with ts-node and settings of its own, whatever PulumiPolicy.yaml says: tsx compiles this one
// as it compiles the program. Source: @pulumi/pulumi/cmd/run-policy-pack/run.js
require('tsx/cjs');
require('./index.ts');
