export { solveRows } from './als';
export { gramOfRows, sumGrams } from './gram';
export { sweep } from './sweep';
