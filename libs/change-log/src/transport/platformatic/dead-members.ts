import { isSurelyGone, processMark } from '@laurel/service';
import { Admin } from '@platformatic/kafka';
import { clientOptions } from './client-options.js';

const PREFIX = 'laurel-';

/** The name under which a member of this process is known to the brokers; tells others on this machine which process it is. */
export function memberClientId(): string {
  return `${PREFIX}${processMark() ?? 'member'}`;
}

/**
 * Takes those members out of a group whose processes have ended on this machine, as they would have done by leaving: the group then does not wait
 * for their sessions to end. Gives how many they were.
 */
export async function removeDeadMembers(brokers: readonly string[], groupId: string): Promise<number> {
  const admin = new Admin(clientOptions(brokers));
  try {
    const groups = await admin.describeGroups({ groups: [groupId] });
    const dead = [...(groups.get(groupId)?.members.values() ?? [])].filter(
      ({ clientId }) => clientId.startsWith(PREFIX) && isSurelyGone(clientId.slice(PREFIX.length)),
    );
    if (dead.length > 0)
      await admin.removeMembersFromConsumerGroup({ groupId, members: dead.map(({ id }) => ({ memberId: id })) });
    return dead.length;
  } finally {
    await admin.close();
  }
}
