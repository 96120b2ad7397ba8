() => {
  // What stands in a page that was attacked and may not: a look at every element of it.
  const wrong = [];
  const own = /^(\.\.\/)?(calendar|post|data\/[0-9a-z-]+)\.js$/;
  const links = /^(stylesheet (\.\.\/)?style\.css|alternate [a-z]+\.[a-z]+)$/;
  const never = /^(iframe|object|embed|base|form|frame|applet|template|marquee|audio|portal|noscript)$/;
  const fetched = ["img", "video", "source", "image", "use"];
  if (globalThis.ran !== undefined) wrong.push("a script ran");
  for (const each of document.querySelectorAll("*")) {
    const tag = each.localName;
    if (never.test(tag)) wrong.push(each.outerHTML);
    if (tag === "script" && !own.test(each.getAttribute("src"))) wrong.push(each.outerHTML);
    if (tag === "link" && !links.test(`${each.rel} ${each.getAttribute("href")}`)) wrong.push(each.outerHTML);
    if (tag === "meta" && /refresh/i.test(each.httpEquiv)) wrong.push(each.outerHTML);
    for (const { name, value } of each.attributes) {
      if (/^on/i.test(name) || name === "style" || name === "srcdoc") wrong.push(`${name} at ${each.outerHTML}`);
      if (!/^(href|src|xlink:href|action|formaction|poster|data|srcset)$/i.test(name)) continue;
      const scheme = URL.canParse(value, location.href) ? new URL(value, location.href).protocol : "https:";
      if (!["http:", "https:", "file:", "mailto:"].includes(scheme)) wrong.push(`${name} at ${each.outerHTML}`);
      if (fetched.includes(tag) && /^([a-z]+:|\/\/)/i.test(value)) wrong.push(`${name} at ${each.outerHTML}`);
    }
  }
  return wrong;
}
