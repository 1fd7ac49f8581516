import { readFileSync, writeFileSync } from 'node:fs';
import { envExample, replaceSection, variablesTable } from './variables';

// `npm run docs`: what the schema knows, written into the documents that repeat it.
writeFileSync('.env.example', envExample());
writeFileSync('README.md', replaceSection(readFileSync('README.md', 'utf8'), 'variables', variablesTable()));
