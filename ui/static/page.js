// The page's behaviour: drawing the paired grid, sentence linking, editing, copying, saving. No network, no library.
"use strict";
window.tarjama = (() => {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const behavior = () => (calm.matches ? "auto" : "smooth");
  let reader = null; // the one mounted reader: { redraw, wait }

  function fragment(html) {
    const template = document.createElement("template");
    template.innerHTML = html; // made and escaped on the server
    return template.content.firstElementChild;
  }

  function mount(element, props, trigger, watch) {
    const root = element.querySelector(".tj-reader");
    const find = (selector) => root.querySelector(selector);
    const grid = find(".tj-grid"), rows = find(".tj-rows"), live = find("[role=status]");
    const targets = () => [...rows.querySelectorAll(".tj-en .tj-s")];
    let drawn = [], announced = "", editing = false;

    // ---- drawing -------------------------------------------------------------------------------------------------
    function draw() {
      const view = props.value || { state: "idle" };
      const began = view.state === "running" && root.dataset.state !== "running";
      root.dataset.state = view.state;
      drawRows(view.rows || []);
      find(".tj-count").textContent = view.message || "";
      find("progress").max = view.total || 1;
      find("progress").value = view.done || 0;
      find(".tj-facts").textContent = view.facts || "";
      find(".tj-notes").replaceChildren(...(view.notes || []).map((note) => Object.assign(document.createElement("li"), { textContent: note })));
      offer(view.formats || []);
      const summary = find(".tj-summary-body");
      if (summary.dataset.html !== (view.summary || "")) {
        summary.dataset.html = view.summary || "";
        summary.innerHTML = view.summary || "";
      }
      root.classList.toggle("tj-has-text", (view.done || 0) > 0);
      announce(view);
      if (began) root.scrollIntoView({ block: "start", behavior: behavior() });
    }

    function drawRows(html) {
      const focused = document.activeElement?.dataset?.s;
      html.forEach((text, index) => {
        if (drawn[index] === text) return;
        const fresh = fragment(text), old = rows.children[index];
        if (old) old.replaceWith(fresh);
        else rows.append(fresh);
      });
      while (rows.children.length > html.length) rows.lastElementChild.remove();
      drawn = html;
      prepare();
      if (focused && document.activeElement === document.body) at(focused)?.focus({ preventScroll: true });
    }

    function offer(formats) {
      const select = find(".tj-format");
      if (select.options.length !== formats.length) select.replaceChildren(...formats.map(([value, label]) => new Option(label, value)));
    }

    function announce(view) { // beginning and end only: a reader who listens is not to be interrupted eighteen times
      const text = view.state === "running" ? "Translating" : [view.message, view.facts, ...(view.notes || [])].filter(Boolean).join(". ");
      if (view.state !== "idle" && text !== announced) live.textContent = announced = text;
    }

    // ---- linking -------------------------------------------------------------------------------------------------
    const at = (place) => rows.querySelector(`.tj-en [data-s="${place}"]`);
    function light(place) {
      for (const lit of root.querySelectorAll(".tj-lit")) if (lit.dataset.s !== place) lit.classList.remove("tj-lit");
      if (place) for (const part of root.querySelectorAll(`[data-s="${place}"]`)) part.classList.add("tj-lit");
    }
    const placeOf = (target) => target.closest?.("[data-s]")?.dataset.s;
    root.addEventListener("mouseover", (event) => light(placeOf(event.target) ?? placeOf(document.activeElement)));
    root.addEventListener("mouseleave", () => light(placeOf(document.activeElement)));
    root.addEventListener("focusin", (event) => {
      light(placeOf(event.target));
      if (event.target.matches(".tj-en .tj-s")) rove(event.target);
    });
    root.addEventListener("focusout", () => light(null));
    rows.addEventListener("click", (event) => {
      const place = placeOf(event.target);
      if (place && !editing && !String(getSelection())) at(place)?.focus({ preventScroll: true });
    });
    find(".tj-summary-body").addEventListener("click", (event) => {
      const link = event.target.closest("a[data-s]");
      if (!link) return;
      event.preventDefault();
      const target = at(link.dataset.s);
      target?.scrollIntoView({ block: "center", behavior: behavior() });
      target?.focus({ preventScroll: true });
    });

    // ---- keyboard: one stop for Tab, arrows inside ------------------------------------------------------------------
    function rove(sentence) {
      for (const other of rows.querySelectorAll('.tj-en .tj-s[tabindex="0"]')) other.tabIndex = editing ? 0 : -1;
      sentence.tabIndex = 0;
    }
    function prepare() {
      const all = targets();
      for (const sentence of all) {
        if (editing) {
          sentence.contentEditable = "plaintext-only";
          sentence.setAttribute("role", "textbox");
          sentence.setAttribute("aria-label", `Sentence ${sentence.dataset.s.replace(/\d+/g, (n) => +n + 1).replace(".", " of paragraph, number ")}`);
          sentence.tabIndex = 0;
        } else {
          sentence.removeAttribute("contenteditable");
          sentence.removeAttribute("role");
          sentence.removeAttribute("aria-label");
        }
      }
      if (!editing && all.length && !rows.querySelector('.tj-en .tj-s[tabindex="0"]')) all[0].tabIndex = 0;
    }
    rows.addEventListener("keydown", (event) => {
      const sentence = event.target.closest?.(".tj-en .tj-s");
      if (!sentence) return;
      if (editing) return editKey(event, sentence);
      const all = targets(), here = all.indexOf(sentence);
      const to = { ArrowDown: here + 1, ArrowRight: here + 1, ArrowUp: here - 1, ArrowLeft: here - 1, Home: 0, End: all.length - 1 }[event.key];
      if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const next = all[Math.max(0, Math.min(to, all.length - 1))];
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest" });
    });

    // ---- editing ---------------------------------------------------------------------------------------------------
    function editKey(event, sentence) {
      if (event.key === "Escape") sentence.textContent = sentence.dataset.before ?? sentence.textContent;
      if (event.key === "Escape" || event.key === "Enter") {
        event.preventDefault();
        sentence.blur();
      }
    }
    rows.addEventListener("focusin", (event) => {
      if (editing && event.target.matches(".tj-s")) event.target.dataset.before = event.target.textContent;
    });
    rows.addEventListener("focusout", (event) => {
      const sentence = event.target;
      if (!sentence.isContentEditable || sentence.dataset.before === undefined) return;
      const text = sentence.textContent, before = sentence.dataset.before;
      delete sentence.dataset.before;
      const [paragraph, number] = sentence.dataset.s.split(".").map(Number);
      if (text !== before) trigger("edit", { paragraph, sentence: number, text });
    });
    find(".tj-edit").addEventListener("click", (event) => {
      editing = !editing;
      root.classList.toggle("tj-editing", editing);
      event.target.setAttribute("aria-pressed", editing);
      event.target.textContent = editing ? "Done" : "Edit";
      live.textContent = editing ? "Editing: every English sentence can be changed. Enter keeps, Escape undoes, an empty sentence brings the machine's back." : "Editing ended";
      prepare();
    });

    // ---- tools -----------------------------------------------------------------------------------------------------
    find(".tj-shade").addEventListener("change", (event) => root.classList.toggle("tj-plain", !event.target.checked));
    find(".tj-stop").addEventListener("click", () => {
      if (root.dataset.state !== "waiting") return trigger("stop", {});
      trigger("leave", {}); // not begun yet: taken out of the queue
      draw();
    });
    find(".tj-save").addEventListener("click", () => trigger("save", { format: find(".tj-format").value }));
    find(".tj-copy").addEventListener("click", async (event) => {
      await copy([...rows.children].filter((row) => row.querySelector(".tj-en .tj-s")).map((row) => row.querySelector(".tj-en p").textContent + row.dataset.gap).join("").trimEnd());
      said(event.target, "Copied");
    });
    for (const radio of root.querySelectorAll("[name=tj-length]")) {
      radio.addEventListener("change", () => trigger("length", { length: radio.value }));
    }
    function said(button, text) {
      const label = button.textContent;
      button.textContent = live.textContent = text;
      setTimeout(() => { button.textContent = label; }, 1500);
    }

    reader = {
      redraw: draw,
      wait() {
        root.dataset.state = "waiting";
        find(".tj-count").textContent = "Waiting for the model…";
        find("progress").removeAttribute("value");
        live.textContent = announced = "Waiting for the model";
      },
    };
    watch("value", draw);
    draw();
    applyTheme(localStorage.getItem("tarjama-theme"));
  }

  // ---- files: made on the server, saved here, nothing stays behind there -----------------------------------------------
  function save(file) {
    if (!file?.data) return;
    const bytes = Uint8Array.from(atob(file.data), (character) => character.charCodeAt(0));
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([bytes], { type: file.mime })), download: file.name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  async function copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = Object.assign(document.createElement("textarea"), { value: text }); // plain HTTP on a local network
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }

  // ---- light and dark -------------------------------------------------------------------------------------------------
  function applyTheme(theme) {
    if (theme) document.body.classList.toggle("dark", theme === "dark");
  }
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => applyTheme(localStorage.getItem("tarjama-theme")));
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(".tj-theme")) return;
    const theme = document.body.classList.contains("dark") ? "light" : "dark";
    localStorage.setItem("tarjama-theme", theme);
    applyTheme(theme);
  });

  function count(text) {
    const output = document.querySelector(".tj-characters");
    if (!output) return;
    const limit = Number(output.dataset.limit), length = [...(text || "")].length;
    output.textContent = length ? `${length.toLocaleString("en")} of ${limit.toLocaleString("en")} characters` : "";
    output.classList.toggle("tj-over", length > limit);
  }

  return { mount, save, count, wait: () => reader?.wait(), settle: () => reader?.redraw() };
})();
