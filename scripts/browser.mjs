// Opens pages in headless Chromium, narrow and wide, light and dark, and checks each with axe-core.
//
// node scripts/browser.mjs AXE.js PAGE…   (run by scripts/browser)
//
// No violation, and no horizontal scrolling at 320 CSS pixels (WCAG 2.2, 1.4.10). Speaks WebDriver to chromedriver itself:
// that is a handful of requests, and no library is needed for it.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [axePath, ...pages] = process.argv.slice(2);
if (!axePath || pages.length === 0) {
  console.error("usage: node scripts/browser.mjs AXE.js PAGE…");
  process.exit(2);
}

const profile = mkdtempSync(join(tmpdir(), "holdpoint-browser-"));
const driver = spawn("chromedriver", ["--port=0"], { stdio: ["ignore", "pipe", "inherit"] });
const port = await new Promise((found, failed) => {
  let said = "";
  driver.on("error", failed);
  driver.on("exit", () => failed(new Error(`chromedriver ended early: ${said}`)));
  driver.stdout.on("data", (some) => {
    said += some;
    const started = /successfully on port (\d+)/.exec(said);
    if (started) found(started[1]);
  });
});

/** One WebDriver command. An error of the browser is an exception here. */
async function command(method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${value.message}`);
  return value;
}

const flags = ["--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
flags.push("--disable-component-update", "--disable-sync", `--user-data-dir=${profile}`);
// Chromium's own sandbox does not work for root, as in most CI containers.
if (process.getuid?.() === 0) flags.push("--no-sandbox");

const faults = [];
let session;
try {
  const capabilities = { alwaysMatch: { browserName: "chrome", "goog:chromeOptions": { args: flags } } };
  session = `/session/${(await command("POST", "/session", { capabilities })).sessionId}`;
  const devtools = (cmd, params) => command("POST", `${session}/goog/cdp/execute`, { cmd, params });
  const run = (script) => command("POST", `${session}/execute/sync`, { script, args: [] });
  const later = (script) => command("POST", `${session}/execute/async`, { script, args: [] });

  for (const page of pages) {
    for (const width of [320, 1280]) {
      for (const scheme of ["light", "dark"]) {
        const where = `${page} at ${width} pixels, ${scheme}`;
        await devtools("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
        await devtools("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
        await command("POST", `${session}/url`, { url: pathToFileURL(resolve(page)).href });
        await run("for (const it of document.querySelectorAll('details')) it.open = true;");
        const [inner, content] = await run("const it = document.documentElement; return [it.clientWidth, it.scrollWidth];");
        if (content > inner) faults.push(`${where}: scrolls sideways, ${content} pixels of content in ${inner}`);
        await run(readFileSync(axePath, "utf8"));
        const found = await later("const done = arguments[0]; axe.run().then(done, (why) => done({ error: String(why) }));");
        if (found.error) throw new Error(`${where}: ${found.error}`);
        if (found.passes.length === 0) throw new Error(`${where}: axe-core checked nothing`);
        for (const { id, help, nodes } of found.violations) {
          faults.push(`${where}: ${id}: ${help}\n    ${nodes.map((it) => it.html).join("\n    ")}`);
        }
        console.log(`${where}: ${found.passes.length} rules hold`);
      }
    }
  }
} finally {
  if (session) await command("DELETE", session).catch(() => {});
  driver.removeAllListeners("exit");
  driver.kill();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}
for (const fault of faults) console.error(`error: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
