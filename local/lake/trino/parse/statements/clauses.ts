import type { Property } from "../ast";
import type { Grammar } from "../grammar";
import { identifier, qualifiedName } from "../names";

/** Parses `name`, `USER name` or `ROLE name`, and for grantors also CURRENT_USER and CURRENT_ROLE. */
export const principal = (g: Grammar): void => {
  if (g.acceptAny("CURRENT_USER", "CURRENT_ROLE") !== undefined) return;
  if (g.isAny("USER", "ROLE") && g.isNameAhead(1)) g.advance();
  identifier(g);
};

export const optionalCatalog = (g: Grammar): void => {
  if (g.accept("IN") !== undefined) identifier(g);
};

export const callArguments = (g: Grammar): void =>
  g.parenthesized(() => {
    if (g.is(")")) return;
    g.list(() => {
      if (g.isNameAhead(0) && g.peek(1) === "=>") {
        g.advance();
        g.advance();
      }
      g.expression();
    });
  });

/** Skips the parameters of a function, such as `(name type, type)`. */
export const skipFunctionParameters = (g: Grammar): void =>
  g.parenthesized(() => {
    if (g.is(")")) return;
    g.list(() => {
      if (g.isNameAhead(0) && g.isNameAhead(1)) g.advance();
      g.type();
    });
  });

/** Parses `TABLE name`, `SCHEMA name` or the name alone. A following TO or FROM is not taken as a name. */
export const grantObject = (g: Grammar): void => {
  const named = g.acceptAny("TABLE", "SCHEMA") !== undefined;
  if (!named && g.isNameAhead(0) && g.isNameAhead(1) && g.peek(1) !== "TO") g.advance();
  qualifiedName(g);
};

export const acceptIfNotExists = (g: Grammar): boolean => {
  if (!(g.is("IF") && g.peek(1) === "NOT")) return false;
  return g.acceptSequence("IF", "NOT", "EXISTS");
};

export const acceptIfExists = (g: Grammar): boolean => {
  if (!(g.is("IF") && g.peek(1) === "EXISTS")) return false;
  return g.acceptSequence("IF", "EXISTS");
};

export const optionalComment = (g: Grammar): void => {
  if (g.accept("COMMENT") !== undefined) g.string();
};

/** Parses `WITH (name = value, …)`. */
export const optionalProperties = (g: Grammar): readonly Property[] =>
  g.accept("WITH") === undefined ? [] : g.parenthesized(() => propertyAssignments(g));

export const propertyAssignments = (g: Grammar): readonly Property[] => g.list(() => property(g));

const property = (g: Grammar): Property => {
  const { at } = g;
  const name = identifier(g);
  g.expect("=");
  const ends = [",", ")", "<EOF>", ";"];
  if (g.is("DEFAULT") && ends.includes(g.peek(1))) {
    g.advance();
    return { kind: "Property", ...at, name };
  }
  return { kind: "Property", ...at, name, value: g.expression() };
};

export const columnDefinition = (g: Grammar): void => {
  qualifiedName(g);
  g.type();
  g.acceptSequence("NOT", "NULL");
  optionalComment(g);
  optionalProperties(g);
};
