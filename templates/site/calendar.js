// The calendar in the browser: its views, filters, search and keys. The data lie beside the page as scripts, since a page
// opened from disk may load nothing else; each calls cmflow.take. What posts say becomes text nodes, never HTML.
"use strict";

const cmflow = (() => {
  const VIEWS = ["month", "week", "list", "board", "day"];
  const OF_POST = ["campaign", "pillar", "language", "author"];
  const OF_LINE = ["account", "network", "state"];
  const FILTERS = ["account", "network", ...OF_POST, "state"];
  const inCell = () => (matchMedia("(min-width: 120rem)").matches ? 8 : 4); // posts that a day of the month shows
  const AT_ONCE = 200; // posts that a list shows before it is asked for more
  const SMALL = 3000; // posts in all up to which a search looks everywhere unasked
  const STALE = 24 * 3600e3;
  const LOOK = 10 * 60e3; // how often an open page looks for a newer calendar

  const id = (name) => document.getElementById(name);
  const app = id("app");
  let site, now, plural, numbers;

  // ── elements ──────────────────────────────────────────────────────────────────────────────────────────────

  // make("a.post.is-sent", {href: "…"}, child, "text")
  function make(what, given = {}, ...children) {
    const [tag, ...classes] = what.split(".");
    const made = document.createElement(tag);
    if (classes.length) made.className = classes.join(" ");
    for (const [name, value] of Object.entries(given)) {
      if (value === false || value == null || value === "") continue;
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.flat().filter((child) => child || child === 0));
    return made;
  }

  const button = (text, onclick, given = {}) => make("button", { type: "button", onclick, ...given }, text);
  const hidden = (text) => make("span.hidden", {}, text);

  const SVG = "http://www.w3.org/2000/svg";

  function draw(tag, given, ...children) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  const LINES = { fill: "none", stroke: "#fff", "stroke-width": 1.6, "stroke-linecap": "round", "stroke-linejoin": "round" };

  // The marks of the networks, drawn once; each place shows them by name.
  function drawMarks() {
    const symbols = Object.entries(site.marks).map(([network, [colour, path]]) =>
      draw("symbol", { id: `mark-${network}`, viewBox: "0 0 16 16" }, draw("rect", { width: 16, height: 16, rx: 4, fill: colour }), draw("path", { d: path, ...LINES })),
    );
    app.prepend(draw("svg", { class: "symbols", "aria-hidden": "true" }, ...symbols));
  }

  const networkMark = (network) =>
    network in site.marks ? draw("svg", { class: "network-mark", "aria-hidden": "true" }, draw("use", { href: `#mark-${network}` })) : "";

  // ── words and dates ───────────────────────────────────────────────────────────────────────────────────────

  // The words of that name; a number that comes first decides on singular or plural.
  function say(name, ...values) {
    const found = site.words[name];
    const form = typeof found === "string" ? found : found[plural.select(values[0])] ?? found.other;
    return values.reduce((text, value) => text.replace("{}", () => (typeof value === "number" ? numbers.format(value) : value)), form);
  }

  const utc = (day) => new Date(`${day}T00:00Z`);
  const iso = (date) => date.toISOString().slice(0, 10);
  // Four-digit years only: beyond them, dates do not sort as strings, and counting days would never end.
  const isDay = (text) => /^(19|2[0-8])[0-9]{2}-[0-9]{2}-[0-9]{2}$/.test(text) && !isNaN(utc(text)) && iso(utc(text)) === text;
  const weekday = (day) => (utc(day).getUTCDay() + 6) % 7;
  const weekStart = (day) => plus(day, -((weekday(day) - site.names.first + 7) % 7));
  const monthOf = (day) => day.slice(0, 7);

  function plus(day, days) {
    const date = utc(day);
    date.setUTCDate(date.getUTCDate() + days);
    return iso(date);
  }

  // The same day of another month, or its last one.
  function plusMonths(day, months) {
    const date = utc(day);
    const wanted = date.getUTCDate();
    date.setUTCDate(1);
    date.setUTCMonth(date.getUTCMonth() + months);
    const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
    date.setUTCDate(Math.min(wanted, last));
    return iso(date);
  }

  function fill(pattern, day, months) {
    const [year, month, number] = day.split("-").map(Number);
    const values = { year, number: month, day: number === 1 ? site.names.firstDay : number, month: months[month - 1], weekday: site.names.weekdays[weekday(day)] };
    return pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  // "30 Nov – 6 Dec 2026", as the language writes it.
  function weekName(first, last) {
    const format = new Intl.DateTimeFormat(`${site.names.lang}-u-ca-gregory-nu-latn`, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
    const parts = format.formatRangeToParts(utc(first), utc(last));
    return parts.map(({ type, value }) => (type === "day" && value === "1" ? site.names.firstDay : value)).join("").replace(/[\u2009\u202f]/g, " ");
  }

  const dayName = (day) => fill(site.names.full, day, site.names.within);
  const monthName = (month) => fill(site.names.year, `${month}-01`, site.names.months);

  function daysFrom(first, last) {
    const found = [];
    for (let day = first; day <= last; day = plus(day, 1)) found.push(day);
    return found;
  }

  // Today in the zone of the plan, which may not be where the reader is. What is played ahead, as a rehearsal is, has its own.
  function today() {
    const parts = new Intl.DateTimeFormat("en", { timeZone: site.zone, year: "numeric", month: "2-digit", day: "2-digit" });
    const found = Object.fromEntries(parts.formatToParts(Math.max(Date.now(), Date.parse(site.now))).map((part) => [part.type, part.value]));
    return `${found.year}-${found.month}-${found.day}`;
  }

  // ── data ──────────────────────────────────────────────────────────────────────────────────────────────────

  const asked = new Map();
  const arrived = new Map();

  function load(name, fresh = "") {
    const known = asked.get(name);
    if (known && !fresh) return known;
    const promise = new Promise((done, failed) => {
      const script = make("script", { src: `data/${name}.js${fresh}` });
      arrived.set(name, done);
      script.onload = () => script.remove();
      script.onerror = () => {
        script.remove();
        asked.delete(name);
        failed(new Error(name));
      };
      document.head.append(script);
    });
    asked.set(name, promise);
    return promise;
  }

  function take(name, value) {
    for (const post of value.posts ?? Object.values(value.days ?? {}).flatMap((day) => day.posts)) prepare(post);
    arrived.get(name)?.(value);
  }

  // Names instead of numbers, and every key there.
  function prepare(post) {
    for (const key of OF_POST) post[key] ??= "";
    post.state = site.states[post.state][0];
    post.lines = (post.lines ?? []).map(([account, state, time, url]) => {
      const [name, network] = site.accounts[account];
      return { account: name, network, state: site.states[state][0], time, url: /^https?:\/\//i.test(url ?? "") ? url : "" };
    });
  }

  // The posts of a month. Of a very full one the first of each day and how many there are, unless all are asked for.
  async function monthPosts(month, whole) {
    if (!site.counts.has(month)) return { posts: [], more: new Map() };
    const data = await load(month);
    if (data.posts) return { posts: data.posts, more: new Map() };
    const days = Object.entries(data.days);
    if (!whole) {
      const more = new Map(days.map(([day, { count, posts }]) => [day, count - posts.length]));
      return { posts: days.flatMap(([, { posts }]) => posts), more };
    }
    const loaded = await Promise.all(days.map(([day]) => load(day)));
    return { posts: loaded.flatMap(({ posts }) => posts), more: new Map() };
  }

  async function dayPosts(day) {
    if (!site.counts.has(monthOf(day))) return { posts: [], more: new Map() };
    const data = await load(monthOf(day));
    if (data.posts) return { posts: data.posts.filter((post) => post.day === day), more: new Map() };
    return { posts: data.days[day] ? (await load(day)).posts : [], more: new Map() };
  }

  async function posts(where, whole) {
    if (where.view === "day") return dayPosts(where.date);
    const [first, last] = span(where);
    const months = [...new Set([monthOf(first), monthOf(last)])];
    const found = await Promise.all(months.map((month) => monthPosts(month, whole)));
    return {
      posts: found.flatMap((each) => each.posts).filter((post) => post.day >= first && post.day <= last),
      more: new Map(found.flatMap((each) => [...each.more])),
    };
  }

  // ── where we are: all of it is in the address ─────────────────────────────────────────────────────────

  const start = () => (app.dataset.month && app.dataset.month !== monthOf(today()) ? `${app.dataset.month}-01` : today());
  const usual = () => (matchMedia("(min-width: 48rem)").matches ? "month" : "list");

  function read() {
    const said = new URLSearchParams(location.hash.slice(1));
    return {
      view: VIEWS.includes(said.get("view")) ? said.get("view") : usual(),
      date: isDay(said.get("date") ?? "") ? said.get("date") : start(),
      q: (said.get("q") ?? "").trim(),
      chosen: Object.fromEntries(FILTERS.map((key) => [key, said.getAll(key)])),
    };
  }

  function address(where) {
    const said = new URLSearchParams({ view: where.view, date: where.date });
    if (where.q) said.set("q", where.q);
    for (const key of FILTERS) for (const value of where.chosen[key]) said.append(key, value);
    return `#${said}`;
  }

  // `quietly`: without a step in the browser's history.
  function go(changes, quietly = false) {
    const wanted = address({ ...now, ...changes });
    if (wanted === location.hash) return render();
    if (quietly) location.replace(wanted);
    else location.hash = wanted;
  }

  // First and last day of what the view shows.
  function span({ view, date }) {
    if (view === "day") return [date, date];
    if (view === "week") return [weekStart(date), plus(weekStart(date), 6)];
    const first = `${monthOf(date)}-01`;
    return [first, plus(plusMonths(first, 1), -1)];
  }

  function periodName({ view, date }) {
    if (view === "day") return dayName(date);
    if (view !== "week") return monthName(monthOf(date));
    return weekName(...span({ view, date }));
  }

  function move(by) {
    const { view, date } = now;
    const days = view === "week" ? 7 : 1;
    go({ date: view === "week" || view === "day" ? plus(date, by * days) : plusMonths(date, by) });
  }

  // ── filters and search ────────────────────────────────────────────────────────────────────────────────────

  const isChosen = (chosen) => FILTERS.some((key) => chosen[key].length);
  const nothingChosen = () => Object.fromEntries(FILTERS.map((key) => [key, []]));
  const fits = (wanted, value) => !wanted.length || wanted.includes(value);
  const linesOf = (post) => (post.lines.length ? post.lines : [{ account: "", network: "", state: post.state }]);

  // One and the same account must fit all that is said of accounts.
  function matches(post, chosen) {
    return (
      OF_POST.every((key) => fits(chosen[key], post[key])) &&
      linesOf(post).some((line) => OF_LINE.every((key) => fits(chosen[key], line[key])))
    );
  }

  // Without accents and capitals.
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  // `text` is all that its accounts show.
  function says(post, words, text) {
    post.folded ??= folded([post.id, post.title, text, post.campaign, post.pillar, ...(post.tags ?? []), ...post.lines.flatMap(whereOf)].join("\n"));
    return words.every((word) => post.folded.includes(word));
  }

  const whereOf = ({ account, network }) => [account, site.accountTitles.get(account), network, site.networkTitles.get(network)];

  const wordsOf = (q) => folded(q).split(/\s+/).filter(Boolean).map((word) => word.replace(/^#(?=.)/, ""));

  // ── a post, in each of its shapes ─────────────────────────────────────────────────────────────────────────

  const stateWord = (state) => site.stateWords.get(state);
  const mark = (state) => make(`span.mark.is-${state}`, { "aria-hidden": "true" });
  const stateTag = (state, count) => make(`span.state.is-${state}`, {}, count ? `${numbers.format(count)} ` : "", stateWord(state));

  // The states of a post with their words; with numbers where its accounts do not agree.
  function stateTags(post) {
    const counts = tally(linesOf(post), (line) => line.state);
    return [...counts].map(([state, count]) => stateTag(state, counts.size > 1 && count));
  }

  function tally(things, key) {
    const counts = new Map();
    for (const thing of things) counts.set(key(thing), (counts.get(key(thing)) ?? 0) + 1);
    return counts;
  }

  const written = (post) => ({ dir: "auto", lang: post.language });
  const titleOf = (post) => make("span.title", written(post), post.title);
  const timeOf = (post) => make("time", { datetime: `${post.day}T${post.time}` }, post.time);

  // Its networks as marks; `large`, its accounts by name.
  function namesOf(post, large) {
    if (!post.lines.length) return "";
    if (large) return make("span.names", {}, post.lines.map(named));
    const networks = [...new Set(post.lines.map((line) => line.network))];
    return make("span.marks", {}, networks.map(networkMark), hidden(`, ${post.lines.map((line) => line.account).join(", ")}`));
  }

  const named = ({ account, network }) => make("span.named", {}, networkMark(network), make("bdi", {}, account), hidden(", "));

  // The first of its pictures, small; a sign where it has only videos.
  function thumbOf(post) {
    if (!post.media) return "";
    if (!post.picture) return make("span.thumb.clip", { "aria-hidden": "true" });
    const picture = make("img.thumb", { src: post.picture, loading: "lazy", decoding: "async", onerror: () => picture.remove() });
    picture.alt = "";
    return picture;
  }

  const aboutOf = (post) => (post.campaign || post.pillar ? make("span.about", { dir: "auto" }, [post.campaign, post.pillar].filter(Boolean).join(" · ")) : "");

  function foundIn(post) {
    return [
      post.errors ? make("span.errors", {}, say("errors", post.errors)) : "",
      post.warnings ? make("span.warnings", {}, say("warnings", post.warnings)) : "",
      post.gone ? make("span.note", {}, say("gone")) : "",
    ];
  }

  // A post in a day of the month, or, `large`, of the week or the board.
  function chip(post, large) {
    const state = make("span.states", {}, large ? stateTags(post) : hidden(`, ${stateWord(post.state)}`));
    const rest = large ? [aboutOf(post), state, make("span.found", {}, foundIn(post))] : [state];
    const first = [make("span.when", {}, mark(post.state), timeOf(post)), " ", titleOf(post)];
    return make(
      `a.post.is-${post.state}`,
      { href: post.page, title: large ? "" : `${post.time} ${post.title}\n${post.lines.map((line) => line.account).join(", ")}` },
      thumbOf(post),
      large ? first : make("span.line", {}, first),
      excerptOf(post),
      namesOf(post, large),
      rest,
    );
  }

  const excerptOf = (post) =>
    post.excerpt && !post.title.startsWith(post.excerpt) ? make("span.excerpt", written(post), post.excerpt) : "";

  // A post in a list: accounts lead to what they show of it.
  function row(post) {
    return make(
      `li.row.is-${post.state}`,
      {},
      make("span.when", {}, mark(post.state), timeOf(post)),
      make(
        "div.what",
        {},
        make("a.post", { href: post.page }, titleOf(post)),
        excerptOf(post),
        make("p.names", {}, post.lines.map((line) => accountOf(line, post))),
        aboutOf(post),
      ),
      thumbOf(post),
      make("div.states", {}, stateTags(post), foundIn(post)),
    );
  }

  function accountOf(line, post) {
    const name = [networkMark(line.network), make("bdi", {}, line.account)];
    const time = line.time ? ` ${line.time}` : "";
    if (!line.url) return make("span.account", {}, name, time);
    return make("a.account", { href: line.url, rel: "noopener noreferrer", "aria-label": `${line.account}: ${post.title}` }, name, time, " ↗");
  }

  // ── views ─────────────────────────────────────────────────────────────────────────────────────────────────

  function byDay(found) {
    const days = new Map();
    for (const post of found) {
      if (!days.has(post.day)) days.set(post.day, []);
      days.get(post.day).push(post);
    }
    return days;
  }

  const dayAddress = (day) => address({ ...now, q: "", view: "day", date: day });

  // The URL to start a post for that day; "" if unknown.
  function newAddress(day, time = "09:00", accounts = []) {
    const values = { date: day, month: monthOf(day), time, accounts: accounts.join(", ") };
    const href = site.new.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name]));
    return /^https?:\/\//i.test(href) ? href : "";
  }

  function newLink(day, text) {
    const href = newAddress(day);
    return href && day >= today() ? make("a.new", { href, title: say("new on", dayName(day)), "aria-label": say("new on", dayName(day)) }, text) : "";
  }

  const back = () => make("a.way", { href: address({ ...now, view: usual() }) }, say("back"));
  const ways = () => make("p.ways.start", {}, back(), newLink(now.date, say("new")));

  // The free slots of a day, of the accounts that are looked at: [time, accounts] …
  function freeOn(day) {
    const { account, network } = now.chosen;
    if (FILTERS.some((key) => key !== "account" && key !== "network" && now.chosen[key].length)) return [];
    const times = Object.entries(site.free[day] ?? {}).map(([time, numbers]) => {
      const some = numbers.map((number) => site.accounts[number]).filter(([name, of]) => fits(account, name) && fits(network, of));
      return [time, some];
    });
    return times.filter(([, some]) => some.length);
  }

  function slot(day, [time, some]) {
    const names = some.map(([name]) => name);
    const said = say("free at", time, names.join(", "));
    const href = newAddress(day, time, names);
    const networks = [...new Set(some.map(([, network]) => network))];
    const inside = [make("time", { datetime: `${day}T${time}` }, time), " ", say("free"), make("span.marks", {}, networks.map(networkMark)), hidden(` ${names.join(", ")}`)];
    return href ? make("a.slot", { href, title: said }, inside) : make("span.slot", { title: said }, inside);
  }

  const slots = (day, most) => {
    const free = freeOn(day);
    const left = free.length - most;
    return free.length && most > 0 ? make("div.slots-free", {}, free.slice(0, most).map((each) => slot(day, each)), left > 0 ? make("span.slot", {}, say("more free", left)) : "") : "";
  };

  // The campaigns and pauses of a week, each on a line of its own through all its days.
  const lasts = ([, , starts, ends], first, last) => (!starts || starts <= last) && (!ends || ends >= first);

  // Those that do not meet share a line.
  function lanesIn(first, last) {
    const lanes = [];
    for (const period of site.periods.filter((each) => lasts(each, first, last))) {
      const lane = lanes.find((others) => !others.some((other) => lasts(other, period[2], period[3] || "9999")));
      if (lane) lane.push(period);
      else lanes.push([period]);
    }
    return lanes;
  }
  const hueOf = ([kind, name]) => (kind === "campaign" ? `.hue-${site.campaigns.indexOf(name) % 5}` : "");

  function band(lane, day, first) {
    const period = lane.find((each) => lasts(each, day, day));
    if (!period) return make("span.band.none", { "aria-hidden": "true" });
    const [kind, name, starts] = period;
    const begins = day === first || day === starts;
    return make(`span.band.${kind}${hueOf(period)}${begins ? ".begins" : ""}`, { title: say(kind === "pause" ? "paused" : "in campaign", name), dir: "auto" }, begins && name);
  }

  // A grid of days, weeks as rows: month and week. Arrow keys go from day to day (see keys).
  function grid(days, found, more, large) {
    const weeks = [];
    for (const day of daysFrom(weekStart(days[0]), plus(weekStart(days.at(-1)), 6))) {
      if (weekday(day) === site.names.first) weeks.push([]);
      weeks.at(-1).push(day);
    }
    const posts = byDay(found);
    const inside = (day) => day >= days[0] && day <= days.at(-1);
    const cells = (week) => {
      const shown = week.filter(inside);
      const lanes = lanesIn(shown[0], shown.at(-1));
      const bands = (day) => lanes.map((lane) => band(lane, day, shown[0]));
      return week.map((day) => (inside(day) ? dayCell(day, posts.get(day) ?? [], more.get(day) ?? 0, large, bands(day)) : make("td.outside")));
    };
    return make(
      `table.grid${large ? ".week" : ""}`,
      { role: "grid", "aria-labelledby": "period" },
      make("thead", {}, make("tr", {}, weeks[0].map((day) => weekdayHead(day)))),
      make("tbody", {}, weeks.map((week) => make("tr", {}, cells(week)))),
    );
  }

  function weekdayHead(day) {
    const number = weekday(day);
    return make("th", { scope: "col", abbr: site.names.weekdays[number], lang: site.names.lang }, site.names.short[number]);
  }

  // On a phone a day of the month says how many posts it has, in each state.
  function tallyOf(found) {
    const counts = [...tally(found, (post) => post.state)].slice(0, 3);
    return make("span.dots", { "aria-hidden": "true" }, counts.map(([state, count]) => make("span", {}, mark(state), numbers.format(count))));
  }

  function dayCell(day, found, unseen, large, bands) {
    const shown = large || found.length + unseen <= inCell() + 1 ? found : found.slice(0, inCell());
    const left = found.length + unseen - shown.length;
    const isToday = day === today();
    const isWeekend = weekday(day) > 4;
    const label = [dayName(day), isToday && say("today"), say("posts", found.length + unseen)].filter(Boolean).join(", ");
    const isPaused = site.periods.some((period) => period[0] === "pause" && lasts(period, day, day));
    return make(
      `td.day${isPaused ? ".paused" : ""}${isToday ? ".today" : ""}${isWeekend ? ".weekend" : ""}${found.length ? "" : ".free"}`,
      { "data-day": day, tabindex: "-1", "aria-current": isToday && "date" },
      make(
        "div.head",
        {},
        make("a.number", { href: dayAddress(day), tabindex: "-1", "aria-label": label }, String(Number(day.slice(8)))),
        large ? make("span.weekday", { "aria-hidden": "true", lang: site.names.lang }, site.names.short[weekday(day)]) : "",
        large && isToday ? make("span.mark-today", {}, say("today")) : "",
        found.length ? tallyOf(found) : newLink(day, "+"),
      ),
      bands.length ? make("div.bands", {}, bands) : "",
      make("div.posts", {}, shown.map((post) => chip(post, large))),
      left ? make("a.more", { href: dayAddress(day), "aria-label": say("more on", left, dayName(day)) }, say("more", left)) : "",
      slots(day, large ? Infinity : inCell() - 1 - shown.length),
    );
  }

  // Days under each other, with all that is known of their posts.
  function list(found, more) {
    const shown = found.slice(0, AT_ONCE);
    const days = [...byDay(shown)].map(([day, posts]) =>
      make(
        `section.agenda${day === today() ? ".today" : ""}`,
        { "data-day": day },
        make(
          "h3",
          {},
          make("a", { href: dayAddress(day) }, make("time", { datetime: day, lang: site.names.lang }, dayName(day))),
          day === today() ? make("span.mark-today", {}, say("today")) : "",
        ),
        make("ul.rows", {}, posts.map(row)),
        more.get(day) ? make("a.more", { href: dayAddress(day), "aria-label": say("more on", more.get(day), dayName(day)) }, say("more", more.get(day))) : "",
      ),
    );
    return make("div.list", {}, days, rest(found, shown, list));
  }

  // What a long list leaves out is put in its place when asked for.
  function rest(found, shown, how) {
    if (found.length <= shown.length) return "";
    const more = button(`${say("show more")} (${numbers.format(found.length - shown.length)})`, () => {
      const added = how(found.slice(AT_ONCE), new Map());
      more.replaceWith(added);
      added.querySelector("a")?.focus();
    });
    more.className = "more";
    return more;
  }

  function board(found) {
    const columns = tallyBy(found, (post) => post.state);
    const states = site.states.map(([state]) => state).filter((state) => columns.has(state));
    return make("ul.board", { role: "list" }, states.map((state) => column(state, columns.get(state))));
  }

  function tallyBy(things, key) {
    const groups = new Map();
    for (const thing of things) groups.set(key(thing), [...(groups.get(key(thing)) ?? []), thing]);
    return groups;
  }

  function column(state, found) {
    const cards = (posts) => make("div.cards", {}, posts.slice(0, AT_ONCE).map((post) => dated(chip(post, true), post)), rest(posts, posts.slice(0, AT_ONCE), cards));
    return make(
      `li.column.is-${state}`,
      {},
      make("h3", {}, stateTag(state), " ", make("span.count", {}, numbers.format(found.length))),
      cards(found),
    );
  }

  function dated(made, post) {
    made.querySelector("time").textContent = `${site.names.short[weekday(post.day)]} ${Number(post.day.slice(8))} · ${post.time}`;
    return made;
  }

  // ── what is said where nothing is shown ───────────────────────────────────────────────────────────────────

  function empty(where) {
    const near = nearest(where);
    if (!site.months.length) return begun();
    const said = where.view === "day" ? say("empty day", dayName(where.date)) : say("empty", periodName(where));
    return make(
      "div.empty",
      {},
      make("p", {}, said),
      make("p.ways", {}, where.view === "day" ? back() : near, newLink(where.date < today() ? today() : where.date, say("new"))),
    );
  }

  // How a first post is made.
  function begun() {
    const how = newLink(today(), say("new"));
    return make("div.empty", {}, make("p", {}, say("nothing")), make("p.hint", {}, say("nothing how")), make("p.ways", {}, how || make("code.command", {}, say("nothing command"))));
  }

  // The way to the next month that has posts, or the last one before.
  function nearest(where) {
    const names = site.months.map(([name]) => name);
    const month = monthOf(where.date);
    const next = names.find((name) => name > month);
    const found = next ?? names.filter((name) => name < month).at(-1);
    return found ? make("a.way", { href: address({ ...where, date: `${found}-01` }) }, say(next ? "next" : "last", monthName(found))) : "";
  }

  const clear = () => button(say("clear"), () => go({ chosen: nothingChosen(), q: "" }), { class: "way" });
  const noMatch = (where) => make("div.empty", {}, make("p", {}, say("no match", periodName(where))), make("p.ways", {}, clear()));

  // ── putting it on the page ────────────────────────────────────────────────────────────────────────────────

  let turn = 0; // who asks last is shown
  let focusDay = false; // the day of the address is to have the focus

  async function render() {
    const mine = ++turn;
    now = read();
    frame();
    id("view").setAttribute("aria-busy", "true");
    const late = setTimeout(waiting, 150);
    try {
      const made = now.q ? await searched(mine) : await viewed();
      if (mine === turn) put(made);
    } catch (error) {
      if (mine === turn) put(failed());
      if (!asked.has(error.message) && error.message) return;
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  function waiting() {
    id("view").classList.add("late");
    id("result").textContent = say("loading");
  }

  function put(made) {
    id("view").removeAttribute("aria-busy");
    id("view").classList.remove("late");
    id("view").replaceChildren(...[made].flat());
    roving();
  }

  const failed = () => make("div.empty", { role: "alert" }, make("p", {}, say("failed")), make("p.ways", {}, button(say("again"), render, { class: "way" }), button(say("reload"), () => location.reload(), { class: "way" })));

  async function viewed() {
    const narrowed = isChosen(now.chosen);
    const { posts: known, more } = await posts(now, narrowed || now.view === "board");
    const shown = narrowed ? known.filter((post) => matches(post, now.chosen)) : known;
    const all = known.length + [...more].reduce((sum, [day, count]) => sum + (inside(day) ? count : 0), 0);
    legend(known, more);
    id("result").textContent = narrowed ? say("posts of", shown.length, all, periodName(now)) : say("posts in", all, periodName(now));
    const [first, last] = span(now);
    if (!shown.length && (narrowed || now.view !== "month" && now.view !== "week")) return narrowed && all ? noMatch(now) : empty(now);
    if (now.view === "board") return board(shown);
    if (now.view === "day") return [ways(), slots(now.date, Infinity), list(shown, more)].filter(Boolean);
    if (now.view === "list") return list(shown, more);
    const days = grid(daysFrom(first, last), shown, more, now.view === "week");
    return shown.length ? days : [empty(now), days];
  }

  function inside(day) {
    const [first, last] = span(now);
    return day >= first && day <= last;
  }

  // All months, the nearest first; in a large calendar only this one until more is asked for.
  let everywhere = "";

  async function searched(mine) {
    const words = wordsOf(now.q);
    const total = site.months.reduce((sum, [, count]) => sum + count, 0);
    const wide = total <= SMALL || everywhere === now.q;
    const months = wide ? site.months.map(([name]) => name) : [monthOf(now.date)];
    const found = [];
    for (const month of months) {
      const [{ posts }, { texts }] = await Promise.all([monthPosts(month, true), load(`${month}-texts`)]);
      if (mine !== turn) return [];
      found.push(...posts.filter((post) => says(post, words, texts[post.id] ?? "") && matches(post, now.chosen)));
      if (wide && total > SMALL) id("result").textContent = say("found so far", found.length, monthName(month));
    }
    legend(found, new Map());
    id("result").textContent = wide ? say("found", found.length) : say("found so far", found.length, periodName({ ...now, view: "month" }));
    const further = wide ? "" : button(say("search all", site.months.length), () => ((everywhere = now.q), render()), { class: "way" });
    const none = make("div.empty", {}, make("p", {}, say("not found", now.q)), make("p.hint", {}, say("search hint")), make("p.ways", {}, offers(), further, clear()));
    return found.length ? [list(found, new Map()), make("p.ways", {}, further)] : none;
  }

  // Where nothing says what was searched for, a filter may be called so.
  function offers() {
    const wanted = folded(now.q);
    const known = Object.entries({ ...valuesOf(), state: site.states.map(([state]) => state) });
    const found = known.flatMap(([key, values]) => values.filter((value) => value && folded(shownAs(key, value)).includes(wanted)).map((value) => [key, value]));
    return found.slice(0, 6).map(([key, value]) =>
      button(`${say(key)}: ${shownAs(key, value)}`, () => go({ q: "", view: "list", chosen: { ...nothingChosen(), [key]: [value] } }), { class: "way" }),
    );
  }

  function frame() {
    id("period").textContent = periodName(now);
    id("period").lang = site.names.lang;
    id("jump").value = now.date;
    id("new").href = newAddress(now.date < today() ? today() : now.date);
    for (const each of id("views").children) each.setAttribute("aria-pressed", String(each.dataset.view === now.view));
    if (document.activeElement !== id("search")) id("search").value = now.q;
    for (const box of id("choices").querySelectorAll("input")) box.checked = now.chosen[box.name].includes(box.value);
    chosenTags();
    app.dataset.view = now.q ? "search" : now.view;
    document.title = `${now.q || periodName(now)} · ${site.brand}`;
  }

  // The states there are, each a switch: legend and filter in one.
  function legend(found, more) {
    const others = { ...now.chosen, state: [] };
    const counts = tally(found.filter((post) => matches(post, others)), (post) => post.state);
    const states = site.states.map(([state]) => state).filter((state) => counts.has(state) || now.chosen.state.includes(state));
    const had = document.activeElement?.dataset?.state;
    const exact = ![...more.values()].some(Boolean);
    id("legend").replaceChildren(
      ...states.map((state) =>
        make(
          `button.is-${state}`,
          { type: "button", "data-state": state, "aria-pressed": String(now.chosen.state.includes(state)), onclick: () => toggle("state", state) },
          mark(state),
          stateWord(state),
          exact ? make("span.count", {}, numbers.format(counts.get(state) ?? 0)) : "",
        ),
      ),
    );
    if (had) id("legend").querySelector(`[data-state="${had}"]`)?.focus();
  }

  function toggle(key, value) {
    const had = now.chosen[key];
    const kept = had.includes(value) ? had.filter((each) => each !== value) : [...had, value];
    go({ chosen: { ...now.chosen, [key]: kept } });
  }

  const shownAs = (key, value) => (!value ? say("none") : ({ state: site.stateWords, network: site.networkTitles }[key]?.get(value) ?? value));

  function chosenTags() {
    const chosen = FILTERS.filter((key) => key !== "state").flatMap((key) => now.chosen[key].map((value) => [key, value]));
    id("many").textContent = chosen.length;
    id("many").hidden = !chosen.length;
    const tags = chosen.map(([key, value]) => {
      const text = `${say(key)}: ${shownAs(key, value)}`;
      return make("li", {}, button(make("bdi", {}, text), () => toggle(key, value), { class: "tag", "aria-label": say("remove", text) }));
    });
    const any = chosen.length || now.chosen.state.length || now.q;
    app.classList.toggle("narrowed", Boolean(any));
    id("chosen").replaceChildren(...tags, ...(any ? [make("li", {}, button(say("clear"), () => go({ chosen: nothingChosen(), q: "" }), { class: "tag clear" }))] : []));
  }

  // ── choosing ──────────────────────────────────────────────────────────────────────────────────────────────

  // What each filter can be set to.
  function valuesOf() {
    const networks = [...new Set(site.accounts.map(([, network]) => network))].filter(Boolean);
    return { account: site.accounts.map(([name]) => name), network: networks, campaign: [...site.campaigns, ""], pillar: [...site.pillars, ""], language: site.languages, author: site.authors };
  }

  function choices() {
    const groups = Object.entries(valuesOf()).filter(([, each]) => each.filter(Boolean).length > 0);
    id("choices").replaceChildren(
      ...groups.map(([key, each]) =>
        make("fieldset", {}, make("legend", {}, say(key)), make("div.options", {}, each.map((value) => option(key, value, key === "account" ? site.accountTitles.get(value) : "")))),
      ),
    );
  }

  function option(key, value, title) {
    const box = make("input", { type: "checkbox", name: key, onchange: () => toggle(key, value) });
    box.value = value;
    const network = key === "network" ? value : key === "account" ? site.accountNetworks.get(value) : "";
    return make("label.choice", { title }, box, networkMark(network), make("bdi", {}, shownAs(key, value)));
  }

  function showChoices(shown) {
    id("choices").hidden = !shown;
    app.classList.toggle("open", shown);
    id("filters").setAttribute("aria-expanded", String(shown));
  }

  // ── keys and fingers ──────────────────────────────────────────────────────────────────────────────────────

  const cells = () => [...id("view").querySelectorAll("td[data-day]")];

  // One day of the grid, and what it holds, can be reached with Tab; arrows choose which.
  function roving() {
    const all = cells();
    const active = all.find((cell) => cell.dataset.day === now.date) ?? all[0];
    for (const cell of all) {
      cell.tabIndex = cell === active ? 0 : -1;
      for (const link of cell.querySelectorAll("a")) link.tabIndex = cell === active && !link.matches(".number") ? 0 : -1;
    }
    if (focusDay) active?.focus();
    focusDay = false;
  }

  function toDay(day) {
    focusDay = true;
    const shown = cells().some((cell) => cell.dataset.day === day);
    if (!shown) return go({ date: day }, true);
    history.replaceState(null, "", address({ ...now, date: day }));
    now.date = day;
    id("jump").value = day;
    roving();
  }

  function gridKey(event) {
    const day = event.target.dataset?.day;
    const across = document.documentElement.dir === "rtl" ? -1 : 1;
    const first = weekStart(day);
    const month = now.view === "month";
    const to = {
      ArrowLeft: () => plus(day, -across),
      ArrowRight: () => plus(day, across),
      ArrowUp: () => plus(day, -7),
      ArrowDown: () => plus(day, 7),
      Home: () => first,
      End: () => plus(first, 6),
      PageUp: () => (month ? plusMonths(day, -1) : plus(day, -7)),
      PageDown: () => (month ? plusMonths(day, 1) : plus(day, 7)),
    }[event.key];
    if (to) toDay(to());
    else if (event.key === "Enter" || event.key === " ") location.hash = dayAddress(day);
    else return;
    event.preventDefault();
  }

  // From post to post, with the arrows, in lists and columns.
  function postKey(event, from) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const cell = from.closest("td[data-day]");
    if (!step) return;
    const all = [...(cell ?? id("view")).querySelectorAll("a.post")];
    all[all.indexOf(from) + step]?.focus();
    event.preventDefault();
  }

  const letters = {
    t: () => go({ date: today(), q: "" }),
    m: () => go({ view: "month", q: "" }),
    w: () => go({ view: "week", q: "" }),
    l: () => go({ view: "list", q: "" }),
    b: () => go({ view: "board", q: "" }),
    "/": () => id("search").focus(),
    "?": () => id("keys").showModal(),
  };

  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || id("keys").open) return;
    if (event.key === "Escape") return escape(event);
    const target = event.target;
    if (target.matches("td[data-day]")) gridKey(event);
    else if (target.matches("a.post")) postKey(event, target);
    if (event.defaultPrevented || target.matches("input:not([type=checkbox]), textarea, select")) return;
    if (id("letters").checked && letters[event.key]) {
      letters[event.key]();
      event.preventDefault();
    } else if ((event.key === "PageUp" || event.key === "PageDown") && target === document.body && now.view !== "list") {
      move(event.key === "PageUp" ? -1 : 1);
      event.preventDefault();
    }
  }

  // The innermost thing that is open is closed.
  function escape(event) {
    const cell = event.target.closest?.("td[data-day]");
    if (cell && cell !== event.target) cell.focus();
    else if (!id("choices").hidden) {
      showChoices(false);
      id("filters").focus();
    } else if (now.q) {
      id("search").value = "";
      go({ q: "" });
    } else if (now.view === "day") {
      focusDay = usual() === "month";
      go({ view: usual() });
    }
  }

  function swiping(view) {
    let from = null;
    view.addEventListener("touchstart", (event) => (from = event.touches.length === 1 && !event.target.closest(".board") ? event.touches[0] : null), { passive: true });
    view.addEventListener("touchend", (event) => {
      if (!from || now.q) return;
      const [x, y] = [event.changedTouches[0].clientX - from.clientX, event.changedTouches[0].clientY - from.clientY];
      if (Math.abs(x) > 70 && Math.abs(x) > 3 * Math.abs(y)) move((x < 0 ? 1 : -1) * (document.documentElement.dir === "rtl" ? -1 : 1));
    });
  }

  // ── how old it is ─────────────────────────────────────────────────────────────────────────────────────────

  function ago(moment) {
    const minutes = Math.round((moment - Date.now()) / 60e3);
    const [value, unit] = minutes > -90 ? [minutes, "minute"] : minutes > -36 * 60 ? [minutes / 60, "hour"] : [minutes / 1440, "day"];
    return new Intl.RelativeTimeFormat(site.lang, { numeric: "auto" }).format(Math.round(value), unit);
  }

  function age() {
    const made = Date.parse(site.now);
    const notice = Date.now() - made > STALE ? [make("p.notice", {}, say("stale", ago(made)))] : [];
    if (id("notices").dataset.said === String(notice.length)) return;
    id("notices").dataset.said = notice.length;
    id("notices").replaceChildren(...notice);
  }

  // A page that stays open all day says when there is a newer calendar.
  async function look() {
    if (document.hidden) return;
    age();
    try {
      const found = await load("site", `?${Date.now()}`);
      if (found.now === site.now) return;
      id("notices").dataset.said = "newer";
      id("notices").replaceChildren(make("p.notice.newer", {}, say("newer"), " ", button(say("reload"), () => location.reload())));
    } catch {
      // No answer: keep the page, and show its age.
    }
  }

  // ── beginning ─────────────────────────────────────────────────────────────────────────────────────────────

  function listen() {
    addEventListener("hashchange", () => (location.hash.includes("=") || !location.hash ? render() : null));
    document.addEventListener("keydown", keys);
    document.addEventListener("visibilitychange", look);
    setInterval(look, LOOK);
    id("before").onclick = () => move(-1);
    id("after").onclick = () => move(1);
    id("today").onclick = letters.t;
    id("help").onclick = letters["?"];
    id("shut").onclick = () => id("keys").close();
    id("filters").onclick = () => showChoices(id("choices").hidden);
    id("jump").onchange = () => isDay(id("jump").value) && go({ date: id("jump").value, q: "" });
    for (const each of id("views").children) each.onclick = () => go({ view: each.dataset.view, q: "" });
    let typing;
    id("search").oninput = () => {
      clearTimeout(typing);
      typing = setTimeout(() => go({ q: id("search").value.trim() }, Boolean(now.q)), 200);
    };
    swiping(id("view"));
    remember(id("letters"));
  }

  // Keys of one letter are a reader's own choice; a browser may keep nothing.
  function remember(box) {
    try {
      box.checked = localStorage.getItem("cmflow-letters") !== "off";
      box.onchange = () => localStorage.setItem("cmflow-letters", box.checked ? "on" : "off");
    } catch {
      box.checked = true;
    }
  }

  async function begin() {
    site = await load("site");
    plural = new Intl.PluralRules(site.lang);
    numbers = new Intl.NumberFormat(site.lang);
    site.counts = new Map(site.months);
    site.stateWords = new Map(site.states);
    site.networkTitles = new Map(Object.entries(site.networks));
    if (!id("made").textContent) id("made").textContent = say("made", site.now.slice(0, 16).replace("T", " "), site.zone);
    site.accountTitles = new Map(site.accounts.map(([name, , title]) => [name, title]));
    site.accountNetworks = new Map(site.accounts.map(([name, network]) => [name, network]));
    drawMarks();
    choices();
    id("new").textContent = say("new");
    id("new").hidden = !newAddress(today());
    listen();
    id("plain").hidden = true;
    app.hidden = false;
    age();
    await render();
  }

  // A page without the calendar says how old it is, too.
  async function watch() {
    site = await load("site");
    document.addEventListener("visibilitychange", look);
    setInterval(look, LOOK);
    age();
  }

  if (app) begin().catch(() => id("plain").classList.add("shown")); // the plain list stays where the data cannot be had
  else if (id("notices")) watch().catch(() => null);
  return { take };
})();
