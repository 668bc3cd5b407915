/** Expressions that Terraform and this project's evaluator must agree on, by subject. */
export const corpus: Readonly<Record<string, readonly string[]>> = {
  conditions: [
    '"true" ? "yes" : "no"', 'true ? 1 : "a"', 'false ? 1 : "a"', 'true ? true : "x"', "true ? 1 : null", "null == null",
    '1 == "1"', '"1" == 1', "1 == 1.0", '"a" != "b"', 'true == "true"', '!true', '!"true"', '"true" && true', '"false" || "true"',
    '!"no"', '1 ? "a" : "b"', '"" ? 1 : 2', "null ? 1 : 2", "[1, 2] == [1, 2]", "[1] == [2]", "{ a = 1 } == { a = 1 }", "{ a = 1 } == { a = 2 }",
    "1 < 2", '"2" < 10', '"a" < "b"', "2 >= 2", "true && false || true", "1 == 1 && 2 == 2", "!(1 == 2)", "false && {}.here", "true || {}.here",
    'true ? "a" : {}.here', "true ? [1] : []", "false ? {} : { a = 1 }", "1 != null", 'null != ""',
  ],
  arithmetic: [
    "1 + 2 * 3", "(1 + 2) * 3", "10 / 4", "1 / 2", "7 % 3", "-7 % 3", "7 % -3", "-7 / 2", "0.1 + 0.2", "1.1 * 3", '"3" + 4', '"a" + 1', "1 / 0", "5 - -2",
    "-3", "1e3", "1e21 + 1", "2 - 1 - 1", "2 * 3 % 4", "1000000 * 1000000", "0.1 * 0.1", "3.0", "100", '"${1 + 1}"', '"${3.0}"', '"${1e3}x"', '"${0.5}x"', "-0.5",
  ],
  templates: [
    '"a${1}b"', '"${"x"}"', '"${true}!"', '"a${null}"', '"a${[1]}"', '"$${x}"', '"%%{x}"', '"\\n\\t\\"\\\\"', '"\\u00e9"', '"é"', '"  ${~ 1 ~}  x"', '"${1}${2}"', '"${"${1}"}"',
    '"a" == "a" ? "b${1}" : "c"', '"$"', '"%"', '"$ {"', '""',
  ],
  collections: [
    "[1, 2, 3][1]", '["a", "b"][0]', '{ a = 1 }["a"]', "{ a = 1 }.a", '{ "a b" = 1 }["a b"]', "[1][3]", "{ a = 1 }.b", "[[1, 2], [3]][0][1]", "{ a = { b = [5] } }.a.b[0]",
    "[{ a = 1 }, { a = 2 }][*].a", "[{ a = [1] }, { a = [2] }][*].a[0]", "[1, 2].*", '"x"[*]', "null[*]", "[for x in [1, 2] : x * 2]", "[for i, x in [5, 6] : i]",
    "{ for k, v in { a = 1, b = 2 } : v => k }", "[for k, v in { b = 1, a = 2 } : k]", "[for x in [1, 2, 3] : x if x > 1]", '{ for x in ["a", "b"] : x => upper(x) }',
    '{ for x in ["aa", "ab", "b"] : substr(x, 0, 1) => x... }', '{ for x in ["a", "a"] : x => 1 }', '[for x in toset(["b", "a"]) : x]', "[for x in { a = 1 } : x]", "{ (\"a\") = 1 }", '{ a : 1, "b" : 2 }', "{ a = 1\n b = 2 }",
    "[1, 2,]", "[]", "{}", "{ b = 1, a = 2 }", '{ "2" = 1, "10" = 2, a = 3 }', "[for x in [[1, 2], [3]] : [for y in x : y + 1]]", "{ a = null }", "[1, \"a\", true, null]",
  ],
  format: [
    'format("%s", "a")', 'format("%s", 1)', 'format("%s", true)', 'format("%d", 5)', 'format("%d", 5.5)', 'format("%d", "5")', 'format("%d", "x")', 'format("%5d|", 42)', 'format("%-5d|", 42)', 'format("%05d", 42)', 'format("%+d", 42)', 'format("% d", 42)',
    'format("%.1f", 3)', 'format("%f", 3.14159265)', 'format("%8.2f|", 3.14159)', 'format("%08.2f|", -3.14159)', 'format("%.0f", 2.5)', 'format("%.0f", 3.5)', 'format("%t", true)', 'format("%t", "true")', 'format("%t", 1)', 'format("%q", "a\\"b")', 'format("%q", 1)',
    'format("%v", "a")', 'format("%v", 1.5)', 'format("%v", [1, "a"])', 'format("%v", { b = 1, a = 2 })', 'format("%#v", "a")', 'format("%x", 255)', 'format("%X", 255)', 'format("%x", "hi")', 'format("%o", 8)', 'format("%b", 5)', 'format("%e", 12345.678)', 'format("%.2e", 12345.678)', 'format("%g", 12345.678)', 'format("%g", 0.00001)', 'format("%g", 1e21)', 'format("%G", 1e22)',
    'format("%%")', 'format("%d%%", 5)', 'format("%-5s|", "ab")', 'format("%5s|", "ab")', 'format("%05s|", "ab")', 'format("%.2s|", "abc")', 'format("%[2]s %[1]s", "a", "b")', 'format("%[1]s %[1]s", "a")', 'format("%.1f-%t-%[1]s", 3, true)', 'format("%s")', 'format("%s", "a", "b")', 'format("%z", 1)', 'format("%")', 'format("a")', 'format("%s", [1])', 'format("%3d|%-3d|", 1, 2)', 'format("%s %s", "a", 1)', 'format("%#x", 255)', 'format("%6.2f%%", 12.346)', 'format("%s", 1e3)', 'format("%v", true)',
    'formatlist("%s-%d", ["a", "b"], [1, 2])', 'formatlist("%s!", ["a", "b"])', 'formatlist("%s-%s", "x", ["a", "b"])', 'formatlist("%s", [])', 'formatlist("%s-%s", ["a"], ["b", "c"])', 'formatlist("x")',
  ],
  strings: [
    'upper("aß")', 'lower("ÀB")', 'title("hello world")', `title("it's o'clock")`, 'title("a-b_c d")', 'trimspace("  a ")', 'trim("xxaxx", "x")', 'trim("abc", "")', 'trimprefix("ab", "a")', 'trimprefix("ab", "b")', 'trimsuffix("a/", "/")', 'trimsuffix("a", "")',
    'substr("hello", 1, 3)', 'substr("hello", -2, 2)', 'substr("hello", -3, -1)', 'substr("hello", 0, -1)', 'substr("hello", 10, 2)', 'substr("hello", 2, 100)', 'substr("héllo", 1, 1)', 'substr("hello", -10, 2)', 'substr("", 0, 1)',
    'replace("a.b", ".", "$&")', 'replace("a.b.c", ".", "-")', 'replace("abc", "/[ab]/", "x")', 'replace("abc", "/(a)(b)/", "$2$1")', 'replace("abc", "/(?P<x>a)/", "${"$"}{x}!")', 'replace("aaa", "a", "b")', 'replace("a/b", "/", "-")', 'replace("abc", "", "-")', 'replace("x1y2", "/\\\\d/", "#")', 'replace("abc", "/B/", "x")', 'replace("abc", "/(?i)B/", "x")', 'replace("hello", "/l+/", "L")', 'replace("a b", "/\\\\s/", "$1x")',
    'split(",", "a,b,c")', 'split(",", "")', 'split("", "abc")', 'split(", ", "a, b")', 'join(",", ["a", "b"])', 'join(",", [])', 'join("-", ["a"], ["b"])', 'join(",", [1, true])', 'join(",", toset(["b", "a"]))', 'join(",", "a")', 'join(",", [["a"]])', 'join(",", [null])',
    'length("héllo")', 'length("")', 'length([1, 2])', 'length({ a = 1 })', "length(5)", "length(null)", 'strrev("abc")', 'startswith("abc", "a")', 'startswith("abc", "b")', 'endswith("abc", "c")', 'strcontains("abc", "b")', 'chomp("a\\n")', 'chomp("a\\n\\n")', 'chomp("a")', 'indent(2, "a\\nb")',
    'regex("[a-z]+", "12ab")', 'regex("([a-z])([0-9])", "a1")', 'regex("(?P<l>[a-z])(?P<n>[0-9])", "a1")', 'regex("x", "a")', 'regexall("[a-z]", "a1b")', 'regexall("x", "a")', 'regex("^(?:(?P<a>[^:/]+):)?//(.*)", "s3://b/k")', 'regexall("([a-z])=([0-9])", "a=1,b=2")', 'regex("(?=a)", "a")', 'regex("[[:digit:]]+", "a12")',
    'coalesce("", "x")', 'coalesce(null, "a")', 'coalesce("a", 1)', 'coalesce(1, "a")', 'coalesce("", "")', 'coalesce(null, 2)', "coalesce()", 'coalescelist([], ["a"])', 'compact(["a", "", null, "b"])', "compact([])",
  ],
  numbers: [
    "abs(-3)", 'abs("-3.5")', "ceil(1.2)", "floor(-1.2)", "max(1, 3, 2)", 'max("3", 2)', "min(1, -1)", "max([1, 2]...)", "max()", 'parseint("ff", 16)', 'parseint("100", 2)', 'parseint("9", 8)', "pow(2, 10)", "pow(2, -1)", "signum(-5)", "signum(0)", "log(8, 2)", "sum([1, 2, 3])", "sum([])", 'sum(["1", 2])', "sum([0.1, 0.2])", "floor(5)", 'ceil("x")', "range(3)", "range(1, 4)", "range(0, 10, 5)", "range(3, 0)", "range(3, 0, -2)", "range(0)", "range(0, 1, 0.5)", "pow(4, 0.5)", "1 / 4 * 4",
  ],
  "lists and maps": [
    "concat([1], [2, 3])", 'concat([], ["a"])', 'contains(["a"], "a")', 'contains([1, 2], "1")', 'contains(["1"], 1)', "contains([], 1)", 'distinct(["a", "b", "a"])', "distinct([[1], [1]])", 'distinct([1, "1"])', 'element(["a", "b"], 3)', 'element(["a", "b"], -1)', 'element([], 0)', "flatten([[1, [2]], 3])", "flatten([])", 'index(["a", "b"], "b")', 'index(["a"], "x")', "keys({ b = 1, a = 2 })", "values({ b = 1, a = 2 })", "keys({})",
    'lookup({ a = 1 }, "a")', 'lookup({ a = 1 }, "b")', 'lookup({ a = 1 }, "b", 2)', 'lookup({ a = "x" }, "b", "y")', 'lookup({}, "b", null)', "merge({ a = 1 }, { b = 2 }, { a = 3 })", "merge({}, null)", "merge()", 'one(["a"])', "one([])", "one([1, 2])", "reverse([1, 2])", "slice([1, 2, 3], 0, 2)", "slice([1], 0, 5)", 'sort(["b", "A", "a"])', "sort([10, 9])", 'sort(["é", "z"])', 'zipmap(["a", "b"], [1, 2])', 'zipmap(["a"], [1, 2])', "chunklist([1, 2, 3], 2)", "chunklist([1], 0)", 'matchkeys(["a", "b"], ["x", "y"], ["y"])', "setproduct([1, 2], [3])", 'setunion(["b"], ["a"])', 'setintersection(["a", "b"], ["b"])', 'setsubtract(["a", "b"], ["b"])', 'transpose({ a = ["x"], b = ["x", "y"] })', "alltrue([true, true])", "alltrue([])", 'alltrue(["true", false])', "anytrue([false, true])", "anytrue([])",
    'toset(["b", "a", "b"])', "toset([2, 10, 1])", 'toset(["b", 1])', 'tolist(["a", 1])', "tolist([1, true])", 'tomap({ a = 1, b = "x" })', 'tonumber("5")', 'tonumber("x")', "tonumber(true)", "tonumber(null)", 'tobool("true")', 'tobool("yes")', "tobool(1)", "tostring(5)", "tostring(1.50)", "tostring(true)", "tostring(null)", "tostring([1])", 'tolist("a")', 'tolist(toset(["b", "a"]))', "tomap({})", 'tolist([null, "a"])',
  ],
  encoding: [
    "jsonencode({ b = 1, a = [1.0, true, null] })", 'jsonencode("<&>")', 'jsonencode("é\\u2028")', "jsonencode([])", "jsonencode(null)", "jsonencode(1.5)", "jsonencode(1e10)", 'jsonencode("a\\nb\\"")', 'jsondecode("{\\"a\\":[1,null]}")', 'jsondecode("x")', 'base64encode("é")', 'base64decode("w6k=")', 'base64decode("!")', 'base64decode("YQ")', 'md5("é")', 'sha1("a")', 'sha256("a")', 'sha512("a")', 'base64sha256("a")', 'base64sha512("a")', 'urlencode("a b/ü&=!*()\'~")',
    'cidrhost("10.0.0.0/16", 5)', 'cidrhost("10.0.0.0/16", -1)', 'cidrnetmask("10.0.0.0/12")', 'cidrsubnet("10.0.0.0/16", 8, 2)', 'cidrsubnet("10.0.0.0/30", 8, 2)', 'cidrhost("x", 1)', 'basename("a/b.txt")', 'dirname("a/b.txt")',
    'formatdate("YYYY-MM-DD", "2024-01-15T10:05:09Z")', 'formatdate("DD MMM YYYY hh:mm ZZZ", "2024-01-15T10:05:09Z")', 'formatdate("EEEE, D MMMM YY h:mm:ss AA", "2024-01-05T14:05:09Z")', `formatdate("h'h'mm", "2024-01-15T10:05:09Z")`, 'formatdate("YYYY-MM-DD\'T\'HH:mmZ", "2024-01-15T10:05:09+02:00")', 'formatdate("XX", "2024-01-15T10:05:09Z")', 'formatdate("YYYY", "x")', 'timeadd("2024-01-15T10:05:09Z", "1h30m")', 'timeadd("2024-01-15T10:05:09Z", "-24h")', 'timecmp("2024-01-15T10:05:09Z", "2024-01-15T10:05:10Z")',
    'try({}.here, "b")', 'try([1][5], {}.x, "c")', 'can([1][0])', 'can([1][5])', 'can(tonumber("x"))', 'try(tonumber("5"), 0)', "nosuch(1)", 'upper()', 'upper("a", "b")', 'nonsensitive("a")', 'try(lookup({ a = 1 }, "b"), "err")', 'upper(format("%-5s|", "ab"))',
  ],
};
