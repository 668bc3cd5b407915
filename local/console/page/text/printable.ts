const hidden = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}]/gu;

/**
 * What came from outside, as it is: characters that nobody sees, or that turn the direction of the others
 * (https://unicode.org/reports/tr36/#Bidirectional_Text_Spoofing), are shown by their code, as JSON writes them.
 */
export const printable = (text: string): string =>
  text.replace(hidden, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
