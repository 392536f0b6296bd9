import { customerRowsSuite } from '../testing/customer-rows-suite.js';
import { temporaryDuckDb } from '../testing/temporary-duckdb.js';

customerRowsSuite(temporaryDuckDb);
