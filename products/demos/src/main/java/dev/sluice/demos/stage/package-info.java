/// The stage of a demo: a small separate hub for one visitor, a relay that shows the bytes of the page's
/// connections, and buttons that cause faults. Start with [dev.sluice.demos.stage.Stages].
@NullMarked
package dev.sluice.demos.stage;

import org.jspecify.annotations.NullMarked;
