#!/usr/bin/env -S node --disable-warning=TimeoutNegativeWarning --max-semi-space-size=32
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// From the second start on most of the code is read as it was compiled. Where the folder cannot be written it is compiled each time.
enableCompileCache(join(import.meta.dirname, '../../../node_modules/.cache/node-compile'));
await import('../dist/main.js');
