import { z } from 'zod';
import type { AffinityModel } from './affinity-model.js';
import { AlsModel } from './als-model.js';
import { BlendModel } from './blend-model.js';
import { ItemWeightsModel } from './item-weights-model.js';
import { ModelFile, ModelFormatError } from './model-file.js';
import { PopularityModel } from './popularity-model.js';
import { TrendModel } from './trend-model.js';

const anyHeader = z.object({ kind: z.string() });

/**
 * Reads what {@link AffinityModel.serialize} wrote.
 * @throws ModelFormatError when the bytes are not a whole model of a known kind.
 */
export function deserializeAffinityModel(bytes: Uint8Array): AffinityModel {
  const file = new ModelFile(bytes);
  const { kind } = anyHeader.parse(file.header);
  switch (kind) {
    case 'popularity':
      return PopularityModel.read(file);
    case 'item-weights':
      return ItemWeightsModel.read(file);
    case 'als':
      return AlsModel.read(file);
    case 'trend':
      return TrendModel.read(file, deserializeAffinityModel);
    case 'blend':
      return BlendModel.read(file, deserializeAffinityModel);
    default:
      throw new ModelFormatError(
        `Model file is of kind ${kind}; known are popularity, item-weights, als, trend, blend.`,
      );
  }
}
