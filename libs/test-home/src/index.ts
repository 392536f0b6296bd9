export { TestHome, type TestServers } from './test-home.js';
