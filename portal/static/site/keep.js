/* Bookmarks without leaving the page. Without this script the form goes to the server and comes back
   to the same place; whatever goes wrong here is left to that way, too. */
(function () {
  "use strict";

  var form = document.getElementById("keep-form");
  var status = document.getElementById("keep-status");
  if (!form || !status || !window.fetch || !window.FormData) { return; }

  function sendPlainly(button) {
    var field = document.createElement("input");
    field.type = "hidden";
    field.name = button.name;
    field.value = button.value;
    form.appendChild(field);
    form.submit();
  }

  form.addEventListener("submit", function (event) {
    var button = event.submitter;
    var place = button && button.closest(".keep");
    if (!place) { return; }
    event.preventDefault();
    if (place.hasAttribute("aria-busy")) { return; }
    place.setAttribute("aria-busy", "true");
    var data = new FormData(form);
    data.append(button.name, button.value);
    fetch(form.action, { method: "POST", body: data, headers: { "X-Piece": "1" }, credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) { throw new Error("not kept"); }
        return answer.text();
      })
      .then(function (piece) {
        var made = document.createElement("template");
        made.innerHTML = piece;
        var now = made.content.querySelector(".keep");
        if (!now) { throw new Error("no piece"); }
        place.replaceWith(now);
        now.querySelector("button").focus();
        var link = now.querySelector("a");
        status.textContent = now.getAttribute("data-said") + (link ? " " + link.firstChild.textContent : "");
      })
      .catch(function () { sendPlainly(button); });
  });
})();
