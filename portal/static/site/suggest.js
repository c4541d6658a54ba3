/* Suggestions under every search box: a combobox with a listbox (WAI-ARIA 1.2). The form works
   without it. Words and the address come from this script's own element in base.html. */
(function () {
  "use strict";

  var own = document.currentScript;
  var source = own && own.getAttribute("data-source");
  if (!source || !window.fetch || !window.URLSearchParams) { return; }
  var LEAST = 2, PAUSE = 120, known = {}, number = 0;

  var make = function (name, attributes, text) {
    var element = document.createElement(name);
    Object.keys(attributes).forEach(function (key) { element.setAttribute(key, attributes[key]); });
    if (text) { element.textContent = text; }
    return element;
  };

  var ask = function (words) {
    if (!known[words]) {
      known[words] = fetch(source + "?" + new URLSearchParams({ q: words }), { headers: { Accept: "application/json" } })
        .then(function (answer) { return answer.ok ? answer.json() : { groups: [] }; })
        .then(function (found) { return found.groups; })
        .catch(function () { delete known[words]; return []; });
    }
    return known[words];
  };

  var combine = function (input) {
    var id = "suggestions-" + (number += 1);
    var box = make("div", { role: "listbox", id: id, "class": "suggestions", "aria-label": own.getAttribute("data-label") });
    var status = make("div", { role: "status", "class": "visually-hidden" });
    var options = [], current = -1, asked = "", waiting;
    box.hidden = true;
    input.form.classList.add("has-suggestions");
    input.form.append(box, status);
    [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", id], ["aria-expanded", "false"]]
      .forEach(function (pair) { input.setAttribute(pair[0], pair[1]); });

    var choose = function (index) {
      current = index;
      options.forEach(function (option, place) { option.setAttribute("aria-selected", String(place === index)); });
      if (index < 0) { input.removeAttribute("aria-activedescendant"); return; }
      input.setAttribute("aria-activedescendant", options[index].id);
      options[index].scrollIntoView({ block: "nearest" });
    };

    var close = function () {
      window.clearTimeout(waiting);
      asked = "";
      box.hidden = true;
      input.setAttribute("aria-expanded", "false");
      choose(-1);
    };

    var show = function (groups) {
      box.textContent = "";
      options = [];
      groups.forEach(function (group, place) {
        var list = make("div", { role: "group", "aria-labelledby": id + "-" + place });
        list.append(make("div", { id: id + "-" + place, "class": "suggestions__group" }, group.label));
        group.items.forEach(function (item) {
          var option = make("div", { role: "option", id: id + "-o" + options.length, "aria-selected": "false", "data-url": item.url });
          /* The space keeps title and hint apart where they are read aloud. */
          option.append(make("span", {}, item.title), " ", make("span", { "class": "soft small" }, item.hint));
          options.push(option);
          list.append(option);
        });
        box.append(list);
      });
      choose(-1);
      box.hidden = !options.length;
      input.setAttribute("aria-expanded", String(options.length > 0));
      status.textContent = options.length
        ? own.getAttribute(options.length === 1 ? "data-one" : "data-many").replace("%s", options.length)
        : "";
    };

    var look = function () {
      var words = input.value.trim().replace(/\s+/g, " ").slice(0, 80);
      window.clearTimeout(waiting);
      if (words.length < LEAST) { close(); status.textContent = ""; return; }
      asked = words;
      waiting = window.setTimeout(function () {
        ask(words).then(function (groups) {
          if (asked === words && document.activeElement === input) { show(groups); }
        });
      }, PAUSE);
    };

    var go = function (option) {
      var address = option.getAttribute("data-url");
      close();
      window.location.assign(address);
    };

    input.addEventListener("input", look);
    input.addEventListener("blur", close);
    input.form.addEventListener("submit", close);
    input.addEventListener("keydown", function (event) {
      if (event.isComposing) { return; }
      var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && box.hidden) {
        if (step > 0) { look(); }
      } else if (step) {
        event.preventDefault();
        /* One place more than there are options: the input itself. */
        choose((current + 1 + step + options.length + 1) % (options.length + 1) - 1);
      } else if (event.key === "Enter" && current >= 0) {
        event.preventDefault();
        go(options[current]);
      } else if (event.key === "Escape" && !box.hidden) {
        event.preventDefault();
        close();
      }
    });
    /* Keep the focus in the input, so that blur does not close before the click arrives. */
    box.addEventListener("mousedown", function (event) { event.preventDefault(); });
    box.addEventListener("click", function (event) {
      var option = event.target.closest("[role=option]");
      if (option) { go(option); }
    });
  };

  /* A box that searches one thread or category gets none: they are of the whole site. */
  Array.prototype.forEach.call(document.querySelectorAll('form[action="/search/"] input[name="q"]'), function (input) {
    if (!input.form.elements.namedItem("in")) { combine(input); }
  });
})();
