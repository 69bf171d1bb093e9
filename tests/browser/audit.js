// What an accessibility check by hand would look for: names, roles, focus and contrast, as the browser computed them.
() => {
  const problems = [];
  const told = (element) => {
    const place = element.id ? `#${element.id}` : `${element.tagName.toLowerCase()}.${element.className}`;
    return `${place} "${(element.textContent || "").trim().slice(0, 30)}"`;
  };
  const shown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  const modal = document.querySelector("dialog[open]");
  const all = [...(modal ?? document.body).querySelectorAll("*")].filter(shown);

  const labelled = (element) =>
    (element.getAttribute("aria-labelledby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent ?? "")
      .join(" ")
      .trim();
  const nameOf = (element) =>
    labelled(element) ||
    element.getAttribute("aria-label") ||
    [...(element.labels ?? [])]
      .map((label) => label.textContent)
      .join(" ")
      .trim() ||
    element.textContent.trim() ||
    element.getAttribute("alt") ||
    [...element.querySelectorAll("img")]
      .map((image) => image.alt)
      .join(" ")
      .trim();

  const controls =
    "button, a[href], input, select, textarea, summary, [role=button], [role=option], [role=menuitem], [role=listbox], [role=menu], [role=dialog], dialog";
  for (const element of all) {
    if (element.matches(controls) && !nameOf(element)) problems.push(`no name: ${told(element)}`);
    if (element.matches("img") && !element.hasAttribute("alt")) problems.push(`no alt: ${told(element)}`);
    if (element.matches("[tabindex]:not([tabindex='0']):not([tabindex='-1'])"))
      problems.push(`own tab order: ${told(element)}`);
    for (const name of ["aria-controls", "aria-labelledby", "aria-describedby", "aria-activedescendant"]) {
      const id = element.getAttribute(name);
      if (id && !document.getElementById(id)) problems.push(`${name} leads nowhere: ${told(element)}`);
    }
    if (element.matches("button, a[href], summary") && element.parentElement.closest("button, a[href]"))
      problems.push(`a control in a control: ${told(element)}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) problems.push(`twice: #${id}`);
  for (const role of ["main", "nav"])
    if (document.querySelectorAll(role).length !== 1) problems.push(`not one ${role}`);
  if (document.querySelectorAll("h1").length !== 1) problems.push("not one h1");
  if (!document.documentElement.lang) problems.push("no language");

  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, index) => part * a + below[index] * (1 - a));
  const ground = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      layers.push(rgba(getComputedStyle(one).backgroundColor));
      if (layers.at(-1)[3] === 1) break;
      if (one.matches("dialog")) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const light = (parts) => {
    const [r, g, b] = parts.map((part) =>
      part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faded = (element) => {
    for (let one = element; one; one = one.parentElement)
      if (Number(getComputedStyle(one).opacity) < 1) return true;
    return false;
  };
  for (const element of all) {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (
      !own ||
      faded(element) ||
      element.matches(":disabled, .spoiler, .spoiler *, option, noscript") ||
      element.closest(".hidden")
    )
      continue;
    const style = getComputedStyle(element);
    const below = ground(element);
    const [one, other] = [light(over(rgba(style.color), below)), light(below)].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    const large =
      parseFloat(style.fontSize) >= 24 ||
      (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5))
      problems.push(
        `contrast ${ratio.toFixed(2)}: ${told(element)} ${style.color} on ${below.map(Math.round)}`,
      );
  }
  return problems;
};
