// Moments as people read them, by one clock of 24 hours.

import { language } from "./words.js";

// English is written as this browser writes it, of whichever country.
const LOCALE = language === "en" ? undefined : language;
const CLOCK = { hourCycle: "h23" };
const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", ...CLOCK });
const day = new Intl.DateTimeFormat(LOCALE, { day: "2-digit", month: "2-digit", year: "numeric" });
const longDay = new Intl.DateTimeFormat(LOCALE, { dateStyle: "long" });
const whole = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "short", ...CLOCK });
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
const UNITS = [
  ["year", 31536000],
  ["month", 2592000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** Return a moment of today as a time of day, of another day with its date. */
export function short(moment) {
  const date = new Date(moment);
  const today = date.toDateString() === new Date().toDateString();
  return today ? clock.format(date) : `${day.format(date)} ${clock.format(date)}`;
}

/** Return the day of a moment, as a divider names it. */
export function dayOf(moment) {
  return longDay.format(new Date(moment));
}

/** Return the time of day. */
export function timeOfDay(moment) {
  return clock.format(new Date(moment));
}

/** Return a moment in full. */
export function full(moment) {
  return whole.format(new Date(moment));
}

/** Return what a timestamp mark (`<t:…:R>`) shows. */
export function stamped(seconds, style = "f") {
  if (style !== "R")
    return new Intl.DateTimeFormat(LOCALE, { ...STYLES[style], ...CLOCK }).format(new Date(seconds * 1000));
  const away = seconds - Date.now() / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(away) >= length) ?? UNITS.at(-1);
  return relative.format(Math.round(away / size), unit);
}
