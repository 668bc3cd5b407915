import type { IConstruct } from "constructs";
import { isAttached } from "../core/made-here";
import { type BucketNames, sameBucket } from "./own-bucket";
import { problemOfFolder } from "./prefix";

/** A folder of which a table reads every object. */
export interface TableFolder extends IConstruct {
  readonly name: string;
  readonly lake: BucketNames;
  readonly prefix: string;
  readonly format: string;
}

/** The tables' folders by app, in the order in which they were made. */
const folders = new WeakMap<IConstruct, TableFolder[]>();

export function addTableFolder(folder: TableFolder): void {
  const { root } = folder.node;
  folders.set(root, [...(folders.get(root) ?? []), folder]);
}

/**
 * The tables' folders in a lake's bucket, including tables that were given another lake of the same bucket. Refused
 * folders are left out.
 */
export function tableFolders(scope: IConstruct, lake: BucketNames): readonly TableFolder[] {
  return (folders.get(scope.node.root) ?? []).filter(
    (folder) =>
      isAttached(folder) &&
      problemOfFolder(folder.prefix) === undefined &&
      sameBucket(scope, folder.lake, lake),
  );
}
