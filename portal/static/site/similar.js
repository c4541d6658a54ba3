/* Under the title of a new thread: what there is already, a moment after one pauses. Without this
   script the same list comes with the preview. */
(function () {
  "use strict";

  var place = document.querySelector("[data-similar]");
  var title = document.getElementById("id_title");
  if (!place || !title || !window.fetch || !window.URLSearchParams) { return; }
  var PAUSE = 500;
  var list = place.querySelector("[data-similar-list]");
  var status = place.querySelector("[role=status]");
  var waiting = 0, asked = null, said = 0;

  var show = function (html) {
    list.innerHTML = html;
    var count = list.querySelectorAll("li").length;
    if (count !== said) {
      status.textContent = count
        ? place.getAttribute(count === 1 ? "data-one" : "data-many").replace("%s", count)
        : "";
    }
    said = count;
  };

  title.addEventListener("input", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () {
      var words = title.value.trim();
      if (words === asked) { return; }
      asked = words;
      fetch(place.getAttribute("data-similar") + "?" + new URLSearchParams({ title: words.slice(0, 200) }), { credentials: "same-origin" })
        .then(function (answer) { return answer.ok && !answer.redirected ? answer.text() : ""; })
        .then(function (html) { if (asked === words) { show(html); } })
        .catch(function () { asked = null; });
    }, PAUSE);
  });
})();
