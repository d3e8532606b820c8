// A classic script: it runs where modules do not, and says why nothing else does.
(() => {
  const start = document.getElementById("start");
  const say = (title, text) => {
    start.replaceChildren();
    start.setAttribute("role", "alert");
    const strong = document.createElement("strong");
    strong.textContent = title;
    const paragraph = document.createElement("p");
    paragraph.textContent = text;
    start.append(strong, paragraph);
  };
  if (location.protocol === "file:" && !document.documentElement.hasAttribute("data-one-file")) {
    say(
      "This page does not work when it is opened from disk.",
      "Browsers load modules from a server only. Open queuescope.html instead: it holds everything in one file. " +
        "Or run “cargo xtask serve” and open the address that it prints.",
    );
    return;
  }
  window.addEventListener(
    "error",
    (event) => {
      if (event.target instanceof HTMLScriptElement) {
        say(
          "The page could not be loaded.",
          "One of its scripts did not arrive. Reload the page. If that does not help and you host Queuescope " +
            "yourself, upload every file of the site; otherwise open queuescope.html, which needs no other file, " +
            "or run “cargo xtask serve”.",
        );
      }
    },
    true,
  );
})();
