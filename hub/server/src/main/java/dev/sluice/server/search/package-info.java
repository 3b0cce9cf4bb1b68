/// Searches through the whole log: `GET /search/NAME`. Read [SearchRoute] first, then [RunningSearch].
@NullMarked
package dev.sluice.server.search;

import org.jspecify.annotations.NullMarked;
