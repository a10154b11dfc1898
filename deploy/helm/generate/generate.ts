/** Writes what the Helm chart derives from the topology, and its README; `--check` fails when a file is out of date. */
import { runGenerator } from '../../generated.ts';
import { CHART, generatedFiles, generatedFolders } from './files.ts';

runGenerator({ root: CHART, files: generatedFiles(), folders: generatedFolders }, process.argv);
