// Keeps the timeline up to date without a reload: asks the simulator what changed, and puts its HTML in place.
// Without this script every form works as well; the page is then loaded anew.
"use strict";

const byId = (id) => document.getElementById(id);
const alertLine = byId("alert");
const news = byId("news");
const connection = byId("connection");

// Live updates, on the page of the latest events.
const { changes } = document.body.dataset;
let after = Number(document.body.dataset.after);
let asked = false;
let asking = false;

async function update() {
  asked = true;
  if (asking) return;
  asking = true;
  while (asked) {
    asked = false;
    try {
      const separator = changes.includes("?") ? "&" : "?";
      const answer = await fetch(`${changes}${separator}after=${after}`);
      if (answer.ok) merge(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // A fault may have closed the port for a while.
      setTimeout(update, 1000);
    }
  }
  asking = false;
}

function merge(fresh) {
  after = Math.max(after, Number(fresh.querySelector("[data-last]").dataset.last));
  for (const id of ["now", "armed", "switch-form"]) {
    const part = fresh.getElementById(id);
    if (part) replace(byId(id), part);
  }
  tick();
  // The page has the card of the latest event first.
  for (const card of [...fresh.querySelectorAll(".card")].reverse()) {
    const known = byId(card.id);
    if (known) {
      replace(known.querySelector(".head"), card.querySelector(".head"));
      const list = known.querySelector(".rows");
      for (const row of oldestFirst(card)) {
        if (byId(row.id)) continue;
        list.insertBefore(document.adoptNode(row), card.id === "simulator" ? list.firstChild : null);
        show(row);
      }
    } else {
      byId("cards").prepend(document.adoptNode(card));
      oldestFirst(card).forEach(show);
    }
    const empty = document.querySelector(".empty");
    if (empty && card.id !== "simulator") empty.remove();
  }
}

// The card of the simulator has the latest row first, that of an order the oldest.
function oldestFirst(card) {
  const rows = [...card.querySelectorAll(".row")];
  return card.id === "simulator" ? rows.reverse() : rows;
}

function show(row) {
  row.classList.add("new");
  row.querySelectorAll(".copy").forEach((button) => (button.hidden = false));
  news.textContent = row.querySelector(".what").textContent;
}

// Puts a part in the place of another. What has the focus keeps it, and so does a form in use.
function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  if (focused && focused.matches("input:not([type=hidden]), select")) return;
  old.replaceWith(document.adoptNode(fresh));
  if (!focused) return;
  const same = [...fresh.querySelectorAll("a, button")].find((one) => one.name === focused.name && one.value === focused.value);
  const place = same || fresh.querySelector("h2[tabindex], a, button") || fresh.closest(".panel")?.querySelector("summary");
  if (place) place.focus({ preventScroll: true });
}

if (changes) {
  let lost = false;
  const events = new EventSource(`/simulator/events/stream?after=${after}`);
  events.onmessage = update;
  events.onopen = () => {
    // Another run of the simulator counts its events anew.
    if (lost) location.reload();
    connection.textContent = connection.dataset.on;
    connection.className = "on";
  };
  events.onerror = () => {
    lost = true;
    connection.textContent = connection.dataset.off;
    connection.className = "";
  };
}

// The simulator's time goes on.
let shown = performance.now();
let timed = null;

function tick() {
  const now = byId("now");
  if (timed !== now) {
    timed = now;
    shown = performance.now();
  }
  const milliseconds = Number(now.dataset.time) + (performance.now() - shown) * Number(now.dataset.scale);
  const text = new Date(milliseconds).toISOString();
  const time = now.querySelector(".now time");
  time.dateTime = `${text.slice(0, 19)}Z`;
  time.textContent = `${text.slice(0, 10)} ${text.slice(11, 19)}`;
}

tick();
setInterval(tick, 1000);

// Forms, without a reload.
document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.getAttribute("aria-busy")) return;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", headers: { accept: "text/plain" }, body });
    alertLine.textContent = answer.ok ? "" : await answer.text();
    if (answer.ok) {
      news.textContent = news.dataset.done;
      form.querySelectorAll("input:not([type=hidden], [type=number])").forEach((input) => (input.value = ""));
    }
  } catch {
    alertLine.textContent = connection.dataset.off;
  }
  form.removeAttribute("aria-busy");
  if (changes) update();
});

// What is chosen is explained, with the default of its parameter.
function explain(select) {
  const { about, default: value, parameter } = select.selectedOptions[0].dataset;
  byId(select.dataset.explained).textContent = about;
  const field = select.form.elements.parameter;
  if (!field) return;
  field.disabled = parameter === undefined;
  field.placeholder = value || "";
  const note = byId("fault-parameter");
  note.dataset.note ??= note.textContent;
  note.textContent = parameter === undefined ? "" : `${parameter}. ${note.dataset.note}`;
}

for (const select of document.querySelectorAll("[data-explained]")) {
  select.addEventListener("change", () => explain(select));
  explain(select);
}

// Texts are copied; where the browser does not let us, they are marked.
document.addEventListener("click", async (event) => {
  const button = event.target.closest(".copy");
  if (!button) return;
  const text = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(text.textContent);
    const label = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = label), 2000);
  } catch {
    getSelection().selectAllChildren(text);
  }
});

document.querySelectorAll(".copy").forEach((button) => (button.hidden = false));
