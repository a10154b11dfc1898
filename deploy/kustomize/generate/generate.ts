/** Writes what the Kustomize tree derives from the topology; `--check` fails when a file is out of date. */
import { join } from 'node:path';
import { runGenerator } from '../../generated.ts';
import { generatedFiles, generatedFolders } from './files.ts';

runGenerator({ root: join(import.meta.dirname, '..'), files: generatedFiles(), folders: generatedFolders }, process.argv);
