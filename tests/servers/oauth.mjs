// An OAuth 2 server that rotates refresh tokens as strictly as they come: one that is used twice ends its whole family.
// `node oauth.mjs PACKAGES PORT FOLDER`. What a test wants of the next answer is in FOLDER/next.json; every token request
// is a line of FOLDER/requests.
import { appendFileSync, existsSync, readFileSync, unlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [packages, port, folder] = process.argv.slice(2);
const entry = createRequire(join(packages, "index.js")).resolve("oauth2-mock-server");
const { OAuth2Server } = await import(pathToFileURL(entry));

const families = new Map(); // refresh token → its family
const server = new OAuth2Server();
await server.issuer.keys.generate("RS256");

function refused(answer, error) {
  answer.statusCode = 400;
  answer.body = { error, error_description: "The token is not good." };
}

server.service.on("beforeResponse", (answer, request) => {
  const form = request.body;
  appendFileSync(join(folder, "requests"), `${form.grant_type}\n`);
  const file = join(folder, "next.json");
  const next = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  if (existsSync(file)) unlinkSync(file);
  let family = { current: "", revoked: false };
  if (form.grant_type === "refresh_token") {
    family = families.get(form.refresh_token);
    if (!family) return refused(answer, "invalid_grant");
    if (family.current !== form.refresh_token) family.revoked = true; // used twice: a theft
    if (family.revoked || next.expired) return refused(answer, "invalid_grant");
  }
  family.current = answer.body.refresh_token;
  families.set(family.current, family);
  Object.assign(answer.body, next.body);
  if (next.status) answer.statusCode = next.status;
});

await server.start(Number(port), "127.0.0.1");
