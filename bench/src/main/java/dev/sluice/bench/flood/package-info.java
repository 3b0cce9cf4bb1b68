/// Measures a bystander's publishes while another client sends as much as it can to a hub with a small heap. Depends
/// only on the JDK, so that `bench/floods` can run it from source. Read [dev.sluice.bench.flood.Floods] first.
@NullMarked
package dev.sluice.bench.flood;

import org.jspecify.annotations.NullMarked;
