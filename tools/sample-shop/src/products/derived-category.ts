const rules: readonly (readonly [category: string, words: RegExp])[] = [
  ['Christmas', /\b(CHRISTMAS|XMAS|ADVENT|SANTA|REINDEER|SNOW\w*|BAUBLES?|NATIVITY)\b/],
  ['Lighting', /\b(\w*LIGHTS?|LAMPS?|LANTERNS?|CHANDELIER|LAMPSHADE)\b/],
  ['Candles', /\b(CANDLES?|CANDLESTICK|CANDLEHOLDER|INCENSE|VOTIVE)\b/],
  ['Bags', /\b(BAGS?|SHOPPER|HANDBAG|PURSE|WALLET|SUITCASE|RUCKSACK|BACKPACK|UMBRELLA)\b/],
  ['Jewellery', /\b(NECKLACE|EARRINGS?|BRACELET|BANGLE|RING|BROOCH|PENDANT|HAIR|CHARM|TIARA)\b/],
  [
    'Toys and children',
    /\b(TOYS?|CHILDRENS?|CHILDS|BABY|KIDS?|DOLLY?|DOLLS|PUPPETS?|PUZZLES?|GAMES?|SKIPPING|DOMINOES|SKITTLES|PLAYHOUSE|SPACEBOY|CIRCUS)\b/,
  ],
  ['Party and gift wrap', /\b(WRAP|PARTY|BIRTHDAY|BUNTING|BALLOONS?|RIBBONS?|GIFT|CARD|CARDS|GARLAND)\b/],
  [
    'Stationery',
    /\b(NOTEBOOK|PENS?|PENCILS?|STICKERS?|STAMPS?|ERASERS?|RULER|JOURNAL|CALENDAR|CHALK\w*|BLACKBOARD|PAPER|TAPE|BOOK|MAGNETS?)\b/,
  ],
  [
    'Kitchen',
    /\b(MUGS?|CUPS?|SAUCER|TEA|TEAPOT|COFFEE|PLATES?|BOWLS?|CAKE\w*|BAKING|JAM|KITCHEN|CUTLERY|SPOONS?|JUG|BOTTLE|LUNCH|EGG|RECIPE|APRON|NAPKINS?|TRAY|GLASS|BISCUIT|MOULDS?|BREAD|MILK|JARS?|OVEN)\b/,
  ],
  [
    'Textiles',
    /\b(CUSHIONS?|TOWELS?|BLANKET|QUILT|CURTAIN|DOORMAT|MAT|RUG|THROW|FABRIC|SLIPPERS|SCARF|GLOVES?|SOCKS?)\b/,
  ],
  ['Garden', /\b(GARDEN\w*|PLANT\w*|FLOWERS?|HERB|WATERING|BIRD|PARASOL|PICNIC|SEEDS?|TROWEL)\b/],
  ['Clocks, signs and frames', /\b(CLOCKS?|SIGNS?|FRAMES?|PICTURE|MIRRORS?|WALL ART|METAL SIGN|PLAQUE|DOORSTOP)\b/],
  ['Storage', /\b(BOX|BOXES|TINS?|BASKETS?|DRAWERS?|CABINET|STORAGE|RACK|HOOKS?|HANGERS?|SHELF|CRATE|TRINKET|TIDY)\b/],
  [
    'Decoration',
    /\b(HEARTS?|DECORATIONS?|HANGING|ORNAMENT|FAIRY|ANGEL|WREATH|VASE|FEATHER|BEADS?|BUTTERFLY|BUTTERFLIES|WICKER)\b/,
  ],
];

/**
 * A category for a product of the sample, derived from words of its name: the source has none. The first rule that fits wins;
 * "Other" where none does.
 */
export function derivedCategory(name: string): string {
  const upper = name.toUpperCase();
  return rules.find(([, words]) => words.test(upper))?.[0] ?? 'Other';
}
