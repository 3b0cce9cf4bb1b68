// The addresses of the hub. All are relative to this file, so that they work below any path of a proxy.

/** The hub's own address, which ends with a slash. */
export const HUB = new URL('..', import.meta.url);

/** The address of a channel's page, as a path. */
export const link = (channel) => new URL(`channels/${channel.split('/').map((each) => encodeURIComponent(each).replaceAll('%2A', '*')).join('/')}`, HUB).pathname;
