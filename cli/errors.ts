/** The command line asks for something that makes no sense; exit code 2. Says what is wrong and what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const EXIT_OK = 0;
export const EXIT_FAILURE = 1;
export const EXIT_USAGE = 2;
