import { runAsProcess } from "./process";
import { program } from "./program";

runAsProcess(program());
