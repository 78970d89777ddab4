/** Brings the file to the newest format: arguments are the file and the folder of migrations. Prints a line when it begins. */
import { writeSync } from 'node:fs';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { migrate, openDatabase } from '../../../src/storage/index.ts';

const [, , path = '', folder = ''] = argv;
writeSync(1, 'begins\n');
const database = openDatabase({ path, synchronous: 'FULL' });
migrate(database, path, { migrations: new URL(`${pathToFileURL(folder).href}/`), applicationId: 7 });
database.close();
