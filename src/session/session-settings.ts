import { PgError } from '../errors/index.ts';
import type { SessionControl } from '../exec/index.ts';
import {
  type SetRolePlan,
  type SetVariablePlan,
  type TransactionPlan,
  canonicalValue,
  findVariable,
} from '../plan/index.ts';
import type { SettingChange } from '../query/index.ts';
import type { NamedStatements } from './named-statements.ts';
import type { RoleInUse } from './role-in-use.ts';
import { roleIn } from './session-view.ts';
import type { TransactionBlock } from './transaction-block.ts';
import type { SessionVariables, ShownVariable } from './variables.ts';

/** What statements may change of their session: SET, RESET, SET ROLE, DISCARD, and its transaction. */
export class SessionSettings implements SessionControl {
  readonly #variables: SessionVariables;
  readonly #role: RoleInUse;
  readonly #block: TransactionBlock;
  readonly #named: NamedStatements;

  constructor(variables: SessionVariables, role: RoleInUse, block: TransactionBlock, named: NamedStatements) {
    this.#variables = variables;
    this.#role = role;
    this.#block = block;
    this.#named = named;
  }

  setVariable(plan: Pick<SetVariablePlan, 'name' | 'value' | 'local'>): void {
    // SET LOCAL outside a transaction block has no effect, as in PostgreSQL.
    if (plan.local && !this.#block.explicit) return;
    this.#variables.set(plan.name, plan.value, plan.local || plan.name.startsWith('transaction_'));
  }

  /** set_config in a read: what the engine took is the session's, as after SET. @throws PgError 22023 */
  setConfig({ name, value, local }: SettingChange): void {
    const variable = findVariable(name);
    const shown = variable === undefined || variable.type.form === 'names' ? value : canonicalValue(variable, [value]);
    this.setVariable({ name, value: shown, local });
  }

  resetAll(): void {
    this.#variables.resetAll();
    this.#showRole(false);
  }

  variable(name: string): string | undefined {
    return this.#variables.get(name);
  }

  allVariables(): readonly ShownVariable[] {
    return this.#variables.all();
  }

  setRole({ role, target, local }: SetRolePlan): void {
    if (local && !this.#block.explicit) return;
    if (target === 'role') this.#role.set(role?.id ?? null, local);
    else this.#role.setSessionUser(role?.id ?? null, local);
    this.#showRole(local);
  }

  transaction(plan: TransactionPlan): Promise<string> {
    return this.#block.control(plan);
  }

  discard(what: Parameters<SessionControl['discard']>[0]): void {
    if (what === 'all' && this.#block.explicit) {
      throw new PgError('active_sql_transaction', 'DISCARD ALL cannot run inside a transaction block');
    }
    if (what === 'all' || what === 'plans') this.#named.discard(what);
    if (what !== 'all') return;
    this.#role.setSessionUser(null, false);
    this.resetAll();
  }

  /** SHOW tells of roles what is so; a name is the one that the role had when it was set. */
  #showRole(local: boolean): void {
    const { overlay } = this.#block.catalog;
    const { chosen, id, sessionUser } = this.#role;
    this.#variables.set('role', chosen === null ? 'none' : roleIn(overlay, chosen).name, local);
    this.#variables.set('session_authorization', roleIn(overlay, sessionUser).name, local);
    this.#variables.set('is_superuser', roleIn(overlay, id).superuser ? 'on' : 'off', local);
  }
}
