// What this window knows of the world: who it is, the people, the places and their names.

export const world = {
  me: "",
  locale: "",
  bot: "",
  answering: "",
  people: [],
  users: {},
  roles: {},
  guilds: [],
  channels: new Map(),
  presence: { status: "offline", does: "" },
  installed: false,
  here: null,
};

/** Take in what the server said in its greeting. */
export function greet(hello) {
  world.me = hello.me;
  world.locale = hello.locale;
  world.bot = hello.bot;
  world.answering = hello.answering;
  world.people = hello.people;
  settle(hello.places);
}

/** Take in the places that this person sees. */
export function settle(places) {
  world.users = places.users;
  world.roles = places.roles;
  world.guilds = places.guilds;
  world.presence = places.presence;
  world.installed = places.installed;
  world.channels = new Map(places.channels.map((channel) => [channel.id, channel]));
  if (world.here) world.here = world.channels.get(world.here.id) ?? null;
}

/** Return the server of a channel; direct messages have none. */
export function guildOf(channel) {
  return world.guilds.find((guild) => guild.id === channel.guild);
}

/** Return the owner of the server that is shown, unless one is that owner: whom to be to try what admins do. */
export function ownerElse() {
  const owner = guildOf(world.here)?.owner;
  return owner === world.me ? undefined : world.people.find((person) => person.id === owner);
}

/** Return the address of this place for another person. */
export function addressAs(person) {
  return `#${person.name}/${slugOf(world.here)}`;
}

/** Return the person whom this window is. */
export function myself() {
  return world.people.find((person) => person.id === world.me);
}

/** Return the name by which a user goes. */
export function nameOf(userId, otherwise = "somebody") {
  return world.users[userId]?.name ?? otherwise;
}

/** Return who wrote a message, by name. */
export function writerOf(message) {
  if (message.webhook_id && message.author.id !== world.bot) return message.author.username;
  return nameOf(message.author.id, message.author.global_name ?? message.author.username);
}

/** Order ids by the time at which they were made. */
export function earlier(one, other) {
  return one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);
}

/** Return the part of the address that stands for a channel: its name, or its id where names repeat. */
export function slugOf(channel) {
  if (channel.kind === "dm") return "dm";
  if (channel.kind === "group") return channel.id;
  const same = [...world.channels.values()].filter((one) => one.name === channel.name && one.guild);
  return same.length > 1 ? channel.id : channel.name;
}

/** Return the part of this page's address that stands for a channel, or for a message in it. */
export function addressOf(channel, messageId) {
  const place = `#${myself().name}/${slugOf(channel)}`;
  return messageId ? `${place}/${messageId}` : place;
}

/** Return the channel that a part of the address stands for. */
export function channelOf(slug) {
  return [...world.channels.values()].find((channel) => slugOf(channel) === slug || channel.id === slug);
}

/** Write names instead of the marks of mentions, for a text that is to be edited or quoted. */
export function withNames(text) {
  return text
    .replace(/<@!?(\d+)>/g, (mark, id) => (world.users[id] ? `@${world.users[id].name}` : mark))
    .replace(/<#(\d+)>/g, (mark, id) => (world.channels.has(id) ? `#${world.channels.get(id).name}` : mark));
}

/** Write the marks of mentions instead of names, as Discord's clients do when a text is sent. */
export function withMarks(text) {
  let marked = text;
  for (const [id, user] of byLength(Object.entries(world.users), ([, one]) => one.name)) {
    marked = marked.replace(naming("@", user.name), `<@${id}>`);
  }
  const named = [...world.channels.values()].filter((one) => one.guild);
  for (const channel of byLength(named, (one) => one.name)) {
    marked = marked.replace(naming("#", channel.name), `<#${channel.id}>`);
  }
  return marked;
}

function byLength(things, name) {
  return [...things].sort((one, other) => name(other).length - name(one).length);
}

function naming(sign, name) {
  return new RegExp(
    `(?<![\\p{L}\\p{N}_<])${sign}${RegExp.escape?.(name) ?? escaped(name)}(?![\\p{L}\\p{N}_])`,
    "giu",
  );
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
