// The person at the browser, played by the demo: opens the page that a log-in names, signs in, and says yes.

/** An account that every sandbox has. */
const account = { username: "sandbox-user", password: "sandbox-password" };

/** What the person does on one page after the other, and how it is told. */
const deeds = [
  { fields: account, told: `${account.username}, with a password` },
  { fields: { accept: "Yes" }, told: "Yes" },
];

const limit = 10_000;

/** Confirms a device log-in. `tell` gets the title of every page and what was done there. Throws when a page says no. */
export async function confirmLogin({ verificationUri, verificationUriComplete }, tell) {
  const browser = { cookies: new Map() };
  let page = await visit(browser, verificationUriComplete ?? verificationUri);
  for (const { fields, told } of deeds) {
    if (page.action === undefined) throw new Error(`The page "${page.title}" has no form to fill in.`);
    tell(page.title, told);
    page = await visit(browser, page.action, { ...page.hidden, ...fields });
  }
  if (page.action !== undefined) throw new Error(`The log-in was not confirmed: the page "${page.title}" still asks.`);
  tell(page.title, "");
}

async function visit(browser, url, form) {
  const cookie = [...browser.cookies].map((pair) => pair.join("=")).join("; ");
  const response = await fetch(url, {
    headers: { cookie },
    signal: AbortSignal.timeout(limit),
    ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
  });
  const html = await response.text();
  for (const [, name, value] of response.headers.getSetCookie().map((line) => /^([^=]+)=([^;]*)/.exec(line)))
    browser.cookies.set(name, value);
  const page = read(html, url);
  if (!response.ok || page.complaint !== undefined)
    throw new Error(`The page "${page.title}" answered ${response.status}${page.complaint === undefined ? "" : `: ${page.complaint}`}.`);
  return page;
}

/** What a page says and asks. The pages are the sandbox's, so their markup is known. */
function read(html, url) {
  const found = (pattern) => plain(pattern.exec(html)?.[1]);
  const hidden = [...html.matchAll(/<input type="hidden"[^>]* name="([^"]*)" value="([^"]*)"/g)];
  const action = found(/<form [^>]*action="([^"]*)"/);
  return {
    title: found(/<title>([^<]*)</) ?? "without title",
    complaint: found(/kc-feedback-text">([^<]*)</),
    action: action === undefined ? undefined : new URL(action, url).href,
    hidden: Object.fromEntries(hidden.map(([, name, value]) => [plain(name), plain(value)])),
  };
}

const entities = { amp: "&", quot: '"', "#39": "'", lt: "<", gt: ">" };
const plain = (text) => text?.replace(/&(amp|quot|#39|lt|gt);/g, (_, name) => entities[name]);
