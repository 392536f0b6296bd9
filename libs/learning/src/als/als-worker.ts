import { parentPort, workerData } from 'node:worker_threads';
import { runAlsThread, type AlsWork } from './als-threads.js';

if (!parentPort) throw new Error('This module runs as a worker thread only.');
const port = parentPort;
const { work, thread }: { work: AlsWork; thread: number } = workerData;
runAlsThread(work, thread, done => port.postMessage(done));
