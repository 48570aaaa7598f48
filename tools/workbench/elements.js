/** Make an element with properties (or attributes, if their names hold a dash) and children. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  return filled(made, properties, children);
}

/** Make an element of SVG with attributes and children. */
export function drawn(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function filled(made, properties, children) {
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}
