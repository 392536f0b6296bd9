const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const decimal = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const precise = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });
const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** `12,345` */
export function count(value: number): string {
  return whole.format(value);
}

/** An amount to the cent: the shop's currency is not known here. */
export function amount(value: number): string {
  return decimal.format(value);
}

/** A metric of a model: a whole number as it is, any other to three significant digits. */
export function metric(value: number): string {
  return (Number.isInteger(value) ? whole : precise).format(value);
}

/** `12.5 %` */
export function percent(share: number): string {
  return `${new Intl.NumberFormat('en', { maximumFractionDigits: 1 }).format(share * 100)} %`;
}

/** `3 h 12 min`, `45 s`, `320 ms` */
export function duration(msec: number): string {
  if (msec < 1000) return `${whole.format(msec)} ms`;
  const seconds = Math.round(msec / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${whole.format(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** A date in UTC from RFC 3339; what is no date stays as it is. */
export function date(rfc3339: string): string {
  const time = Date.parse(rfc3339);
  return Number.isNaN(time) ? rfc3339 : day.format(time);
}

/** Date and time in UTC from RFC 3339; what is no date stays as it is. */
export function dateTime(rfc3339: string): string {
  const time = Date.parse(rfc3339);
  return Number.isNaN(time) ? rfc3339 : `${moment.format(time)} UTC`;
}

/** `no_order_in_window` → `No order in window` */
export function words(name: string): string {
  const text = name.replaceAll(/[_-]+/g, ' ').trim().toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
