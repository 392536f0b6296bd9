export * from './errors.js';
export { resetStack, stackStatus, stopStack } from './manage-stack.js';
export { mongodProgram } from './mongodb/mongod-program.js';
export { isFree as isPortFree } from './ports/free-port.js';
export { portOwner } from './ports/port-owner.js';
export { consoleProgress, type ConsoleProgress } from './progress/console-progress.js';
export type { ReportProgress, StackProgress } from './progress/stack-progress.js';
export { STACK_SOURCES, type PartStatus, type Stack, type StackOptions, type StackSource } from './stack.js';
export { startStack } from './start-stack.js';
