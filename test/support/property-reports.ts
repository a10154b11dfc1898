import fc from 'fast-check';

// A counterexample without its error tells little, and reporters write down messages but not causes.
fc.configureGlobal({ includeErrorInReport: true });
