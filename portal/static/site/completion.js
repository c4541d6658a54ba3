/* While one writes in the forum: "[[" offers titles of resources, "@" members. A listbox below the
   box; arrows choose, Enter or Tab takes, Escape leaves. Nothing is chosen until an arrow is pressed,
   so that Enter stays a new line. Words come from the page (data attributes). */
(function () {
  "use strict";

  if (!window.fetch || !window.URLSearchParams) { return; }
  var PAUSE = 150, number = 0;
  var TITLE = /\[\[([^[\]\n]{2,80})$/;
  var MEMBER = /(?:^|[\s(,;:])@([A-Za-z0-9-]{0,30})$/;

  var make = function (name, attributes, text) {
    var element = document.createElement(name);
    Object.keys(attributes).forEach(function (key) { element.setAttribute(key, attributes[key]); });
    if (text) { element.textContent = text; }
    return element;
  };

  var complete = function (box) {
    var area = box.querySelector("textarea");
    var id = "completion-" + (number += 1);
    var list = make("div", { role: "listbox", id: id, "class": "suggestions", "aria-label": box.getAttribute("data-label") });
    var status = make("div", { role: "status", "class": "visually-hidden" });
    var known = {}, options = [], current = -1, asked = null, left = "", waiting = 0;
    list.hidden = true;
    box.classList.add("has-suggestions");
    box.append(list, status);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", id);

    /* What is being named before the cursor: its kind, its letters, and where it begins. */
    var named = function () {
      if (area.selectionStart !== area.selectionEnd) { return null; }
      var before = area.value.slice(0, area.selectionStart);
      var found = TITLE.exec(before.slice(-90));
      if (found) { return { key: "title", typed: found[1], start: before.length - found[1].length - 2 }; }
      found = MEMBER.exec(before.slice(-40));
      return found ? { key: "member", typed: found[1], start: before.length - found[1].length - 1 } : null;
    };

    var choose = function (index) {
      current = index;
      options.forEach(function (option, place) { option.setAttribute("aria-selected", String(place === index)); });
      if (index < 0) { area.removeAttribute("aria-activedescendant"); return; }
      area.setAttribute("aria-activedescendant", options[index].id);
      options[index].scrollIntoView({ block: "nearest" });
    };

    var close = function () {
      window.clearTimeout(waiting);
      asked = null;
      choose(-1);
      list.hidden = true;
      status.textContent = "";
    };

    var show = function (items) {
      list.textContent = "";
      options = items.map(function (item, place) {
        var option = make("div", { role: "option", id: id + "-" + place, "aria-selected": "false", "data-text": item.text });
        option.append(make("span", {}, item.label), make("span", { "class": "soft small" }, item.hint));
        list.append(option);
        return option;
      });
      choose(-1);
      list.hidden = !options.length;
      status.textContent = options.length
        ? box.getAttribute(options.length === 1 ? "data-one" : "data-many").replace("%s", options.length)
        : "";
    };

    var ask = function (query) {
      var address = box.getAttribute("data-complete") + "?" + query;
      known[query] = known[query] || fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.json() : { items: [] }; })
        .then(function (found) { return found.items; })
        .catch(function () { delete known[query]; return []; });
      return known[query];
    };

    var look = function () {
      var now = named();
      window.clearTimeout(waiting);
      /* Who left the list with Escape is left alone until he names something else. */
      if (!now || now.key + now.start === left) { close(); return; }
      left = "";
      asked = now;
      waiting = window.setTimeout(function () {
        var words = {};
        words[now.key] = now.typed.trim().toLowerCase();
        if (now.key === "member" && box.getAttribute("data-thread")) { words["in"] = box.getAttribute("data-thread"); }
        ask(String(new URLSearchParams(words))).then(function (items) {
          if (asked === now && document.activeElement === area) { show(items); }
        });
      }, PAUSE);
    };

    var take = function (option) {
      var now = named();
      if (!now) { close(); return; }
      var end = area.selectionStart;
      var text = option.getAttribute("data-text");
      if (now.key === "title" && area.value.slice(end, end + 2) === "]]") { end += 2; }
      if (now.key === "member") { text += " "; }
      close();
      area.focus();
      area.setSelectionRange(now.start, end);
      var done = false;
      try { done = document.execCommand("insertText", false, text); } catch (error) { done = false; }
      if (!done) {
        area.setRangeText(text, now.start, end, "end");
        area.dispatchEvent(new Event("input", { bubbles: true }));
      }
      close();
    };

    area.addEventListener("input", look);
    area.addEventListener("blur", close);
    area.addEventListener("click", function () { if (!list.hidden) { look(); } });
    area.addEventListener("keydown", function (event) {
      if (event.isComposing || list.hidden) { return; }
      var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        /* One place more than there are options: the text itself. */
        choose((current + 1 + step + options.length + 1) % (options.length + 1) - 1);
      } else if ((event.key === "Enter" || event.key === "Tab") && current >= 0) {
        event.preventDefault();
        take(options[current]);
      } else if (event.key === "Escape") {
        event.preventDefault();
        var now = named();
        left = now ? now.key + now.start : "";
        close();
      } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        close();
      }
    });
    /* Keep the focus in the text, so that blur does not close before the click arrives. */
    list.addEventListener("mousedown", function (event) { event.preventDefault(); });
    list.addEventListener("click", function (event) {
      var option = event.target.closest("[role=option]");
      if (option) { take(option); }
    });
  };

  Array.prototype.forEach.call(document.querySelectorAll("[data-complete]"), complete);
})();
