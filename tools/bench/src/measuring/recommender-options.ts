/** What `docker-compose.yml` gives the Node that runs the recommender. */
export const RECOMMENDER_OPTIONS: readonly string[] = [
  '--min-semi-space-size=16',
  '--max-semi-space-size=64',
  '--heap-growing-percent=50',
];
