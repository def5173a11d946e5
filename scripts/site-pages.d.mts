/** One page of every kind the signed-in person can reach; `get` answers with a page's HTML. */
export function sitePages(
	get: (path: string) => Promise<string>,
): Promise<{ readonly name: string; readonly path: string }[]>;
