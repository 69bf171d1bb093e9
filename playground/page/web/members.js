// Who is in the server that is shown: the bot with what it says that it does, and the people.

import { avatar, el } from "./dom.js";
import { t } from "./words.js";
import { guildOf, nameOf, world } from "./world.js";

const KEY = "playground.members";
const wide = matchMedia("(min-width: 1181px)");

let open = localStorage.getItem(KEY) !== "closed" && wide.matches;

// Where there is less room, it would lie over the messages.
wide.addEventListener("change", () => {
  open = wide.matches && localStorage.getItem(KEY) !== "closed";
  drawMembers();
});

document.addEventListener("pointerdown", (event) => {
  const box = document.getElementById("members");
  if (open && !wide.matches && !box.contains(event.target) && !event.target.closest(".menu")) toggleMembers();
});

/** Tell whether the list is open. */
export function membersOpen() {
  return open;
}

/** Open the list, or close it. */
export function toggleMembers() {
  open = !open;
  if (wide.matches) localStorage.setItem(KEY, open ? "open" : "closed");
  drawMembers();
}

/** Draw the list of those who are where one is. */
export function drawMembers() {
  const box = document.getElementById("members");
  const guild = guildOf(world.here);
  box.hidden = !open || !guild;
  if (box.hidden) return;
  const users = guild.members.map((id) => ({ id, ...world.users[id] }));
  users.sort((one, other) => one.name.localeCompare(other.name));
  const online = ({ id }) => id !== world.bot || world.presence.status !== "offline";
  box.replaceChildren(
    ...group(t("Apps"), users.filter((user) => user.bot && online(user))),
    ...group(t("Online"), users.filter((user) => !user.bot)),
    ...group(t("Offline"), users.filter((user) => !online(user))),
  );
}

function group(title, users) {
  if (!users.length) return [];
  const id = `members-${title}`.replace(/\s/g, "-");
  return [
    el("h2", { id }, `${title} — ${users.length}`),
    el("ul", { "aria-labelledby": id }, users.map(member)),
  ];
}

function member({ id, name, bot }) {
  const status = id === world.bot ? world.presence.status : "online";
  const does = id === world.bot && status !== "offline" && world.presence.does;
  const face = el("span", { class: `face ${status}` }, avatar(id, name, bot));
  const words = el(
    "span",
    { class: "member-name" },
    el("strong", {}, nameOf(id), bot && el("span", { class: "tag" }, "APP")),
    does && el("small", { title: does }, does),
  );
  return el("li", { class: status }, face, words);
}
