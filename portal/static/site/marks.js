/* Marks on posts without leaving the place: "Helpful" and "Bookmark" are forms that a script sends,
   and who found a post helpful is fetched when one opens that line. */
(function () {
  "use strict";

  if (!window.fetch || !window.FormData || !window.URLSearchParams) { return; }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("form[data-mark]")) { return; }
    event.preventDefault();
    var button = form.querySelector("button");
    if (form.hasAttribute("data-busy")) { return; }
    form.setAttribute("data-busy", "");
    fetch(form.getAttribute("action"), {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json" },
      credentials: "same-origin"
    }).then(function (answer) {
      if (!answer.ok || answer.redirected) { throw new Error(); }
      return answer.json();
    }).then(function (found) {
      form.removeAttribute("data-busy");
      button.setAttribute("aria-pressed", String(found.is_set));
      var place = document.querySelector('[data-count-of="' + form.getAttribute("data-mark") + '"]');
      if (place) { place.innerHTML = found.count; }
    }).catch(function () {
      /* The page that the form itself leads to says what was wrong. */
      form.submit();
    });
  });

  /* A toggle does not bubble, but it is captured on its way down. */
  document.addEventListener("toggle", function (event) {
    var fold = event.target;
    var source = fold.getAttribute && fold.getAttribute("data-names");
    if (!source || !fold.open) { return; }
    fold.removeAttribute("data-names");
    fetch(source, { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (html) { if (html) { fold.querySelector("p").outerHTML = html; } })
      .catch(function () { fold.setAttribute("data-names", source); });
  }, true);
})();
