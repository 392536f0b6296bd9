import { parentPort, workerData } from 'node:worker_threads';
import { answerTasks } from '../workers/answer-tasks.js';
import { trialSchema, trialWorkSchema } from './trial-messages.js';
import { TrialRunner } from './trials.js';

if (!parentPort) throw new Error('This module runs as a worker thread only.');
const { source, threads } = trialWorkSchema.parse(workerData);
const runner = new TrialRunner(source, threads);
answerTasks(parentPort, trialSchema.parse, (trial, onProgress) => runner.run(trial, onProgress));
