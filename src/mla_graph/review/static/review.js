// Keys for the facts; without this script the buttons do the same.
"use strict";

const facts = [...document.querySelectorAll("article")];
const marks = [...document.querySelectorAll("mark[data-facts]")];
let place = -1;

function go(to) {
  if (to < 0 || to >= facts.length) return;
  place = to;
  facts[place].focus({ preventScroll: true });
  facts[place].scrollIntoView({ block: "nearest" });
}

function showSource(fact) {
  const own = marks.filter((mark) => mark.dataset.facts.split(" ").includes(fact.id));
  for (const mark of marks) mark.classList.toggle("here", own.includes(mark));
  if (own.length) own[0].scrollIntoView({ block: "nearest" });
}

for (const [number, fact] of facts.entries()) {
  fact.addEventListener("focusin", () => { place = number; showSource(fact); });
}

function press(choice) {
  const button = facts[place]?.querySelector(`button[value="${choice}"]`);
  if (button) button.form.requestSubmit(button);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input, textarea, select")) return;
  const actions = {
    j: () => go(place + 1),
    k: () => go(place - 1),
    a: () => press("accepted"),
    r: () => press("rejected"),
    u: () => press("undecided"),
    c: () => {
      const details = facts[place]?.querySelector("details");
      if (!details) return;
      details.open = true;
      details.querySelector("input:not([type=hidden]), textarea").focus();
    },
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
});

const start = document.getElementById(location.hash.slice(1));
if (facts.includes(start)) go(facts.indexOf(start));
