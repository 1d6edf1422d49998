import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Store, StoreError } from './store.ts';

/** Opens the store at an address: `file:///folder/`, `s3://bucket/prefix/`. Nothing is made or asked before the first use. */
export async function openStore(uri: string): Promise<Store> {
  return (await kindOf(uri)).openStore(uri);
}

/** Opens the store that holds the object at an address; the object itself need not stand. */
export async function openObject(uri: string): Promise<{ readonly store: Store; readonly key: string }> {
  return (await kindOf(uri)).openObject(uri);
}

/** Where a home keeps snapshots, runs and models: the store in its own folder. */
export function homeStoreUri(homePath: string): string {
  return `${pathToFileURL(join(homePath, 'store')).href}/`;
}

interface StoreKind {
  readonly openStore: (uri: string) => Store;
  readonly openObject: (uri: string) => { readonly store: Store; readonly key: string };
}

/** Loaded when asked for: a worker on one kind of store need not know the others. */
async function kindOf(uri: string): Promise<StoreKind> {
  if (uri.startsWith('file:')) {
    const { openFolderStore, openFolderObject } = await import('./folder-store.ts');
    return { openStore: openFolderStore, openObject: openFolderObject };
  }
  if (uri.startsWith('s3:')) {
    const { openS3Store, openS3Object } = await import('./s3-store.ts');
    return { openStore: (address) => openS3Store(address), openObject: openS3Object };
  }
  throw new StoreError(
    'STORE_URI',
    `${uri} is no address of a store; write file:///a/folder/ or s3://bucket/prefix/`,
  );
}
