/// The tables of protocols that other projects define. Each says where, and to whom, the hub serves one; none is served
/// by default.
@NullMarked
package dev.sluice.config.protocol;

import org.jspecify.annotations.NullMarked;
