/** Draws docs/architecture.svg from the synthesized stack: `npm run picture`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { withDefaultStack } from "./docs/default-stack";
import { sceneOf } from "./picture/scene";
import { draw } from "./picture/svg";

writeFileSync(join(__dirname, "../docs/architecture.svg"), draw(withDefaultStack(sceneOf)));
