const NAME = 'laurel-theme';
const THEMES = ['auto', 'light', 'dark'] as const;

/** How the page is coloured: as the system is, or always light or dark. */
export type Theme = (typeof THEMES)[number];

/** The theme chosen on this machine. */
export function chosenTheme(): Theme {
  return THEMES.find(theme => theme === localStorage.getItem(NAME)) ?? 'auto';
}

/** Applies a theme and remembers it; charts hear of it by the event `themechange`. */
export function applyTheme(theme: Theme): void {
  localStorage.setItem(NAME, theme);
  document.documentElement.dataset['theme'] = theme;
  document.dispatchEvent(new Event('themechange'));
}

/** The theme after this one. */
export function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
}
