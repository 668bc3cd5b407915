import type { ILake } from "./lake";

/** A folder of which a table reads every object. */
export interface TableFolder {
  readonly name: string;
  readonly prefix: string;
  readonly format: string;
}

/** The tables' folders by lake, in the order in which the app has made them. */
const folders = new WeakMap<ILake, TableFolder[]>();

export function addTableFolder(lake: ILake, folder: TableFolder): void {
  folders.set(lake, [...tableFolders(lake), folder]);
}

export function tableFolders(lake: ILake): readonly TableFolder[] {
  return folders.get(lake) ?? [];
}
