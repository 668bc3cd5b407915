import type { Answer, Values } from "../recorded/statements";

interface Page {
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly data?: readonly Values[];
  readonly nextUri?: string;
  readonly error?: {
    readonly errorName: string;
    readonly message: string;
    readonly errorLocation?: { readonly lineNumber: number; readonly columnNumber: number };
  };
}

const headers = {
  "X-Trino-User": "fuzz",
  "X-Trino-Catalog": "awsdatacatalog",
  "X-Trino-Schema": "lake",
  "X-Trino-Time-Zone": "UTC",
  // As Athena: every time of a result has milliseconds.
  "X-Trino-Client-Capabilities": "PATH",
  "X-Trino-Session": "query_max_run_time=60s",
};

/** A real Trino by its HTTP protocol. https://trino.io/docs/current/develop/client-protocol.html */
export class Trino {
  constructor(private readonly server: string) {}

  /** The rows that each table has there; undefined where no server answers, or one lacks a table. */
  async rowsOf(tables: readonly string[]): Promise<readonly unknown[] | undefined> {
    try {
      const answers = await Promise.all(tables.map((table) => this.ask(`SELECT count(*) FROM ${table}`)));
      const rows = answers.map((answer) => ("rows" in answer ? answer.rows[0]?.[0] : undefined));
      return rows.includes(undefined) ? undefined : rows;
    } catch {
      return undefined;
    }
  }

  async ask(sql: string): Promise<Answer> {
    let page = await this.page(`${this.server}/v1/statement`, { method: "POST", body: sql });
    let { columns } = page;
    const rows: Values[] = [...(page.data ?? [])];
    while (page.nextUri) {
      page = await this.page(page.nextUri, {});
      columns = page.columns ?? columns;
      for (const row of page.data ?? []) rows.push(row);
    }
    if (!page.error) return { columns: (columns ?? []).map(({ name, type }) => [name, type]), rows };
    const { errorName: name, message, errorLocation } = page.error;
    return {
      error: {
        name,
        message,
        ...(errorLocation && { line: errorLocation.lineNumber, column: errorLocation.columnNumber }),
      },
    };
  }

  private async page(address: string, request: RequestInit): Promise<Page> {
    for (let attempt = 0; ; attempt++) {
      const response = await fetch(address, { ...request, headers, signal: AbortSignal.timeout(90_000) });
      if (response.ok) return JSON.parse(exactNumbers(await response.text())) as Page;
      if (response.status < 502 || attempt === 50) throw new Error(`Trino answers ${response.status}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Whole numbers above 2^53 stay exact: they become texts. */
const exactNumbers = (json: string): string =>
  json.replaceAll(/"(?:[^"\\]|\\.)*"|(?<![\d.])-?\d{16,}(?![\d.eE])/g, (part) =>
    part.startsWith('"') ? part : `"${part}"`,
  );
