import { type Change, type CommentRow, type CommentedKind, put, remove } from '../catalog/index.ts';
import { invalidValue, notSupported } from '../errors/index.ts';
import type { Comment } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { type CatalogEffects, auditOf } from './effects.ts';
import { positionOf } from './names.ts';
import type { ObjectRef } from './object-ref.ts';
import { refuseSystemObject, resolveObject } from './resolve-object.ts';

export interface CommentPlan {
  readonly kind: 'comment';
  readonly target: ObjectRef;
  readonly effects: CatalogEffects;
}

const commentSizeBytesMax = 1024;

/** COMMENT ON …; an empty text or NULL takes the comment away. */
export function planComment(statement: Comment, context: PlanContext): CommentPlan {
  if (statement.objectKind === 'column') {
    throw notSupported('comments on columns are not supported', {
      position1: positionOf(context, statement.name.offset0),
      hint: 'Connections and secrets have no columns; the columns of system relations have their comments already.',
    });
  }
  const target = resolveObject(context, statement.objectKind, statement.name);
  refuseSystemObject(context, target, statement.name, 'comment on');
  const sizeBytes = Buffer.byteLength(statement.comment ?? '', 'utf8');
  if (sizeBytes > commentSizeBytesMax) {
    throw invalidValue(`provided comment was ${sizeBytes} bytes long, max size is ${commentSizeBytesMax} bytes`, {
      position1: positionOf(context, statement.commentOffset0),
    });
  }
  return {
    kind: 'comment',
    target,
    effects: {
      changes: changesOf(context, target, statement.comment ?? ''),
      audit: [auditOf(context, 'comment', target)],
      notices: [],
    },
  };
}

function changesOf(context: PlanContext, target: ObjectRef, comment: string): readonly Change[] {
  const objectKind = (target.kind === 'item' ? target.row.kind : target.kind) satisfies CommentedKind;
  const row: CommentRow = { objectKind, objectId: target.row.id, subId: 0, comment };
  if (comment !== '') return [put('comments', row)];
  return context.snapshot.tables.comments.has(`${objectKind}/${row.objectId}/0`) ? [remove('comments', row)] : [];
}
