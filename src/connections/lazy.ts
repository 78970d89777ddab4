/** A module that is loaded when first asked for and kept: a dynamic import costs a way through the loader each time. */
export function lazy<Module>(load: () => Promise<Module>): () => Promise<Module> {
  let loaded: Promise<Module> | undefined;
  return () => (loaded ??= load());
}
