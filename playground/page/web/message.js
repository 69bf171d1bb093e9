// One message, drawn in parts; a change repaints only the parts that it touches.

import { attachment } from "./attachments.js";
import { component } from "./components.js";
import { avatar, el, icon } from "./dom.js";
import { embedded } from "./embeds.js";
import { markdown, oneLine } from "./markdown.js";
import { full, short, timeOfDay } from "./time.js";
import { t } from "./words.js";
import { nameOf, world, writerOf } from "./world.js";

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const TOGETHER_SECONDS = 7 * 60;
const [PINNED, JOINED, THREAD_CREATED, REPLY, COMMAND, THREAD_STARTER, MENU_COMMAND] = [
  6, 7, 18, 19, 20, 21, 23,
];
const BY_COMMAND = [COMMAND, MENU_COMMAND];

const BLOCKS = "div:not(.code-box), ul, ol, li, blockquote";

const keys = new WeakMap();

/** Tell whether somebody says something: Discord's own lines about pins and threads are no talk. */
export function isTalk(message) {
  return !(message.type in SYSTEM);
}

/** Tell whether only the person of this window sees a message. */
export function isEphemeral(message) {
  return Boolean(message.flags & EPHEMERAL);
}

/** Return the element of a message; `acts` says what its controls do. */
export function draw(message, acts) {
  const [top, ...rest] = PARTS.map(([name]) => el("div", { class: name }));
  const picture = avatar(message.author.id, writerOf(message), message.author.bot);
  const body = el("div", { class: "body" }, rest);
  const item = el("li", { class: "message", id: `message-${message.id}`, tabindex: -1 }, top, picture, body);
  repaint(item, message, acts);
  return item;
}

/** Draw the parts of a message that differ from what stands there. */
export function repaint(item, message, acts) {
  const known = keys.get(item) ?? {};
  for (const [name, depends, drawn] of PARTS) {
    const key = JSON.stringify(depends(message));
    if (known[name] === key) continue;
    known[name] = key;
    item
      .querySelector(`:scope > .${name}, :scope > .body > .${name}`)
      .replaceChildren(...drawn(message, acts).filter(Boolean));
  }
  keys.set(item, known);
  item.classList.toggle("ephemeral", isEphemeral(message));
  item.classList.toggle(
    "to-me",
    message.mentions.some((user) => user.id === world.me),
  );
}

/** Show the writer's name and picture, or leave them to the message before. */
export function joinTo(item, message, before) {
  const together =
    before !== undefined &&
    before.author.id === message.author.id &&
    writerOf(before) === writerOf(message) &&
    ![REPLY, ...BY_COMMAND, THREAD_CREATED].includes(message.type) &&
    before.type !== THREAD_CREATED &&
    isEphemeral(before) === isEphemeral(message) &&
    (Date.parse(message.timestamp) - Date.parse(before.timestamp)) / 1000 < TOGETHER_SECONDS;
  item.classList.toggle("joined", together);
}

const PARTS = [
  [
    "above",
    (message) => [message.type, message.referenced_message, message.interaction_metadata?.type],
    above,
  ],
  ["by", (message) => [message.author, message.timestamp], by],
  [
    "content",
    (message) => [message.content, message.edited_timestamp !== null, message.flags, message.type],
    content,
  ],
  [
    "attachments",
    (message) => message.attachments.map((file) => file.id),
    (message) => message.attachments.map(attachment),
  ],
  ["embeds", (message) => [message.embeds, message.attachments.length], embeds],
  ["components", (message) => message.components, components],
  ["snapshots", (message) => message.message_snapshots, snapshots],
  ["reactions", (message) => message.reactions, reactions],
  ["below", (message) => [message.flags, message.thread?.id], below],
];

function above(message, acts) {
  if (message.type === REPLY) return [replied(message.referenced_message, acts)];
  if (!BY_COMMAND.includes(message.type)) return [];
  const who = nameOf(message.interaction_metadata?.user?.id);
  return [
    el(
      "div",
      { class: "quoted" },
      icon("slash"),
      el("span", {}, t("{who} used {command}", { who, command: message.command ?? t("a command") })),
    ),
  ];
}

function replied(original, acts) {
  if (!original)
    return el("div", { class: "quoted" }, icon("reply"), el("em", {}, t("The message was deleted")));
  const text = oneLine(original.content).slice(0, 160);
  const said = text || (original.attachments.length ? t("a file") : t("a message"));
  const name = el("strong", {}, writerOf(original));
  return el(
    "button",
    { type: "button", class: "quoted", onclick: () => acts.goTo(original.id) },
    icon("reply"),
    name,
    el("span", {}, said),
  );
}

function by(message) {
  const at = message.timestamp;
  const time = el("time", { datetime: at, title: full(at) }, short(at));
  const small = el("time", { class: "small-time", "aria-hidden": "true" }, timeOfDay(at));
  const tag = message.author.bot && el("span", { class: "tag" }, "APP");
  return [el("span", { class: "name" }, writerOf(message)), tag, time, small];
}

function content(message) {
  if (message.flags & LOADING)
    return [el("span", { class: "thinking" }, t("{name} is thinking…", { name: writerOf(message) }))];
  const system = SYSTEM[message.type]?.(message);
  if (system) return [el("span", { class: "system" }, system)];
  const text = markdown(message.content);
  if (message.edited_timestamp)
    endOf(text).append(el("span", { class: "edited", title: full(message.edited_timestamp) }, t("(edited)")));
  return [text];
}

/** Return what the last line of a text stands in; of a code block that is the text itself. */
function endOf(text) {
  let end = text;
  for (let last = end.lastElementChild; last?.matches(BLOCKS); last = end.lastElementChild) end = last;
  return end;
}

const SYSTEM = {
  [PINNED]: () => t("pinned a message to this channel."),
  [JOINED]: () => t("joined the server."),
  [THREAD_CREATED]: (message) => t("started a thread: {name}", { name: message.content }),
  [THREAD_STARTER]: () => t("The thread began with a message in the channel above."),
};

function embeds(message) {
  return message.embeds.map((embed) => embedded(embed, message.attachments));
}

function components(message, acts) {
  const use = (kind, id, values) => acts.use(message, kind, id, values);
  return message.components.map((raw) => component(raw, message, use));
}

function snapshots(message) {
  return (message.message_snapshots ?? []).map(({ message: one }) =>
    el(
      "div",
      { class: "embed" },
      el("div", { class: "embed-foot" }, "Forwarded"),
      markdown(one.content),
      one.attachments.map(attachment),
    ),
  );
}

function reactions(message, acts) {
  return message.reactions.map(({ emoji, by: people, mine }) => {
    const label = `${emoji}, ${people.length} ${people.length === 1 ? "reaction" : "reactions"}: ${people.join(", ")}`;
    const attributes = {
      type: "button",
      class: "reaction",
      "aria-pressed": String(mine),
      "aria-label": label,
      title: people.join(", "),
    };
    return el(
      "button",
      { ...attributes, onclick: () => acts.react(message, emoji) },
      el("span", {}, emoji),
      ` ${people.length}`,
    );
  });
}

function below(message, acts) {
  const thread =
    message.thread &&
    el(
      "a",
      { class: "to-thread", href: acts.addressOf(message.thread.id) },
      icon("thread"),
      message.thread.name,
    );
  if (!isEphemeral(message)) return [thread];
  const dismiss = el(
    "button",
    { type: "button", class: "as-link", onclick: () => acts.dismiss(message) },
    t("Dismiss message"),
  );
  return [thread, el("span", { class: "only-you" }, el("span", {}, t("Only you can see this")), " · ", dismiss)];
}
