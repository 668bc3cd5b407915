import { BudgetsBudget } from "@cdktf/provider-aws/lib/budgets-budget";
import { budgetLimits } from "@streaming-data-lake/rules/limits";
import { Construct } from "constructs";
import { defaultName } from "../core/names";
import { Problems } from "../core/problems";
import { list, number, object, optional, type Shapes, shaped, text } from "../core/shape";
import { claimName } from "../core/unique-names";
import { emailAddress } from "./alarm-topic";

export interface CostBudgetProps {
  /** Name of the budget: 1-100 characters except `:` and `\`. @default - `<project>-<environment>-<construct id>` */
  readonly name?: string;
  /** Limit of the budget in US dollars a month, 1 or more. */
  readonly monthlyDollars: number;
  /** One to ten e-mail addresses that are notified. */
  readonly emails: readonly string[];
  /** Counts only costs with this tag, which must be active as a cost allocation tag. @default - the whole account */
  readonly tag?: { readonly key: string; readonly value: string };
}

const shapes: Shapes<CostBudgetProps> = {
  name: optional(text),
  monthlyDollars: number(budgetLimits.monthlyDollars),
  emails: list(text),
  tag: optional(object<NonNullable<CostBudgetProps["tag"]>>({ key: text, value: text })),
};

/** A monthly budget that sends e-mail when actual costs reach 80 % of it, or forecast costs 100 %. */
export class CostBudget extends Construct {
  readonly budget: BudgetsBudget;

  constructor(scope: Construct, id: string, props: CostBudgetProps) {
    super(scope, id);
    props = shaped(this, props, shapes);
    const name = props.name ?? defaultName(this);
    claimName(this, "budget", "name", name, { reach: "account" });
    Problems.check(this, (problems) => {
      // https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
      problems.name("name", name, /^[^:\\]{1,100}$/, "1-100 characters other than : and \\");
      problems.integer("monthlyDollars", props.monthlyDollars, budgetLimits.monthlyDollars);
      const { length } = props.emails;
      problems.require(
        "emails",
        props.emails,
        length >= 1 && length <= budgetLimits.emails,
        "must be one to ten addresses",
      );
      for (const [index, email] of props.emails.entries())
        problems.name(`emails.${index}`, email, emailAddress, "an e-mail address");
    });
    const notify = (notificationType: string, threshold: number) => ({
      comparisonOperator: "GREATER_THAN",
      notificationType,
      threshold,
      thresholdType: "PERCENTAGE",
      subscriberEmailAddresses: [...props.emails],
    });
    this.budget = new BudgetsBudget(this, "budget", {
      name,
      budgetType: "COST",
      limitAmount: String(props.monthlyDollars),
      limitUnit: "USD",
      timeUnit: "MONTHLY",
      costFilter: props.tag && [
        { name: "TagKeyValue", values: [`user:${props.tag.key}$${props.tag.value}`] },
      ],
      notification: [notify("ACTUAL", 80), notify("FORECASTED", 100)],
    });
  }
}
