import { parentPort } from 'node:worker_threads';
import { answerTasks } from '../../workers/answer-tasks.js';
import { clusterTask, runClusterTask } from './cluster-task.js';

if (!parentPort) throw new Error('This module runs as a worker thread only.');
answerTasks(parentPort, message => clusterTask.parse(message), runClusterTask);
