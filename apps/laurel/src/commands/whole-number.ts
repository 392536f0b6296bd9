import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number, not below `least`. */
export function wholeNumberFrom(least: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`it must be a whole number from ${least} up.`);
  };
}
