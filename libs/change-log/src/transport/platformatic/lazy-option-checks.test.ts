import './lazy-option-checks.js';
import { Admin } from '@platformatic/kafka';
import { expect, test } from 'vitest';

const options = { clientId: 'test', bootstrapBrokers: ['127.0.0.1:1'], strict: true };

test("the client's options are still checked where it is asked to, and what is wrong is named, each time", async () => {
  const wrong = () => new Admin({ ...options, timeout: -1 });
  expect(wrong).toThrow(/timeout/);
  expect(wrong).toThrow(/timeout/);
  await new Admin({ ...options, timeout: 1 }).close();
});
