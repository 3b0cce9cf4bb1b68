/// Servers whose agents publish samples: what is known of each, and the checks that judge it. Samples come in through
/// [ServerFeed]; read [ServerRegistry] first.
@NullMarked
package dev.sluice.sense.server;

import org.jspecify.annotations.NullMarked;
