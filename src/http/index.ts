export * from './listen-http.ts';
