import {
  type ResultColumn,
  explainColumns,
  showAllColumns,
  showCreateColumns,
  showVariableColumns,
} from '../exec/index.ts';
import { findVariable } from '../plan/index.ts';
import type { DialectStatement } from '../sql/index.ts';

/** The columns of a dialect statement whose rows are ours, known without carrying it out; undefined for any other. */
export function describedColumns(tree: DialectStatement): readonly ResultColumn[] | undefined {
  switch (tree.kind) {
    case 'show-create':
      return showCreateColumns;
    case 'show-variable':
      return tree.variable.value === 'all'
        ? showAllColumns
        : showVariableColumns(findVariable(tree.variable.value)?.name ?? tree.variable.value);
    case 'explain-connection':
      return explainColumns(tree.analyze);
    default:
      return undefined;
  }
}
