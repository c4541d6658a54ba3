/* "Quote" takes the words one has selected in its post along, into the box on the same page. With
   nothing selected, and without this script, the link leads to a form with the whole post quoted. */
(function () {
  "use strict";

  var area = document.getElementById("reply");
  if (!area || area.tagName !== "TEXTAREA" || !window.getSelection) { return; }
  var chosen = { words: "", post: null };

  /* Kept as it is made: a touch on the link takes the selection away before the click arrives. */
  document.addEventListener("selectionchange", function () {
    var selection = window.getSelection();
    var words = String(selection).trim();
    if (!words || selection.isCollapsed) { return; }
    var range = selection.getRangeAt(0).commonAncestorContainer;
    var body = (range.nodeType === 1 ? range : range.parentElement).closest(".post__body.prose");
    chosen = body ? { words: words, post: body.closest(".post") } : { words: "", post: null };
  });
  document.addEventListener("pointerdown", function (event) {
    if (!event.target.closest("a[data-quote]") && chosen.post) { chosen = { words: "", post: null }; }
  });

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-quote]");
    if (!link || !chosen.words || chosen.post !== link.closest(".post")) { return; }
    event.preventDefault();
    var lines = chosen.words.split("\n").map(function (line) { return ("> " + line).trim(); });
    var before = area.value.replace(/\s+$/, "");
    var text = (before ? before + "\n\n" : "") + "> " + link.getAttribute("data-quote") + "\n>\n" + lines.join("\n") + "\n\n";
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
    area.setSelectionRange(text.length, text.length);
    area.scrollIntoView({ block: "center" });
    chosen = { words: "", post: null };
  });
})();
