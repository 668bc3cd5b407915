import { join } from "node:path";
import { LakeCatalog } from "@streaming-data-lake/lake/catalog/catalog";
import { CatalogStore } from "@streaming-data-lake/lake/catalog/store";
import { inside } from "@streaming-data-lake/lake/paths";
import type { AnyHandlers } from "../server/handlers";
import type { World } from "../world";
import { athena } from "./athena";
import { glue } from "./glue";
import { s3 } from "./s3";
import { ObjectStore } from "./s3/store";
import type { Service } from "./service";
import { sts } from "./sts";

/** By the names of services. */
const makers: Readonly<Record<string, (world: World) => Service>> = {
  athena,
  glue,
  s3,
  sts: (world) => ({ handlers: sts(world) }),
};

/** The services of a runner; each is made when it is first asked. */
export class Services {
  private readonly made = new Map<string, Service>();
  private readonly world: World;

  constructor(given: Omit<World, "objects" | "catalog">) {
    const { runner, stack, folder } = given;
    this.world = {
      ...given,
      objects: new ObjectStore(runner.lakeFolder, inside(folder, "s3")),
      catalog: new LakeCatalog(stack.tables, new CatalogStore(join(runner.lakeFolder, ".catalog")), true),
    };
  }

  handlers(name: string): AnyHandlers | undefined {
    const maker = Object.hasOwn(makers, name) ? makers[name] : undefined;
    if (!maker) return undefined;
    const service = this.made.get(name) ?? maker(this.world);
    this.made.set(name, service);
    return service.handlers as AnyHandlers;
  }

  async close(): Promise<void> {
    for (const service of this.made.values()) await service.close?.();
    this.made.clear();
    this.world.objects.close();
  }
}
