import { wholeText } from "../text/format";
import { follow } from "./live";
import { startRouter } from "./router";
import { takeToken } from "./session";

// Data is requested while the components that show it are still being loaded.
takeToken();
startRouter();
follow();
// Formatting the first number takes a browser 50 ms, so it is done now, while the page waits for data anyway.
wholeText(0);
