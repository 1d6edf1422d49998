export * from './catalogue/demo.ts';
export * from './catalogue/names.ts';
export * from './errors.ts';
export * from './feed-profile.ts';
export * from './hand-over.ts';
export * from './local-date.ts';
export * from './series-key.ts';
export * from './words.ts';
