/**
 * Reads a JSON array of statements from standard input, and prints one with what Trino's grammar says of each: its first
 * fault, or null where it takes the statement. ANTLR takes several statements without a semicolon between them.
 */
import { text } from "node:stream/consumers";
import { register } from "tsx/esm/api";

// The library's modules import folders, as bundlers resolve them.
register();
const { TrinoSQL } = await import("dt-sql-parser");

const statements = JSON.parse(await text(process.stdin));
const grammar = new TrinoSQL();
// The library tells of faults there too.
console.error = () => {};
console.log(JSON.stringify(statements.map((sql) => grammar.validate(sql)[0]?.message ?? null)));
