// Checks a paper certificate on the phone itself: nothing leaves it, no network is needed.
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const words = data.words;
const say = (name, params = {}) =>
  words[name].replace(/\{(\w+)\}/g, (whole, key) => (key in params ? String(params[key]) : whole));

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
function base45(text) {
  const values = [...text].map((letter) => LETTERS.indexOf(letter));
  if (values.includes(-1) || values.length % 3 === 1) throw new Error("base45");
  const out = [];
  for (let i = 0; i < values.length; i += 3) {
    const part = values.slice(i, i + 3);
    const number = part.reduce((sum, value, power) => sum + value * 45 ** power, 0);
    if (number >= 256 ** (part.length - 1)) throw new Error("base45");
    if (part.length === 3) out.push(number >> 8);
    out.push(number & 255);
  }
  return new Uint8Array(out);
}

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const found = new Uint8Array(await new Response(stream).arrayBuffer());
  if (found.length > 4096) throw new Error("size");
  return found;
}

// The few forms of CBOR a certificate has; anything else is no certificate.
function cbor(bytes) {
  let place = 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const take = (count) => {
    if (place + count > bytes.length) throw new Error("short");
    place += count;
    return place - count;
  };
  function count(info) {
    if (info < 24) return info;
    if (info === 24) return view.getUint8(take(1));
    if (info === 25) return view.getUint16(take(2));
    if (info === 26) return view.getUint32(take(4));
    if (info === 27) return Number(view.getBigUint64(take(8)));
    throw new Error("form");
  }
  function item(depth) {
    if (depth > 8) throw new Error("deep");
    const head = view.getUint8(take(1)), kind = head >> 5, info = head & 31;
    if (kind === 7) {
      if (info === 22) return null;
      throw new Error("form");
    }
    const number = count(info);
    if (kind === 0) return number;
    if (kind === 1) return -1 - number;
    if (kind === 2) return bytes.slice(take(number), place);
    if (kind === 3) return new TextDecoder("utf-8", { fatal: true }).decode(bytes.slice(take(number), place));
    if (kind === 4) return Array.from({ length: checked(number) }, () => item(depth + 1));
    if (kind === 5) return new Map(Array.from({ length: checked(number) }, () => [item(depth + 1), item(depth + 1)]));
    return { tag: number, value: item(depth + 1) };
  }
  function checked(number) {
    if (number > 64) throw new Error("long");
    return number;
  }
  const found = item(0);
  if (place !== bytes.length) throw new Error("more");
  return found;
}

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
function joined(...parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { out.set(part, at); at += part.length; }
  return out;
}
function header(kind, length) {
  if (length < 24) return new Uint8Array([(kind << 5) | length]);
  if (length < 256) return new Uint8Array([(kind << 5) | 24, length]);
  return new Uint8Array([(kind << 5) | 25, length >> 8, length & 255]);
}
const bytesItem = (bytes) => joined(header(2, bytes.length), bytes);

const ALGORITHMS = {
  "-8": { name: "EdDSA", key: { name: "Ed25519" }, use: { name: "Ed25519" } },
  "-7": { name: "ES256", key: { name: "ECDSA", namedCurve: "P-256" }, use: { name: "ECDSA", hash: "SHA-256" } },
};

async function opened(text) {
  text = text.replace(/^[\r\n\t]+|[\r\n\t]+$/g, "");
  if (!text.startsWith("GY1:") || text.length > 4096) throw new Error("prefix");
  const envelope = cbor(await inflate(base45(text.slice(4))));
  if (envelope.tag !== 18) throw new Error("tag");
  const [shielded, , payload, signature] = envelope.value;
  const head = cbor(shielded), claims = cbor(payload);
  const [name, hash, salt, kind, level, number, issued, review, place] = claims.get(-65537);
  return {
    shielded, payload, signature, kid: hex(head.get(4)), alg: head.get(1),
    issuer: claims.get(1), until: claims.get(4), signed: claims.get(6),
    name, hash, salt, kind, level, number, issued, review, place,
  };
}

async function isSigned(one, key) {
  const algorithm = ALGORITHMS[one.alg];
  if (!algorithm || algorithm.name !== key.alg) return false;
  const context = new TextEncoder().encode("Signature1");
  const message = joined(
    header(4, 4), header(3, context.length), context, bytesItem(one.shielded), bytesItem(new Uint8Array()),
    bytesItem(one.payload));
  const { kty, crv, x, y } = key;
  const imported = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, algorithm.key, false, ["verify"]);
  return crypto.subtle.verify(algorithm.use, imported, one.signature, message);
}

const DAY = 86400000, SHANGHAI = 8 * 3600000;
const dayOf = (days) => new Date(days * DAY).toISOString().slice(0, 10);
const dayAt = (seconds) => new Date(seconds * 1000 + SHANGHAI).toISOString().slice(0, 10);

async function verify(text, idNumber, now) {
  const checks = [];
  const add = (name, result, word, params) => checks.push({ name, result, because: say(word, params) });
  let one;
  try { one = await opened(text); } catch { add("format", "fail", "unreadable"); return { checks, one: null }; }
  add("format", "pass", "format");
  const issuer = data.issuers.find((body) => body.keys.some((key) => key.kid === one.kid));
  const key = issuer && issuer.keys.find((found) => found.kid === one.kid);
  if (!key) {
    add("signature", "unknown", "no_key");
    add("issuer", "fail", "no_issuer", { issuer: String(one.issuer).slice(0, 80) });
    return { checks, one: null };
  }
  let signed;
  try { signed = await isSigned(one, key); } catch { signed = null; }
  if (signed === null) { add("signature", "unknown", "no_algorithm"); return { checks, one: null }; }
  if (!signed) { add("signature", "fail", "not_signed"); return { checks, one: null }; }
  add("signature", "pass", "signed");
  if (one.issuer === issuer.id) add("issuer", "pass", "issuer", { issuer: issuer.title });
  else add("issuer", "fail", "other_issuer", { issuer: issuer.title });
  content(one, issuer, key, now, add);
  add("status", "unknown", "no_network");
  if (idNumber) {
    const body = new TextEncoder().encode(idNumber.toUpperCase() + hex(one.salt));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
    const isTheirs = one.hash.length >= 3 && one.hash.every((byte, place) => byte === digest[place]);
    add("holder", isTheirs ? "pass" : "fail", isTheirs ? "holder" : "not_holder");
  }
  return { checks, one };
}

function content(one, issuer, key, now, add) {
  const signedOn = dayAt(one.signed), today = dayAt(now / 1000);
  if (key.compromised) add("key", "fail", "compromised");
  else if (signedOn < key.from || (key.until && signedOn > key.until)) add("key", "fail", "key_time", { day: signedOn });
  else add("key", "pass", "key");
  const title = data.titles[one.kind] || one.kind;
  const may = issuer.kinds.includes(one.kind);
  add("scope", may ? "pass" : "fail", may ? "scope" : "no_scope", { title });
  if (today < dayOf(one.issued)) add("validity", "fail", "not_yet", { day: dayOf(one.issued) });
  else if (one.until === undefined || one.until === null) add("validity", "pass", "no_end");
  else {
    const last = dayAt(one.until - 1);
    add("validity", today > last ? "fail" : "pass", today > last ? "expired" : "until", { day: last });
  }
  if (one.review !== null) {
    const late = today > dayOf(one.review);
    add("review", late ? "fail" : "pass", late ? "late_review" : "review", { day: dayOf(one.review) });
  }
}

const form = document.querySelector("form"), list = document.getElementById("checks");
const answer = document.getElementById("answer"), facts = document.getElementById("facts");
const MARKS = { pass: "✓", fail: "✗", unknown: "?" };
function fill(element, children) { element.replaceChildren(...children); }
function made(tag, text) { const element = document.createElement(tag); element.textContent = text; return element; }

async function show() {
  const found = await verify(form.code.value, form.number.value.trim(), Date.now());
  const results = found.checks.map((check) => check.result);
  const verdict = results.includes("fail") ? "invalid" : results.includes("unknown") ? "open" : "valid";
  answer.textContent = say(verdict);
  answer.className = verdict;
  fill(list, found.checks.map((check) => {
    const line = made("li", `${MARKS[check.result]} ${check.because}`);
    line.dataset.name = check.name;
    line.dataset.result = check.result;
    return line;
  }));
  const one = found.one;
  fill(facts, one === null ? [] : [
    [say("name"), one.name], [say("title"), data.titles[one.kind] || one.kind],
    [say("level"), data.titles[one.level] || one.level], [say("number"), one.number],
  ].filter((pair) => pair[1]).flatMap(([term, text]) => [made("dt", term), made("dd", text)]));
  answer.focus();
}
form.addEventListener("submit", (event) => { event.preventDefault(); show(); });

// Phones that can read codes by themselves get a button for it; a scanner or pasting does as well.
if ("BarcodeDetector" in window && navigator.mediaDevices) {
  const button = document.getElementById("scan"), video = document.querySelector("video");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.hidden = false;
    video.srcObject = stream;
    await video.play();
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const stop = () => { stream.getTracks().forEach((track) => track.stop()); video.hidden = true; };
    const look = async () => {
      const [code] = await detector.detect(video);
      if (!code) { if (!video.hidden) requestAnimationFrame(look); return; }
      stop();
      form.code.value = code.rawValue;
      show();
    };
    look();
  });
}
