/// Searches through the whole log: `GET /search/NAME`. Read [SearchRoute] first, then [RunningSearch].
///
/// The query language is [EventQuery], and `filter.js` for the page of a channel.
@NullMarked
package dev.sluice.server.search;

import org.jspecify.annotations.NullMarked;
