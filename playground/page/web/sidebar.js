// Servers and their channels with what is new in them, the direct messages, and who this window is.

import { avatar, el, icon } from "./dom.js";
import { openMenu } from "./menu.js";
import { addressOf, earlier, myself, nameOf, slugOf, world } from "./world.js";

const unread = new Map();

/** Note that something new stands in a channel that is not shown. */
export function noteUnread(channelId, forMe) {
  unread.set(channelId, { forMe: forMe || Boolean(unread.get(channelId)?.forMe) });
  drawSidebar();
}

/** Note that a channel was looked at. */
export function noteRead(channelId) {
  unread.delete(channelId);
}

/** Forget what is new: another person looks now. */
export function forgetUnread() {
  unread.clear();
}

let drawn = "";

/** Draw the sidebar if it has changed; a place that had the focus keeps it. */
export function drawSidebar() {
  const sidebar = document.getElementById("sidebar");
  const channels = [...world.channels.values()];
  const key = JSON.stringify([world.guilds, channels, world.here?.id, world.me, [...unread]]);
  if (key === drawn) return;
  drawn = key;
  const focused = sidebar.contains(document.activeElement) && document.activeElement.getAttribute("href");
  const direct = channels.filter((one) => one.kind === "dm");
  const about = el("span", {}, el("strong", {}, nameOf(world.bot)), el("small", {}, "The playground"));
  const head = el(
    "header",
    { class: "sidebar-head" },
    el("img", { src: "/web/icon.svg", alt: "", width: 32, height: 32 }),
    about,
  );
  const servers = world.guilds.map((guild) => section(guild.name, ofGuild(channels, guild.id)));
  const places = el("div", { class: "places" }, servers, section("Direct messages", direct));
  sidebar.replaceChildren(head, places, me());
  if (focused) sidebar.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

function ofGuild(channels, guildId) {
  const own = channels.filter((one) => one.guild === guildId).sort((one, other) => earlier(one.id, other.id));
  return own
    .filter((one) => one.kind === "text")
    .flatMap((one) => [one, ...own.filter((thread) => thread.parent === one.id)]);
}

function section(title, channels) {
  if (!channels.length) return null;
  const id = `section-${title.toLowerCase().replace(/\W+/g, "-")}`;
  return el("section", {}, el("h2", { id }, title), el("ul", { "aria-labelledby": id }, channels.map(entry)));
}

function entry(channel) {
  const news = unread.get(channel.id);
  const here = channel.id === world.here?.id;
  const drawing =
    channel.kind === "dm"
      ? avatar(world.bot, channel.name, true)
      : icon(channel.kind === "thread" ? "thread" : "hash");
  const link = el(
    "a",
    {
      href: addressOf(channel),
      class: ["place", channel.kind, news && "unread"].filter(Boolean).join(" "),
      "aria-current": here ? "page" : null,
    },
    drawing,
    el("span", { class: "place-name" }, channel.name),
    news?.forMe && el("span", { class: "badge", title: "Mentions you" }, "@"),
    news && el("span", { class: "hidden" }, "unread"),
  );
  return el("li", {}, link);
}

function me() {
  const person = myself();
  const name = nameOf(person.id);
  const button = el(
    "button",
    {
      type: "button",
      class: "me",
      "aria-haspopup": "menu",
      "aria-label": `You are ${name}, ${person.role}. Switch person`,
    },
    avatar(person.id, name, false),
    el("span", { class: "me-name" }, el("strong", {}, name), el("small", {}, person.role)),
    icon("swap"),
  );
  button.addEventListener("click", () => openMenu(button, people(), { label: "Who are you?" }));
  return button;
}

function people() {
  const place = slugOf(world.here);
  const others = world.people.filter((person) => person.id !== world.me);
  const be = others.map((person) => ({
    label: `Be ${nameOf(person.id)}`,
    detail: person.role,
    act: () => (location.hash = `#${person.name}/${place}`),
  }));
  const beside = others.map((person, index) => ({
    label: `New window as ${nameOf(person.id)}`,
    separated: index === 0,
    act: () => window.open(`/#${person.name}/${place}`, "_blank", "noopener"),
  }));
  return [...be, ...beside];
}
