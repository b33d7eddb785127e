"use strict";
const el = (id) => document.getElementById(id);
const say = (where, cls, lines) => {
  const box = document.createElement("div");
  if (cls) box.className = cls;
  for (const line of lines) {
    const p = document.createElement("p");
    p.textContent = line;
    box.append(p);
  }
  where.replaceChildren(box);
};
const failed = (where, e) => say(where, "bad", [e.message + " (" + e.code + ")", e.hint || ""]);

async function start() {
  const packed = Uint8Array.from(atob(WASM), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = await new Response(stream).arrayBuffer();
  const go = new Go();
  const { instance } = await WebAssembly.instantiate(bytes, go.importObject);
  go.run(instance);
}
const ready = start();

async function openFile(file) {
  await ready;
  if (file.size > 512 * 1024 * 1024) return failed(el("pack"), { code: "too_large", message: "the file has more than 512 MB" });
  const answer = JSON.parse(truceOpen(new Uint8Array(await file.arrayBuffer()), el("key").value.trim()));
  if (answer.error) return failed(el("pack"), answer.error);
  const made = new Date(answer.madeAt).toISOString();
  say(el("pack"), answer.stale ? "bad" : "", [
    answer.source === "register" ? "register " + answer.origin + ", as of " + answer.logSize + " entries" : "a plain list, NOT from a register: " + answer.origin,
    answer.objects + " objects, " + answer.agreements + " agreements, " + answer.windows + " pauses and corridors; made " + made + ", " + Math.round(answer.ageS) + " s ago" + (answer.stale ? ": STALE, older than its maker permits" : ""),
    answer.exercise ? "EXERCISE: nothing in it is meant" : "",
    answer.verified ? "signature verified with the key above" : "the signature was checked against the key in the pack itself: compare it with log.pub",
  ].filter(Boolean));
}

const line = (p) => [p.name || p.id, p.kind, p.type, p.state + (p.contested ? ", CONTESTED" : ""), Math.round(p.distanceM) + " m", "entry " + p.entry].filter(Boolean).join(" · ");

// Of what was agreed: who agreed always stands before anything else.
const whoAgreed = (x) => (x.agreedByAll ? "AGREED BY ALL SIDES" : "NOT AGREED BY ALL") + " (" + Object.entries(x.acceptance).map(([who, how]) => who + ": " + how).join(", ") + ")";
const parts = (x) => (x.parts || []).map((p) => p.from + " to " + p.until + (p.coarse ? " (not in detail)" : "")).join("; ");
const clause = (c) => c.modality + " " + c.acts.join(", ") + (c.until ? " until " + c.until : "") + (c.exceptions.length ? ", but for " + c.exceptions.join(", ") : "");
const agreement = (a) => ["agreement " + (a.title || a.class), whoAgreed(a), a.state, ...a.clauses.map((c) => "clause " + c.id + " " + clause(c)),
  a.notExpanded ? "NOT KNOWN of clause " + a.notExpanded.join(", ") + ": the signed times end before" : "", parts(a), "entry " + a.entry].filter(Boolean).join(" · ");
const opening = (w) => [w.kind + " " + (w.title || w.id), whoAgreed(w), w.state === "notExpanded" ? "NOT KNOWN: its signed times end before" : w.state, w.until ? "until " + w.until : "",
  w.next ? "next " + w.next : "", w.prohibits.length ? "prohibits " + w.prohibits.join(", ") : "", w.ready ? "every condition that was agreed is met" : "NOT READY: " + w.missing.join(", "),
  w.horizon ? "its signed times reach up to " + w.horizon : "", parts(w), "entry " + w.entry].filter(Boolean).join(" · ");

async function ask(event) {
  event.preventDefault();
  await ready;
  const a = JSON.parse(truceCheck(el("place").value, Number(el("radius").value), el("time").value.trim(), el("until").value.trim(), el("lang").value));
  if (a.error) return failed(el("answer"), a.error);
  const box = document.createElement("div");
  const notice = document.createElement("p");
  notice.textContent = a.notice;
  notice.dir = "auto";
  if (a.stale) notice.className = "bad";
  const list = document.createElement("ol");
  for (const text of [...a.protections.map(line), ...a.agreements.map(agreement), ...a.windows.map(opening)]) {
    const item = document.createElement("li");
    item.textContent = text;
    item.dir = "auto";
    list.append(item);
  }
  for (const s of a.slips || []) {
    const p = document.createElement("p");
    p.textContent = "note: " + s.message + (s.hint ? ". " + s.hint : "");
    box.append(p);
  }
  box.append(notice, list);
  el("answer").replaceChildren(box);
}

el("ask").addEventListener("submit", ask);
el("file").addEventListener("change", (e) => e.target.files[0] && openFile(e.target.files[0]));
const drop = el("drop");
drop.addEventListener("dragover", (e) => { e.preventDefault(); drop.className = "over"; });
drop.addEventListener("dragleave", () => { drop.className = ""; });
drop.addEventListener("drop", (e) => { e.preventDefault(); drop.className = ""; if (e.dataTransfer.files[0]) openFile(e.dataTransfer.files[0]); });
