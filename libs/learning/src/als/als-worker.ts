import { workerData } from 'node:worker_threads';
import { AlsThread } from './als-thread.js';
import type { AlsWork } from './als-work.js';

const { work, thread }: { work: AlsWork; thread: number } = workerData;
new AlsThread(work, thread).work();
