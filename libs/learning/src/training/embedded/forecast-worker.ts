import { parentPort } from 'node:worker_threads';
import { answerTasks } from '../../workers/answer-tasks.js';
import { forecastTask, runForecastTask } from './forecast-task.js';

if (!parentPort) throw new Error('This module runs as a worker thread only.');
answerTasks(parentPort, message => forecastTask.parse(message), runForecastTask);
