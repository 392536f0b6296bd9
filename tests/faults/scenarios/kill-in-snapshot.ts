import { awakeMs } from '../awake-clock.js';
import type { FaultScenario } from '../fault-scenario.js';
import { judge } from '../oracle/judge.js';
import { Ingester } from '../pipeline/ingester.js';
import { settled, storesAgain } from '../pipeline/settled.js';
import { FaultShop } from '../shop/fault-shop.js';

const DOCUMENTS = 16_000;
const KILLS = 2;

export const killInSnapshot: FaultScenario = {
  name: 'kill-in-snapshot',
  about: 'kill -9 in mid-snapshot with writes going on; the snapshot goes on at its chunk',
  async run({ servers, random, say }) {
    await using shop = await FaultShop.create(servers, random);
    await shop.writer.insertMany(DOCUMENTS);
    let ingester = new Ingester(shop.environment);
    let recoveryMs = 0;
    let injected = 0;
    for (let killed = 1; killed <= KILLS; killed++) {
      const target = random.below(DOCUMENTS / KILLS);
      const found = await ingester.until('the snapshot is on its way', ({ state, changesSent }) => {
        return (state === 'snapshot' && changesSent >= target) || state === 'streaming';
      });
      // The stream's position stands from the snapshot's beginning on.
      if (killed === 1) shop.writer.start();
      const sinceMs = awakeMs();
      await ingester.kill();
      if (found.state === 'snapshot') injected++;
      say(`killed in ${found.state} after ${found.changesSent} documents`);
      ingester = new Ingester(shop.environment);
      recoveryMs = Math.max(recoveryMs, await storesAgain(ingester, sinceMs));
    }
    const { epoch } = await ingester.until('the snapshot ends', ({ state }) => state === 'streaming');
    await shop.writer.stop();
    await settled(shop, ingester);
    await ingester.stop();
    const wrong = epoch === 1 ? [] : [`everything was read anew: epoch ${epoch}`];
    return await judge(shop, { injected, recoveryMs, wrong });
  },
};
