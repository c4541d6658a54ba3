/* An image goes to the server at once and into the text where the cursor stands. A file may also be
   pasted or dropped there. Without this script it comes with the form and stands at the text's end. */
(function () {
  "use strict";

  if (!window.fetch || !window.FormData || !window.DataTransfer) { return; }

  var attach = function (fold) {
    var form = fold.closest("form");
    var button = fold.querySelector("[data-attach-now]");
    var area = form.querySelector("textarea");
    if (!button || !area) { return; }
    var file = form.elements.image, alt = form.elements.image_alt, decorative = form.elements.image_is_decorative;
    var status = form.querySelector("[data-attach-said]");
    var at = null;

    var say = function (name) { status.textContent = fold.getAttribute("data-" + name) || name; };

    /* Lines of its own, so that what is written before and after stays as it is. */
    var put = function (text) {
      var place = at === null ? area.value.length : Math.min(at, area.value.length);
      var before = area.value.slice(0, place), after = area.value.slice(place);
      var lead = !before || /\n\n$/.test(before) ? "" : /\n$/.test(before) ? "\n" : "\n\n";
      var tail = !after || /^\n\n/.test(after) ? "\n" : /^\n/.test(after) ? "\n" : "\n\n";
      var whole = lead + text + tail;
      area.focus();
      area.setSelectionRange(place, place);
      var done = false;
      try { done = document.execCommand("insertText", false, whole); } catch (error) { done = false; }
      if (!done) {
        area.setRangeText(whole, place, place, "end");
        area.dispatchEvent(new Event("input", { bubbles: true }));
      }
      at = null;
    };

    var send = function () {
      if (button.disabled) { return; }
      if (!file.files.length) { say("choose"); file.focus(); return; }
      if (!alt.value.trim() && !decorative.checked) { say("unsaid"); alt.focus(); return; }
      var data = new FormData();
      data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      data.append("attach_image", "1");
      data.append("image", file.files[0]);
      data.append("image_alt", alt.value);
      if (decorative.checked) { data.append("image_is_decorative", "on"); }
      button.disabled = true;
      say("busy");
      fetch(form.getAttribute("action"), {
        method: "POST",
        body: data,
        headers: { Accept: "application/json" },
        credentials: "same-origin"
      }).then(function (answer) { return answer.json(); }).then(function (found) {
        button.disabled = false;
        if (found.said || !found.text) { say(found.said || "failed"); return; }
        file.value = alt.value = "";
        decorative.checked = false;
        put(found.text);
        fold.open = false;
        say("done");
      }).catch(function () {
        button.disabled = false;
        say("failed");
      });
    };

    /* A pasted or dropped file waits for its words like a chosen one. */
    var take = function (event, from) {
      var files = from && from.files;
      if (!files || !files.length || !/^image\//.test(files[0].type)) { return; }
      event.preventDefault();
      at = area.selectionEnd;
      var one = new DataTransfer();
      one.items.add(files[0]);
      file.files = one.files;
      fold.open = true;
      say("unsaid");
      alt.focus();
    };

    area.addEventListener("blur", function () { at = area.selectionEnd; });
    area.addEventListener("paste", function (event) { take(event, event.clipboardData); });
    area.addEventListener("drop", function (event) { take(event, event.dataTransfer); });
    alt.addEventListener("keydown", function (event) {
      if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); send(); }
    });
    button.addEventListener("click", send);
    button.hidden = false;
    fold.querySelector("[data-attach-plain]").hidden = true;
  };

  Array.prototype.forEach.call(document.querySelectorAll("[data-attach]"), attach);
})();
