import { z } from 'zod';

const resourceSchema = z.looseObject({
  db: z.string().optional(),
  collection: z.string().optional(),
  anyResource: z.boolean().optional(),
});

/** The answer of `connectionStatus` with `showPrivileges`. */
export const connectionStatusSchema = z.looseObject({
  authInfo: z.looseObject({
    authenticatedUsers: z.array(z.looseObject({ user: z.string() })),
    authenticatedUserPrivileges: z
      .array(z.looseObject({ resource: resourceSchema, actions: z.array(z.string()) }))
      .default([]),
  }),
});

export type Privilege = z.infer<typeof connectionStatusSchema>['authInfo']['authenticatedUserPrivileges'][number];

/** What a user must be allowed on a database, or on one collection of it. */
export interface NeededRights {
  db: string;
  /** Empty for every collection of the database. */
  collection: string;
  actions: readonly string[];
}

/** The actions that no privilege gives. A privilege without a collection's name holds for all of the database, one without both for all of the server's. */
export function missingRights(privileges: readonly Privilege[], { db, collection, actions }: NeededRights): string[] {
  const given = new Set(
    privileges
      .filter(({ resource }) => {
        if (resource.anyResource) return true;
        if (resource.db === undefined || resource.collection === undefined) return false;
        return ['', db].includes(resource.db) && ['', collection].includes(resource.collection);
      })
      .flatMap(privilege => privilege.actions),
  );
  return actions.filter(action => !given.has(action));
}
