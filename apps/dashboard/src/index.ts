export { dashboard } from './dashboard.js';
