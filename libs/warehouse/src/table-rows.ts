/** Some rows and columns of a table or model that is a table. */
export interface TableRows {
  /** Its name in the dataset. */
  readonly table: string;
  readonly columns: readonly string[];
  /** A condition on columns of the table, such as `quantity > 0`; all rows unless told. */
  readonly where?: string;
}

/** The query of the same rows. */
export function selectRows({ table, columns, where }: TableRows): string {
  return `SELECT ${columns.join(', ')} FROM laurel.${table}${where === undefined ? '' : ` WHERE ${where}`}`;
}
