/// One client that sends as much as it can, beside a bystander, against a hub with a small heap: what becomes of the
/// bystander's publishes meanwhile. Nothing but the JDK, so that `bench/floods` runs it from its sources. Begin with
/// [dev.sluice.bench.flood.Floods].
@NullMarked
package dev.sluice.bench.flood;

import org.jspecify.annotations.NullMarked;
