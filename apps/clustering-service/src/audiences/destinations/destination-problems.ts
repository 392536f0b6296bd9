import type { FormatName } from '../formats/format-names.js';
import type { Destination } from './destination.js';

/** A destination that is not there, or takes another format. */
export class UnsuitableDestinationError extends Error {
  override readonly name = 'UnsuitableDestinationError';
}

/** A delivery that would leave the destination without the changes of an earlier one. */
export class PushOrderError extends Error {
  override readonly name = 'PushOrderError';
}

/**
 * The destination of a name, where it takes the format.
 *
 * @throws UnsuitableDestinationError
 */
export function suitableDestination(
  destinations: ReadonlyMap<string, Destination>,
  name: string,
  format: FormatName,
): Destination {
  const destination = destinations.get(name);
  if (!destination) {
    const known = [...destinations.keys()].join(', ') || 'none, as there is no destinations.yaml in LAUREL_HOME';
    throw new UnsuitableDestinationError(`There is no destination ${JSON.stringify(name)}. Known: ${known}.`);
  }
  if (destination.format !== format)
    throw new UnsuitableDestinationError(
      `${name} takes deliveries in the format ${destination.format}, not ${format}.`,
    );
  return destination;
}
