// 留痕 page script. Every page works without it; it adds keys, countdowns,
// push and dialogs. Pages speak to it only through attributes:
//
//   data-key="a"          this control is pressed (or entered) by the key a
//   data-item             one row of a list: j and k move, o opens, x selects
//   data-arrive           the heading that takes the focus after something was done
//   data-expires="unix"   a countdown; its text stands in [data-clock]
//   data-seals            a section emptied when a countdown inside it ends
//   data-live-on="grant:7 import"   gets the event "live" when that is pushed;
//                         such a part has an id and is the target of its answer
//   data-confirm="title"  asks first; data-confirm-text says what will happen
//   data-open="id" data-close       opens and closes a dialog
//   data-copy="/path"     copies an address
//   data-all="name" data-checked="name" data-bulk="name"
//                         selects all boxes of a name, counts them, and is
//                         shown while any is selected
"use strict";
(() => {
  const body = document.body;
  const one = (sel, root = document) => root.querySelector(sel);
  const all = (sel, root = document) => [...root.querySelectorAll(sel)];
  const on = (type, act, options) => document.addEventListener(type, act, options);
  const shown = (el) => el.checkVisibility ? el.checkVisibility() : el.offsetParent !== null;

  /* messages */
  const say = (text) => {
    const toast = one("#toast").content.cloneNode(true);
    one("span", toast).textContent = text;
    one("#flash").replaceChildren(toast);
  };
  const net = (title, text = "") => {
    const note = one("#net .note");
    if (!note) return;
    note.hidden = !title;
    one("b", note).textContent = title;
    one("span", note).textContent = text;
  };
  const fadeToasts = () => {
    for (const toast of all("#flash .toast")) {
      toast.since ??= Date.now();
      const keep = toast.matches(":hover, :focus-within");
      if (!keep && Date.now() - toast.since > (one("form", toast) ? 10000 : 6000)) toast.remove();
    }
  };

  /* the server's clock: neither a clock set back nor a sleeping machine makes a grant longer */
  const answered = performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now();
  const answeredAt = Date.now() - (performance.now() - answered);
  const serverNow = () => Number(body.dataset.now)
    + Math.max(Date.now() - answeredAt, performance.now() - answered) / 1000;

  const clock = (s) => {
    const two = (n) => String(Math.floor(n)).padStart(2, "0");
    return s < 3600 ? `${Math.floor(s / 60)}:${two(s % 60)}`
      : `${Math.floor(s / 3600)}:${two(s / 60 % 60)}:${two(s % 60)}`;
  };
  const seal = (timer) => {
    timer.removeAttribute("data-expires");
    one("[data-clock]", timer).textContent = "已到期";
    const section = timer.closest("[data-seals]");
    if (!section) return;
    for (const part of [...section.children]) if (part.tagName !== "HEADER") part.remove();
    refresh(section);
  };
  const tick = () => {
    for (const timer of all("[data-expires]")) {
      const left = Math.ceil(Number(timer.dataset.expires) - serverNow());
      if (left <= 0) { seal(timer); continue; }
      timer.classList.toggle("warn", left <= 1800);
      timer.classList.toggle("key", left > 1800);
      one("[data-clock]", timer).textContent = clock(left);
    }
    catchUp();
    fadeToasts();
  };

  /* push: a part is asked to fetch itself again; one that holds unsent input or
     faults waits, and so does one whose last answer is not yet in its place */
  const stale = new Set();
  const faults = ".field.bad, #errors, [role=alert]";
  const inForm = "form :is(input:not([type=hidden]), textarea, select):focus";
  const changed = (i) => i.type === "checkbox" || i.type === "radio" ? i.checked !== i.defaultChecked
    : i.type !== "hidden" && i.value !== i.defaultValue;
  const touched = (el) => one(inForm, el) || all("input, textarea", el).some(changed) || all(faults, el).some(shown);
  const busy = (el) => el.matches(".htmx-request, .htmx-settling, :has(.htmx-request)");
  const catchUp = () => {
    for (const id of stale) {
      const el = document.getElementById(id);
      if (el && (busy(el) || touched(el))) continue;
      stale.delete(id);
      el?.dispatchEvent(new CustomEvent("live"));
    }
  };
  const refresh = (el) => { stale.add(el.id); catchUp(); };
  // What a person began while the answer was under way is kept: the answer waits its turn.
  on("htmx:beforeSwap", (e) => {
    const { elt, triggeringEvent } = e.detail.requestConfig;
    if (triggeringEvent?.type !== "live" || e.detail.isError) return;
    if (!touched(elt) && !one(".htmx-request", elt)) return;
    e.detail.shouldSwap = false;
    stale.add(elt.id);
  });
  const announce = (name, key) => {
    for (const el of all("[data-live-on]"))
      if (el.dataset.liveOn.split(" ").some((w) => w === name || w === `${name}:${key}`)) refresh(el);
  };
  const signOut = () => location.assign(body.dataset.login);

  let stream = null, missed = false, warning = 0, parting = 0, sent = 0;
  // The answer to a form that was just sent leads on by itself, and may bring a new session for one
  // that the form ended: a new password does.
  on("submit", (e) => { if (!e.defaultPrevented) sent = Date.now(); });
  const lost = () => {
    missed = true;
    clearTimeout(warning);
    warning = setTimeout(() => net("连接中断，正在重连。", "您的输入已保留。"), 2000);
    if (stream.readyState === EventSource.CLOSED) setTimeout(reconnect, 3000);
  };
  const listen = () => {
    if (!body.dataset.live || document.hidden) return;
    stream = new EventSource(body.dataset.live);
    stream.onerror = lost;
    stream.onopen = () => {
      clearTimeout(warning);
      net("");
      if (missed) all("[data-live-on]").forEach(refresh);
      missed = false;
    };
    for (const name of ["grant", "approval", "import", "glass", "roll", "consent"]) stream.addEventListener(name, (e) => announce(name, e.data));
    stream.addEventListener("glass", () => say("有人刚刚紧急调阅，见「调阅」页的紧急调阅与复核"));
    stream.addEventListener("session", () => { stream.close(); missed = true; reconnect(); });
  };
  // Whether the session is over is asked, once: a stream the server refused does not say why, and
  // of somebody's sessions it may be another that has ended.
  const reconnect = async () => {
    const asked = new AbortController();
    try {
      const answer = await fetch(body.dataset.live, { signal: asked.signal });
      if (answer.status === 401 || answer.redirected) return Date.now() - sent < 3000 ? setTimeout(reconnect, 3000) : signOut();
    } catch { /* still offline: the next attempt tells */ } finally { asked.abort(); }
    listen();
  };
  // Browsers keep few connections to one host, so a hidden tab gives its own back.
  on("visibilitychange", () => {
    tick();
    clearTimeout(parting);
    if (document.hidden) parting = setTimeout(() => { stream?.close(); stream = null; missed = true; }, 5000);
    else if (!stream || stream.readyState === EventSource.CLOSED) listen();
  });
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });
  addEventListener("offline", () => net("网络已断开。", "恢复后会自动继续，您的输入已保留。"));
  addEventListener("online", () => net(""));

  /* keys */
  const typing = (el) => el.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  const items = () => all("[data-item]").filter(shown);
  const itemAt = () => items().find((i) => i.contains(document.activeElement));
  const enter = (item) => {
    one("a[href]", item)?.focus();
    item.scrollIntoView({ block: "nearest" });
  };
  const move = (step) => {
    const list = items();
    let at = list.findIndex((i) => i.contains(document.activeElement));
    if (at < 0) at = list.findIndex((i) => i.hasAttribute("aria-current"));
    if (list.length) enter(list[Math.min(Math.max(at + step, 0), list.length - 1)]);
  };
  const moves = {
    j: () => move(1),
    k: () => move(-1),
    o: () => { const item = itemAt(); if (item) one("a[href]", item)?.click(); },
    x: () => { const item = itemAt(); if (item) one("input[type=checkbox]:enabled", item)?.click(); },
  };
  on("keydown", (e) => {
    if (e.key === "Escape") return closePops(true);
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || typing(e.target) || one("dialog[open]")) return;
    const control = all(`[data-key="${CSS.escape(e.key)}"]`).find((c) => shown(c) && !c.disabled);
    if (!control && !moves[e.key]) return;
    e.preventDefault();
    if (!control) return moves[e.key]();
    control.focus();
    if (!typing(control)) control.click();
  });

  /* the search box: a combobox over the list that htmx fills */
  const listOf = (box) => document.getElementById(box.getAttribute("aria-controls"));
  const expand = (box, open) => {
    listOf(box).hidden = !open;
    box.setAttribute("aria-expanded", open);
    if (!open) choose(box, null);
  };
  const choose = (box, option) => {
    for (const o of all("[role=option]", listOf(box))) o.setAttribute("aria-selected", o === option);
    if (option) box.setAttribute("aria-activedescendant", option.id);
    else box.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  on("htmx:afterSwap", (e) => {
    if (!e.target.matches("[role=listbox]")) return;
    const box = one(`[role=combobox][aria-controls="${e.target.id}"]`);
    expand(box, box.value.trim() !== "" && e.target.childElementCount > 0 && box.form.contains(document.activeElement));
  });
  on("input", (e) => { if (e.target.matches("[role=combobox]") && !e.target.value.trim()) expand(e.target, false); });
  on("focusout", (e) => {
    const box = e.target.closest("form")?.querySelector("[role=combobox]");
    if (box && !box.form.contains(e.relatedTarget)) expand(box, false);
  });
  on("keydown", (e) => {
    const box = e.target;
    if (!box.matches("[role=combobox]") || e.isComposing) return;
    const options = all("[role=option]:not([aria-disabled])", listOf(box));
    const at = options.findIndex((o) => o.ariaSelected === "true");
    if (e.key === "Escape") {
      if (listOf(box).hidden) return box.value || box.blur();
      e.preventDefault(); // the first closes the list, the second empties the box
      return expand(box, false);
    }
    if (e.key === "Enter" && at >= 0 && !listOf(box).hidden) { e.preventDefault(); return options[at].click(); }
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (!step || !options.length) return;
    e.preventDefault();
    expand(box, true);
    choose(box, options[at < 0 && step < 0 ? options.length - 1 : (at + step + options.length) % options.length]);
  });

  /* what pops up */
  const closePops = (byKey, except) => {
    for (const pop of all("details.anchor[open]")) {
      if (except && pop.contains(except)) continue;
      if (byKey && pop.contains(document.activeElement)) one("summary", pop).focus();
      pop.open = false;
    }
  };
  const sure = new WeakSet();
  const ask = (button) => {
    const dialog = one("#confirm"), go = one("#confirm-go");
    one("#confirm-title").textContent = button.dataset.confirm;
    one("#confirm-text").textContent = button.dataset.confirmText ?? "";
    const words = [...button.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE);
    go.textContent = words.map((n) => n.data).join("").trim() || "确认";
    go.onclick = () => { dialog.close(); sure.add(button); button.click(); };
    dialog.showModal();
  };
  on("click", (e) => {
    const button = e.target.closest?.("[data-confirm]");
    if (!button || sure.delete(button)) return;
    e.preventDefault();
    e.stopPropagation();
    ask(button);
  }, true);
  on("click", (e) => {
    closePops(false, e.target);
    const el = e.target.closest("[data-open], [data-close], [data-copy]");
    if (e.target.matches("dialog")) e.target.close();
    if (!el) return;
    e.preventDefault();
    if (el.dataset.open) document.getElementById(el.dataset.open).showModal();
    else if ("close" in el.dataset) el.closest("dialog").close();
    else navigator.clipboard?.writeText(new URL(el.dataset.copy || location.href, location.href).href)
      .then(() => say("链接已复制"), () => say("没能复制，请从地址栏复制"));
  });

  /* many at once */
  const boxes = (name) => all(`input[type=checkbox][name="${CSS.escape(name)}"]:enabled`);
  const count = () => {
    const picked = (name) => boxes(name).filter((b) => b.checked).length;
    for (const el of all("[data-checked]")) el.textContent = picked(el.dataset.checked);
    for (const el of all("[data-bulk]")) el.hidden = picked(el.dataset.bulk) === 0;
  };
  on("change", (e) => {
    if (e.target.dataset.all) for (const b of boxes(e.target.dataset.all)) b.checked = e.target.checked;
    if (e.target.type === "checkbox") count();
  });

  /* htmx: say that one waits, and keep the place of whoever works by keyboard */
  const places = new WeakMap();
  const linkOf = (item) => item && one("a[href]", item)?.getAttribute("href");
  const keepPlace = (xhr) =>
    places.set(xhr, { at: items().indexOf(itemAt()), link: linkOf(itemAt()), focus: document.activeElement });
  const takeFocus = (el) => {
    el?.setAttribute("tabindex", "-1");
    el?.focus({ preventScroll: true });
  };
  on("htmx:beforeRequest", (e) => {
    const { xhr, elt, target } = e.detail;
    const asked = elt.contains(document.activeElement);
    if (asked && !elt.matches("[role=combobox]")) one("#alerts").replaceChildren();
    if (asked) keepPlace(xhr);
    target.setAttribute("aria-busy", "true");
  });
  const scrolls = new WeakMap(); // a list that is fetched anew stays scrolled to where one was
  // One may have moved on since the request went out.
  on("htmx:beforeSwap", (e) => {
    const { target, xhr, requestConfig } = e.detail;
    if (target.contains(document.activeElement)) keepPlace(xhr);
    if (requestConfig.triggeringEvent?.type === "live") scrolls.set(xhr, all(".scroll", target).map((el) => el.scrollTop));
  });
  on("htmx:afterRequest", (e) => { e.detail.target.removeAttribute("aria-busy"); catchUp(); });
  on("htmx:sendError", () => net("没有连上服务器。", "请稍后再试，您的输入已保留。"));
  on("htmx:afterSettle", (e) => {
    const tops = scrolls.get(e.detail.xhr);
    if (tops) all(".scroll", document.getElementById(e.detail.target.id) ?? body).forEach((el, i) => { el.scrollTop = tops[i] ?? 0; });
    tick();
    count();
    const place = places.get(e.detail.xhr);
    if (!place || (document.activeElement && document.activeElement !== body)) return;
    const { at, link, focus } = place, list = items();
    if (focus.isConnected && !focus.disabled) return focus.focus({ preventScroll: true });
    const next = list.find((i) => link && linkOf(i) === link) ?? list.find((i) => i.hasAttribute("aria-current"))
      ?? (at >= 0 ? list[Math.min(at, list.length - 1)] : null);
    if (next) return enter(next);
    takeFocus(one("h1, h2, h3", document.getElementById(e.detail.target.id) ?? one("#main")));
  });
  // After a decision the next item opens, and takes the focus.
  const arrive = () => {
    if (!one("#flash .toast") || document.activeElement !== body) return;
    items().find((i) => i.hasAttribute("aria-current"))?.scrollIntoView({ block: "nearest" });
    takeFocus(one("[data-arrive]"));
  };

  setInterval(tick, 1000);
  tick();
  count();
  arrive();
  listen();
})();
