/** What of the client's StartupMessage the server is told, and what was meant for us. */
export interface ForwardedStart {
  readonly parameters: ReadonlyMap<string, string>;
  /** `options=-c sallyport.notice=on`. */
  readonly notice: boolean;
}

/** Who asks is the connection's affair. */
const ours = new Set(['user', 'database']);
const trueWords = new Set(['on', 'true', 'yes', '1']);

/** Everything passes on but user, database and our own setting; application_name says who is behind the connection's user. */
export function forwardedStart(parameters: ReadonlyMap<string, string>, roleName: string): ForwardedStart {
  const forwarded = new Map([...parameters].filter(([name]) => !ours.has(name)));
  const application = parameters.get('application_name') ?? '';
  forwarded.set('application_name', `${roleName} via sallyport${application === '' ? '' : `: ${application}`}`);
  const { options, notice } = withoutOurs(parameters.get('options') ?? '');
  if (options === '') forwarded.delete('options');
  else forwarded.set('options', options);
  return { parameters: forwarded, notice };
}

/** Takes `-c sallyport.notice=…` and `--sallyport.notice=…` out; all else stays as it was written. */
function withoutOurs(options: string): { readonly options: string; readonly notice: boolean } {
  let notice = false;
  const rest = options.replaceAll(/(^|\s+)(?:-c\s*|--)sallyport\.notice=(\S*)/g, (_whole, _blank, value: string) => {
    notice = trueWords.has(value.toLowerCase());
    return '';
  });
  return { options: rest.trim(), notice };
}
