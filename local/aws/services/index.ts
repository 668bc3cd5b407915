import type { AnyHandlers } from "../server/handlers";
import type { World } from "../world";
import { s3 } from "./s3";
import type { Service } from "./service";
import { sts } from "./sts";

/** By the names of services. */
const makers: Readonly<Record<string, (world: World) => Service>> = {
  s3,
  sts: (world) => ({ handlers: sts(world) }),
};

/** The services of a runner; each is made when it is first asked. */
export class Services {
  private readonly made = new Map<string, Service>();

  constructor(private readonly world: World) {}

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
  }
}
