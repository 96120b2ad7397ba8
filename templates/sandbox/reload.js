"use strict";
// Loads the page anew when something has arrived, unless a person is about to choose something.
(() => {
  const version = document.currentScript.dataset.version;
  const look = async () => {
    try {
      const answer = await fetch("/api/version", { cache: "no-store" });
      const choosing = document.activeElement && document.activeElement.matches("select, button, video");
      if (answer.ok && (await answer.text()) !== version && !choosing) location.reload();
    } catch {
      // The sandbox has ended: the page stays as it was.
    }
  };
  setInterval(() => document.hidden || look(), 1500);
})();
