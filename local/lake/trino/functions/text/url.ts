import { check } from "../errors";
import { type Family, plain } from "../implementation";

/** https://trino.io/docs/current/functions/url.html */

/** The parts of a URL as Java's java.net.URI returns them. Undefined for a missing part. */
interface Uri {
  readonly scheme?: string;
  readonly host?: string;
  readonly port?: bigint;
  readonly path: string;
  readonly query?: string;
  readonly fragment?: string;
}

const other = "[^\\x00-\\x7f\\p{Cc}\\p{Zs}\\p{Zl}\\p{Zp}]";
const escaped = "%[0-9A-Fa-f]{2}";
const pathCharacters = new RegExp(`^(?:[A-Za-z0-9\\-_.!~*'();/:@&=+$,]|${escaped}|${other})*$`, "u");
const queryCharacters = new RegExp(`^(?:[A-Za-z0-9\\-_.!~*'();/?:@&=+$,[\\]]|${escaped}|${other})*$`, "u");
const server =
  /^(?:[^@]*@)?(?<host>(?:(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])\.)*(?:[A-Za-z]|[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9])\.?|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\])(?::(?<port>\d*))?$/;

function parseUri(text: string): Uri | undefined {
  const match =
    /^(?:(?<scheme>[^:/?#]+):)?(?:\/\/(?<authority>[^/?#]*))?(?<path>[^?#]*)(?:\?(?<query>[^#]*))?(?:#(?<fragment>.*))?$/s.exec(
      text,
    );
  const { scheme, authority, path = "", query, fragment } = match?.groups ?? {};
  if (!match) return undefined;
  if (scheme !== undefined && !/^[A-Za-z][A-Za-z0-9+.-]*$/.test(scheme)) return undefined;
  if (scheme !== undefined && authority === undefined && path === "" && query === undefined) return undefined;
  if (!pathCharacters.test(path)) return undefined;
  for (const part of [authority, query, fragment])
    if (part !== undefined && !queryCharacters.test(part)) return undefined;
  if (authority === "" && path === "" && query === undefined && fragment === undefined) return undefined;
  const opaque = scheme !== undefined && authority === undefined && !path.startsWith("/");
  if (opaque) return { scheme, path: "", ...(fragment !== undefined && { fragment: decodeUri(fragment) }) };
  const { host, port } = server.exec(authority ?? "")?.groups ?? {};
  return {
    ...(scheme !== undefined && { scheme }),
    ...(host !== undefined && { host }),
    ...(port !== undefined && port !== "" && { port: BigInt(port) }),
    path: decodeUri(path),
    ...(query !== undefined && { query }),
    ...(fragment !== undefined && { fragment: decodeUri(fragment) }),
  };
}

const decodeUri = (text: string): string =>
  text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) =>
    Buffer.from(bytes.replaceAll("%", ""), "hex").toString("utf8"),
  );

const part = (pick: (uri: Uri) => string | bigint | undefined | null, absent: "" | null = "") =>
  plain((text: string) => {
    const uri = parseUri(text);
    return uri === undefined ? null : (pick(uri) ?? absent);
  });

function parameterOf(text: string, name: string): string | null {
  const query = parseUri(text)?.query;
  if (query === undefined) return null;
  for (const pair of query.split("&")) {
    const at = pair.indexOf("=");
    const key = at < 0 ? pair : pair.slice(0, at);
    if (key === name) return at < 0 ? "" : decodeUri(pair.slice(at + 1));
  }
  return null;
}

function urlDecode(text: string): string {
  check(
    !/%(?![0-9A-Fa-f]{2})/.test(text),
    `URLDecoder: Illegal hex characters in escape (%) pattern: ${text}`,
  );
  return decodeUri(text.replaceAll("+", " "));
}

const urlEncode = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");

export const urls: Family = {
  url_decode: plain(urlDecode),
  url_encode: plain(urlEncode),
  url_extract_fragment: part((uri) => uri.fragment),
  url_extract_host: part((uri) => uri.host),
  url_extract_parameter: plain(parameterOf),
  url_extract_path: part((uri) => uri.path),
  url_extract_port: part((uri) => uri.port, null),
  url_extract_protocol: part((uri) => uri.scheme),
  url_extract_query: part((uri) => uri.query),
};
