import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** Tells when a month's costs come near to what they may be. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { name, monthlyBudgetUsd, budgetEmail }: Settings) {
    super(scope, id);
    new CfnBudget(this, 'Monthly', {
      budget: {
        budgetName: `${name}-monthly`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyBudgetUsd, unit: 'USD' },
        costFilters: { TagKeyValue: [`user:sihwang$${name}`] },
      },
      ...(budgetEmail === null
        ? {}
        : {
            notificationsWithSubscribers: [80, 100].map((threshold) => ({
              notification: { comparisonOperator: 'GREATER_THAN', notificationType: 'ACTUAL', threshold },
              subscribers: [{ address: budgetEmail, subscriptionType: 'EMAIL' }],
            })),
          }),
    });
  }
}
