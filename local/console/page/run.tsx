import { render } from "preact";
import { keepFocus } from "./app/focus";
import { follow } from "./app/live";
import { startRouter } from "./app/router";
import { takeToken } from "./app/session";
import { Shell } from "./app/shell";

takeToken();
startRouter();
follow();
keepFocus();
const root = document.getElementById("app");
if (root) render(<Shell />, root);
