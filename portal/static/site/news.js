/* Says politely that somebody has replied while one reads: a line at the end of the posts, which stays
   in sight and takes no focus. Asks ever more seldom, not at all in a tab that nobody sees, and stops
   for good when an answer is not what it should be. */
(function () {
  "use strict";

  var place = document.querySelector("[data-news]");
  if (!place || !window.fetch) { return; }
  var FIRST = 20000, MOST = 300000;
  var last = Number(place.getAttribute("data-last"));
  var wait = FIRST, waiting = 0, known = 0, isOver = false;

  var show = function (count) {
    if (count === known) { return; }
    known = count;
    var link = document.createElement("a");
    link.href = place.getAttribute("data-go") + (last + 1);
    link.textContent = place.getAttribute(count === 1 ? "data-one" : "data-many").replace("%s", count);
    place.replaceChildren(link);
  };

  var ask = function () {
    waiting = 0;
    /* The tag of the last answer goes along; what everyone may read is asked for without a cookie, so
       that the server answers out of its memory. */
    fetch(place.getAttribute("data-news"), {
      credentials: place.hasAttribute("data-open") ? "omit" : "same-origin",
      cache: "no-cache",
      redirect: "error"
    }).then(function (answer) {
      if (!answer.ok) { throw new Error("not found"); }
      return answer.json();
    }).then(function (found) {
      var count = found.last - last;
      wait = count > known ? FIRST : Math.min(MOST, wait * 1.5);
      if (count > 0) { show(count); }
      later();
    }).catch(function () { isOver = true; });
  };

  var later = function () {
    window.clearTimeout(waiting);
    waiting = 0;
    if (!isOver && !document.hidden) { waiting = window.setTimeout(ask, wait); }
  };

  document.addEventListener("visibilitychange", function () {
    /* Back after a while: the first answer should not keep one waiting. */
    wait = FIRST / 10;
    later();
  });
  later();
})();
