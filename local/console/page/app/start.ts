import { whole } from "../text/format";
import { follow } from "./live";
import { startRouter } from "./router";
import { takeToken } from "./session";

// What the page shows is asked for while the parts that show it are still loaded.
takeToken();
startRouter();
follow();
// The first number that a browser writes takes it 50 ms, which it has now.
whole(0);
