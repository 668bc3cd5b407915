import type { PermissionUse } from "../../api";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icon";
import { Pane } from "../parts/pane";
import { Loaded, useResource } from "../parts/resource";
import { Scroll } from "../parts/scroll";
import { text } from "../text";
import { number } from "../text/format";

/** What the stack's roles have called, and which calls they were denied. */
export function Permissions() {
  const words = text().functions;
  const uses = useResource<readonly PermissionUse[]>("/permissions", 5_000);
  return (
    <Loaded resource={uses}>
      {(all) =>
        all.length === 0 ? (
          <Empty icon="check" title={words.noPermissions} />
        ) : (
          <Pane title={words.permissions} class="flush">
            <Scroll label={words.permissions}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{words.role}</th>
                    <th scope="col">{words.action}</th>
                    <th scope="col">{words.resource}</th>
                    <th scope="col" class="number">
                      {words.used}
                    </th>
                    <th scope="col" class="number">
                      {words.denied}
                    </th>
                    <th scope="col">{words.statement}</th>
                  </tr>
                </thead>
                <tbody>
                  {all.map((use) => (
                    <tr key={`${use.role} ${use.action} ${use.resource}`}>
                      <td>{use.role}</td>
                      <td>
                        <code>{use.action}</code>
                      </td>
                      <td class="resource">
                        <code>{use.resource}</code>
                      </td>
                      <td class="number">{number(use.used)}</td>
                      <td class="number">
                        {use.denied === 0 ? (
                          number(0)
                        ) : (
                          <span class="bad state">
                            <Icon name="no" />
                            {number(use.denied)}
                          </span>
                        )}
                      </td>
                      <td class="faint resource">{use.statement}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          </Pane>
        )
      }
    </Loaded>
  );
}
