/** Whether a line of what a service tells Prometheus is as expected; false where it does not answer. */
export async function metricSays(url: string, line: RegExp): Promise<boolean> {
  const metrics = await fetch(`${url}/metrics`).then(
    answer => answer.text(),
    () => '',
  );
  return line.test(metrics);
}
