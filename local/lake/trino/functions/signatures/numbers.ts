/**
 * Lengths, precisions and scales of results that do not follow from the signature's text. They are listed by that text.
 * `n` has the numbers that the arguments bind.
 */
type Numbers = Readonly<Record<string, number>>;

const maximum = 2_147_483_647;
const n = (numbers: Numbers, name: string): number => numbers[name] ?? 0;
const unbounded = (numbers: Numbers, name: string): boolean => (numbers[name] ?? 0) >= maximum;
const capped = (length: number): number => Math.min(maximum, length);

const integral = (v: Numbers): Numbers => ({
  rp: Math.min(38, n(v, "p") - n(v, "s") + Math.min(n(v, "s"), 1)),
  rs: 0,
});

export const resultNumbers: Readonly<Record<string, (numbers: Numbers) => Numbers>> = {
  "ceil(decimal(p,s))": integral,
  "ceiling(decimal(p,s))": integral,
  "floor(decimal(p,s))": integral,
  "round(decimal(p,s))": integral,
  "round(decimal(p,s), integer)": (v) => ({ rp: Math.min(38, n(v, "p") + 1) }),
  "truncate(decimal(p,s))": (v) => ({ rp: Math.max(1, n(v, "p") - n(v, "s")) }),
  "mod(decimal(a_precision,a_scale), decimal(b_precision,b_scale))": (v) => {
    const scale = Math.max(n(v, "a_scale"), n(v, "b_scale"));
    return {
      r_precision: Math.min(
        38,
        Math.min(n(v, "a_precision") - n(v, "a_scale"), n(v, "b_precision") - n(v, "b_scale")) + scale,
      ),
      r_scale: scale,
    };
  },
  "concat(char(x), char(y))": (v) => ({ u: n(v, "x") + n(v, "y") }),
  "replace(varchar(x), varchar(y), varchar(z))": (v) => ({
    u: unbounded(v, "x") ? maximum : capped(n(v, "x") + n(v, "z") * (n(v, "x") + 1)),
  }),
  "regexp_replace(varchar(x), joniregexp, varchar(y))": (v) => ({
    z: unbounded(v, "x")
      ? maximum
      : capped(n(v, "x") + Math.max(Math.trunc((n(v, "x") * n(v, "y")) / 2), n(v, "y")) * (n(v, "x") + 1)),
  }),
  "url_encode(varchar(x))": (v) => ({ y: capped(n(v, "x") * 12) }),
  "render(varchar(x), color)": (v) => ({ y: capped(n(v, "x") + 15) }),
  "to_iso8601(timestamp(p))": (v) => ({ n: 22 + (n(v, "p") > 0 ? 1 : 0) + n(v, "p") }),
  "to_iso8601(timestamp(p) with time zone)": (v) => ({ n: 28 + (n(v, "p") > 0 ? 1 : 0) + n(v, "p") }),
};
