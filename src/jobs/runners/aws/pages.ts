/** All of a list that comes in pages, empty ones among them. */
export async function* inPages<T>(
  page: (token: string | undefined) => Promise<{
    readonly items: readonly T[] | undefined;
    readonly next: string | undefined;
  }>,
): AsyncGenerator<T> {
  let token: string | undefined;
  do {
    const { items = [], next } = await page(token);
    yield* items;
    token = next;
  } while (token !== undefined);
}
