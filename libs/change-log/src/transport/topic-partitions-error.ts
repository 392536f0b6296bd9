/** A topic that exists with another number of partitions than Laurel needs. */
export class TopicPartitionsError extends Error {
  constructor(topic: string, expected: number, found: number) {
    super(
      `Topic ${topic} has ${found} partitions, but ${expected} are needed: changes of one document must stay in one partition. ` +
        'Name another TOPIC_PREFIX, or delete the topic and capture anew.',
    );
    this.name = 'TopicPartitionsError';
  }
}
