export * from './backend.ts';
export { BodyReader, checkText, utf8 } from './body-reader.ts';
export { formatAt } from './format-at.ts';
export type { Frame } from './frame.ts';
export { type FrameLimit, FrameReader } from './frame-reader.ts';
export * from './frontend.ts';
export { MessageWriter } from './message-writer.ts';
export * from './startup-packet.ts';
export * from './values/index.ts';
