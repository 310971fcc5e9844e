// What makes the pages live. Everything here is done by plain forms and links, too; without scripts nothing is missing.

const say = (text) => {
  const place = document.querySelector("#live-say");
  if (place && text && place.textContent !== text) place.textContent = text;
};

// Moments in the reader's own time.
const clock = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
const local = (root) => {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) [time.title, time.textContent] = [time.dateTime, clock.format(at)];
  }
};
const zone = document.querySelector("[data-zone]");
if (zone) zone.textContent = Intl.DateTimeFormat().resolvedOptions().timeZone || "local";

// Takes parts of another page in the place of the same parts here; whatever has the focus keeps it.
const same = (one, other) => one.tagName === other.tagName && (one.id || one.name || one.getAttribute("href")) === (other.id || other.name || other.getAttribute("href")) && one.value === other.value;
const put = (fresh, old) => {
  const here = old.contains(document.activeElement) && document.activeElement !== old ? document.activeElement : null;
  const open = [...old.querySelectorAll("details[open] > summary")].map((each) => each.textContent);
  local(fresh);
  for (const each of fresh.querySelectorAll("details > summary")) if (open.includes(each.textContent)) each.parentElement.open = true;
  if (fresh.isEqualNode(old)) return;
  old.replaceWith(fresh);
  if (here) [...fresh.querySelectorAll("a, button, input, select, textarea, summary")].find((each) => same(each, here))?.focus({ preventScroll: true });
};
const parsed = (html) => {
  const holder = document.createElement("template");
  // A row of a table is dropped outside one, so the parts of a list come in a table of their own.
  holder.innerHTML = html.trimStart().startsWith("<tbody") ? `<table>${html}</table>` : html;
  return holder.content;
};

// Numbers that move: the server renders the parts, and sends them as things happen.
const source = document.querySelector("[data-stream]");
let stream = null;
let said = 0;
const take = (event) => {
  const page = parsed(event.data);
  for (const fresh of page.querySelectorAll("[data-live][id]")) {
    const old = document.getElementById(fresh.id);
    if (!old || old.querySelector("input[type=file]")?.files?.length) continue;
    if (fresh.dataset.say && Date.now() - said > 10_000) {
      said = Date.now();
      say(fresh.dataset.say);
    }
    put(fresh, old);
  }
};
const listen = () => {
  if (!source || stream || document.hidden) return;
  stream = new EventSource(source.dataset.stream);
  stream.addEventListener("parts", take);
  stream.addEventListener("over", () => location.reload());
};
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    stream?.close();
    stream = null;
  } else listen();
});
addEventListener("pagehide", () => { stream?.close(); stream = null; });
addEventListener("pageshow", listen);
listen();

// Files that are dropped or chosen say their names; a drop zone shows that it is one.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector("input[type=file]");
  const told = zone.querySelector("[data-chosen]");
  const show = () => { told.textContent = [...input.files].map((file) => file.name).join(", "); };
  input.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, () => zone.classList.add("over"));
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  show();
}

// What is told once can be copied.
for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector("[data-copy]").textContent);
    button.textContent = "Copied";
    say("Copied");
  });
}

// The contact sheet: keys, selection, a player, and decisions that do not load the page anew.
const setting = "clipmill.single-keys";
const keysAreOn = () => { try { return localStorage.getItem(setting) !== "off"; } catch { return true; } };
const tiles = () => [...document.querySelectorAll("[data-sheet] > [data-row]")];
let at = 0;
let lastSelected = -1;
const move = (to) => {
  const all = tiles();
  if (!all.length) return;
  at = Math.max(0, Math.min(all.length - 1, to));
  all[at].tabIndex = -1;
  all[at].focus({ preventScroll: true });
  all[at].scrollIntoView({ block: "nearest" });
};
const current = () => {
  const all = tiles();
  const focused = document.activeElement?.closest?.("[data-row]");
  if (focused && all.includes(focused)) at = all.indexOf(focused);
  return all[at];
};
const play = (tile) => {
  const link = tile?.querySelector("[data-play]");
  const dialog = document.querySelector("#player");
  if (!link || !dialog) return;
  const video = dialog.querySelector("video");
  video.src = link.dataset.play;
  dialog.querySelector("[data-name]").textContent = tile.querySelector("h3").textContent;
  dialog.showModal();
  video.play().catch(() => {});
};
const select = (tile, range) => {
  const box = tile?.querySelector(".select");
  if (!box) return;
  box.checked = !box.checked;
  if (range && lastSelected >= 0) {
    const [from, to] = [Math.min(lastSelected, at), Math.max(lastSelected, at)];
    for (const each of tiles().slice(from, to + 1)) each.querySelector(".select").checked = box.checked;
  }
  lastSelected = at;
};
const swap = async (form, submitter) => {
  const into = form.dataset.swap;
  const all = new FormData(form, submitter);
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(all), credentials: "same-origin" });
  if (answer.redirected && !answer.url.includes("/sheet")) { location.href = answer.url; return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(into);
  if (!answer.ok || !fresh) { document.documentElement.replaceWith(page.documentElement); return; }
  local(fresh);
  document.querySelector(into).replaceWith(fresh);
  for (const part of ["#live-tabs", "#live-actions"]) {
    const [old, next] = [document.querySelector(part), page.querySelector(part)];
    if (old && next) old.replaceWith(next);
  }
  const note = page.querySelector(".note p");
  say(note?.textContent);
  begin();
  move(at);
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches?.("form[data-swap]") || event.submitter?.value === "retry" || event.submitter?.name === "retry_one") return;
  event.preventDefault();
  current();
  swap(form, event.submitter).catch(() => location.reload());
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-play]");
  if (link && document.querySelector("#player") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    play(link.closest("[data-row]"));
  }
  if (event.target.closest?.("[data-close]")) event.target.closest("dialog").close();
  if (event.target.closest?.("[data-help]")) document.querySelector("#help")?.showModal();
});
document.querySelector("#player")?.addEventListener("close", (event) => event.target.querySelector("video").pause());
const begin = () => {
  for (const button of document.querySelectorAll("[data-help]")) button.hidden = false;
};
begin();
const box = document.querySelector("[data-keys]");
if (box) {
  box.checked = keysAreOn();
  box.addEventListener("change", () => { try { localStorage.setItem(setting, box.checked ? "on" : "off"); } catch { /* it holds for this page */ } });
}
const typing = (element) => element?.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select");
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (!keysAreOn()) return;
  if (event.key === "/") {
    const find = document.querySelector("[data-find]");
    if (find) { event.preventDefault(); find.focus(); }
    return;
  }
  if (!document.querySelector("[data-sheet]")) return;
  const press = (key) => current()?.querySelector(`[data-key="${key}"]`)?.click();
  const focused = current();
  const deeds = {
    j: () => move(document.activeElement?.closest("[data-row]") ? at + 1 : at),
    k: () => move(at - 1),
    a: () => press("a"),
    r: () => press("r"),
    x: () => select(focused, false),
    X: () => select(focused, true),
    "?": () => document.querySelector("#help")?.showModal(),
  };
  if (event.key === " " && document.activeElement?.matches("[data-row]")) {
    event.preventDefault();
    play(focused);
  } else if (deeds[event.key]) {
    event.preventDefault();
    deeds[event.key]();
  }
});

local(document);
document.querySelector("#problem")?.focus?.();
