import { ProblemException } from '@laurel/service';
import { AudienceInUseError, NoRecommendationsYetError, UnknownAudienceError } from './audience-service.js';
import { PushOrderError, UnsuitableDestinationError } from './destinations/destination-problems.js';
import { DeliveryUnderWayError } from './deliveries/delivery-service.js';

/** What is wrong with a request for an audience's rows, as an answer. Anything else is thrown on. */
export function asProblem(error: unknown): never {
  if (error instanceof UnknownAudienceError || error instanceof UnsuitableDestinationError)
    throw new ProblemException({ status: 400, detail: error.message });
  if (
    error instanceof NoRecommendationsYetError ||
    error instanceof AudienceInUseError ||
    error instanceof DeliveryUnderWayError ||
    error instanceof PushOrderError
  )
    throw new ProblemException({ status: 409, detail: error.message });
  throw error;
}

/** The answer where an address names no audience. */
export function unknownAudience(audienceId: string): ProblemException {
  return new ProblemException({ status: 404, detail: new UnknownAudienceError(audienceId).message });
}
