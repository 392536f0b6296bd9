/** A shop that holds data of its own: the sample is not mixed into it. */
export class ShopNotEmptyError extends Error {
  constructor(readonly database: string) {
    super(
      `the database ${JSON.stringify(database)} already holds a shop: the sample shop fills only an empty one. Choose another with SHOP_DATABASE`,
    );
    this.name = 'ShopNotEmptyError';
  }
}
