// Fields that name states or measures as comboboxes (ARIA 1.2); without it they work as they are.
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
  .replace(/ß/g, "ss").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
const close = (text) => text.replaceAll(" ", "");
const make = (tag, more) => Object.assign(document.createElement(tag), more);
const lists = {};
const names = (kind) => lists[kind] ??= fetch(`${document.documentElement.dataset.root}/ask/${kind}`)
  .then((answer) => answer.json()).catch(() => ({}));

function combobox(field, items, kind, several, told = () => {}) {
  const list = make("ul", { id: `${field.id}-list`, role: "listbox", hidden: true, ariaLabel: field.labels[0].textContent });
  const pieces = () => (several ? field.value.split(",") : [field.value]).map((one) => one.trim());
  let active;
  const box = make("span", { className: "combobox" });
  field.replaceWith(box);
  box.append(field, list);
  field.removeAttribute("list");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list",
    "aria-controls": list.id, "aria-expanded": false, autocomplete: "off" })) field.setAttribute(name, value);

  const rank = ({ code, all }, sought) => [
    fold(code) === sought,
    all.some((name) => close(name) === close(sought)),
    all.some((name) => close(name).startsWith(close(sought))),
    all.some((name) => sought.split(" ").every((word) => ` ${name}`.includes(` ${word}`))),
  ].concat(true).indexOf(true);
  const found = async (text) => {
    const known = await names(kind);
    for (const one of items) one.all ??= [one.label, ...known[one.code] ?? []].map(fold);
    const ranked = items.map((item) => ({ item, at: rank(item, fold(text)) })).filter((one) => one.at < 4);
    return ranked.sort((one, other) => one.at - other.at);
  };
  const move = (option) => {
    active?.removeAttribute("aria-selected");
    active = option;
    active?.setAttribute("aria-selected", true);
    active?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", active?.id ?? "");
  };
  const hide = () => {
    move();
    list.hidden = true;
    field.setAttribute("aria-expanded", false);
  };
  const choose = ({ label }) => {
    field.value = [...pieces().slice(0, -1), label].join(", ");
    hide();
    told(pieces(), found);
  };
  const show = async () => {
    const hits = await found(pieces().at(-1));
    hide();
    list.replaceChildren(...hits.map(({ item }, at) => make("li", {
      id: `${list.id}-${at}`, role: "option", textContent: `${item.label} (${item.code})`,
      onclick: () => choose(item), item })));
    list.hidden = !hits.length || document.activeElement !== field;
    field.setAttribute("aria-expanded", !list.hidden);
  };
  field.addEventListener("focus", () => names(kind));
  field.addEventListener("input", show);
  field.addEventListener("click", show);
  field.addEventListener("blur", hide);
  field.addEventListener("change", () => told(pieces(), found));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  field.addEventListener("keydown", async (event) => {
    const down = event.key === "ArrowDown";
    if (down || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) await show();
      move((down ? active?.nextSibling : active?.previousSibling) ?? (down ? list.firstChild : list.lastChild));
    } else if (event.key === "Enter" && active) {
      event.preventDefault();
      choose(active.item);
    } else if (event.key === "Escape") hide();
  });
}

for (const field of document.querySelectorAll("input[list][data-names]")) {
  const options = [...field.list.options].map(({ value, text }) => ({ label: value, code: text }));
  combobox(field, options, field.dataset.names, "several" in field.dataset);
}
for (const select of document.querySelectorAll("select[data-names]")) {
  const options = [...select.options].filter((option) => option.value);
  const items = options.map((option) => ({ label: option.dataset.label, code: option.value, option }));
  const field = make("input", { id: select.id, required: select.required, value: items
    .filter(({ option }) => option.selected).map(({ label }) => label).join(", ") });
  field.setAttribute("aria-describedby", select.getAttribute("aria-describedby"));
  select.id = "";
  select.required = false;
  select.hidden = true;
  select.before(field);
  combobox(field, items, select.dataset.names, select.multiple, async (pieces, found) => {
    const hits = await Promise.all(pieces.filter(Boolean).map(found));
    const meant = hits.map(([first, second]) => first && (first.at < 2 || !second) ? first.item : null);
    field.setCustomValidity(meant.includes(null) ? select.dataset.unknown : "");
    if (!meant.includes(null)) field.value = meant.map(({ label }) => label).join(", ");
    if (!select.multiple) select.value = "";
    for (const option of options) option.selected = meant.some((item) => item?.option === option);
  });
}
