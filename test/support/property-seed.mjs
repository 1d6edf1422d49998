import fc from 'fast-check';

// a property that fails prints its own seed and path; this one makes a whole run of many properties come again
if (process.env.SIHWANG_PROPERTY_SEED)
  fc.configureGlobal({ seed: Number(process.env.SIHWANG_PROPERTY_SEED) | 0 });
