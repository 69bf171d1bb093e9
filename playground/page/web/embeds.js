// Embeds: a bar in the embed's colour, and its author, title, text, fields, pictures and foot.

import { ownAddress } from "./attachments.js";
import { el } from "./dom.js";
import { markdown } from "./markdown.js";
import { short } from "./time.js";

/** Return an embed; pictures from elsewhere are named by their address, never loaded. */
export function embedded(embed, files) {
  const box = el(
    "article",
    { class: "embed" },
    embed.author?.name && el("div", { class: "embed-author" }, embed.author.name),
    embed.title && el("div", { class: "embed-title" }, linked(embed.title, embed.url)),
    embed.description && el("div", { class: "embed-text" }, markdown(embed.description)),
    embed.fields?.length > 0 && el("dl", { class: "embed-fields" }, embed.fields.map(field)),
    picture(embed.image, files),
    picture(embed.thumbnail, files),
    foot(embed),
  );
  if (embed.color) box.style.setProperty("--bar", `#${embed.color.toString(16).padStart(6, "0")}`);
  return box;
}

function linked(title, address) {
  const shown = markdown(title);
  if (!/^https?:\/\//i.test(address ?? "")) return shown;
  for (const inner of shown.querySelectorAll("a")) inner.replaceWith(...inner.childNodes); // no link in a link
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, shown);
}

function field({ name, value, inline }) {
  return el(
    "div",
    { class: inline ? "field inline" : "field" },
    el("dt", {}, markdown(name)),
    el("dd", {}, markdown(value)),
  );
}

function picture(image, files) {
  if (!image?.url) return null;
  const attached = files.find((file) => image.url === `attachment://${file.filename}`);
  const address = ownAddress(attached?.url ?? image.url);
  return address
    ? el("img", { class: "embed-picture", src: address, alt: "" })
    : el("span", { class: "elsewhere" }, image.url);
}

function foot({ footer, timestamp }) {
  const parts = [footer?.text, timestamp && short(timestamp)].filter(Boolean);
  return parts.length > 0 && el("div", { class: "embed-foot" }, parts.join(" · "));
}
