export * from './ast.ts';
export * from './statement.ts';
export * from './dialect-words.ts';
export * from './contract.ts';
