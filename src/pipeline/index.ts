export * from './build-demo.ts';
export * from './ingest-files.ts';
