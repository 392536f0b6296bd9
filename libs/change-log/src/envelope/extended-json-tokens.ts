/** The fixed parts of canonical Extended JSON as bytes. */
export type ExtendedJsonTokens = ReturnType<typeof tokensOf>;

/** As they stand in a text of their own. */
export const PLAIN = tokensOf(text => Buffer.from(text));

/** As they stand in a text that is the content of a JSON string: quotes and backslashes escaped. */
export const QUOTED = tokensOf(text => Buffer.from(JSON.stringify(text).slice(1, -1)));

function tokensOf(token: (text: string) => Buffer) {
  return {
    /** The bytes of any other part. */
    token,
    /** What stands for a byte within a string, by the byte; one that is part of a longer character has an empty one. */
    escapes: Array.from({ length: 256 }, (_, byte) => {
      if (byte >= 0x80) return Buffer.alloc(0);
      const character = String.fromCharCode(byte);
      const escaped = token(JSON.stringify(character).slice(1, -1));
      return escaped.toString() === character ? undefined : escaped;
    }),
    quote: token('"'),
    /** The end of a number, or of anything else that is one string in an object. */
    quoteAndBrace: token('"}'),
    double: token('{"$numberDouble":"'),
    int: token('{"$numberInt":"'),
    long: token('{"$numberLong":"'),
    decimal: token('{"$numberDecimal":"'),
    objectId: token('{"$oid":"'),
    date: token('{"$date":'),
    binary: token('{"$binary":{"base64":"'),
    binarySubType: token('","subType":"'),
    timestamp: token('{"$timestamp":{"t":'),
    timestampIncrement: token(',"i":'),
    regularExpression: token('{"$regularExpression":{"pattern":'),
    regularExpressionOptions: token(',"options":'),
    dbPointer: token('{"$dbPointer":{"$ref":'),
    dbPointerId: token(',"$id":'),
    code: token('{"$code":'),
    scope: token(',"$scope":'),
    symbol: token('{"$symbol":'),
    undefined: token('{"$undefined":true}'),
    minKey: token('{"$minKey":1}'),
    maxKey: token('{"$maxKey":1}'),
  };
}
