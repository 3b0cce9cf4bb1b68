/// Servers whose agents publish samples: what is known of each, and the checks of it. Samples arrive through
/// [ServerFeed]. Start with [ServerRegistry].
@NullMarked
package dev.sluice.sense.server;

import org.jspecify.annotations.NullMarked;
