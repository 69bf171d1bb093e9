// Files of a message: pictures are shown, sounds played, everything else is linked with its size.

import { el, icon } from "./dom.js";

const WIDEST = 400;
const HIGHEST = 300;
const SOUNDS = /^audio\//;
const PICTURES = /^image\/(png|gif|jpeg|webp|avif|svg\+xml)/;

/** Return a file's address on this server: no other is ever loaded. */
export function ownAddress(address) {
  const path = new URL(address, location.href).pathname;
  return path.startsWith("/attachments/") ? path : null;
}

/** Return a file as it stands in a message. */
export function attachment(file) {
  const address = ownAddress(file.url);
  if (address && PICTURES.test(file.content_type ?? "")) return picture(file, address);
  if (address && SOUNDS.test(file.content_type ?? "")) return sound(file, address);
  return el(
    "a",
    { class: "file", href: address, download: file.filename },
    icon("file"),
    el("span", { class: "file-name" }, file.filename),
    el("span", { class: "file-size" }, size(file.size)),
  );
}

function sound(file, address) {
  return el("audio", { src: address, controls: true, preload: "none", "aria-label": file.filename });
}

function picture(file, address) {
  const scale = Math.min(1, WIDEST / (file.width ?? WIDEST), HIGHEST / (file.height ?? HIGHEST));
  const image = el("img", {
    src: address,
    alt: file.description ?? file.filename,
    width: file.width && Math.round(file.width * scale),
    height: file.height && Math.round(file.height * scale),
    loading: "lazy",
  });
  return el("a", { class: "picture", href: address, target: "_blank", rel: "noopener" }, image);
}

/** Return a number of bytes as people read it. */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
