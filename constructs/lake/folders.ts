import type { IConstruct } from "constructs";
import { isAttached } from "../core/made-here";
import { type NamedBucket, sameBucket } from "./own-bucket";
import { problemOfFolder } from "./prefix";

/** A folder whose objects are all read by a table. */
export interface TableFolder extends IConstruct {
  readonly name: string;
  readonly lake: NamedBucket;
  readonly prefix: string;
  readonly format: string;
}

/** The tables' folders of each app, in the order in which they were created. */
const folders = new WeakMap<IConstruct, TableFolder[]>();

export function addTableFolder(folder: TableFolder): void {
  const { root } = folder.node;
  folders.set(root, [...(folders.get(root) ?? []), folder]);
}

/**
 * The tables' folders in a lake's bucket, including those of tables in another lake of the same bucket. Invalid folders
 * are left out.
 */
export function tableFolders(scope: IConstruct, lake: NamedBucket): readonly TableFolder[] {
  return (folders.get(scope.node.root) ?? []).filter(
    (folder) =>
      isAttached(folder) &&
      problemOfFolder(folder.prefix) === undefined &&
      sameBucket(scope, folder.lake, lake),
  );
}
