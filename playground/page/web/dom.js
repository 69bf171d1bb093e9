// Building elements. Text is always text here, never markup: what a model writes cannot become HTML.

const SVG = "http://www.w3.org/2000/svg";

/** Return an element with attributes (`on…` ones are listeners) and children; null and false are left out. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(
    ...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** Return an SVG element. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const DRAWINGS = {
  hash: "M9 4 7 20M17 4l-2 16M4.500 9h16M3.500 15h16",
  thread: "M5 4v10a3 3 0 0 0 3 3h11M15 13l4 4-4 4",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.500 20a7.500 7.500 0 0 1 15 0",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6 6 18",
  reply: "M9 7 4 12l5 5M4 12h9a6 6 0 0 1 6 6v1",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.500 14.500a4.500 4.500 0 0 0 7 0M9 9.500v.1M15 9.500v.1",
  more: "M6 12a1 1 0 1 1-2 0 1 1 0 0 1 2 0M13 12a1 1 0 1 1-2 0 1 1 0 0 1 2 0M20 12a1 1 0 1 1-2 0 1 1 0 0 1 2 0",
  plus: "M12 5v14M5 12h14",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.400 1.400M17.600 17.600 19 19M19 5l-1.400 1.400M6.400 17.600 5 19",
  wire: "M3 12h4l3-8 4 16 3-8h4",
  down: "m6 9 6 6 6-6",
  swap: "M7 4 3 8l4 4M3 8h14M17 12l4 4-4 4M21 16H7",
  slash: "M15 4 9 20",
  pin: "M9 3h6l-1 6 3 4H7l3-4zM12 13v8",
  people: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM3 20a6 6 0 0 1 12 0M16 4.500a3.500 3.500 0 0 1 0 6M17.500 14.500A6 6 0 0 1 21 20",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
};

/** Return one of our line drawings; it says nothing to screen readers. */
export function icon(name) {
  const path = svg("path", { d: DRAWINGS[name] });
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, path);
}

/** Return a round picture for somebody: the bot's sign, or an initial in a colour of their own. */
export function avatar(userId, name, isBot) {
  if (isBot) return el("img", { class: "avatar", src: "/web/icon.svg", alt: "", width: 40, height: 40 });
  const hue = [...String(userId)].reduce((sum, digit) => (sum * 7 + Number(digit)) % 6, 0);
  return el(
    "span",
    { class: `avatar hue-${hue}`, "aria-hidden": "true" },
    [...name][0]?.toUpperCase() ?? "?",
  );
}

/** Say something to screen readers. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}
