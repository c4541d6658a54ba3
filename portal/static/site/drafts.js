/* Saves what one writes in a box of the forum, a moment after one pauses, and says when. The form
   has a button for that where no script runs. Words come from the page (data attributes). */
(function () {
  "use strict";

  if (!window.fetch || !window.FormData || !window.URLSearchParams || !window.AbortController) { return; }
  var PAUSE = 2000, AT_LEAST = 15000;

  var clock = function (moment) {
    var language = document.documentElement.lang || undefined;
    return moment.toLocaleTimeString(language, { hour: "numeric", minute: "2-digit" });
  };

  var follow = function (state) {
    var form = state.closest("form");
    var live = state.querySelector("[role=status]");
    var words = state.querySelector("[data-draft-words]");
    var discard = state.querySelector("button");
    var waiting = 0, dirtySince = 0, running = null, last = "", isOver = false, hasSpoken = false;

    /* The time stands there for the eye; it is read out once and when something went wrong. */
    var say = function (text, aloud) {
      words.textContent = text;
      if (aloud || (text && !hasSpoken)) { live.textContent = text; }
      hasSpoken = hasSpoken || Boolean(text);
    };

    var body = function () {
      var data = new URLSearchParams(new FormData(form));
      data.set("save_draft", "1");
      return data.toString();
    };

    var save = function (leaving) {
      window.clearTimeout(waiting);
      waiting = 0;
      var now = body();
      if (isOver || now === last || (running && !leaving)) { return; }
      dirtySince = 0;
      running = new AbortController();
      fetch(form.getAttribute("action"), {
        method: "POST",
        body: now,
        headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
        credentials: "same-origin",
        keepalive: Boolean(leaving) && now.length < 60000,
        signal: running.signal
      }).then(function (answer) {
        return answer.json().then(function (found) {
          running = null;
          if (!answer.ok) {
            isOver = answer.status === 401;
            say(found.said || state.getAttribute("data-failed"), true);
            return;
          }
          last = now;
          discard.hidden = !found.at;
          say(found.at ? state.getAttribute("data-saved").replace("%s", clock(new Date(found.at))) : "", false);
          if (body() !== now) { later(); }
        });
      }).catch(function (error) {
        running = null;
        if (error.name !== "AbortError") { say(state.getAttribute("data-failed"), true); }
      });
    };

    var later = function () {
      window.clearTimeout(waiting);
      dirtySince = dirtySince || Date.now();
      waiting = window.setTimeout(save, Math.max(0, Math.min(PAUSE, dirtySince + AT_LEAST - Date.now())));
    };

    form.addEventListener("input", later);
    form.addEventListener("change", later);
    /* What is sent now must not be saved again behind it. */
    form.addEventListener("submit", function () {
      isOver = true;
      window.clearTimeout(waiting);
      if (running) { running.abort(); }
    });
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden" && waiting) { save(true); }
    });
    /* Back from the page that followed: this form may be written in again. */
    window.addEventListener("pageshow", function (event) { if (event.persisted) { isOver = false; } });
    form.querySelector("[name=save_draft]").hidden = true;
  };

  Array.prototype.forEach.call(document.querySelectorAll("[data-draft]"), follow);
})();
