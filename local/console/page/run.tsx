import { render } from "preact";
import { keepFocus } from "./app/focus";
import { Shell } from "./app/shell";

keepFocus();
const root = document.getElementById("app");
if (root) render(<Shell />, root);
