// Works out expressions as GitHub's own library does: node evaluate.mjs FOLDER-OF-PACKAGES, with [[text, contexts], …] as JSON.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const home = join(process.argv[2], "node_modules/@actions/expressions/dist/index.js");
const { Evaluator, Lexer, Parser, data } = await import(pathToFileURL(home));

const answers = [["success", true], ["failure", false], ["cancelled", false], ["always", true], ["hashFiles", "0"]];
const functions = answers.map(([name, answer]) => ({
  name,
  minArgs: 0,
  maxArgs: 99,
  call: () => (typeof answer === "string" ? new data.StringData(answer) : new data.BooleanData(answer)),
}));

const found = JSON.parse(readFileSync(0, "utf-8")).map(([text, contexts]) => {
  const parsed = new Parser(new Lexer(text).lex().tokens, Object.keys(contexts), functions).parse();
  const known = JSON.parse(JSON.stringify(contexts), data.reviver);
  return new Evaluator(parsed, known, new Map(functions.map((each) => [each.name.toLowerCase(), each]))).evaluate();
});
console.log(JSON.stringify(found, data.replacer));
