/* The toolbar of the box in which one writes Markdown: six buttons and two shortcuts.
   Without this script the toolbar stays hidden and the help below the box says what to type. */
(function () {
  "use strict";

  /* Put text in place of the selection so that undo still works, then select from..to of it. */
  function put(area, start, end, text, from, to) {
    area.focus();
    area.setSelectionRange(start, end);
    var done = false;
    try { done = document.execCommand("insertText", false, text); } catch (error) { done = false; }
    if (!done) {
      area.setRangeText(text, start, end, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    area.setSelectionRange(start + from, start + to);
  }

  function around(area, before, after, sample) {
    var start = area.selectionStart;
    var end = area.selectionEnd;
    var words = area.value.slice(start, end) || sample;
    put(area, start, end, before + words + after, before.length, before.length + words.length);
  }

  /* Begin each selected line with a sign; take the signs away when all have them. */
  function lines(area, sign) {
    var start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    var stop = area.value.indexOf("\n", area.selectionEnd);
    var end = stop < 0 ? area.value.length : stop;
    var rows = area.value.slice(start, end).split("\n");
    var all = rows.every(function (row) { return row.indexOf(sign) === 0; });
    var text = rows.map(function (row) { return all ? row.slice(sign.length) : sign + row; }).join("\n");
    put(area, start, end, text, rows.length > 1 ? 0 : text.length, text.length);
  }

  function link(area, sample) {
    var start = area.selectionStart;
    var words = area.value.slice(start, area.selectionEnd);
    if (/^https?:\/\/\S+$/.test(words)) {
      put(area, start, area.selectionEnd, "[" + sample + "](" + words + ")", 1, 1 + sample.length);
    } else {
      words = words || sample;
      put(area, start, area.selectionEnd, "[" + words + "](https://)", words.length + 3, words.length + 11);
    }
  }

  function code(area, sample) {
    if (area.value.slice(area.selectionStart, area.selectionEnd).indexOf("\n") >= 0) {
      around(area, "```\n", "\n```", sample);
    } else {
      around(area, "`", "`", sample);
    }
  }

  function mark(area, kind, sample) {
    if (kind === "bold") { around(area, "**", "**", sample); }
    if (kind === "italic") { around(area, "*", "*", sample); }
    if (kind === "link") { link(area, sample); }
    if (kind === "quote") { lines(area, "> "); }
    if (kind === "list") { lines(area, "- "); }
    if (kind === "code") { code(area, sample); }
  }

  Array.prototype.forEach.call(document.querySelectorAll(".toolbar"), function (toolbar) {
    var area = document.getElementById(toolbar.getAttribute("aria-controls"));
    if (!area) { return; }
    var buttons = Array.prototype.slice.call(toolbar.querySelectorAll("button"));
    var sample = function (kind) {
      var button = buttons.filter(function (one) { return one.getAttribute("data-mark") === kind; })[0];
      return (button && button.getAttribute("data-sample")) || "";
    };

    buttons.forEach(function (button, place) {
      button.tabIndex = place === 0 ? 0 : -1;
      button.addEventListener("click", function () {
        var kind = button.getAttribute("data-mark");
        mark(area, kind, sample(kind));
      });
    });

    /* One stop for the Tab key; arrows walk between the buttons. */
    toolbar.addEventListener("keydown", function (event) {
      var now = buttons.indexOf(document.activeElement);
      var steps = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: buttons.length - 1 };
      if (now < 0 || !(event.key in steps)) { return; }
      event.preventDefault();
      var next = (steps[event.key] + buttons.length) % buttons.length;
      buttons[now].tabIndex = -1;
      buttons[next].tabIndex = 0;
      buttons[next].focus();
    });

    area.addEventListener("keydown", function (event) {
      var key = event.key.toLowerCase();
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && (key === "b" || key === "i")) {
        event.preventDefault();
        var kind = key === "b" ? "bold" : "italic";
        mark(area, kind, sample(kind));
      }
    });

    toolbar.hidden = false;
  });
})();
