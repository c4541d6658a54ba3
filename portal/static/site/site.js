/* What the pages do better with a script. Nothing here is needed: each page works without it.
   Words come from the page (data attributes), so that they are translated there. */
(function () {
  "use strict";

  var each = function (selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  };

  /* The menu closes with Escape, and when one clicks or tabs elsewhere. */
  each("details.menu", function (menu) {
    var close = function (event) {
      if (menu.open && !menu.contains(event.target)) { menu.open = false; }
    };
    document.addEventListener("click", close);
    document.addEventListener("focusin", close);
    menu.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
  });

  /* Disclosures that stand open where there is room: browsers that cannot do so by style. */
  var canStandOpen = window.CSS && CSS.supports && CSS.supports("selector(::details-content)");
  if (!canStandOpen && window.matchMedia) {
    var wide = window.matchMedia("(min-width: 60rem)");
    var follow = function () {
      each("details[data-wide]", function (fold) { fold.open = wide.matches; });
    };
    follow();
    if (wide.addEventListener) { wide.addEventListener("change", follow); }
  }

  /* After a form came back, the summary of errors or the preview takes the focus. */
  var first = document.querySelector("[data-focus]");
  if (first && !window.location.hash) { first.focus(); }

  /* The time of an event also in the reader's zone, where it differs. */
  each("time[data-local]", function (element) {
    var moment = new Date(element.getAttribute("datetime"));
    if (isNaN(moment) || !window.Intl) { return; }
    var language = document.documentElement.lang || undefined;
    var zone = element.getAttribute("data-zone");
    var day = { weekday: "short", month: "short", day: "numeric" };
    var clock = { hour: "numeric", minute: "2-digit" };
    try {
      var there = Object.assign({ timeZone: zone || "UTC" }, day, clock);
      var here = Object.assign({}, day, clock);
      if (!zone || moment.toLocaleString(language, there) === moment.toLocaleString(language, here)) { return; }
      var sameDay = moment.toLocaleDateString(language, Object.assign({ timeZone: zone }, day)) ===
        moment.toLocaleDateString(language, day);
      var note = document.createElement("span");
      note.className = "local-time soft";
      note.textContent = " (" + moment.toLocaleString(language, sameDay ? clock : here) + " " +
        element.getAttribute("data-local-words") + ")";
      element.insertAdjacentElement("afterend", note);
    } catch (error) { /* A zone this browser does not know: the page has said the time already. */ }
  });

  /* A click on a permalink copies it and goes there as ever. */
  each("a[data-copy-link]", function (link) {
    link.addEventListener("click", function () {
      if (!navigator.clipboard || !link.href) { return; }
      navigator.clipboard.writeText(link.href).then(function () {
        var said = document.createElement("span");
        said.className = "copied";
        said.setAttribute("role", "status");
        link.insertAdjacentElement("afterend", said);
        said.textContent = link.getAttribute("data-copied");
        window.setTimeout(function () { said.remove(); }, 3000);
      }, function () {});
    });
  });
})();
