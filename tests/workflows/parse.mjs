// Reads workflows and actions as GitHub's own parser does: node parse.mjs FOLDER-OF-PACKAGES FILE...
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

// The parser imports JSON as if it were code; Node wants to be told.
const hook = `
  import { readFileSync } from "node:fs";
  export async function load(url, context, next) {
    if (!url.endsWith(".json")) return next(url, context);
    return { format: "module", shortCircuit: true, source: "export default " + readFileSync(new URL(url), "utf-8") };
  }`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const [packages, ...files] = process.argv.slice(2);
const home = join(packages, "node_modules/@actions/workflow-parser/dist");
const load = (path) => import(pathToFileURL(join(home, path)));
const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await load("index.js");
const { parseAction } = await load("actions/action-parser.js");

const told = (context) => context.errors.getErrors().map((each) => each.message);
const found = [];
for (const path of files) {
  const file = { name: basename(path), content: readFileSync(path, "utf-8") };
  if (file.name === "action.yml") {
    const { context } = parseAction(file, new NoOperationTraceWriter());
    found.push({ path, errors: told(context), jobs: [] });
  } else {
    const { context, value } = parseWorkflow(file, new NoOperationTraceWriter());
    const workflow = await convertWorkflowTemplate(context, value);
    const errors = [...told(context), ...(workflow.errors ?? []).map((each) => each.Message)];
    found.push({ path, errors, jobs: workflow.jobs.map((each) => each.id.value) });
  }
}
console.log(JSON.stringify(found));
