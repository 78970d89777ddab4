import fc from 'fast-check';

// The same inputs in each run, so that one that fails can be repeated; `SALLYPORT_TEST_SEED` gives others.
fc.configureGlobal({ seed: Number(process.env['SALLYPORT_TEST_SEED'] ?? 1) });

export { fc };
