/// The stage of a demo: a small hub of its own for one visitor, the connections of its page through a relay that shows
/// their bytes, and buttons that make trouble. Start with [dev.sluice.demos.stage.Stages].
@NullMarked
package dev.sluice.demos.stage;

import org.jspecify.annotations.NullMarked;
