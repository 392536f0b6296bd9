export { solveRows } from './als';
export { gramOfRows, sumGrams } from './gram';
export { scanItems } from './scan-items';
export { sweep } from './sweep';
export { rotateRows, tridiagonalise } from './tridiagonal';
