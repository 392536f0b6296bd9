import { type Outlook } from '../outlook/outlook.js';
import { isInCell } from '../outlook/outlook-playbook.js';
import type { AudienceFilter } from './audience.js';

/** Whether a filter asks for more than the database can say. */
export function needsOutlook({ stages, rfm, lost_probability, predicted_value }: AudienceFilter): boolean {
  return (stages ?? rfm ?? lost_probability ?? predicted_value) !== undefined;
}

/** Whether an outlook fits a filter. What is not known fits no condition. */
export function isExpected({ stage, rfm, prediction }: Outlook, filter: AudienceFilter): boolean {
  return (
    (!filter.stages || filter.stages.includes(stage)) &&
    (!filter.rfm || (rfm !== null && isInCell(rfm, filter.rfm))) &&
    isWithin(prediction?.lostProbability ?? undefined, filter.lost_probability) &&
    isWithin(prediction?.value, filter.predicted_value)
  );
}

function isWithin(value: number | undefined, range: AudienceFilter['predicted_value']): boolean {
  if (!range) return true;
  return value !== undefined && value >= (range.min ?? -Infinity) && value <= (range.max ?? Infinity);
}
