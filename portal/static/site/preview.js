/* A preview that follows what one writes, for who switches it on; the Preview button works without. */
(function () {
  "use strict";

  if (!window.fetch || !window.FormData || !window.URLSearchParams) { return; }
  var PAUSE = 900;

  Array.prototype.forEach.call(document.querySelectorAll("button[data-live-preview]"), function (button) {
    var form = button.closest("form");
    var area = form.querySelector("textarea");
    var place = form.querySelector("[data-live-preview-of]");
    var shown = place.querySelector("div");
    var waiting = 0, last = null;

    var refresh = function () {
      var text = area.value;
      if (text === last) { return; }
      last = text;
      var data = new URLSearchParams(new FormData(form));
      data.set("preview", "1");
      fetch(form.getAttribute("action"), {
        method: "POST",
        body: data,
        headers: { Accept: "application/json" },
        credentials: "same-origin"
      }).then(function (answer) { return answer.json(); })
        .then(function (found) {
          if (last !== text) { return; }
          if (found.said) { shown.textContent = found.said; } else { shown.innerHTML = found.html; }
        })
        .catch(function () { last = null; });
    };

    button.addEventListener("click", function () {
      var isOn = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(isOn));
      place.hidden = !isOn;
      if (isOn) { refresh(); }
    });
    form.addEventListener("input", function () {
      window.clearTimeout(waiting);
      if (!place.hidden) { waiting = window.setTimeout(refresh, PAUSE); }
    });
    button.hidden = false;
  });
})();
