import type * as Client from "@aws-sdk/client-ssm";
import { AwsError } from "../protocol/errors";
import type { HandledCall, Handlers } from "../server/handlers";
import type { World } from "../world";
import { pageOf } from "./paging";
import type { Service } from "./service";
import { tagListOf, tagsOf } from "./tags";
import { textsOf } from "./texts";

/**
 * Systems Manager's Parameter Store, for the stack's parameters.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
export function ssm(world: World): Service {
  const { stack, resources } = world;
  const all = resources("aws_ssm_parameter");
  const parameters = textsOf(all, ["name", "type"] as const).flatMap(({ name, type, address }) => {
    const settings = all.find((one) => one.address === address);
    const value = settings && (settings.knownText("value") ?? settings.knownText("insecure_value"));
    return value === undefined ? [] : [{ name, type: type as "String", value }];
  });
  const arnOf = (name: string) =>
    `arn:aws:ssm:${stack.region}:${stack.accountId}:parameter/${name.replace(/^\//, "")}`;
  const described = ({ name, type, value }: (typeof parameters)[number]) => ({
    Name: name,
    Type: type,
    Value: value,
    Version: 1,
    LastModifiedDate: new Date(0),
    ARN: arnOf(name),
    DataType: "text",
  });
  /** The parameter with a name or ARN, with or without a version. */
  const find = (text: string, call: HandledCall) => {
    const name = text.replace(/^arn:aws:ssm:[^:]*:\d*:parameter/, "").replace(/:\d+$/, "");
    call.allow(`ssm:${call.operation}`, arnOf(name));
    return parameters.find((one) => one.name === name || one.name === text || `/${one.name}` === name);
  };

  const handlers: Handlers<typeof Client> = {
    GetParameter({ Name = "" }, call) {
      const found = find(Name, call);
      if (!found) throw new AwsError("ParameterNotFound", "");
      return { Parameter: described(found) };
    },
    GetParameters({ Names = [] }, call) {
      const found = Names.map((name) => ({ name, parameter: find(name, call) }));
      return {
        Parameters: found.flatMap(({ parameter }) => (parameter ? [described(parameter)] : [])),
        InvalidParameters: found.flatMap(({ name, parameter }) => (parameter ? [] : [name])),
      };
    },
    GetParametersByPath({ Path = "/", Recursive = false, NextToken, MaxResults = 10 }, call) {
      call.allow("ssm:GetParametersByPath", arnOf(Path));
      const prefix = Path.endsWith("/") ? Path : `${Path}/`;
      const below = parameters.filter(
        ({ name }) => name.startsWith(prefix) && (Recursive || !name.slice(prefix.length).includes("/")),
      );
      const { items, ...next } = pageOf(below, NextToken, MaxResults, "InvalidNextToken");
      return { Parameters: items.map(described), ...next };
    },
    ListTagsForResource({ ResourceId = "" }, call) {
      const found = find(ResourceId, call);
      if (!found) throw new AwsError("InvalidResourceId", "");
      return { TagList: tagListOf(tagsOf(world, "aws_ssm_parameter", "name", found.name)) };
    },
    DescribeParameters({ NextToken, MaxResults = 50 }, call) {
      call.allow("ssm:DescribeParameters", "*");
      const { items, ...next } = pageOf(parameters, NextToken, MaxResults, "InvalidNextToken");
      return {
        Parameters: items.map(({ name, type }) => ({ Name: name, Type: type, Version: 1, ARN: arnOf(name) })),
        ...next,
      };
    },
  };
  return { handlers };
}
