/** Runs one offline command of upkeep: `backup DIRECTORY FILE`, `restore FILE DIRECTORY` or `rekey DIRECTORY`. Prints a line when it begins. */
import { writeSync } from 'node:fs';
import { argv } from 'node:process';
import { rekey } from '../../../src/secrets/index.ts';
import { backupTo, restoreFrom } from '../../../src/storage/index.ts';
import { masterKeyIn } from '../../support/data-directory.ts';

const [, , command, first = '', second = ''] = argv;
writeSync(1, 'begins\n');
if (command === 'backup') await backupTo({ directory: first, file: second });
else if (command === 'restore') restoreFrom({ file: first, directory: second });
else if (command === 'rekey') await rekey({ directory: first, current: masterKeyIn(first) });
else throw new Error(`no command ${command}`);
