const NAME = 'laurel-key';

/** The key, for as long as this tab is open. */
export const keyStore = {
  read: (): string | null => sessionStorage.getItem(NAME),
  keep: (key: string): void => sessionStorage.setItem(NAME, key),
  forget: (): void => sessionStorage.removeItem(NAME),
};

/** The key in a fragment such as `#key=…`, if there is one. */
export function keyInFragment(fragment: string): string | undefined {
  return new URLSearchParams(fragment.replace(/^#/, '')).get('key')?.trim() || undefined;
}

/** Takes the key out of the address, so that it stays neither there nor in the history. */
export function takeKeyFromAddress(): void {
  const key = keyInFragment(location.hash);
  if (key === undefined) return;
  keyStore.keep(key);
  history.replaceState(null, '', `${location.pathname}${location.search}`);
}
