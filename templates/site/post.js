// The buttons of a post's page that copy a text. Where no script runs there are none, and the texts can be selected.
"use strict";
(() => {
  const say = (button) => {
    const word = button.textContent;
    button.textContent = button.dataset.done;
    button.disabled = true;
    setTimeout(() => {
      button.textContent = word;
      button.disabled = false;
      button.focus();
    }, 1500);
  };

  // The clipboard takes both: characters for apps that want Markdown or nothing else, HTML for those that show bold.
  const blob = (type, text) => new Blob([text], { type });
  const written = (text, rich) =>
    rich && window.ClipboardItem
      ? navigator.clipboard.write([new ClipboardItem({ "text/plain": blob("text/plain", text), "text/html": blob("text/html", rich) })])
      : navigator.clipboard.writeText(text);

  // Where a page may not write to the clipboard (http:// on another machine), the older way still may.
  const handed = (text, rich) => {
    const hand = (event) => {
      event.preventDefault();
      event.clipboardData.setData("text/plain", text);
      if (rich) event.clipboardData.setData("text/html", rich);
    };
    document.addEventListener("copy", hand, { once: true });
    const done = document.execCommand("copy");
    document.removeEventListener("copy", hand);
    return done;
  };

  const copy = async (button) => {
    const { copy: text, rich } = button.dataset;
    try {
      await written(text, rich);
    } catch {
      if (!handed(text, rich)) return;
    }
    say(button);
  };

  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
})();
