import { expect, it } from 'vitest';
import { derivedCategory } from './derived-category.js';

it.each([
  ['15CM CHRISTMAS GLASS BALL 20 LIGHTS', 'Christmas'],
  ['PINK CHERRY LIGHTS', 'Lighting'],
  ['WHITE HANGING HEART T-LIGHT HOLDER', 'Lighting'],
  ['SET OF 6 GIRLS CELEBRATION CANDLES', 'Candles'],
  ['JUMBO BAG RED RETROSPOT', 'Bags'],
  ['Retro Coffee Mugs Assorted', 'Kitchen'],
  ['STRAWBERRY CERAMIC TRINKET BOX', 'Storage'],
  ['INFLATABLE POLITICAL GLOBE', 'Other'],
])('%s: %s', (name, category) => expect(derivedCategory(name)).toBe(category));
