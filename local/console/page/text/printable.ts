const hidden = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}]/gu;

/**
 * Text from outside with invisible characters, and those that reverse the direction of others, replaced by their codes
 * as JSON writes them: https://unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
export const printable = (text: string): string =>
  text.replace(hidden, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
