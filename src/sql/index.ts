export * from './ast.ts';
export * from './statement.ts';
export * from './dialect-words.ts';
export * from './contract.ts';
export { createSql } from './room.ts';
export { printIdent, printLiteral, printName } from './quote.ts';
