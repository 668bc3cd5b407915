import { join } from "node:path";
import { LakeCatalog } from "@streaming-data-lake/lake/catalog/catalog";
import { CatalogStore } from "@streaming-data-lake/lake/catalog/store";
import { inside } from "@streaming-data-lake/lake/paths";
import type { AnyHandlers } from "../server/handlers";
import type { World } from "../world";
import { athena } from "./athena";
import { Executions } from "./athena/executions";
import { cloudwatch } from "./cloudwatch";
import { firehose } from "./firehose";
import { glue } from "./glue";
import { kms } from "./kms";
import { lambda } from "./lambda";
import { logs } from "./logs";
import { s3 } from "./s3";
import { ObjectStore } from "./s3/store";
import { scheduler } from "./scheduler";
import { secretsManager } from "./secrets-manager";
import type { Service } from "./service";
import { sns } from "./sns";
import { Topics } from "./sns/topics";
import { sqs } from "./sqs";
import { Queues } from "./sqs/queues";
import { ssm } from "./ssm";
import { sts } from "./sts";

/** Functions that create the services, by name. */
const makers: Readonly<Record<string, (world: World) => Service>> = {
  athena,
  cloudwatch,
  firehose,
  glue,
  kms,
  lambda,
  logs,
  scheduler,
  secretsmanager: secretsManager,
  ssm,
  s3,
  sns,
  sqs,
  sts: (world) => ({ handlers: sts(world) }),
};

/** The services on top of a runner. Each is created on first use. */
export class Services {
  private readonly made = new Map<string, Service>();
  /** The state from which the services answer. Other components may read it too. */
  readonly world: World;

  constructor(given: Omit<World, "objects" | "catalog" | "queues" | "topics" | "executions">) {
    const { runner, stack, folder } = given;
    const queues = new Queues(given);
    const stores = {
      ...given,
      queues,
      topics: new Topics({ ...given, queues }),
      objects: new ObjectStore(runner.lakeFolder, inside(folder, "s3")),
      catalog: new LakeCatalog(stack, new CatalogStore(join(runner.lakeFolder, ".catalog"))),
    };
    this.world = { ...stores, executions: new Executions(stores) };
  }

  handlers(name: string): AnyHandlers | undefined {
    const maker = Object.hasOwn(makers, name) ? makers[name] : undefined;
    if (!maker) return undefined;
    const service = this.made.get(name) ?? maker(this.world);
    this.made.set(name, service);
    return service.handlers as AnyHandlers;
  }

  /** Names of all supported operations, such as `s3:GetObject`. */
  operations(): readonly string[] {
    return Object.keys(makers).flatMap((name) =>
      Object.keys(this.handlers(name) ?? {}).map((operation) => `${name}:${operation}`),
    );
  }

  async close(): Promise<void> {
    for (const service of this.made.values()) await service.close?.();
    this.made.clear();
    this.world.topics.close();
    await this.world.executions.close();
    this.world.objects.close();
  }
}
